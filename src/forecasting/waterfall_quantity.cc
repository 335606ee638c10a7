#include "forecasting/waterfall_quantity.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "base/assertion.h"

namespace ri::forecasting {
namespace {

constexpr std::size_t kNumQuantities = 5;
using Quantities = std::array<double, kNumQuantities>;

bool InNode(const DealStanding& standing, std::uint32_t node) {
  return std::ranges::binary_search(standing.nodes, node);
}

// Whether the deal brings the node anything else with one step undone.
bool Touches(const WaterfallItem& item, WaterfallStep step, std::uint32_t node) {
  for (const StepSet others : {kAllSteps & ~Only(step), StepSet{0}}) {
    const DealStanding with = StandingAfter(item, others | Only(step));
    const DealStanding without = StandingAfter(item, others);
    const bool inside = InNode(with, node);
    if (inside != InNode(without, node) ||
        (inside &&
         (with.status != without.status || with.amount != without.amount ||
          with.probability != without.probability || with.in_period != without.in_period))) {
      return true;
    }
  }
  return false;
}

bool SameSpread(const QuantitySpread& a, const QuantitySpread& b) {
  const auto same_law = [](const AmountRatio& x, const AmountRatio& y) {
    return std::ranges::equal(x.atoms(), y.atoms(), [](const RatioAtom& p, const RatioAtom& q) {
      return p.ratio == q.ratio && p.probability == q.probability;
    });
  };
  return a.model == b.model && a.scale == b.scale && a.amount_ratio == b.amount_ratio &&
         std::ranges::equal(a.amount_ratios, b.amount_ratios, same_law);
}

std::vector<WaterfallStep> StepsAtWork(const QuantityWaterfallInput& input) {
  std::vector<WaterfallStep> steps;
  for (std::size_t k = 0; k < kNumWaterfallSteps; ++k) {
    const auto step = static_cast<WaterfallStep>(k);
    const bool at_work =
        step == WaterfallStep::kSpread ? !SameSpread(input.spread_before, input.spread_after)
        : step == WaterfallStep::kNewBusiness
            ? !input.new_business_before.empty() || !input.new_business_after.empty()
            : std::ranges::any_of(input.items, [&](const WaterfallItem& item) {
                return Touches(item, step, input.node);
              });
    if (at_work) {
      steps.push_back(step);
    }
  }
  return steps;
}

Result<Quantities> QuantitiesAfter(const QuantityWaterfallInput& input, StepSet steps,
                                   std::size_t max_cells) {
  const QuantitySpread& spread =
      (steps & Only(WaterfallStep::kSpread)) != 0 ? input.spread_after : input.spread_before;
  ForecastBook book;
  book.amount_ratios = spread.amount_ratios;
  ForecastNode node;
  node.name = "waterfall";
  for (std::size_t i = 0; i < input.items.size(); ++i) {
    const DealStanding standing = StandingAfter(input.items[i], steps);
    if (!InNode(standing, input.node)) {
      continue;
    }
    const double amount = static_cast<double>(standing.amount) / input.major_unit;
    if (standing.status == DealStatus::kWon && standing.in_period) {
      node.booked[0] += amount;
    } else if (standing.status == DealStatus::kOpen && standing.probability > 0) {
      node.deals.push_back(static_cast<std::uint32_t>(book.deals.size()));
      book.deals.push_back({input.items[i].id, standing.probability, 0, amount,
                            spread.amount_ratio[i], input.team[i]});
    }
  }
  book.new_business = (steps & Only(WaterfallStep::kNewBusiness)) != 0 ? input.new_business_after
                                                                       : input.new_business_before;
  for (std::uint32_t k = 0; k < book.new_business.size(); ++k) {
    node.new_business[0].push_back(k);
  }
  ForecastOptions options = input.options;
  options.max_cells = max_cells;
  RI_ASSIGN_OR_RETURN(const ForecastEngine engine,
                      ForecastEngine::Create(std::move(book), spread.model, options));
  RI_ASSIGN_OR_RETURN(const NodeForecast forecast, engine.Forecast(node, ForecastPeriod::kCurrent));
  const Distribution law = forecast.distribution.ScaledAboutMedian(spread.scale);
  return Quantities{forecast.mean(), law.Quantile(.1), law.Quantile(.5), law.Quantile(.9),
                    input.quota.has_value() ? law.ProbabilityAtLeast(*input.quota) : 0};
}

// Makes the steps add up to `change`: the larger a step, the more of the gap it takes.
void CloseGap(double change, std::vector<double>& shares) {
  double sum = 0;
  double size = 0;
  for (const double share : shares) {
    sum += share;
    size += std::fabs(share);
  }
  for (double& share : shares) {
    share += (change - sum) *
             (size > 0 ? std::fabs(share) / size : 1 / static_cast<double>(shares.size()));
  }
}

}  // namespace

Result<QuantityWaterfalls> ComputeQuantityWaterfalls(const QuantityWaterfallInput& input) {
  if (input.team.size() != input.items.size() ||
      input.spread_before.amount_ratio.size() != input.items.size() ||
      input.spread_after.amount_ratio.size() != input.items.size() || !(input.major_unit > 0)) {
    return Fail(ErrorCode::kUsage,
                "A waterfall needs the team and, of both dates, the amount ratio of every deal.");
  }
  const std::size_t step_cells = input.step_cells > 0
                                     ? std::min(input.step_cells, input.options.max_cells)
                                     : input.options.max_cells;
  const std::vector<WaterfallStep> players = StepsAtWork(input);
  RI_ASSIGN_OR_RETURN(const Quantities begin, QuantitiesAfter(input, 0, input.options.max_cells));
  RI_ASSIGN_OR_RETURN(const Quantities end,
                      QuantitiesAfter(input, kAllSteps, input.options.max_cells));
  std::unordered_map<std::uint32_t, Quantities> known;
  std::optional<Error> error;
  const auto valued = [&](std::uint32_t set) -> const Quantities& {
    const auto [at, fresh] = known.try_emplace(set);
    if (fresh) {
      StepSet steps = 0;
      for (std::size_t k = 0; k < players.size(); ++k) {
        steps |= (set >> k & 1U) != 0 ? Only(players[k]) : 0;
      }
      if (auto quantities = QuantitiesAfter(input, steps, step_cells); quantities.has_value()) {
        at->second = *quantities;
      } else {
        error = std::move(quantities).error();
      }
    }
    return at->second;
  };
  QuantityWaterfalls result;
  const std::array<QuantityWaterfall*, kNumQuantities> outputs = {
      &result.mean, &result.p10, &result.p50, &result.p90, &result.quota_probability};
  for (std::size_t q = 0; q < kNumQuantities; ++q) {
    outputs[q]->begin = begin[q];
    outputs[q]->end = end[q];
    auto shares = ShapleyValues(
        players.size(), [&](std::uint32_t set) { return valued(set)[q]; }, input.shapley);
    if (error.has_value()) {
      return std::unexpected(*error);
    }
    CloseGap(end[q] - begin[q], shares);
    for (std::size_t k = 0; k < players.size(); ++k) {
      outputs[q]->steps[static_cast<std::size_t>(players[k])] = shares[k];
    }
  }
  return result;
}

}  // namespace ri::forecasting
