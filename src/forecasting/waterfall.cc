#include "forecasting/waterfall.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

using Steps = std::array<double, kNumWaterfallSteps>;

double& At(Steps& steps, WaterfallStep step) { return steps[static_cast<std::size_t>(step)]; }

// Expected revenue of the deal in the period, in minor units.
double ValueOf(const DealStanding& standing) {
  switch (standing.status) {
    case DealStatus::kOpen:
      return static_cast<double>(standing.amount) * standing.probability;
    case DealStatus::kWon:
      return standing.in_period ? static_cast<double>(standing.amount) : 0;
    case DealStatus::kAbsent:
    case DealStatus::kLost:
      return 0;
  }
  return 0;
}

// The one step that a change of status is; empty when the deal was open at both dates, or won.
std::optional<WaterfallStep> StatusStep(const WaterfallItem& item) {
  const DealStatus before = item.before.status;
  const DealStatus after = item.after.status;
  if (before == after) {
    if (before == DealStatus::kWon && item.before.in_period != item.after.in_period) {
      return item.after.in_period ? WaterfallStep::kPulledIn : WaterfallStep::kSlippedOut;
    }
    return std::nullopt;
  }
  if (after == DealStatus::kAbsent) {
    return WaterfallStep::kRemoved;
  }
  if (before == DealStatus::kAbsent) {
    return WaterfallStep::kNew;
  }
  if (before == DealStatus::kLost) {
    return WaterfallStep::kReopened;
  }
  if (after == DealStatus::kLost) {
    return WaterfallStep::kLost;
  }
  if (before == DealStatus::kWon) {
    return WaterfallStep::kReopened;
  }
  // Open, now won: in this period, or in another one, which takes it out of this.
  return item.after.in_period ? WaterfallStep::kWon : WaterfallStep::kSlippedOut;
}

WaterfallStep AmountStep(const WaterfallItem& item) {
  return item.amount_at_old_rate >= item.before.amount ? WaterfallStep::kAmountUp
                                                       : WaterfallStep::kAmountDown;
}

Steps StepsOf(const WaterfallItem& item) {
  Steps steps{};
  if (const auto step = StatusStep(item); step.has_value()) {
    At(steps, *step) = ValueOf(item.after) - ValueOf(item.before);
    return steps;
  }
  const auto a0 = static_cast<double>(item.before.amount);
  const auto a1 = static_cast<double>(item.after.amount);
  const auto a1_old_rate = static_cast<double>(item.amount_at_old_rate);
  if (item.before.status == DealStatus::kWon) {
    if (item.before.in_period) {
      At(steps, AmountStep(item)) = a1_old_rate - a0;
      At(steps, WaterfallStep::kCurrency) = a1 - a1_old_rate;
    }
    return steps;
  }
  if (item.before.status != DealStatus::kOpen) {
    return steps;
  }
  const double q0 = item.before.probability;
  const double q1 = item.after.probability;
  const double mean_probability = (q0 + q1) / 2;
  const double mean_amount = (a0 + a1) / 2;
  At(steps, AmountStep(item)) = (a1_old_rate - a0) * mean_probability;
  At(steps, WaterfallStep::kCurrency) = (a1 - a1_old_rate) * mean_probability;
  if (item.before.in_period != item.after.in_period) {
    const WaterfallStep crossing =
        item.after.in_period ? WaterfallStep::kPulledIn : WaterfallStep::kSlippedOut;
    At(steps, crossing) = (q1 - q0) * mean_amount;
    return steps;
  }
  const double new_model = item.probability_new_model.value_or(q0);
  const double later_day = item.probability_later_day.value_or(new_model);
  At(steps, WaterfallStep::kProbabilityModel) = (new_model - q0) * mean_amount;
  At(steps, WaterfallStep::kProbabilityTime) = (later_day - new_model) * mean_amount;
  At(steps, WaterfallStep::kProbabilityFacts) = (q1 - later_day) * mean_amount;
  return steps;
}

