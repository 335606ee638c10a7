#pragma once

/// The buyer's engagement: a first-order autoregression on nine levels, so that the future of a
/// deal can be computed exactly instead of sampled. Construction of Rouwenhorst (1995): same mean,
/// variance and autocorrelation as the continuous process, stationary law binomial.

#include <array>

#include "base/random.h"

namespace ri::synthetic {

inline constexpr int kEngagementLevels = 9;

class EngagementChain {
 public:
  using Row = std::array<double, kEngagementLevels>;

  /// `persistence` is the correlation from one week to the next. \pre 0 <= persistence < 1
  explicit EngagementChain(double persistence);

  /// Value of a level in standard deviations: -2.83 to 2.83 in equal steps.
  [[nodiscard]] static double Value(int level);
  [[nodiscard]] static int CentralLevel() { return kEngagementLevels / 2; }
  /// Probability of every level next week.
  [[nodiscard]] const Row& Next(int level) const {
    return transition_[static_cast<std::size_t>(level)];
  }
  [[nodiscard]] const std::array<Row, kEngagementLevels>& transition() const { return transition_; }

  [[nodiscard]] int DrawNext(int level, base::RandomStream& stream) const;
  [[nodiscard]] static int DrawStationary(base::RandomStream& stream);

 private:
  std::array<Row, kEngagementLevels> transition_{};
};

}  // namespace ri::synthetic
