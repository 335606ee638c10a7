#pragma once

/// A chance and a score are different things: `Probability` is in [0, 1] and comes from a
/// calibrator, `LogOdds` is a model's margin. There is no implicit way between them or to double.

#include <cmath>
#include <compare>

#include "base/assertion.h"

namespace ri::domain {

/// A model margin in log-odds; any finite or infinite value.
class LogOdds {
 public:
  explicit constexpr LogOdds(double value) : value_(value) {}
  [[nodiscard]] constexpr double value() const { return value_; }
  friend constexpr auto operator<=>(LogOdds, LogOdds) = default;

 private:
  double value_;
};

/// A calibrated chance in [0, 1].
class Probability {
 public:
  /// \pre 0 <= value <= 1
  explicit Probability(double value) : value_(value) { RI_ASSERT(value >= 0 && value <= 1); }
  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] Probability complement() const { return Probability(1 - value_); }
  friend auto operator<=>(Probability, Probability) = default;

 private:
  double value_;
};

/// 1 / (1 + exp(-x)), without overflow.
[[nodiscard]] inline double Logistic(double x) {
  if (x >= 0) {
    return 1 / (1 + std::exp(-x));
  }
  const double e = std::exp(x);
  return e / (1 + e);
}

/// ln(p / (1-p)); -inf at 0, +inf at 1.
[[nodiscard]] inline double Logit(double p) { return std::log(p) - std::log1p(-p); }

}  // namespace ri::domain
