#include "service/trust.h"

#include <algorithm>
#include <cmath>

namespace ri::service {
namespace {

constexpr std::size_t kBins = 10;
constexpr std::size_t kDealsPerBin = 20;
constexpr double kNormal95 = 1.6448536269514722;  // two sides of five in a hundred

}  // namespace

std::vector<CalibrationBin> CalibrationOf(const book::PreparedModel& prepared) {
  const models::ModelParts& parts = prepared.model().parts();
  const std::vector<double>& margins = parts.band.margins();
  const std::vector<double>& labels = parts.band.labels();
  const std::size_t num_bins =
      std::clamp<std::size_t>(margins.size() / kDealsPerBin, margins.empty() ? 0 : 1, kBins);
  std::vector<CalibrationBin> bins;
  for (std::size_t bin = 0; bin < num_bins; ++bin) {
    const std::size_t begin = margins.size() * bin / num_bins;
    const std::size_t end = margins.size() * (bin + 1) / num_bins;
    CalibrationBin result{.deals = end - begin};
    double variance = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double stated = parts.calibrator(domain::LogOdds(margins[i])).value();
      result.stated += stated;
      result.happened += labels[i];
      variance += stated * (1 - stated);
    }
    const auto deals = static_cast<double>(result.deals);
    result.stated /= deals;
    result.happened /= deals;
    // The share is a mean of independent draws with these variances.
    const double spread = kNormal95 * std::sqrt(variance) / deals;
    result.low = std::max(0.0, result.stated - spread);
    result.high = std::min(1.0, result.stated + spread);
    bins.push_back(result);
  }
  return bins;
}

}  // namespace ri::service
