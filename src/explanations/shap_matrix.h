#pragma once

/// What every explainer returns: one additive split per row.

#include <cstddef>
#include <span>

#include "base/matrix.h"
#include "base/result.h"

namespace ri::explanations {

/// Contributions in log-odds. For every row, `base_value` plus the sum of the row equals the margin
/// of the model on that row; how closely is the promise of the explainer that made it.
struct ShapMatrix {
  base::Matrix<double> values;  ///< rows x features, in the order of the rows given
  double base_value = 0;        ///< log-odds; mean margin over the background
};

/// Largest |margin - (base + sum)| that an explanation in double may show.
inline constexpr double kAdditivityTolerance = 1e-9;

/// kInternal when a row does not add up to its margin within `tolerance`; the message names the
/// row and the gap.
[[nodiscard]] Status CheckAdditivity(const ShapMatrix& shap, std::span<const double> margins,
                                     double tolerance = kAdditivityTolerance);

}  // namespace ri::explanations
