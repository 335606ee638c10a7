#include "training/training_plan.h"

#include <algorithm>

#include "training/out_of_time.h"
#include "training/rolling_origins.h"

namespace ri::training {
namespace {

/// The deepest trees of the ladder; those of depth 3 where it has none.
CandidateSpec TreesFor(const SnapshotCounts& counts) {
  CandidateSpec chosen;
  chosen.name = "trees of depth 3";
  chosen.family = Family::kTrees;
  chosen.trees.rounds = 600;
  for (const CandidateSpec& spec : Ladder(counts.closed_deals, counts.won_deals)) {
    if (spec.family == Family::kTrees) {
      chosen = spec;
    }
  }
  return chosen;
}

}  // namespace

std::vector<Origin> PlanOrigins(const TrainingMatrix& matrix, const TrainOptions& options) {
  return RollingOrigins(
      matrix.set.rows, options.cutoff,
      {.count = options.origins, .min_each_class = options.thresholds.min_each_class_at_origins});
}

Result<TrainingPlan> MakeTrainingPlan(const data::EventLog& log,
                                      const features::FeatureEngine& engine,
                                      const TrainOptions& options, base::Progress& progress) {
  progress.Begin("Collecting weekly snapshots", 0);
  RI_ASSIGN_OR_RETURN(TrainingMatrix matrix,
                      BuildTrainingMatrix(log, engine,
                                          {.cutoff = options.cutoff,
                                           .max_rows = options.max_rows,
                                           .num_threads = options.num_threads}));
  progress.End();
  const std::vector<Origin> origins = PlanOrigins(matrix, options);
  RI_ASSIGN_OR_RETURN(OutOfTimeResult past, CollectOutOfTime(matrix, engine.episodes(), origins,
                                                             {.cutoff = options.cutoff,
                                                              .seed = options.seed,
                                                              .num_threads = options.num_threads,
                                                              .calendar = options.calendar},
                                                             progress));
  if (past.rows.rows.empty()) {
    return Fail(ErrorCode::kRefused,
                "There is no past moment with enough closed deals to judge a model at; import more "
                "history before planning a training.");
  }
  TrainingPlan plan{.spec = TreesFor(matrix.set.counts), .encoder = matrix.encoder};
  for (std::size_t k = 0; k < past.origins.size(); ++k) {
    OriginData& origin = past.origins[k];
    plan.parts.push_back(
        {.name = "origin-" + std::to_string(k),
         .training = {std::move(origin.training), std::move(origin.labels.labels),
                      std::move(origin.weights)},
         .validation = {std::move(origin.validation), std::move(origin.validation_labels),
                        std::move(origin.validation_weights)}});
  }
  RI_ASSIGN_OR_RETURN(LabelsAtCut labels, LabelRowsAt(matrix, engine.episodes(), options.cutoff,
                                                      {.calendar = options.calendar,
                                                       .seed = options.seed,
                                                       .num_threads = options.num_threads},
                                                      progress));
  PlanPart final_part{.name = "final"};
  final_part.training.rows = TakeRows(matrix.encoded, labels.rows);
  final_part.training.weights.assign(labels.rows.size(), 1.0);
  final_part.training.labels = std::move(labels.labels);
  plan.parts.push_back(std::move(final_part));
  return plan;
}

}  // namespace ri::training
