#include "lifecycle/export_model.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "book/active_model.h"
#include "documents/whole_file.h"
#include "models/onnx_export.h"
#include "models/xgboost_json_writer.h"

namespace ri::lifecycle {
namespace {

/// The trees of a version, each with the file it goes to.
Result<std::vector<std::pair<std::string, std::string>>> XgboostFiles(
    const models::ModelParts& parts, const std::string& family, const std::string& path) {
  const auto* trees = std::get_if<models::TreeEnsemble>(&parts.head);
  if (trees == nullptr) {
    return Fail(ErrorCode::kRefused, "This version is a " + family +
                                         ", which XGBoost cannot hold. Use --format onnx or json.");
  }
  std::vector<std::string> names = models::XgboostColumnNames(parts.encoder);
  std::vector<std::pair<std::string, std::string>> files;
  files.emplace_back(path, models::WriteXgboostJson(*trees, names));
  if (parts.hazards) {
    const std::vector<std::string> period = models::PeriodColumnNames();
    names.insert(names.end(), period.begin(), period.end());
    const std::filesystem::path place(path);
    const auto beside = [&](const char* part) {
      return (place.parent_path() / (place.stem().string() + part + place.extension().string()))
          .string();
    };
    files.emplace_back(beside(".time-to-win"), models::WriteXgboostJson(parts.hazards->won, names));
    files.emplace_back(beside(".time-to-loss"),
                       models::WriteXgboostJson(parts.hazards->lost, names));
  }
  return files;
}

}  // namespace

Result<ModelFormat> ParseModelFormat(std::string_view name) {
  if (name == "onnx") {
    return ModelFormat::kOnnx;
  }
  if (name == "xgboost") {
    return ModelFormat::kXgboost;
  }
  if (name == "json") {
    return ModelFormat::kJson;
  }
  return Fail(ErrorCode::kUsage, "There is no model format '" + std::string(name) +
                                     "'. Choose onnx, xgboost or json.");
}

Result<ModelExportReport> ExportModel(book::Workspace& workspace,
                                      const ModelExportRequest& request) {
  RI_ASSIGN_OR_RETURN(const book::LoadedModel loaded,
                      book::LoadModel(workspace.store(), request.model));
  ModelExportReport report{.version = loaded.version.text(), .family = loaded.family};
  const models::ModelParts& parts = loaded.model->parts();
  std::vector<std::pair<std::string, std::string>> files;
  if (request.format == ModelFormat::kXgboost) {
    RI_ASSIGN_OR_RETURN(files, XgboostFiles(parts, loaded.family, request.path));
  } else {
    RI_ASSIGN_OR_RETURN(const data::StoredModel stored,
                        workspace.store().Model(loaded.version.text()));
    std::string content = stored.artifact;
    if (request.format == ModelFormat::kOnnx) {
      const auto manifest = nlohmann::json::parse(stored.manifest, nullptr, false);
      RI_ASSIGN_OR_RETURN(
          content,
          models::ExportOnnx(
              *loaded.model,
              {.inputs = request.encoded_columns ? models::OnnxInputs::kColumns
                                                 : models::OnnxInputs::kFeatures,
               .version = loaded.version.text(),
               .catalogue = manifest.is_object() ? manifest.value("catalogue_sha256", "") : "",
               .program = RI_VERSION}));
    }
    files.emplace_back(request.path, std::move(content));
  }
  for (const auto& [path, content] : files) {
    RI_RETURN_IF_ERROR(documents::WriteWholeFile(path, content));
    report.files.push_back(path);
  }
  return report;
}

}  // namespace ri::lifecycle
