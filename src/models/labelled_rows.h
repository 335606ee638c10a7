#pragma once

/// What every kind of head learns from.

#include <span>
#include <string_view>

#include "base/matrix.h"
#include "base/result.h"

namespace ri::models {

/// Encoded rows with labels. A view: what it looks at must outlive the call it is passed to.
struct LabelledRows {
  base::MatrixView<const float> rows;  ///< NaN = missing; infinite values are refused
  std::span<const double> labels;      ///< in [0, 1]; a share is a soft label
  std::span<const double> weights;     ///< empty = one each; else finite and >= 0
};

/// kUsage when there are no rows or columns or the lengths differ, kBadInput for a label outside
/// [0, 1], a weight that is negative or infinite, or an infinite value. `which` names the set in
/// the message: "training".
[[nodiscard]] Status CheckRows(const LabelledRows& data, std::string_view which);

}  // namespace ri::models
