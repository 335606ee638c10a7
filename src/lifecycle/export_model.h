#pragma once

/// Use case: a model version as a file for other programs.

#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"

namespace ri::lifecycle {

enum class ModelFormat {
  kOnnx,     ///< encoder, head, calibrator and timing as one graph
  kXgboost,  ///< the trees alone, in XGBoost's JSON
  kJson,     ///< our artifact: everything, bit for bit
};

/// "onnx", "xgboost" or "json"; kUsage for anything else.
[[nodiscard]] Result<ModelFormat> ParseModelFormat(std::string_view name);

struct ModelExportRequest {
  std::string model = "champion";
  ModelFormat format = ModelFormat::kOnnx;
  std::string path;
  /// ONNX only: one input "columns" with the encoded matrix instead of one input per feature.
  bool encoded_columns = false;
};

struct ModelExportReport {
  std::string version;
  std::string family;
  std::vector<std::string> files;  ///< the first is `path`; timing heads of XGBoost stand beside it
};

/// Files appear whole or not at all. kRefused when the version has no such part: a ridge has no
/// trees, a base rate no inputs. kStorage when a file cannot be written.
[[nodiscard]] Result<ModelExportReport> ExportModel(book::Workspace& workspace,
                                                    const ModelExportRequest& request);

}  // namespace ri::lifecycle