Status CheckStanding(const DealStanding& standing, std::size_t num_nodes, const std::string& id) {
  if (!(standing.probability >= 0 && standing.probability <= 1)) {
    return Fail(ErrorCode::kBadInput, "Deal " + id + " has a probability outside [0, 1].");
  }
  for (std::size_t k = 0; k < standing.nodes.size(); ++k) {
    if (standing.nodes[k] >= num_nodes || (k > 0 && standing.nodes[k] <= standing.nodes[k - 1])) {
      return Fail(ErrorCode::kBadInput,
                  "The nodes of deal " + id + " are out of range or not ascending.");
    }
  }
  return {};
}

Status Check(std::span<const WaterfallItem> items,
             std::span<const WaterfallExpectation> expectations, std::size_t num_nodes) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::string& id = items[i].id.text();
    if (i > 0 && !(items[i - 1].id < items[i].id)) {
      return Fail(ErrorCode::kBadInput,
                  "Deals of a waterfall must be sorted by id; see " + id + ".");
    }
    RI_RETURN_IF_ERROR(CheckStanding(items[i].before, num_nodes, id));
    RI_RETURN_IF_ERROR(CheckStanding(items[i].after, num_nodes, id));
  }
  for (const WaterfallExpectation& expectation : expectations) {
    RI_RETURN_IF_ERROR(CheckStanding({DealStatus::kOpen, 0, 0, true, expectation.nodes}, num_nodes,
                                     "(not yet created)"));
  }
  return {};
}

std::vector<std::int64_t> RoundTogether(const std::vector<double>& values) {
  return RoundToTotal(values, std::llround(base::Sum(values)));
}

bool Contains(const std::vector<std::uint32_t>& nodes, std::uint32_t node) {
  return std::ranges::binary_search(nodes, node);
}

}  // namespace

std::string_view StepName(WaterfallStep step) {
  static constexpr std::array<std::string_view, kNumWaterfallSteps> kNames = {
      "new",       "won",       "lost",         "removed",       "reopened",    "slipped-out",
      "pulled-in", "amount-up", "amount-down",  "deal-facts",    "time-passed", "model",
      "currency",  "ownership", "new-business", "common-factors"};
  return kNames[static_cast<std::size_t>(step)];
}

std::vector<std::int64_t> RoundToTotal(std::span<const double> values, std::int64_t total) {
  std::vector<std::int64_t> rounded(values.size());
  std::int64_t left = total;
  for (std::size_t k = 0; k < values.size(); ++k) {
    rounded[k] = static_cast<std::int64_t>(std::floor(values[k]));
    left -= rounded[k];
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return values[a] - std::floor(values[a]) > values[b] - std::floor(values[b]);
  });
  RI_ASSERT(left >= 0 && left <= static_cast<std::int64_t>(values.size()));
  for (std::size_t k = 0; k < static_cast<std::size_t>(left); ++k) {
    ++rounded[order[k]];
  }
  return rounded;
}

