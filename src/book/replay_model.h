#pragma once

/// The model a company would have had on a past day: what every replay of the past trains.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/fiscal_calendar.h"
#include "models/deal_outcome_model.h"

namespace ri::book {

struct ReplayModel {
  std::shared_ptr<const models::DealOutcomeModel> model;
  std::string family;
  std::string refusal;  ///< empty: it passed its gates
};

/// How much a replay spends on each model; less than on the one that is served, because many are
/// trained.
struct ReplayEffort {
  int bags = 2;
  std::size_t origins = 2;
  std::size_t max_rows = 60'000;
  int num_threads = 1;
};

/// Trains with what was known when `quarter` began. Errors of training::Train.
[[nodiscard]] Result<ReplayModel> TrainAtStartOf(const Knowledge& knowledge,
                                                 const domain::FiscalCalendar& calendar,
                                                 domain::Quarter quarter,
                                                 const ReplayEffort& effort,
                                                 base::Progress& progress);

}  // namespace ri::book
