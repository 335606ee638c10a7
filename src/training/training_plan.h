#pragma once

/// What a training of trees needs, for engines outside this program: the exact rows, labels,
/// weights and parameters of every fit.

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event_log.h"
#include "features/feature_engine.h"
#include "training/trainer.h"
#include "training/training_matrix.h"

namespace ri::training {

/// Rows of one fit.
struct PlanRows {
  base::Matrix<float> rows;
  std::vector<double> labels;
  std::vector<double> weights;
};

/// One fit: at a rolling origin, with rows to stop early on, or the final one, without.
struct PlanPart {
  std::string name;  ///< "origin-0", "final"
  PlanRows training;
  PlanRows validation;
};

struct TrainingPlan {
  CandidateSpec spec;  ///< depth, step, penalties, rounds
  models::FeatureEncoder encoder;
  std::vector<PlanPart> parts;  ///< origins, oldest first, then "final"
};

/// The rolling origins of a training with these options.
[[nodiscard]] std::vector<Origin> PlanOrigins(const TrainingMatrix& matrix,
                                              const TrainOptions& options);

/// The deepest trees of the ladder on the rows Train() would use, with its labels of deals still
/// open. kRefused when there are too few closed deals for a past moment.
[[nodiscard]] Result<TrainingPlan> MakeTrainingPlan(const data::EventLog& log,
                                                    const features::FeatureEngine& engine,
                                                    const TrainOptions& options,
                                                    base::Progress& progress);

}  // namespace ri::training