Result<std::vector<Waterfall>> ComputeWaterfall(std::span<const WaterfallItem> items,
                                                std::span<const WaterfallExpectation> expectations,
                                                std::size_t num_nodes) {
  RI_RETURN_IF_ERROR(Check(items, expectations, num_nodes));
  std::vector<double> before;
  std::vector<double> after;
  for (const WaterfallItem& item : items) {
    before.push_back(ValueOf(item.before));
    after.push_back(ValueOf(item.after));
  }
  for (const WaterfallExpectation& expectation : expectations) {
    before.push_back(expectation.before);
    after.push_back(expectation.after);
  }
  const std::vector<std::int64_t> begin = RoundTogether(before);
  const std::vector<std::int64_t> end = RoundTogether(after);
  std::vector<Waterfall> nodes(num_nodes);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const WaterfallItem& item = items[i];
    Steps exact = StepsOf(item);
    // The rounding of both values is spread like the rest: the first step that moved takes it.
    const std::int64_t change = end[i] - begin[i];
    const double total = std::accumulate(exact.begin(), exact.end(), 0.0);
    const auto moved = std::ranges::find_if(exact, [](double x) { return x != 0; });
    (moved == exact.end() ? At(exact, WaterfallStep::kProbabilityFacts) : *moved) +=
        static_cast<double>(change) - total;
    const std::vector<std::int64_t> steps = RoundToTotal(exact, change);
    for (const std::uint32_t node : item.before.nodes) {
      nodes[node].begin += begin[i];
      if (!Contains(item.after.nodes, node)) {
        nodes[node].steps[static_cast<std::size_t>(WaterfallStep::kOwnership)] -= begin[i];
      }
    }
    for (const std::uint32_t node : item.after.nodes) {
      nodes[node].end += end[i];
      if (!Contains(item.before.nodes, node)) {
        nodes[node].steps[static_cast<std::size_t>(WaterfallStep::kOwnership)] += begin[i];
      }
      for (std::size_t step = 0; step < kNumWaterfallSteps; ++step) {
        nodes[node].steps[step] += steps[step];
      }
    }
  }
  for (std::size_t k = 0; k < expectations.size(); ++k) {
    const std::size_t i = items.size() + k;
    for (const std::uint32_t node : expectations[k].nodes) {
      nodes[node].begin += begin[i];
      nodes[node].end += end[i];
      nodes[node].steps[static_cast<std::size_t>(WaterfallStep::kNewBusiness)] += end[i] - begin[i];
    }
  }
  for (const Waterfall& node : nodes) {
    const std::int64_t steps =
        std::accumulate(node.steps.begin(), node.steps.end(), std::int64_t{0});
    RI_ASSERT(node.begin + steps == node.end);
  }
  return nodes;
}

DealStanding StandingAfter(const WaterfallItem& item, StepSet steps) {
  const auto happened = [steps](WaterfallStep step) { return (steps & Only(step)) != 0; };
  const bool moved = happened(WaterfallStep::kOwnership);
  // A deal that is gone, or was not there, has only one set of nodes.
  const bool was_there = item.before.status != DealStatus::kAbsent;
  const bool is_there = item.after.status != DealStatus::kAbsent;
  const auto& nodes = (moved && is_there) || !was_there ? item.after.nodes : item.before.nodes;
  if (const auto step = StatusStep(item); step.has_value()) {
    DealStanding standing = happened(*step) ? item.after : item.before;
    standing.nodes = nodes;
    return standing;
  }
  DealStanding standing = item.before;
  standing.nodes = nodes;
  const std::int64_t resized =
      happened(AmountStep(item)) ? item.amount_at_old_rate - item.before.amount : 0;
  const std::int64_t exchanged =
      happened(WaterfallStep::kCurrency) ? item.after.amount - item.amount_at_old_rate : 0;
  standing.amount = item.before.amount + resized + exchanged;
  if (item.before.status != DealStatus::kOpen) {
    return standing;
  }
  const double q0 = item.before.probability;
  const double q1 = item.after.probability;
  if (item.before.in_period != item.after.in_period) {
    const WaterfallStep crossing =
        item.after.in_period ? WaterfallStep::kPulledIn : WaterfallStep::kSlippedOut;
    if (happened(crossing)) {
      standing.probability = q1;
      standing.in_period = item.after.in_period;
    }
    return standing;
  }
  const double new_model = item.probability_new_model.value_or(q0);
  const double later_day = item.probability_later_day.value_or(new_model);
  const double probability =
      q0 + (happened(WaterfallStep::kProbabilityModel) ? new_model - q0 : 0) +
      (happened(WaterfallStep::kProbabilityTime) ? later_day - new_model : 0) +
      (happened(WaterfallStep::kProbabilityFacts) ? q1 - later_day : 0);
  standing.probability = std::clamp(probability, 0.0, 1.0);
  return standing;
}

}  // namespace ri::forecasting
