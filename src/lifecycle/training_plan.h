#pragma once

/// Use case: a training written as files that other engines read.
///
/// DIR/plan.json        parameters, seeds, columns, the encoder, what the data were; `patience` is
///                      null where every fit has all `rounds`
/// DIR/PART.X.npy       float32 [rows, columns], missing as NaN
/// DIR/PART.y.npy       labels in [0, 1]: a deal still open counts as won with a share
/// DIR/PART.w.npy       weights
/// DIR/PART.valid.*     the same for the rows that tell when to stop; not for the part "final"
/// DIR/models/PART-bag-N.json   what `revint models import DIR` wants to find afterwards

#include <cstddef>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"

namespace ri::lifecycle {

struct TrainingPlanRequest {
  std::string folder;
  std::optional<domain::Timestamp> cutoff;
  std::optional<domain::Timestamp> known_at;
  std::uint64_t seed = 1;
  domain::Timestamp now{};
};

struct TrainingPlanReport {
  std::string candidate;  ///< "trees of depth 4"
  std::size_t parts = 0;  ///< fits: origins and the final one
  std::size_t rows = 0;   ///< of the final one
  std::size_t columns = 0;
};

/// kRefused when there is no past moment to judge a model at, kStorage when a file cannot be
/// written.
[[nodiscard]] Result<TrainingPlanReport> WriteTrainingPlan(book::Workspace& workspace,
                                                           const TrainingPlanRequest& request,
                                                           base::Progress& progress);

}  // namespace ri::lifecycle
