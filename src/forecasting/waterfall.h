#pragma once

/// What moved the expected revenue of a period between two dates, to the cent, at every node.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/identifier.h"

namespace ri::forecasting {

enum class WaterfallStep {
  kNew,  ///< the deal was not known at the first date
  kWon,  ///< won in the period: final amount less what was expected
  kLost,
  kRemoved,     ///< deleted or merged into another deal
  kReopened,    ///< open again after it was lost, or a win taken back
  kSlippedOut,  ///< open, its commit date left the period
  kPulledIn,    ///< open, its commit date entered the period
  kAmountUp,
  kAmountDown,
  kProbabilityFacts,  ///< the deal itself changed
  kProbabilityTime,   ///< the same facts on a later day
  kProbabilityModel,  ///< another model version on the same facts
  kCurrency,          ///< the exchange rate of the date
  kOwnership,         ///< the deal moved into or out of the node
  kNewBusiness,       ///< expectation of deals not yet created
  kSpread,            ///< what is assumed of spread and dependence; never moves the mean
};
inline constexpr std::size_t kNumWaterfallSteps = 16;

/// "new", "won", "slipped-out": stable names for JSON and tables.
[[nodiscard]] std::string_view StepName(WaterfallStep step);

enum class DealStatus { kAbsent, kOpen, kWon, kLost };

/// One deal as it stood at one date. Money in minor units of the reporting currency, converted with
/// the rate of that date.
struct DealStanding {
  DealStatus status = DealStatus::kAbsent;
  std::int64_t amount = 0;
  double probability = 0;            ///< P(won in the period) while open
  bool in_period = false;            ///< open: commit date inside the period; won: closed inside it
  std::vector<std::uint32_t> nodes;  ///< nodes that contain the deal, ascending
};

/// One deal at both dates.
struct WaterfallItem {
  domain::DealId id;
  DealStanding before;
  DealStanding after;
  std::int64_t amount_at_old_rate = 0;  ///< the later amount converted with the earlier rate
  /// The earlier facts on the earlier day under the later model version, and then on the later day.
  /// Without them the whole change of probability counts as facts.
  std::optional<double> probability_new_model;
  std::optional<double> probability_later_day;
};

/// Expected revenue of deals not yet created, of one segment at both dates, in minor units.
struct WaterfallExpectation {
  double before = 0;
  double after = 0;
  std::vector<std::uint32_t> nodes;  ///< ascending
};

struct Waterfall {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::array<std::int64_t, kNumWaterfallSteps> steps{};

  [[nodiscard]] std::int64_t operator[](WaterfallStep step) const {
    return steps[static_cast<std::size_t>(step)];
  }
};

/// One waterfall per node 0 .. num_nodes-1; begin + all steps = end to the cent in each, and a node
/// that is the disjoint union of others equals their sum in every entry. The order rule: a change
/// of status decides the step alone; a deal open at both dates splits into amount (a1 - a0)(q1 +
/// q0)/2, of which the part from exchange rates is currency, and probability (q1 - q0)(a1 + a0)/2
/// (Shapley values of the product), which is one step when the commit date crossed the period's end
/// and facts, time and model otherwise; a deal that changed nodes moves first, at its earlier
/// value, and everything else happens at its later nodes. Values of single deals are rounded so
/// that all deals together keep their total (largest remainder), and so are the steps of a deal.
/// Fails on items that are not sorted by id, probabilities outside [0, 1] or nodes out of range.
[[nodiscard]] Result<std::vector<Waterfall>> ComputeWaterfall(
    std::span<const WaterfallItem> items, std::span<const WaterfallExpectation> expectations,
    std::size_t num_nodes);

/// Whole numbers nearest to `values` whose sum is `total`: floors, then one more to the largest
/// remainders, ties by position. \pre total is within values.size() of the values' sum
[[nodiscard]] std::vector<std::int64_t> RoundToTotal(std::span<const double> values,
                                                     std::int64_t total);

/// Which steps have happened; all = the later date.
using StepSet = std::uint32_t;
[[nodiscard]] inline StepSet Only(WaterfallStep step) {
  return StepSet{1} << static_cast<unsigned>(step);
}
inline constexpr StepSet kAllSteps = (StepSet{1} << kNumWaterfallSteps) - 1;

/// The deal as if only `steps` had happened between the dates: status, amount, probability, nodes.
/// Its expected value is the same function whose Shapley values the waterfall prints.
[[nodiscard]] DealStanding StandingAfter(const WaterfallItem& item, StepSet steps);

}  // namespace ri::forecasting
