#pragma once

/// What a forecast assumes beyond single deals, learned from past quarters: how deals move
/// together, how amounts end, what categories and pipeline have been worth.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "forecasting/amount_ratio.h"
#include "forecasting/correlation_fit.h"
#include "revenue/forecast_history.h"

namespace ri::revenue {

/// Amount laws of the book: ratios are scaled to mean 1 and the mean is kept beside them, so that
/// amount x mean is what a won deal is expected to bring.
struct AmountLaws {
  std::vector<forecasting::AmountRatio> ratios;
  std::vector<double> means;
  std::map<std::pair<std::size_t, bool>, int> by_stage;  ///< (stage symbol, large) -> index
  int pooled = -1;                                       ///< -1 = amounts do not change
  int missing = -1;       ///< of deals whose amount is a stand-in; -1 = certain
  double large_from = 0;  ///< amounts from here on are large

  [[nodiscard]] int IndexOf(const OpenPosition& position) const;
  [[nodiscard]] double MeanOf(int index) const {
    return index < 0 ? 1 : means[static_cast<std::size_t>(index)];
  }
};

/// A forecast category: what people called deals in it, and what became of them.
struct CategoryRate {
  std::string name;
  std::size_t past_deals = 0;
  double win_rate = 0;  ///< won in the quarter, shrunk to all categories
};

struct ForecastStructure {
  forecasting::CorrelationFit correlation;
  forecasting::FactorModel factors;
  AmountLaws amounts;
  std::vector<CategoryRate> categories;  ///< by name
  /// Log-odds added to the chance of every open deal to be won in the period: what the model's
  /// chances missed together, at this distance from the end of past periods.
  double chance_shift = 0;
  double conversion = 0;  ///< money won in the quarter per unit of pipeline open at this distance
  std::size_t num_quarters = 0;    ///< that all this was learned from
  bool published_cohorts = false;  ///< the correlation comes from stored forecasts, not hindsight
};

struct StructureInput {
  std::span<const PastQuarter> past;
  std::span<const int> team_of_rep;
  WonAmounts won;
  double weeks_left = 0;
  forecasting::CorrelationFit correlation;            ///< LearnCommonFactors()
  std::optional<double> chance_shift = std::nullopt;  ///< given: taken as it is
};

[[nodiscard]] ForecastStructure LearnStructure(const ForecastView& view,
                                               const StructureInput& input);

/// Won share of past deals per stage symbol, shrunk to all: what a CRM without a model would use.
[[nodiscard]] std::map<std::optional<std::size_t>, double> StageWinRates(
    std::span<const PastQuarter> past);

/// Factor groups: one number per team name, by rep; all -1 when there is one team only.
[[nodiscard]] std::vector<int> TeamNumbers(const book::Organisation& organisation);

}  // namespace ri::revenue
