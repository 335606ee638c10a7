#pragma once

/// Deals that do not exist yet but will be won in a period: how many, how large, and whose.

#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "forecasting/new_business_fit.h"
#include "revenue/forecast_history.h"

namespace ri::revenue {

/// One period's new business of the whole company. The number of such deals is a negative binomial
/// count whose random rate is shared by the whole company; a part of the company gets its share of
/// the deals (a thinned count with the same size), so that the means of parts add up.
class NewBusinessOutlook {
 public:
  /// Part of the new business that the given reps bring; `reps` are rep indices, ascending.
  /// `unowned` adds what comes without an owner. Empty when nothing is expected.
  [[nodiscard]] std::optional<forecasting::NewBusiness> Of(std::span<const std::size_t> reps,
                                                           bool unowned) const;
  /// All of it.
  [[nodiscard]] std::optional<forecasting::NewBusiness> Total() const;

  [[nodiscard]] bool limited_history() const { return limited_history_; }
  [[nodiscard]] double size() const { return size_; }
  [[nodiscard]] std::size_t num_quarters() const { return num_quarters_; }

 private:
  friend Result<NewBusinessOutlook> EstimateNewBusiness(const ForecastView&,
                                                        std::span<const WonDeal>,
                                                        const book::Organisation&,
                                                        const domain::Period&, std::size_t);
  /// A segment and the share of it that is asked for; segments ascend.
  struct SegmentShare {
    std::size_t segment = 0;
    double share = 1;
  };
  [[nodiscard]] std::optional<forecasting::NewBusiness> Mix(
      std::span<const SegmentShare> shares) const;

  std::vector<forecasting::NewBusiness> segments_;
  std::vector<std::size_t> segment_of_rep_;  ///< out of range for reps of teams that never won
  std::size_t unowned_segment_ = 0;
  std::vector<double> share_of_rep_;  ///< of its segment; sums to 1 per segment
  double size_ = 1;
  std::size_t num_quarters_ = 0;
  bool limited_history_ = true;
};

/// Learns from the same stretch of up to `max_quarters` quarters that are over at the view's
/// moment; segments are teams. Nothing is expected of a quarter that is over.
[[nodiscard]] Result<NewBusinessOutlook> EstimateNewBusiness(const ForecastView& view,
                                                             std::span<const WonDeal> won,
                                                             const book::Organisation& organisation,
                                                             const domain::Period& dates,
                                                             std::size_t max_quarters = 12);

}  // namespace ri::revenue
