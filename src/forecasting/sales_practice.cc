#include "forecasting/sales_practice.h"

#include <cmath>
#include <limits>

#include "base/assertion.h"
#include "base/sum.h"
#include "forecasting/credibility.h"

namespace ri::forecasting {

double ConversionAt(std::span<const ConversionRecord> history, double weeks_left,
                    double bandwidth) {
  RI_ASSERT(bandwidth > 0);
  base::CompensatedSum open;
  base::CompensatedSum won;
  for (const ConversionRecord& record : history) {
    const double z = (record.weeks_left - weeks_left) / bandwidth;
    const double kernel = std::exp(-0.5 * z * z);
    open.Add(kernel * record.open_amount);
    won.Add(kernel * record.won_amount);
  }
  return open.value() > 0 ? won.value() / open.value() : 0;
}

double RequiredPipeline(double gap, double conversion) {
  if (gap <= 0) {
    return 0;
  }
  return conversion > 0 ? gap / conversion : std::numeric_limits<double>::infinity();
}

std::vector<CommitRealisation> FitCommitRealisation(std::span<const CommitRecord> records,
                                                    std::size_t num_people) {
  std::vector<std::vector<RateObservation>> people(num_people);
  for (const CommitRecord& record : records) {
    RI_ASSERT(record.person < num_people);
    if (record.committed > 0) {
      people[record.person].push_back({record.realised / record.committed, record.committed});
    }
  }
  const Credibility credibility = BuehlmannStraub(people);
  std::vector<CommitRealisation> result(num_people);
  for (std::size_t i = 0; i < num_people; ++i) {
    // Without any history a call is taken at its word.
    result[i].rate = records.empty() ? 1 : credibility.rate[i];
    result[i].credibility = credibility.factor[i];
    result[i].num_periods = people[i].size();
  }
  return result;
}

Distribution AverageQuantiles(std::span<const Distribution> laws, std::span<const double> weights,
                              std::size_t num_points) {
  RI_ASSERT(!laws.empty() && laws.size() == weights.size() && num_points >= 2);
  std::vector<double> values(num_points, 0.0);
  for (std::size_t k = 0; k < num_points; ++k) {
    const double p = (static_cast<double>(k) + 0.5) / static_cast<double>(num_points);
    for (std::size_t i = 0; i < laws.size(); ++i) {
      values[k] += weights[i] * laws[i].Quantile(p);
    }
  }
  auto law = Distribution::FromSamples(values);
  RI_ASSERT(law.has_value());
  return *std::move(law);
}

}  // namespace ri::forecasting
