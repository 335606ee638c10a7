#include "lifecycle/models_reproduce.h"

#include <nlohmann/json.hpp>

#include "lifecycle/models_manifest.h"
#include "lifecycle/train_model.h"
#include "models/booster.h"
#include "registry/registry.h"

namespace ri::lifecycle {

Result<ReproduceReport> ReproduceModel(book::Workspace& workspace, const std::string& name,
                                       domain::Timestamp now, base::Progress& progress) {
  registry::Registry registry(workspace.store());
  RI_ASSIGN_OR_RETURN(const domain::ModelVersion version, registry.Resolve(name));
  RI_ASSIGN_OR_RETURN(const data::StoredModel stored, workspace.store().Model(version.text()));
  RI_ASSIGN_OR_RETURN(const ModelManifest before, ModelManifest::FromJson(stored.manifest));
  if (!before.imported_sha256.empty()) {
    return Fail(ErrorCode::kUsage, "Version " + version.text() +
                                       " was trained elsewhere and imported; train it there "
                                       "again, or import the same files again.");
  }
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(before.known_at, progress));
  if (knowledge->data_sha256 != before.data_sha256) {
    return Fail(ErrorCode::kConflict,
                "The data known on " + domain::FormatTimestamp(before.known_at) +
                    " are no longer those version " + version.text() +
                    " was trained on: an import with an earlier known-at came later. Restore a "
                    "backup of that time to train it again.");
  }
  const auto parameters = nlohmann::json::parse(before.parameters, nullptr, false);
  RI_ASSIGN_OR_RETURN(
      const TrainReport trained,
      TrainModel(
          workspace,
          {.cutoff = before.cutoff,
           .known_at = before.known_at,
           .seed = parameters.is_object() ? parameters.value("seed", std::uint64_t{1}) : 1,
           .max_rows = parameters.is_object()
                           ? parameters.value("max_rows", training::kMaxTrainingRows)
                           : training::kMaxTrainingRows,
           .store = false,
           .tuning_budget =
               parameters.is_object() ? parameters.value("tuning_budget", std::size_t{0}) : 0,
           .now = now},
          progress));
  ReproduceReport report{.version = version.text(), .made = trained.version.text()};
  if (report.identical()) {
    return report;
  }
  RI_ASSIGN_OR_RETURN(const ModelManifest after, ModelManifest::FromJson(trained.manifest));
  const auto compare = [&](const char* what, const std::string& was, const std::string& is) {
    if (was != is) {
      report.differences.push_back(std::string(what) + " was " + was + " and is " + is);
    }
  };
  compare("the program", before.code, after.code);
  compare("XGBoost", before.xgboost, after.xgboost);
  compare("the calendar", before.calendar, after.calendar);
  compare("the catalogue", before.catalogue_sha256, after.catalogue_sha256);
  compare("a parameter", before.parameters, after.parameters);
  compare("the artifact", before.artifact_sha256, after.artifact_sha256);
  return report;
}

}  // namespace ri::lifecycle
