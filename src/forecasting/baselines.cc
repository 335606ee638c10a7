#include "forecasting/baselines.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/assertion.h"
#include "base/random.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

constexpr std::size_t kSeason = 4;

double MeanOf(std::span<const double> values) {
  return values.empty() ? 0 : base::Sum(values) / static_cast<double>(values.size());
}

}  // namespace

double WeightedPipeline(double booked, std::span<const WeightedDeal> open) {
  base::CompensatedSum sum;
  sum.Add(booked);
  for (const WeightedDeal& deal : open) {
    sum.Add(deal.amount * deal.rate);
  }
  return sum.value();
}

double PaceForecast(double booked, std::span<const double> past_shares,
                    std::span<const double> past_totals) {
  const double share = MeanOf(past_shares);
  return share > 0 ? booked / share : MeanOf(past_totals);
}

double LastYearForecast(std::span<const double> past_totals) {
  if (past_totals.size() < kSeason) {
    return MeanOf(past_totals);
  }
  const double last_year = past_totals[past_totals.size() - kSeason];
  if (past_totals.size() < 2 * kSeason) {
    return last_year;
  }
  const double recent = base::Sum(past_totals.last(kSeason));
  const double before = base::Sum(past_totals.last(2 * kSeason).first(kSeason));
  return before > 0 ? last_year * recent / before : last_year;
}

double RunRateForecast(double booked, double elapsed_share, std::span<const double> past_totals) {
  return elapsed_share > 0 ? booked / elapsed_share : MeanOf(past_totals);
}

double CoverageForecast(double booked, double open_amount, double conversion) {
  return booked + open_amount * conversion;
}

Distribution WithEmpiricalSpread(double point, std::span<const double> past_points,
                                 std::span<const double> past_outcomes,
                                 std::size_t smallest_history, double default_deviation) {
  RI_ASSERT(past_points.size() == past_outcomes.size());
  std::vector<double> samples;
  for (std::size_t k = 0; k < past_points.size(); ++k) {
    if (past_points[k] > 0 && std::isfinite(past_outcomes[k])) {
      samples.push_back(point * past_outcomes[k] / past_points[k]);
    }
  }
  if (samples.size() < smallest_history) {
    constexpr std::size_t kDefaultPoints = 9;
    for (std::size_t k = 0; k < kDefaultPoints; ++k) {
      const double p = (static_cast<double>(k) + 0.5) / kDefaultPoints;
      samples.push_back(point * std::exp(default_deviation * base::NormalQuantile(p)));
    }
  }
  auto law = Distribution::FromSamples(samples);
  RI_ASSERT(law.has_value());
  return *std::move(law);
}

}  // namespace ri::forecasting
