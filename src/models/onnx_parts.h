#pragma once

/// The parts of a deal outcome model as pieces of an ONNX graph. All probabilities are computed in
/// double; only the walk down the trees and the encoded columns are float32, as in our evaluator.

#include <optional>
#include <string>

#include "models/deal_outcome_model.h"
#include "models/onnx_graph.h"

namespace ri::models {

/// Which inputs a graph gets.
enum class OnnxInputs {
  kFeatures,  ///< one per feature: float [rows, 1], or text [rows, 1] for a category
  kColumns,   ///< the encoded matrix: float "columns" [rows, columns]
};

/// Adds the inputs and the encoder. Returns the encoded columns, float [rows, columns].
[[nodiscard]] std::string AddEncoder(OnnxGraph& graph, const ModelParts& parts, OnnxInputs inputs);

/// Sum of the trees plus the base margin for float `rows` [n, columns]: double [n, 1].
[[nodiscard]] std::string AddTrees(OnnxGraph& graph, const TreeEnsemble& trees,
                                   const std::string& rows);

/// The margin of the first head for encoded rows: double [n, 1].
[[nodiscard]] std::string AddHead(OnnxGraph& graph, const Head& head, const std::string& rows);

/// Calibrated probability of double margins [n, 1]. kRefused for a map the graph cannot hold.
[[nodiscard]] Result<std::string> AddCalibrator(OnnxGraph& graph, const Calibrator& calibrator,
                                                const std::string& margin);

/// Chances by days from the as-of date: double [rows, horizons] each.
struct OnnxOutlook {
  std::string won;
  std::string lost;
  std::string open;
};

/// Adds the inputs that timing needs and the mixture of whether and when. Empty when the model says
/// nothing about time. `rows` are the encoded rows, `win` is the calibrated chance [rows, 1].
[[nodiscard]] Result<std::optional<OnnxOutlook>> AddTiming(OnnxGraph& graph,
                                                           const ModelParts& parts,
                                                           const std::string& rows,
                                                           const std::string& win);

/// ln(1 + e^x) of doubles, without overflow.
[[nodiscard]] std::string AddSoftplus(OnnxGraph& graph, const std::string& x);

}  // namespace ri::models
