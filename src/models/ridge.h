#pragma once

/// Ridge logistic regression: the model of the lower rungs of the ladder, where trees would learn
/// noise.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "models/labelled_rows.h"

namespace ri::models {

/// One standardised function of a column: coefficient * (f(x) - mean) / scale.
struct LinearTerm {
  double coefficient = 0;  ///< log-odds per scale
  double mean = 0;
  double scale = 1;  ///< > 0: standard deviation; one half for flags

  friend bool operator==(const LinearTerm&, const LinearTerm&) = default;
};

/// How one input column enters. Terms: the value, the spline functions, the missing indicator, as
/// far as they vary in training; none for a column that says nothing.
struct LinearColumn {
  double median = 0;          ///< stands in for a missing value
  double lowest = 0;          ///< training range: values beyond are moved to its end, because
  double highest = 0;         ///< a line has no reason to go on outside
  std::vector<double> knots;  ///< of the restricted cubic spline; empty = straight line
  bool has_missing = false;   ///< the last term is the missing indicator
  std::vector<LinearTerm> terms;

  friend bool operator==(const LinearColumn&, const LinearColumn&) = default;
};

/// margin(row) = intercept + sum over columns of contribution. Contributions are zero on average
/// over the training rows, and therefore the exact Shapley values of the margin against them: the
/// model is additive over columns. Immutable once built; safe to share between threads.
struct LinearModel {
  double intercept = 0;  ///< log-odds; the mean training margin
  std::vector<LinearColumn> columns;

  [[nodiscard]] double Contribution(std::size_t column, float value) const;
  /// One per input column, in log-odds. \pre row.size() == columns.size()
  [[nodiscard]] std::vector<double> Contributions(std::span<const float> row) const;
  /// intercept + contributions, added in column order.
  [[nodiscard]] double Margin(std::span<const float> row) const;
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> rows) const;

  friend bool operator==(const LinearModel&, const LinearModel&) = default;
};

struct RidgeOptions {
  /// Penalty / 2 * sum of squared coefficients is added to the weighted log loss sum: the prior
  /// standard deviation of a coefficient is 1 / sqrt(penalty).
  double penalty = 4;
  /// 0 = straight lines; 3 or 4 = restricted cubic splines where a column has enough distinct
  /// values for the knots.
  int spline_knots = 0;
};

/// Newton's method (iteratively reweighted least squares), deterministic. Missing values become the
/// column's training median with an indicator beside it. The intercept is not penalised.
/// kUsage and kBadInput as CheckRows; kUsage for a penalty that is not positive or a number of
/// knots other than 0, 3, 4; kRefused when all weight is on one class. Cost: about 8 passes of rows
/// * terms^2 / 2; keeps rows * terms doubles.
[[nodiscard]] Result<LinearModel> FitRidge(const LabelledRows& training,
                                           const RidgeOptions& options);

}  // namespace ri::models
