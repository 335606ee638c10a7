#pragma once

/// Encodes single rows whose values are named: what arrives over the wire, without a table around
/// it.

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "features/feature_table.h"
#include "models/feature_encoder.h"

namespace ri::models {

/// Gives what FeatureEncoder::Encode gives for a table of the same values. Looking names up is
/// prepared once, so that a row costs its own values. Immutable; safe to share between threads.
class RowEncoder {
 public:
  RowEncoder() = default;
  /// `definitions` are the features of the model, those without a column included.
  RowEncoder(const FeatureEncoder& encoder,
             std::span<const features::FeatureDefinition> definitions);

  [[nodiscard]] std::size_t num_columns() const { return empty_row_.size(); }
  /// Index into the definitions; empty for a name the model does not know.
  [[nodiscard]] std::optional<std::size_t> Find(std::string_view name) const;
  [[nodiscard]] features::FeatureKind kind(std::size_t feature) const {
    return features_[feature].kind;
  }

  /// The columns of a row in which everything is missing; values are set on a copy of it.
  [[nodiscard]] std::span<const float> empty_row() const { return empty_row_; }
  /// \pre kind(feature) is kNumeric
  void SetNumber(std::size_t feature, float value, std::span<float> row) const;
  /// A label without a column counts as "(other)". \pre kind(feature) is kCategory
  void SetLabel(std::size_t feature, std::string_view label, std::span<float> row) const;

 private:
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  template <typename Value>
  using ByText = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  static constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

  struct Feature {
    features::FeatureKind kind = features::FeatureKind::kNumeric;
    std::size_t first = kNoColumn;  ///< column of a number
    std::size_t missing = kNoColumn;
    std::size_t other = kNoColumn;
    std::vector<std::size_t> columns;  ///< of a category
    ByText<std::size_t> labels;        ///< to columns
  };

  std::vector<Feature> features_;
  ByText<std::size_t> positions_;
  std::vector<float> empty_row_;
};

}  // namespace ri::models
