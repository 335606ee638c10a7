#include "monitoring/maturity.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <map>

#include "metrics/scoring_rules.h"
#include "monitoring/expected_performance.h"

namespace ri::monitoring {
namespace {

domain::Date MonthOf(domain::Date date) {
  const std::chrono::year_month_day day(date);
  return std::chrono::sys_days(day.year() / day.month() / std::chrono::day(1));
}

struct Rows {
  MaturityCohort cohort;
  std::vector<double> chances;
  std::vector<double> outcomes;
  std::map<std::uint32_t, double> deviation_of_cluster;
};

}  // namespace

std::vector<MaturityCohort> JudgeCohorts(std::span<const PastForecast> forecasts,
                                         domain::Date today) {
  std::map<domain::Date, Rows> months;
  for (const PastForecast& forecast : forecasts) {
    Rows& rows = months[MonthOf(forecast.scored_on)];
    ++rows.cohort.forecasts;
    if (forecast.mature_on > today) {
      continue;
    }
    ++rows.cohort.mature;
    rows.cohort.open += forecast.ended ? 0 : 1;
    const double outcome = forecast.ended && forecast.won ? 1 : 0;
    rows.cohort.won += outcome;
    rows.cohort.expected_wins += forecast.chance;
    rows.chances.push_back(forecast.chance);
    rows.outcomes.push_back(outcome);
    // Fully dependent rows add their standard deviations, independent clusters their variances.
    rows.deviation_of_cluster[forecast.cluster] +=
        std::sqrt(forecast.chance * (1 - forecast.chance));
  }
  std::vector<MaturityCohort> cohorts;
  for (auto& [month, rows] : months) {
    MaturityCohort& cohort = rows.cohort;
    cohort.month = month;
    double variance = 0;
    for (const auto& [cluster, deviation] : rows.deviation_of_cluster) {
      variance += deviation * deviation;
    }
    cohort.z = variance > 0 ? (cohort.won - cohort.expected_wins) / std::sqrt(variance) : 0;
    cohort.log_loss = metrics::LogLoss(rows.chances, rows.outcomes);
    cohort.expected_log_loss = ExpectPerformance(rows.chances).log_loss;
    cohorts.push_back(cohort);
  }
  return cohorts;
}

}  // namespace ri::monitoring
