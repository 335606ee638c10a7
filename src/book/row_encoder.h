#pragma once

/// The model's encoding of single feature rows, prepared for one table's features and labels.

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "features/feature_table.h"
#include "models/feature_encoder.h"

namespace ri::book {

/// Gives the same bytes as FeatureEncoder::Encode without looking at names again: a row costs its
/// columns. Thread safety: const methods may run at the same time.
class RowEncoder {
 public:
  /// `schema` gives features and labels; its rows are not looked at. \pre the encoder has encoded a
  /// table of this schema
  RowEncoder(const models::FeatureEncoder& encoder, const features::FeatureTable& schema);

  [[nodiscard]] std::size_t num_fields() const { return num_fields_; }
  [[nodiscard]] std::vector<float> Encode(std::span<const float> fields) const;
  /// Contributions of encoded columns added up per field of the schema, in column order.
  [[nodiscard]] std::vector<double> Fold(std::span<const double> columns) const;

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  /// One category: which column each of the table's labels lights up.
  struct Category {
    std::size_t field = kNone;  ///< kNone: the schema lacks it
    std::size_t missing = kNone;
    std::vector<std::size_t> column_of_label;
  };
  struct Number {
    std::size_t column = 0;
    std::size_t field = kNone;
  };

  std::size_t num_fields_ = 0;
  std::size_t num_columns_ = 0;
  std::vector<Number> numbers_;
  std::vector<Category> categories_;
  std::vector<std::size_t> field_of_column_;
};

}  // namespace ri::book
