#include "lifecycle/models_manifest.h"

#include <nlohmann/json.hpp>

#include "base/sha256.h"
#include "models/booster.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string ModelManifest::ToJson() const {
  Json document = {{"code", code},
                   {"data_sha256", data_sha256},
                   {"known_at", domain::FormatTimestamp(known_at)},
                   {"known_at_ms", domain::Milliseconds(known_at)},
                   {"cutoff", domain::FormatTimestamp(cutoff)},
                   {"cutoff_ms", domain::Milliseconds(cutoff)},
                   {"calendar", calendar},
                   {"catalogue_sha256", catalogue_sha256},
                   {"parameters", Json::parse(parameters, nullptr, false)},
                   {"libraries", {{"xgboost", xgboost}}},
                   {"artifact_sha256", artifact_sha256}};
  if (!imported_sha256.empty()) {
    document["imported_sha256"] = imported_sha256;
  }
  return document.dump();
}

Result<ModelManifest> ModelManifest::FromJson(std::string_view text) {
  try {
    const Json document = Json::parse(text);
    ModelManifest manifest;
    manifest.code = document.at("code").get<std::string>();
    manifest.data_sha256 = document.at("data_sha256").get<std::string>();
    manifest.known_at =
        domain::TimestampFromMilliseconds(document.at("known_at_ms").get<std::int64_t>());
    manifest.cutoff =
        domain::TimestampFromMilliseconds(document.at("cutoff_ms").get<std::int64_t>());
    manifest.calendar = document.at("calendar").get<std::string>();
    manifest.catalogue_sha256 = document.at("catalogue_sha256").get<std::string>();
    manifest.parameters = document.at("parameters").dump();
    manifest.xgboost = document.at("libraries").at("xgboost").get<std::string>();
    manifest.artifact_sha256 = document.at("artifact_sha256").get<std::string>();
    manifest.imported_sha256 = document.value("imported_sha256", "");
    return manifest;
  } catch (const nlohmann::json::exception& error) {
    return Fail(ErrorCode::kStorage,
                std::string("The manifest of this version cannot be read: ") + error.what() + ".");
  }
}

std::string CatalogueSha256(std::span<const features::FeatureDefinition> features) {
  base::Sha256 hash;
  for (const features::FeatureDefinition& feature : features) {
    hash.Update(feature.name + '|' +
                (feature.kind == features::FeatureKind::kCategory ? "category" : "number") + '|' +
                feature.unit + '|' + feature.window + '|' + feature.meaning + '\n');
  }
  return base::ToHex(hash.Finish());
}

ModelManifest ManifestOf(const book::Knowledge& knowledge, const training::TrainOptions& options,
                         const models::DealOutcomeModel& model, std::string_view artifact) {
  const training::GateThresholds& gates = options.thresholds;
  const Json parameters = {{"seed", options.seed},
                           {"max_rows", options.max_rows},
                           {"origins", options.origins},
                           {"bags", options.bags},
                           {"bags_at_origins", options.bags_at_origins},
                           {"tuning_budget", options.tuning_budget},
                           {"threads_per_fit", 1},
                           {"gates",
                            {{"min_closed", gates.min_closed},
                             {"min_each_class", gates.min_each_class},
                             {"min_skill", gates.min_skill},
                             {"confidence", gates.confidence},
                             {"max_slope_error", gates.max_slope_error},
                             {"max_intercept", gates.max_intercept},
                             {"max_calibration_error", gates.max_calibration_error},
                             {"bootstrap_draws", gates.bootstrap_draws}}}};
  return {.code = RI_VERSION,
          .data_sha256 = knowledge.data_sha256,
          .known_at = knowledge.newest_batch,
          .cutoff = options.cutoff,
          .calendar = options.calendar.Describe(),
          .catalogue_sha256 = CatalogueSha256(model.parts().features),
          .parameters = parameters.dump(),
          .xgboost = models::XgboostVersion(),
          .artifact_sha256 = base::ToHex(base::Sha256Of(artifact)),
          .imported_sha256 = ""};
}

}  // namespace ri::lifecycle
