#pragma once

/// How often each part of a feature's range was seen: all that drift detection keeps of a week.
///
/// The cuts are fixed once, from the rows a model was trained on, so that every later week is
/// counted alike and two weeks are compared without either's rows. A sketch costs a few hundred
/// bytes per feature whatever the number of rows.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ri::monitoring {

/// Where one feature is cut. Numeric: bin b holds values v with edges[b-1] <= v < edges[b], so
/// there are edges.size() + 1 bins; the last slot counts missing values. Categorical: one bin per
/// known label, then one for labels never seen in training, then missing.
struct FeatureBins {
  std::string name;
  std::vector<float> edges;         ///< numeric: ascending, no duplicates
  double low = 0;                   ///< numeric: 1st and 99th percentile of the reference; they
  double high = 0;                  ///< stand for the open ends when distances are measured
  std::vector<std::string> labels;  ///< categorical: known labels, sorted; empty for numeric
  bool categorical = false;

  /// Slots of a sketch, missing and unknown included.
  [[nodiscard]] std::size_t num_slots() const {
    return categorical ? labels.size() + 2 : edges.size() + 2;
  }
  [[nodiscard]] std::size_t missing_slot() const { return num_slots() - 1; }
  /// \pre categorical
  [[nodiscard]] std::size_t unknown_slot() const { return labels.size(); }
  friend bool operator==(const FeatureBins&, const FeatureBins&) = default;
};

/// Cuts at equal shares of the reference's values; fewer bins where values repeat. NaN = missing.
/// O(n log n).
[[nodiscard]] FeatureBins CutNumeric(std::string name, std::span<const float> reference,
                                     std::size_t max_bins = 20);
[[nodiscard]] FeatureBins CutCategorical(std::string name, std::vector<std::string> labels);

/// Counts by slot. Sums of sketches are sketches of the union.
using FeatureSketch = std::vector<std::uint32_t>;

/// Counts `values` of column `column` in a row-major block of `num_columns` columns.
/// O(rows log bins); no allocation besides the result.
[[nodiscard]] FeatureSketch SketchNumeric(const FeatureBins& bins, const float* values,
                                          std::size_t num_rows, std::size_t num_columns,
                                          std::size_t column);
/// `labels` are the texts behind the category numbers in `values`.
[[nodiscard]] FeatureSketch SketchCategorical(const FeatureBins& bins, const float* values,
                                              std::size_t num_rows, std::size_t num_columns,
                                              std::size_t column,
                                              std::span<const std::string> labels);

/// sum += sketch. \pre equal sizes
void AddTo(FeatureSketch& sum, const FeatureSketch& sketch);

}  // namespace ri::monitoring
