#include "forecasting/node_layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/sum.h"

namespace ri::forecasting {
namespace {

// Neighbouring nodes of a factor may be this many conditional standard deviations apart: the ripple
// of the mixture is then below 2 exp(-2 pi^2 / 1.1^2) = 2e-7.
constexpr double kNodeDistance = 1.1;

double NormalDensity(double x) {
  return std::isfinite(x) ? std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi) : 0.0;
}

const AmountRatio* RatioOf(const ForecastDeal& deal, const ForecastBook& book) {
  return deal.amount_ratio < 0 ? nullptr
                               : &book.amount_ratios[static_cast<std::size_t>(deal.amount_ratio)];
}

double MeanAmount(const ForecastDeal& deal, const ForecastBook& book) {
  const AmountRatio* ratio = RatioOf(deal, book);
  return ratio == nullptr ? deal.amount : deal.amount * ratio->mean();
}

void AppendAmounts(const ForecastDeal& deal, const ForecastBook& book,
                   std::vector<double>& amounts) {
  const AmountRatio* ratio = RatioOf(deal, book);
  if (ratio == nullptr) {
    amounts.push_back(deal.amount);
    return;
  }
  for (const RatioAtom& atom : ratio->atoms()) {
    amounts.push_back(deal.amount * atom.ratio);
  }
}

}  // namespace

NodeLayout MakeLayout(const PreparedBook& prepared, const ForecastNode& node, ForecastPeriod period,
                      const LeftOut& left_out) {
  const ForecastBook& book = *prepared.book;
  NodeLayout layout;
  layout.amounts = left_out.amounts;
  std::map<int, std::vector<std::uint32_t>> by_team;
  base::CompensatedSum certain;
  base::CompensatedSum open_mean;
  for (const std::uint32_t index : node.deals) {
    const ForecastDeal& deal = book.deals[index];
    const int team = prepared.model.rho_team > 0 ? deal.team : 0;
    if (std::ranges::binary_search(left_out.deals, index)) {
      by_team.try_emplace(team);
      continue;
    }
    const double q = deal.win_probability(period);
    if (q <= 0 || deal.amount <= 0) {
      continue;
    }
    open_mean.Add(q * MeanAmount(deal, book));
    if (q >= 1 && deal.amount_ratio < 0) {
      certain.Add(deal.amount);
      continue;
    }
    AppendAmounts(deal, book, layout.amounts);
    by_team[team].push_back(index);
  }
  layout.certain = certain.value();
  layout.open_mean = open_mean.value();
  for (auto& [team, deals] : by_team) {
    layout.groups.emplace_back(team, std::move(deals));
  }
  std::ranges::stable_sort(layout.groups, [](const auto& a, const auto& b) {
    return a.second.size() > b.second.size();
  });
  base::CompensatedSum new_mean;
  for (const std::uint32_t index : node.new_business[static_cast<std::size_t>(period)]) {
    const NewBusiness& unit = book.new_business[index];
    const double mean = SeverityMean(unit);
    if (unit.expected_count <= 0 || mean <= 0) {
      continue;
    }
    layout.business.push_back(&unit);
    new_mean.Add(unit.expected_count * mean);
    for (const SeverityAtom& atom : unit.severity) {
      layout.amounts.push_back(atom.amount);
    }
  }
  layout.new_business_mean = new_mean.value();
  return layout;
}

QuadratureSpacing ChooseSpacing(const PreparedBook& prepared, const NodeLayout& layout,
                                ForecastPeriod period) {
  const FactorModel& model = prepared.model;
  double variance = 0;
  double slope = 0;
  std::vector<double> team_slopes;
  for (const auto& [team, group] : layout.groups) {
    double sum = 0;
    for (const std::uint32_t index : group) {
      const ForecastDeal& deal = prepared.book->deals[index];
      const double q = deal.win_probability(period);
      const double amount = MeanAmount(deal, *prepared.book);
      const DealThresholds& thresholds = prepared.thresholds[index];
      variance += q * (1 - q) * amount * amount;
      sum += amount * NormalDensity(period == ForecastPeriod::kCurrent ? thresholds.current
                                                                       : thresholds.next);
    }
    slope += sum;
    team_slopes.push_back(sum * std::sqrt(model.rho_team));
  }
  slope *= std::sqrt(model.rho_global);
  const double c = model.new_business_correlation;
  for (const NewBusiness* unit : layout.business) {
    const double mean = unit->expected_count * SeverityMean(*unit);
    variance +=
        unit->expected_count * SeveritySecondMoment(*unit) + mean * mean / unit->size * (1 - c * c);
    slope += mean / std::sqrt(unit->size) * c;
  }
  for (const double team : team_slopes) {
    variance += team * team;
  }
  const auto spacing = [](double deviation, double distance) {
    return std::clamp(kNodeDistance * deviation / std::max(distance, 1e-300), kFinestSpacing,
                      kCoarsestSpacing);
  };
  QuadratureSpacing result;
  result.global = spacing(std::sqrt(variance), slope);
  for (const double team : team_slopes) {
    const double others = std::sqrt(std::max(0.0, variance - team * team));
    result.team = std::min(result.team, spacing(others, team));
  }
  return result;
}

}  // namespace ri::forecasting
