#pragma once

/// Use case: a model trained elsewhere becomes a version here: its schema is checked, it is
/// calibrated and judged on deals it had not seen, and the gates decide whether it may score.

#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "lifecycle/export_model.h"
#include "lifecycle/train_model.h"

namespace ri::lifecycle {

struct ModelImportRequest {
  /// A file, or the folder of a training plan with trained heads.
  std::string path;
  ModelFormat format = ModelFormat::kXgboost;  ///< of a file: kXgboost or kJson
  /// Nothing known at or after it was used for the file; not for plans, which know it.
  std::optional<domain::Timestamp> trained_until;
  std::optional<domain::Timestamp> cutoff;  ///< default: the effective moment
  std::optional<domain::Timestamp> known_at;
  domain::Timestamp now{};
};

/// Registers the version, also when a gate refused it, and promotes nothing. kBadInput when the
/// file is no such model or reads columns this data does not have; kConflict when the data are not
/// those of the plan; kNotFound when a head of the plan is missing.
[[nodiscard]] Result<TrainReport> ImportModel(book::Workspace& workspace,
                                              const ModelImportRequest& request,
                                              base::Progress& progress);

}  // namespace ri::lifecycle
