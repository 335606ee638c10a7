#pragma once

/// Training rows with their features, encoded once for all origins and candidates.

#include <cstddef>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "data/event_log.h"
#include "features/feature_engine.h"
#include "features/feature_table.h"
#include "models/feature_encoder.h"
#include "training/leak_audit.h"
#include "training/snapshot_set.h"

namespace ri::training {

struct TrainingMatrix {
  SnapshotSet set;
  features::FeatureTable table;  ///< without the leaking and the unlearnable features
  std::vector<LeakingFeature> leaking;
  std::string left_out;  ///< why unlearnable features are missing, for people; empty = none are
  models::FeatureEncoder encoder;
  base::Matrix<float> encoded;             ///< [set.rows x encoder columns]
  std::vector<std::size_t> stage_columns;  ///< one-hot columns of the stage, may be empty
};

/// The encoder looks at values, never at outcomes, so that fitting it on all rows before the cutoff
/// tells earlier origins nothing about the end of a deal. kBadInput when there are no rows,
/// kRefused when no feature varies.
[[nodiscard]] Result<TrainingMatrix> BuildTrainingMatrix(const data::EventLog& log,
                                                         const features::FeatureEngine& engine,
                                                         const SnapshotOptions& options);

/// Copies the given rows of a matrix, in their order.
[[nodiscard]] base::Matrix<float> TakeRows(const base::Matrix<float>& matrix,
                                           std::span<const std::size_t> rows);

}  // namespace ri::training
