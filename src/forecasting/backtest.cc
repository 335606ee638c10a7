#include "forecasting/backtest.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "base/assertion.h"
#include "base/random.h"
#include "base/sum.h"
#include "metrics/distribution_scores.h"

namespace ri::forecasting {
namespace {

constexpr int kSeason = 4;
constexpr double kWidthPriorDeviation = 0.25;
// A PIT of 0 or 1 says "far outside", not "infinitely far".
constexpr double kExtremePit = 0.001;

struct MeanAndError {
  double mean = 0;
  double error = 0;
};

// Mean of the quarter means and its standard error.
MeanAndError ByQuarter(const std::map<int, std::vector<double>>& quarters) {
  std::vector<double> means;
  for (const auto& [quarter, values] : quarters) {
    means.push_back(base::Sum(values) / static_cast<double>(values.size()));
  }
  const auto n = static_cast<double>(means.size());
  MeanAndError result;
  result.mean = base::Sum(means) / n;
  if (means.size() > 1) {
    double squares = 0;
    for (const double mean : means) {
      squares += (mean - result.mean) * (mean - result.mean);
    }
    result.error = std::sqrt(squares / (n - 1) / n);
  }
  return result;
}

using Outcomes = std::map<std::pair<std::string, int>, double>;

BacktestLine LineOf(std::span<const ScoredForecast* const> forecasts, const Outcomes& outcomes) {
  BacktestLine line;
  line.num_forecasts = forecasts.size();
  base::CompensatedSum crps;
  base::CompensatedSum error;
  base::CompensatedSum absolute_error;
  base::CompensatedSum absolute_outcome;
  base::CompensatedSum comparable_error;
  base::CompensatedSum naive_error;
  std::array<base::CompensatedSum, 3> pinball;
  std::map<int, std::vector<double>> pits;
  std::array<std::map<int, std::vector<double>>, 3> covered;
  for (const ScoredForecast* forecast : forecasts) {
    const ForecastScore& score = forecast->score;
    crps.Add(score.crps);
    error.Add(score.mean - score.outcome);
    absolute_error.Add(std::fabs(score.mean - score.outcome));
    absolute_outcome.Add(std::fabs(score.outcome));
    const auto naive = outcomes.find({forecast->node, forecast->quarter - kSeason});
    if (naive != outcomes.end()) {
      comparable_error.Add(std::fabs(score.mean - score.outcome));
      naive_error.Add(std::fabs(naive->second - score.outcome));
    }
    for (std::size_t k = 0; k < 3; ++k) {
      pinball[k].Add(score.pinball[k]);
      covered[k][forecast->quarter].push_back(score.covered[k]);
    }
    pits[forecast->quarter].push_back(score.pit);
  }
  const auto n = static_cast<double>(forecasts.size());
  line.num_quarters = pits.size();
  line.crps = crps.value() / n;
  for (std::size_t k = 0; k < 3; ++k) {
    line.pinball[k] = pinball[k].value() / n;
    const MeanAndError coverage = ByQuarter(covered[k]);
    line.coverage[k] = coverage.mean;
    line.coverage_error[k] = coverage.error;
  }
  if (absolute_outcome.value() > 0) {
    line.bias = error.value() / absolute_outcome.value();
    line.wape = absolute_error.value() / absolute_outcome.value();
  }
  if (naive_error.value() > 0) {
    line.mase = comparable_error.value() / naive_error.value();
  }
  const MeanAndError pit = ByQuarter(pits);
  line.pit_mean = pit.mean;
  line.pit_z = pit.error > 0 ? (pit.mean - 0.5) / pit.error : 0;
  return line;
}

}  // namespace

ForecastScore ScoreForecast(const Distribution& law, double outcome) {
  ForecastScore score;
  score.outcome = outcome;
  score.mean = law.mean();
  score.crps = law.Crps(outcome);
  score.pit = (law.CdfBelow(outcome) + law.Cdf(outcome)) / 2;
  for (std::size_t k = 0; k < 3; ++k) {
    score.pinball[k] =
        metrics::PinballLoss(law.Quantile(kPinballLevels[k]), outcome, kPinballLevels[k]);
    const double tail = (1 - kCoverageLevels[k]) / 2;
    const bool inside = outcome >= law.Quantile(tail) && outcome <= law.Quantile(1 - tail);
    score.covered[k] = inside ? 1 : 0;
  }
  return score;
}

std::map<std::pair<std::string, int>, BacktestLine> SummariseBacktest(
    std::span<const ScoredForecast> forecasts) {
  std::map<std::pair<std::string, int>, std::vector<const ScoredForecast*>> groups;
  Outcomes outcomes;
  for (const ScoredForecast& forecast : forecasts) {
    groups[{forecast.source, forecast.week}].push_back(&forecast);
    groups[{forecast.source, 0}].push_back(&forecast);
    outcomes[{forecast.node, forecast.quarter}] = forecast.score.outcome;
  }
  std::map<std::pair<std::string, int>, BacktestLine> lines;
  for (const auto& [key, group] : groups) {
    lines[key] = LineOf(group, outcomes);
  }
  return lines;
}

double CrpsSkill(std::span<const ScoredForecast> forecasts, const std::string& source,
                 const std::string& baseline, int week) {
  using Key = std::tuple<std::string, int, int>;
  std::map<Key, double> reference;
  for (const ScoredForecast& forecast : forecasts) {
    if (forecast.source == baseline) {
      reference[{forecast.node, forecast.quarter, forecast.week}] = forecast.score.crps;
    }
  }
  base::CompensatedSum own;
  base::CompensatedSum other;
  for (const ScoredForecast& forecast : forecasts) {
    if (forecast.source != source || (week != 0 && forecast.week != week)) {
      continue;
    }
    const auto match = reference.find({forecast.node, forecast.quarter, forecast.week});
    if (match != reference.end()) {
      own.Add(forecast.score.crps);
      other.Add(match->second);
    }
  }
  return other.value() > 0 ? 1 - own.value() / other.value() : 0;
}

WidthRepair FitWidth(std::span<const double> pits) {
  base::CompensatedSum squares;
  for (const double pit : pits) {
    RI_ASSERT(pit >= 0 && pit <= 1);
    const double z = base::NormalQuantile(std::clamp(pit, kExtremePit, 1 - kExtremePit));
    squares.Add(z * z);
  }
  const auto n = static_cast<double>(pits.size());
  const double precision = 1 / (kWidthPriorDeviation * kWidthPriorDeviation);
  // Posterior in x = ln lambda: -n x - squares exp(-2 x) / 2 - precision x^2 / 2, concave.
  double x = 0;
  for (int step = 0; step < 100; ++step) {
    const double spread = squares.value() * std::exp(-2 * x);
    const double gradient = -n + spread - precision * x;
    const double curvature = 2 * spread + precision;
    const double move = std::clamp(gradient / curvature, -0.5, 0.5);
    x += move;
    if (std::fabs(move) < 1e-14) {
      break;
    }
  }
  WidthRepair repair;
  repair.lambda = std::exp(x);
  repair.log_deviation = 1 / std::sqrt(2 * squares.value() * std::exp(-2 * x) + precision);
  repair.num_quarters = pits.size();
  return repair;
}

}  // namespace ri::forecasting
