#pragma once

/// Win rates by stage (or another one-hot category), shrunk to the base rate: what can be said with
/// very few closed deals.

#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "models/labelled_rows.h"

namespace ri::models {

/// margin(row) = that of the first chosen column that holds 1, else the base margin.
struct StageTable {
  double base_margin = 0;            ///< logit of the overall rate
  std::vector<std::size_t> columns;  ///< one-hot columns of the encoded row
  std::vector<double> margins;       ///< one per chosen column
  std::size_t num_columns = 0;       ///< of an encoded row

  [[nodiscard]] double Margin(std::span<const float> row) const;
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> rows) const;

  friend bool operator==(const StageTable&, const StageTable&) = default;
};

/// Rate of a stage = (deals * snapshot rate + strength * base rate) / (deals + strength), where
/// `deals` counts distinct deals seen in the stage and the snapshot rate is the weighted mean label
/// of its rows. The base rate itself is (wins + 1/2) / (deals + 1) in deals, so that it is never 0
/// or 1. `columns` are the one-hot columns of one category. kUsage when lengths differ.
[[nodiscard]] Result<StageTable> FitStageTable(const LabelledRows& training,
                                               std::span<const std::uint32_t> deals,
                                               std::vector<std::size_t> columns,
                                               double prior_strength = 20);

}  // namespace ri::models
