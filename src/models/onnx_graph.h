#pragma once

/// A computation graph in the ONNX format, built node by node. Values are named by texts; nodes are
/// added in the order they are computed.

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/onnx_message.h"

namespace ri::models {

enum class OnnxType { kFloat = 1, kInteger = 7, kText = 8, kDouble = 11 };

/// An attribute of a node.
class OnnxAttribute {
 public:
  static OnnxAttribute Integer(std::string_view name, std::int64_t value);
  static OnnxAttribute Real(std::string_view name, float value);
  static OnnxAttribute Text(std::string_view name, std::string_view value);
  static OnnxAttribute Integers(std::string_view name, std::span<const std::int64_t> values);
  static OnnxAttribute Reals(std::string_view name, std::span<const float> values);
  static OnnxAttribute Texts(std::string_view name, std::span<const std::string> values);

  [[nodiscard]] const std::string& bytes() const { return message_.bytes(); }

 private:
  OnnxMessage message_;
};

class OnnxGraph {
 public:
  using Names = std::vector<std::string>;
  using Attributes = std::vector<OnnxAttribute>;

  /// Adds an input. A dimension is a name ("rows") or a number ("1"). Returns `name`.
  std::string Input(const std::string& name, OnnxType type, const Names& dimensions,
                    const std::string& meaning);
  /// Adds an output that shows `value`.
  void Output(const std::string& name, const std::string& value, OnnxType type,
              const Names& dimensions, const std::string& meaning);
  /// Constants; `dimensions` multiply to the number of values, none = a scalar.
  std::string Doubles(std::span<const double> values, std::vector<std::int64_t> dimensions);
  std::string Integers(std::span<const std::int64_t> values, std::vector<std::int64_t> dimensions);
  std::string Double(double value) { return Doubles({&value, 1}, {}); }
  std::string Integer(std::int64_t value) { return Integers({&value, 1}, {}); }
  /// A list of whole numbers, as axes and shapes are given.
  std::string List(std::initializer_list<std::int64_t> values);
  /// Adds a node with one output and returns its name. `domain` is "" or "ai.onnx.ml".
  std::string Node(std::string_view operation, const Names& inputs,
                   const Attributes& attributes = {}, std::string_view domain = "");
  std::string Cast(const std::string& value, OnnxType type);

  /// The whole file: IR version 8, operator sets ai.onnx 15 and ai.onnx.ml 3.
  [[nodiscard]] std::string Serialize(
      std::string_view name, std::string_view documentation, std::string_view producer_version,
      std::span<const std::pair<std::string, std::string>> metadata) const;

 private:
  std::string Fresh();
  std::string AddConstant(OnnxType type, std::string_view raw,
                          const std::vector<std::int64_t>& dimensions);

  OnnxMessage nodes_;
  OnnxMessage constants_;
  OnnxMessage inputs_;
  OnnxMessage outputs_;
  std::size_t next_ = 0;
};

}  // namespace ri::models
