#pragma once

/// Intervals of a share.

namespace ri::metrics {

struct ShareInterval {
  double low = 0;
  double high = 1;

  friend bool operator==(const ShareInterval&, const ShareInterval&) = default;
};

/// Jeffreys interval: quantiles of Beta(events + 1/2, trials - events + 1/2); the lower end is 0
/// without events and the upper end 1 without non-events (Brown, Cai, DasGupta 2001). Counts may be
/// fractional (weights). No trials give [0, 1]. \pre 0 <= events <= trials, 0 < confidence < 1
[[nodiscard]] ShareInterval JeffreysInterval(double events, double trials, double confidence);

/// Quantile of the beta distribution. \pre a, b > 0, 0 <= level <= 1
[[nodiscard]] double BetaQuantile(double a, double b, double level);

}  // namespace ri::metrics
