#pragma once

/// From catalogue features to the columns a model reads: categories become one-hot columns, columns
/// that never vary in training are dropped, numbers pass unchanged.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "features/feature_table.h"

namespace ri::models {

/// One column of the encoded matrix.
struct EncodedColumn {
  enum class Kind {
    kNumber,   ///< the feature itself; NaN = missing
    kLabel,    ///< 1 when the category has this label, else 0
    kMissing,  ///< 1 when the category is missing
    kOther,    ///< 1 when the category has a label without a column of its own
  };
  std::string name;         ///< "amount", "industry = Retail", "industry = (other)"
  std::size_t feature = 0;  ///< index into FeatureEncoder::feature_names()
  Kind kind = Kind::kNumber;
  std::string label;  ///< of kLabel
  int monotone = 0;   ///< expected sign on the win probability; 0 for categories

  friend bool operator==(const EncodedColumn&, const EncodedColumn&) = default;
};

struct EncoderOptions {
  std::size_t max_labels = 12;      ///< one-hot columns per category, most frequent first
  std::size_t min_label_rows = 20;  ///< rarer labels fall under "(other)"
};

/// Fitted on training rows, applied to any table. Category columns never hold NaN. A label that
/// training did not see counts as "(other)"; where training had no such rows, all columns of the
/// category are 0. Immutable; safe to share between threads.
class FeatureEncoder {
 public:
  FeatureEncoder() = default;

  /// Learns the columns from the given rows of `table`. Column order: features in table order,
  /// labels of one feature by frequency, then by name, "(other)" and "(missing)" last. A column
  /// that has one value in all rows (missing counts as a value) is left out. kRefused when nothing
  /// varies, kBadInput when a row has a category index without a label.
  [[nodiscard]] static Result<FeatureEncoder> Fit(const features::FeatureTable& table,
                                                  std::span<const std::size_t> rows,
                                                  const EncoderOptions& options = {});

  /// [table.rows x columns()]. Features are found by name; one that the table lacks is missing in
  /// every row. kBadInput when a feature has changed its kind or a label index is out of range.
  [[nodiscard]] Result<base::Matrix<float>> Encode(const features::FeatureTable& table) const;

  [[nodiscard]] const std::vector<EncodedColumn>& columns() const { return columns_; }
  [[nodiscard]] std::vector<std::string> ColumnNames() const;
  /// Source feature of each column: for folding explanations back to fields.
  [[nodiscard]] std::vector<std::size_t> SourceFeatures() const;
  /// Expected sign of each column: for monotone training.
  [[nodiscard]] std::vector<int> MonotoneSigns() const;
  /// All features of the training table, in its order.
  [[nodiscard]] const std::vector<std::string>& feature_names() const { return feature_names_; }
  /// Features that have columns but are absent from `table`: a degraded mode worth showing.
  [[nodiscard]] std::vector<std::string> AbsentFrom(const features::FeatureTable& table) const;

  /// One JSON document; equal encoders give equal bytes.
  [[nodiscard]] std::string ToJson() const;
  /// kBadInput for anything ToJson would not write.
  [[nodiscard]] static Result<FeatureEncoder> FromJson(std::string_view json);

  friend bool operator==(const FeatureEncoder&, const FeatureEncoder&) = default;

 private:
  std::vector<std::string> feature_names_;
  std::vector<EncodedColumn> columns_;
};

}  // namespace ri::models
