#pragma once

/// The model a company would have had on a past day: what every replay of the past trains.

#include <cstddef>

#include "base/progress.h"
#include "base/result.h"
#include "book/active_model.h"
#include "book/workspace.h"
#include "domain/fiscal_calendar.h"

namespace ri::book {

/// How much a replay spends on each model; less than on the one that is served, because many are
/// trained.
struct ReplayEffort {
  int bags = 2;
  std::size_t origins = 2;
  std::size_t max_rows = 60'000;
  int num_threads = 1;
};

/// Trains with what was known when `quarter` began; the model is stored nowhere and has no version.
/// Errors of training::Train.
[[nodiscard]] Result<LoadedModel> TrainAtStartOf(const Knowledge& knowledge,
                                                 const domain::FiscalCalendar& calendar,
                                                 domain::Quarter quarter,
                                                 const ReplayEffort& effort,
                                                 base::Progress& progress);

}  // namespace ri::book
