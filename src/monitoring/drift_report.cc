#include "monitoring/drift_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "metrics/drift.h"
#include "metrics/multiple_testing.h"
#include "metrics/quantile.h"

namespace ri::monitoring {
namespace {

constexpr double kOrdinaryLevel = 0.95;

std::vector<double> Counts(const FeatureSketch& sketch) { return {sketch.begin(), sketch.end()}; }

double Share(double count, double total) { return total > 0 ? count / total : 0; }

/// Ends of the bins; the open ones reach to the reference's outer
/// percentiles.
std::vector<double> Ends(const FeatureBins& bins) {
  std::vector<double> ends = {
      bins.edges.empty() ? bins.low : std::min(bins.low, static_cast<double>(bins.edges.front()))};
  ends.insert(ends.end(), bins.edges.begin(), bins.edges.end());
  ends.push_back(std::max(bins.high, ends.back()));
  return ends;
}

/// Where the distribution function reaches `level`, straight lines within bins.
double QuantileOf(std::span<const double> ends, std::span<const double> counts, double level) {
  const double target = level * std::accumulate(counts.begin(), counts.end(), 0.0);
  double seen = 0;
  for (std::size_t b = 0; b < counts.size(); ++b) {
    if (counts[b] > 0 && seen + counts[b] >= target) {
      return ends[b] + (ends[b + 1] - ends[b]) * (target - seen) / counts[b];
    }
    seen += counts[b];
  }
  return ends.back();
}

void CompareNumeric(const FeatureBins& bins, std::span<const double> before,
                    std::span<const double> now, FeatureDrift& drift) {
  const double n = std::accumulate(before.begin(), before.end(), 0.0);
  const double m = std::accumulate(now.begin(), now.end(), 0.0);
  if (n == 0 || m == 0) {
    return;
  }
  const std::vector<double> ends = Ends(bins);
  double first = 0;
  double second = 0;
  double area = 0;
  double gap_before = 0;
  for (std::size_t b = 0; b < before.size(); ++b) {
    first += before[b] / n;
    second += now[b] / m;
    const double gap = std::fabs(first - second);
    drift.kolmogorov_smirnov = std::max(drift.kolmogorov_smirnov, gap);
    area += (gap + gap_before) / 2 * (ends[b + 1] - ends[b]);
    gap_before = gap;
  }
  const double root = std::sqrt(n * m / (n + m));
  drift.kolmogorov_smirnov_p =
      metrics::KolmogorovTail((root + 0.12 + 0.11 / root) * drift.kolmogorov_smirnov);
  const double spread = QuantileOf(ends, before, 0.75) - QuantileOf(ends, before, 0.25);
  drift.wasserstein_per_iqr = spread > 0 ? area / spread : 0;
}

FeatureDrift Compare(const FeatureBins& bins, const FeatureSketch& before_sketch,
                     const FeatureSketch& now_sketch) {
  const std::vector<double> before = Counts(before_sketch);
  const std::vector<double> now = Counts(now_sketch);
  const double n = std::accumulate(before.begin(), before.end(), 0.0);
  const double m = std::accumulate(now.begin(), now.end(), 0.0);
  FeatureDrift drift{.name = bins.name};
  drift.missing_before = Share(before.back(), n);
  drift.missing_now = Share(now.back(), m);
  const metrics::StabilityIndex index = metrics::PopulationStabilityIndex(before, now);
  drift.stability_index = index.value;
  drift.p_value = index.p_value;
  const double divergence = metrics::JensenShannonDivergence(before, now);
  drift.jensen_shannon = std::isnan(divergence) ? 0 : divergence;
  if (bins.categorical) {
    drift.unknown_now = Share(now[bins.unknown_slot()], m);
  } else {
    const std::size_t values = bins.missing_slot();
    CompareNumeric(bins, std::span(before).first(values), std::span(now).first(values), drift);
  }
  return drift;
}

}  // namespace

DriftReport CompareSketches(std::span<const FeatureBins> bins, const ReferenceSketch& before,
                            const WeekSketch& now, const DriftThresholds& thresholds) {
  DriftReport report{.deals_before = before.sum.num_deals,
                     .deals_now = now.num_deals,
                     .reference_weeks = before.weeks};
  if (before.weeks == 0) {
    report.refusal = "There is no earlier quarter with the same week to compare with.";
    return report;
  }
  if (report.deals_before < thresholds.min_deals || report.deals_now < thresholds.min_deals) {
    report.refusal = fmt::format(
        "{} deals now and {} before are too few to tell drift from chance; {} on each side are "
        "needed.",
        report.deals_now, report.deals_before, thresholds.min_deals);
    return report;
  }
  std::vector<double> p_values;
  for (std::size_t j = 0; j < bins.size(); ++j) {
    report.features.push_back(Compare(bins[j], before.sum.features[j], now.features[j]));
    p_values.push_back(std::clamp(report.features.back().p_value, 0.0, 1.0));
  }
  const std::vector<double> adjusted = metrics::AdjustForFalseDiscovery(p_values);
  for (std::size_t j = 0; j < bins.size(); ++j) {
    FeatureDrift& drift = report.features[j];
    drift.adjusted_p_value = adjusted[j];
    drift.drifted = drift.stability_index > thresholds.stability_index &&
                    drift.adjusted_p_value < thresholds.adjusted_p_value;
  }
  std::ranges::sort(report.features, [](const FeatureDrift& a, const FeatureDrift& b) {
    return a.stability_index != b.stability_index ? a.stability_index > b.stability_index
                                                  : a.name < b.name;
  });
  return report;
}

DriftReport CompareWeek(const SketchHistory& history, WeekKey key,
                        const DriftThresholds& thresholds) {
  const WeekSketch* const now = history.Find(key);
  if (now == nullptr) {
    return {.refusal = "There are no deals of that week."};
  }
  DriftReport report =
      CompareSketches(history.bins(), history.SameWeekBefore(key), *now, thresholds);
  std::map<std::string, std::vector<double>, std::less<>> past;
  for (const WeekKey& other : history.keys()) {
    if (other.quarter < key.quarter) {
      const DriftReport earlier = CompareSketches(history.bins(), history.SameWeekBefore(other),
                                                  *history.Find(other), thresholds);
      for (const FeatureDrift& feature : earlier.features) {
        past[feature.name].push_back(feature.stability_index);
      }
    }
  }
  for (FeatureDrift& feature : report.features) {
    const std::vector<double>& values = past[feature.name];
    if (values.size() >= thresholds.ordinary_weeks) {
      feature.ordinary = metrics::Quantile(values, kOrdinaryLevel);
      feature.drifted =
          feature.drifted && feature.stability_index > thresholds.times_ordinary * feature.ordinary;
    }
  }
  return report;
}

}  // namespace ri::monitoring
