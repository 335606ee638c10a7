#pragma once

/// How the final amount of a won deal compares with the amount it carries now.

#include <span>
#include <vector>

#include "base/result.h"

namespace ri::forecasting {

struct RatioAtom {
  double ratio = 1;        ///< final amount / current amount, not negative
  double probability = 1;  ///< given that the deal is won
  friend bool operator==(const RatioAtom&, const RatioAtom&) = default;
};

/// A discrete law of the ratio, sorted by ratio, probabilities summing to 1. Shared by many deals.
class AmountRatio {
 public:
  /// The amount does not change.
  [[nodiscard]] static AmountRatio Certain();

  /// Sorts, merges equal ratios and normalises. Fails on an empty list, a negative or non-finite
  /// ratio, a negative probability or a total that is not 1 within 1e-9.
  [[nodiscard]] static Result<AmountRatio> FromAtoms(std::vector<RatioAtom> atoms);

  /// Mean 1 and the variance of a lognormal with log standard deviation `log_deviation`, on
  /// `num_atoms` points: for a deal without an amount, which carries its segment's mean instead.
  /// \pre log_deviation >= 0, num_atoms >= 2
  [[nodiscard]] static AmountRatio Lognormal(double log_deviation, std::size_t num_atoms = 15);

  [[nodiscard]] std::span<const RatioAtom> atoms() const { return atoms_; }
  [[nodiscard]] double mean() const { return mean_; }
  [[nodiscard]] double second_moment() const { return second_moment_; }
  [[nodiscard]] double largest() const { return atoms_.back().ratio; }

 private:
  explicit AmountRatio(std::vector<RatioAtom> atoms);
  std::vector<RatioAtom> atoms_;
  double mean_ = 1;
  double second_moment_ = 1;
};

/// Learns the law from ratios of past won deals: one atom at 1 with the observed share of
/// unchanged deals (within half a percent), the rest as `num_atoms` equal-count groups at their
/// means. The segment is shrunk to the pool with weight n / (n + shrinkage) (empirical Bayes with a
/// fixed prior strength in deals). Both lists hold final / current, positive; an empty segment
/// gives the pool's law, an empty pool the segment's, two empty lists Certain().
[[nodiscard]] AmountRatio FitAmountRatio(std::span<const double> segment,
                                         std::span<const double> pool, double shrinkage = 30,
                                         std::size_t num_atoms = 8);

}  // namespace ri::forecasting
