#pragma once

/// A head trained elsewhere, taken through the same calibration and the same gates as if it had
/// been trained here.

#include <optional>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event_log.h"
#include "features/feature_engine.h"
#include "models/deal_outcome_model.h"
#include "models/feature_encoder.h"
#include "training/trainer.h"
#include "training/training_plan.h"

namespace ri::training {

struct ForeignHead {
  models::Head head;  ///< over the columns of `encoder`
  models::FeatureEncoder encoder;
  /// Heads of a training plan, one per rolling origin, trained on what was known at each; they
  /// judge the past as a training here would. Empty for a single model.
  std::vector<models::Head> at_origins;
  /// Of a single model: nothing visible at or after this moment was used for it. It is calibrated
  /// and judged on snapshots after it alone.
  std::optional<domain::Timestamp> trained_until;
};

/// Timing, band and background are made here from the data before options.cutoff. kUsage when a
/// single model comes without `trained_until` or with one after the cutoff, or when the number of
/// heads is not that of the origins. A refusal by a gate is part of the result, as in Train().
[[nodiscard]] Result<TrainingResult> AdoptHead(const data::EventLog& log,
                                               const features::FeatureEngine& engine,
                                               const ForeignHead& foreign,
                                               const TrainOptions& options,
                                               base::Progress& progress);

}  // namespace ri::training
