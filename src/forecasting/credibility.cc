#include "forecasting/credibility.h"

#include <algorithm>
#include <cmath>

namespace ri::forecasting {
namespace {

struct SegmentSummary {
  double weight = 0;
  double mean = 0;
  double squares = 0;  // weighted, about the mean
  std::size_t count = 0;
};

SegmentSummary Summarise(const std::vector<RateObservation>& observations) {
  SegmentSummary summary;
  for (const RateObservation& observation : observations) {
    if (observation.weight > 0) {
      summary.weight += observation.weight;
      summary.mean += observation.weight * observation.value;
      ++summary.count;
    }
  }
  if (summary.weight > 0) {
    summary.mean /= summary.weight;
  }
  for (const RateObservation& observation : observations) {
    const double distance = observation.value - summary.mean;
    summary.squares += observation.weight * distance * distance;
  }
  return summary;
}

}  // namespace

Credibility BuehlmannStraub(std::span<const std::vector<RateObservation>> segments) {
  Credibility result;
  std::vector<SegmentSummary> summaries;
  double total_weight = 0;
  double squared_weights = 0;
  double grand_mean = 0;
  double within_squares = 0;
  std::size_t degrees = 0;
  std::size_t num_observed = 0;
  for (const auto& observations : segments) {
    const SegmentSummary& summary = summaries.emplace_back(Summarise(observations));
    if (summary.weight <= 0) {
      continue;
    }
    ++num_observed;
    total_weight += summary.weight;
    squared_weights += summary.weight * summary.weight;
    grand_mean += summary.weight * summary.mean;
    within_squares += summary.squares;
    degrees += summary.count - 1;
  }
  grand_mean = total_weight > 0 ? grand_mean / total_weight : 0;
  result.within_variance = degrees > 0 ? within_squares / static_cast<double>(degrees) : 0;
  double between_squares = 0;
  for (const SegmentSummary& summary : summaries) {
    between_squares += summary.weight * (summary.mean - grand_mean) * (summary.mean - grand_mean);
  }
  if (num_observed > 1 && degrees > 0) {
    const double scale = total_weight - squared_weights / total_weight;
    const auto others = static_cast<double>(num_observed - 1);
    result.between_variance =
        std::max(0.0, (between_squares - others * result.within_variance) / scale);
  }
  double factors = 0;
  double credible_mean = 0;
  for (const SegmentSummary& summary : summaries) {
    const double spread = result.between_variance * summary.weight;
    const double factor = spread > 0 ? spread / (spread + result.within_variance) : 0;
    result.factor.push_back(factor);
    factors += factor;
    credible_mean += factor * summary.mean;
  }
  result.collective = factors > 0 ? credible_mean / factors : grand_mean;
  for (std::size_t s = 0; s < summaries.size(); ++s) {
    result.rate.push_back(result.factor[s] * summaries[s].mean +
                          (1 - result.factor[s]) * result.collective);
  }
  return result;
}

}  // namespace ri::forecasting
