#pragma once

/// A deal outcome model as one ONNX file, for clients without this program: encoder, head,
/// calibrator and, where the model has timing, the chances by date.

#include <string>

#include "base/result.h"
#include "models/deal_outcome_model.h"
#include "models/onnx_parts.h"

namespace ri::models {

struct OnnxDescription {
  OnnxInputs inputs = OnnxInputs::kFeatures;
  std::string version;    ///< of the model, for the metadata
  std::string catalogue;  ///< hash of the feature catalogue
  std::string program;    ///< version of the program that writes the file
};

/// The bytes of the file. Outputs: "margin" and "win_probability", double [rows, 1]; with timing
/// also "won_within", "lost_within" and "open_after", double [rows, horizons]. Metadata: version,
/// catalogue, features, columns, calendar, horizon. Equal models give equal bytes. The result
/// differs from ours by float32 rounding of leaf sums, about 1e-6. kRefused for a part that ONNX
/// cannot hold.
[[nodiscard]] Result<std::string> ExportOnnx(const DealOutcomeModel& model,
                                             const OnnxDescription& description);

}  // namespace ri::models
