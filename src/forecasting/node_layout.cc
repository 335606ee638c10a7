#include "forecasting/node_layout.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

#include "base/random.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

// Neighbouring nodes of a factor may be this many conditional standard deviations apart: the ripple
// of the mixture is then below 2 exp(-2 pi^2 / 1.1^2) = 2e-7.
constexpr double kNodeDistance = 1.1;
constexpr double kFinerAlone = 0.8;

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

FactorModel FactorsSeenBy(const NodeLayout& layout, const FactorModel& model) {
  if (layout.groups.size() > 1 || layout.business.size() > 1 || model.rho_team == 0) {
    return model;
  }
  FactorModel seen = model;
  seen.rho_global = model.rho();
  seen.rho_team = 0;
  seen.new_business_correlation *= std::sqrt(model.rho_global / model.rho());
  return seen;
}

QuadratureSpacing ChooseSpacing(const PreparedBook& prepared, const NodeLayout& layout,
                                const FactorModel& model, ForecastPeriod period) {
  const bool next_period = period == ForecastPeriod::kNext;
  const double r = model.period_correlation;
  const double rest = std::sqrt(1 - r * r);
  // How the expected revenue of a team follows the latent shift of the period's own factor and,
  // next period only, of the rest of the earlier one.
  struct Slope {
    double own = 0;
    double rest = 0;
  };
  double variance = 0;
  Slope total;
  std::vector<Slope> team_slopes;
  for (const auto& [team, group] : layout.groups) {
    Slope sum;
    for (const std::uint32_t index : group) {
      const ForecastDeal& deal = prepared.book->deals[index];
      const double q = deal.win_probability(period);
      const double amount = MeanAmount(deal, *prepared.book);
      const DealThresholds& thresholds = prepared.thresholds[index];
      variance += q * (1 - q) * amount * amount;
      if (!next_period) {
        sum.own += amount * NormalDensity(thresholds.current);
        continue;
      }
      const double earlier =
          -amount * NormalDensity(thresholds.current) * base::NormalDistribution(thresholds.next);
      sum.own +=
          amount * NormalDensity(thresholds.next) * base::NormalDistribution(-thresholds.current) +
          r * earlier;
      sum.rest += rest * earlier;
    }
    total.own += sum.own;
    total.rest += sum.rest;
    team_slopes.push_back(sum);
  }
  const Slope open = total;
  total.own *= std::sqrt(model.rho_global);
  total.rest *= std::sqrt(model.rho_global);
  const double c = model.new_business_correlation;
  for (const NewBusiness* unit : layout.business) {
    const double mean = unit->expected_count * SeverityMean(*unit);
    variance +=
        unit->expected_count * SeveritySecondMoment(*unit) + mean * mean / unit->size * (1 - c * c);
    total.own += model.rho_global > 0 ? mean / std::sqrt(unit->size) * c : 0.0;
  }
  QuadratureSpacing result;
  if (next_period) {
    result.direction =
        model.rho_global > 0 ? std::atan2(total.rest, total.own) : std::atan2(open.rest, open.own);
  }
  const double cosine = std::cos(result.direction);
  const double sine = std::sin(result.direction);
  const double slope = cosine * total.own + sine * total.rest;
  std::vector<double> along;
  for (const Slope& team : team_slopes) {
    along.push_back(std::sqrt(model.rho_team) * std::fabs(cosine * team.own + sine * team.rest));
    variance += along.back() * along.back();
  }
  // Two lattices fill each other's gaps; one alone must be finer.
  const bool alone = model.rho_global == 0 || model.rho_team == 0;
  const double scale = alone ? kFinerAlone : 1;
  const auto spacing = [scale](double deviation, double distance) {
    return std::clamp(scale * kNodeDistance * deviation / std::max(distance, 1e-300),
                      kFinestSpacing, scale * kCoarsestSpacing);
  };
  result.global = spacing(std::sqrt(variance), slope);
  for (const double team : along) {
    const double others = std::sqrt(std::max(0.0, variance - team * team));
    result.team = std::min(result.team, spacing(others, team));
  }
  return result;
}

}  // namespace ri::forecasting
