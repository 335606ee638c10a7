#pragma once

/// Use case: train, judge, register and perhaps promote a model version.

#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/identifier.h"
#include "training/trainer.h"

namespace ri::lifecycle {

struct TrainRequest {
  std::optional<domain::Timestamp> cutoff;  ///< default: the effective moment
  std::optional<domain::Timestamp> known_at;
  std::uint64_t seed = 1;
  std::size_t max_rows = training::kMaxTrainingRows;  ///< about; deal weeks to learn from
  bool promote_if_better = false;                     ///< and always when there is no champion yet
  /// False: nothing is kept, only the version that would come out is told.
  bool store = true;
  /// False: the version is registered, and who is in force stays for the caller to decide.
  bool decide = true;
  /// Variants of the chosen candidate to try at past moments. Finished fits are kept in the
  /// database until the training is over, so that one that was killed goes on where it stopped.
  std::size_t tuning_budget = 0;
  std::string actor = "command line";  ///< who asked, for the log
  domain::Timestamp now{};
};

struct TrainReport {
  training::TrainingResult result;
  domain::ModelVersion version;
  std::string manifest;  ///< JSON, see models_manifest.h
  domain::Timestamp cutoff{};
  bool promoted = false;
  std::string promotion_reason;  ///< why it was or was not promoted
  std::string note;              ///< about the moment, see Moment::note
};

/// Registers the version also when it was refused, so that base rates can be served and the
/// evidence is kept; the caller turns `result.refusal` into its exit code.
[[nodiscard]] Result<TrainReport> TrainModel(book::Workspace& workspace,
                                             const TrainRequest& request, base::Progress& progress);

/// Stored beside the version: family, refusal, gates, ladder, metrics, as JSON.
[[nodiscard]] std::string EvaluationJson(const training::TrainingResult& result);

}  // namespace ri::lifecycle
