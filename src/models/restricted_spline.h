#pragma once

/// Restricted cubic splines: cubic between the knots, straight beyond the outer ones. In all
/// functions `knots` are finite and strictly ascending, at least 3.
///
/// Beside x itself the basis has knots - 2 functions: Harrell's truncated powers, scaled by the
/// square of the outer distance. Source: Harrell, Regression Modeling Strategies, section 2.4.5.

#include <cstddef>
#include <span>
#include <vector>

namespace ri::models {

/// Value of basis function `term` (from 0) at x. \pre term < knots.size() - 2
[[nodiscard]] double SplineTerm(std::span<const double> knots, std::size_t term, double x);
/// Its first derivative.
[[nodiscard]] double SplineSlope(std::span<const double> knots, std::size_t term, double x);

/// Harrell's default knots: the 10, 50, 90 % quantiles for 3 knots, 5, 35, 65, 95 % for 4, 5, 27.5,
/// 50, 72.5, 95 % for 5. Empty when they do not all differ, so that no spline can be fitted.
/// \pre 3 <= count <= 5
[[nodiscard]] std::vector<double> QuantileKnots(std::span<const double> values, int count);

/// True when `knots` may be used here; for documents from outside.
[[nodiscard]] bool AreKnots(std::span<const double> knots);

}  // namespace ri::models
