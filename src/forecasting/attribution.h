#pragma once

/// Which deals carry the risk of a node's forecast, in shares that add up.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "forecasting/node_spectrum.h"

namespace ri::forecasting {

struct AttributionOptions {
  double tail = 0.1;            ///< level of the downside, 0 < tail < 1
  std::optional<double> quota;  ///< target of the node; without it the swing is not computed
  int num_threads = 1;          ///< never changes the result
};

struct DealRisk {
  std::uint32_t deal = 0;  ///< index into the book
  /// Cov(X, R) / Var(R): share of the variance (Euler). All shares and new business sum to 1.
  double variance_share = 0;
  /// E[X | R <= tail quantile]: what the deal still brings in a bad period. With booked revenue and
  /// new business these sum to the mean of the tail (Tasche 1999).
  double downside_mean = 0;
  double mean = 0;  ///< E[X]
  /// P(R >= quota) given that the deal is won, and given that it is not. Absent without a quota or
  /// when the deal is certain to end one way. Both include what the outcome says about the common
  /// factors.
  std::optional<double> quota_if_won;
  std::optional<double> quota_if_not;

  /// How much of the chance to reach the quota the deal decides.
  [[nodiscard]] double swing() const {
    return quota_if_won.has_value() ? *quota_if_won - *quota_if_not : 0;
  }
};

struct RiskAttribution {
  double tail_threshold = 0;    ///< quantile of R at the tail level
  double tail_probability = 0;  ///< P(R <= tail_threshold), at least the level
  double tail_mean = 0;         ///< E[R | R <= tail_threshold]
  double variance = 0;          ///< in closed form
  double booked = 0;            ///< certain in both
  double new_business_variance_share = 0;
  double new_business_downside_mean = 0;
  double new_business_mean = 0;
  double quota_probability = 0;  ///< P(R >= quota), 0 without a quota
  std::vector<DealRisk> deals;   ///< every deal of the node that can bring revenue, by book index
};

/// Exact shares from the node's retained transforms: each deal's factor is divided out once per
/// live frequency, or the product is taken again without it where the factor comes too close to
/// zero. Cost: deals x lanes x live frequencies. \pre the spectrum was computed with `retain`
[[nodiscard]] Result<RiskAttribution> AttributeRisk(const NodeSpectrum& spectrum,
                                                    const AttributionOptions& options);

/// Deals by descending |swing|, ties by book index: the ones that make or break the quota.
[[nodiscard]] std::vector<DealRisk> MakeOrBreak(const RiskAttribution& attribution,
                                                std::size_t count);

/// Deals whose amount exceeds `share` of the median: the law may have two humps, and the forecast
/// is better told as one with and one without them.
[[nodiscard]] std::vector<std::uint32_t> DominantDeals(const ForecastBook& book,
                                                       const ForecastNode& node,
                                                       ForecastPeriod period, double median,
                                                       double share = 0.25);

}  // namespace ri::forecasting
