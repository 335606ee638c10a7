#pragma once

/// A revenue distribution on an even money grid: the value everything in forecasting returns.

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"

namespace ri::forecasting {

/// Probability masses at the points origin + k * cell, k = 0 .. size-1, in major units of the
/// reporting currency. Masses are not negative and sum to 1. Immutable; safe to share between
/// threads. Quantiles and tail probabilities are those of the discrete law: exact for atoms that
/// lie on the grid, otherwise within one cell.
class Distribution {
 public:
  /// All mass on one value, for example a period that has ended.
  [[nodiscard]] static Distribution Point(double value);

  /// Takes masses that sum to 1 within 1e-9 and normalises them; leading and trailing zeros are
  /// dropped. Fails on an empty list, a negative or non-finite mass, or a cell that is not
  /// positive.
  [[nodiscard]] static Result<Distribution> FromMasses(double origin, double cell,
                                                       std::vector<double> masses);

  /// Law of the values `samples`, each with the same weight, on a grid of at most `max_cells`
  /// points; each value is split between its two neighbours so that the mean is kept.
  [[nodiscard]] static Result<Distribution> FromSamples(std::span<const double> samples,
                                                        std::size_t max_cells = 4096);

  [[nodiscard]] double origin() const { return origin_; }
  [[nodiscard]] double cell() const { return cell_; }
  [[nodiscard]] std::size_t size() const { return masses_.size(); }
  [[nodiscard]] std::span<const double> masses() const { return masses_; }
  [[nodiscard]] double value(std::size_t k) const {
    return origin_ + cell_ * static_cast<double>(k);
  }

  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double variance() const { return variance_; }
  [[nodiscard]] double standard_deviation() const;

  /// P(R <= x). A grid point counts as reached within a thousandth of a cell. O(log n).
  [[nodiscard]] double Cdf(double x) const;
  /// P(R < x), the left limit of the distribution function.
  [[nodiscard]] double CdfBelow(double x) const { return 1 - ProbabilityAtLeast(x); }
  /// P(R >= x), for example the chance to reach a quota.
  [[nodiscard]] double ProbabilityAtLeast(double x) const;
  /// Smallest grid value v with P(R <= v) >= p. \pre 0 <= p <= 1
  [[nodiscard]] double Quantile(double p) const;
  /// E[(x - R)+], the expected amount by which R falls short of x.
  [[nodiscard]] double ExpectedShortfallBelow(double x) const;
  /// E[R | R <= Quantile(p)].
  [[nodiscard]] double LowerTailMean(double p) const;
  /// Continuous ranked probability score against the outcome y, in money; lower is better.
  /// Integral of (F(x) - 1{x >= y})^2 (Gneiting and Raftery 2007). O(n).
  [[nodiscard]] double Crps(double y) const;

  /// median + lambda (R - median), the width repair. \pre lambda > 0
  [[nodiscard]] Distribution ScaledAboutMedian(double lambda) const;
  [[nodiscard]] Distribution Shifted(double amount) const;

 private:
  Distribution(double origin, double cell, std::vector<double> masses);

  double origin_ = 0;
  double cell_ = 1;
  double mean_ = 0;
  double variance_ = 0;
  std::vector<double> masses_;
  std::vector<double> cumulative_;
};

}  // namespace ri::forecasting
