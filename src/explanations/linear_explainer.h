#pragma once

/// Shapley values of a linear margin: phi_j = beta_j (x_j - E x_j), exact for the interventional
/// game.

#include <span>

#include "base/matrix.h"
#include "base/result.h"
#include "explanations/shap_matrix.h"

namespace ri::explanations {

/// A linear margin over complete (already imputed, encoded) columns.
struct LinearModel {
  std::span<const double> coefficients;  ///< log-odds per unit of the column
  double intercept = 0;                  ///< log-odds
};

/// Splits the margin of every row; `background_means` are the means of the same columns. kBadInput
/// when a row holds a missing value, kUsage when the sizes differ.
[[nodiscard]] Result<ShapMatrix> ExplainLinear(const LinearModel& model,
                                               std::span<const double> background_means,
                                               base::MatrixView<const double> rows);

}  // namespace ri::explanations
