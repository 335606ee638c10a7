#include "revenue/forecast_structure.h"

#include <algorithm>
#include <cmath>

#include "forecasting/level_shift.h"
#include "forecasting/sales_practice.h"

namespace ri::revenue {
namespace {

// Pseudo-deals that pull a category's or stage's rate to everybody's.
constexpr double kRatePrior = 15;
// Ratios beyond these are typing errors, not negotiations.
constexpr double kSmallestRatio = 0.02;
constexpr double kLargestRatio = 50;
// Fewer ratios than this do not make a law of their own.
constexpr std::size_t kSmallestSegment = 10;

struct Counts {
  double deals = 0;
  double won = 0;
};

double Rate(const Counts& own, const Counts& all) {
  const double pooled = all.deals > 0 ? all.won / all.deals : 0.5;
  return (own.won + kRatePrior * pooled) / (own.deals + kRatePrior);
}

double MedianAmount(std::span<const PastQuarter> past) {
  std::vector<double> amounts;
  for (const PastQuarter& quarter : past) {
    for (const PastDeal& deal : quarter.deals) {
      if (deal.amount > 0) {
        amounts.push_back(deal.amount);
      }
    }
  }
  if (amounts.empty()) {
    return 0;
  }
  const auto middle = amounts.begin() + static_cast<std::ptrdiff_t>(amounts.size() / 2);
  std::ranges::nth_element(amounts, middle);
  return *middle;
}

// Adds a law with mean 1; -1 when the amount never changes.
int AddLaw(const forecasting::AmountRatio& law, AmountLaws& laws) {
  if (law.atoms().size() == 1 && law.mean() == 1) {
    return -1;
  }
  std::vector<forecasting::RatioAtom> atoms(law.atoms().begin(), law.atoms().end());
  for (forecasting::RatioAtom& atom : atoms) {
    atom.ratio /= law.mean();
  }
  auto scaled = forecasting::AmountRatio::FromAtoms(std::move(atoms));
  if (!scaled) {
    return -1;
  }
  laws.ratios.push_back(*std::move(scaled));
  laws.means.push_back(law.mean());
  return static_cast<int>(laws.ratios.size()) - 1;
}

AmountLaws LearnAmounts(std::span<const PastQuarter> past, const WonAmounts& won) {
  AmountLaws laws;
  laws.large_from = MedianAmount(past);
  std::map<std::pair<std::size_t, bool>, std::vector<double>> segments;
  std::vector<double> pool;
  for (const PastQuarter& quarter : past) {
    for (const PastDeal& deal : quarter.deals) {
      const double ratio = deal.final_amount / deal.amount;
      if (ratio > kSmallestRatio && ratio < kLargestRatio) {
        pool.push_back(ratio);
        if (deal.state.stage) {
          segments[{*deal.state.stage, deal.amount >= laws.large_from}].push_back(ratio);
        }
      }
    }
  }
  if (!pool.empty()) {
    laws.pooled = AddLaw(forecasting::FitAmountRatio({}, pool), laws);
    for (const auto& [key, ratios] : segments) {
      if (ratios.size() >= kSmallestSegment) {
        laws.by_stage[key] = AddLaw(forecasting::FitAmountRatio(ratios, pool), laws);
      }
    }
  }
  if (won.log_deviation > 0) {
    laws.missing = AddLaw(forecasting::AmountRatio::Lognormal(won.log_deviation), laws);
  }
  return laws;
}

std::vector<CategoryRate> LearnCategories(const ForecastView& view,
                                          std::span<const PastQuarter> past) {
  std::map<std::string, Counts> counts;
  Counts all;
  for (const PastQuarter& quarter : past) {
    for (const PastDeal& deal : quarter.deals) {
      if (deal.state.forecast_category) {
        Counts& own = counts[view.log().symbols()[*deal.state.forecast_category]];
        ++own.deals;
        ++all.deals;
        own.won += deal.won ? 1 : 0;
        all.won += deal.won ? 1 : 0;
      }
    }
  }
  std::vector<CategoryRate> categories;
  for (const auto& [name, own] : counts) {
    categories.push_back({.name = name,
                          .past_deals = static_cast<std::size_t>(own.deals),
                          .win_rate = Rate(own, all)});
  }
  return categories;
}

double LearnConversion(std::span<const PastQuarter> past, double weeks_left) {
  std::vector<forecasting::ConversionRecord> records;
  for (const PastQuarter& quarter : past) {
    forecasting::ConversionRecord record{.weeks_left = weeks_left};
    for (const PastDeal& deal : quarter.deals) {
      record.open_amount += deal.amount > 0 ? deal.amount : 0;
      record.won_amount += deal.won && deal.final_amount > 0 ? deal.final_amount : 0;
    }
    records.push_back(record);
  }
  return forecasting::ConversionAt(records, weeks_left);
}

}  // namespace

int AmountLaws::IndexOf(const OpenPosition& position) const {
  if (position.origin == AmountOrigin::kMissing || position.origin == AmountOrigin::kUnusable) {
    return missing;
  }
  if (position.state.stage) {
    const auto found = by_stage.find({*position.state.stage, position.amount >= large_from});
    if (found != by_stage.end()) {
      return found->second;
    }
  }
  return pooled;
}

std::vector<int> TeamNumbers(const book::Organisation& organisation) {
  std::map<std::string, int> numbers;
  for (const std::string& team : organisation.team) {
    numbers.try_emplace(team, 0);
  }
  int next = 0;
  for (auto& [name, number] : numbers) {
    number = next++;
  }
  std::vector<int> teams;
  for (const std::string& team : organisation.team) {
    teams.push_back(numbers.size() < 2 ? -1 : numbers.at(team));
  }
  return teams;
}

std::map<std::optional<std::size_t>, double> StageWinRates(std::span<const PastQuarter> past) {
  std::map<std::optional<std::size_t>, Counts> counts;
  Counts all;
  for (const PastQuarter& quarter : past) {
    for (const PastDeal& deal : quarter.deals) {
      Counts& own = counts[deal.state.stage];
      ++own.deals;
      ++all.deals;
      own.won += deal.won ? 1 : 0;
      all.won += deal.won ? 1 : 0;
    }
  }
  std::map<std::optional<std::size_t>, double> rates;
  for (const auto& [stage, own] : counts) {
    rates[stage] = Rate(own, all);
  }
  return rates;
}

ForecastStructure LearnStructure(const ForecastView& view, const StructureInput& input) {
  ForecastStructure structure;
  std::vector<forecasting::Cohort> hindsight;
  for (const PastQuarter& past : input.past) {
    hindsight.push_back(CohortOf(past, input.team_of_rep));
  }
  structure.correlation = input.correlation;
  const double rho = structure.correlation.rho_global + structure.correlation.rho_team;
  structure.chance_shift =
      input.chance_shift ? *input.chance_shift : forecasting::FitLevelShift(hindsight, rho);
  structure.factors.rho_global = structure.correlation.rho_global;
  structure.factors.rho_team = structure.correlation.rho_team;
  structure.amounts = LearnAmounts(input.past, input.won);
  structure.categories = LearnCategories(view, input.past);
  structure.conversion = LearnConversion(input.past, input.weeks_left);
  structure.num_quarters = input.past.size();
  return structure;
}

}  // namespace ri::revenue
