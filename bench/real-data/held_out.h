#pragma once

/// A trained model and its rivals on rows after the cutoff.

#include <vector>

#include "base/result.h"
#include "data_set.h"
#include "training/evaluation.h"
#include "training/trainer.h"

namespace ri::bench {

struct HeldOut {
  training::Evaluation evaluation;
  std::vector<training::Comparison> comparisons;  ///< "ridge", "plain XGBoost"
};

/// Rivals are fitted on the same rows before the cutoff, with the outcomes known by then.
[[nodiscard]] Result<HeldOut> JudgeHeldOut(const DataSet& set, const LoadedSet& loaded,
                                           const models::DealOutcomeModel& model);

/// Five folds of whole profiles (deals with the same answers), drawn five times; every deal is
/// judged five times, each time by a fit that did not see its profile, and its five rows are one
/// cluster.
[[nodiscard]] Result<HeldOut> JudgeFolds(const DataSet& set, const LoadedSet& loaded,
                                         const training::TrainingResult& result);

}  // namespace ri::bench
