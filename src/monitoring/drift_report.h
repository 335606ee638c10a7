#pragma once

/// Which features look different from the same week of earlier quarters, and by how much.
///
/// A large sample makes every difference significant and a small one makes chance look large, so a
/// feature is called drifted only when both the effect and the evidence are there: PSI above 0.1
/// and a false-discovery adjusted p-value below 0.01. The p-value takes deals as independent, which
/// the deals of one rep or account are not; therefore the effect must also be twice what this
/// feature ordinarily shows from quarter to quarter in this company.

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "monitoring/feature_sketch.h"
#include "monitoring/sketch_history.h"

namespace ri::monitoring {

struct DriftThresholds {
  double stability_index = 0.1;
  double adjusted_p_value = 0.01;
  double times_ordinary = 2;
  std::size_t ordinary_weeks = 26;  ///< past weeks needed to know what is ordinary
  std::size_t min_deals = 50;       ///< fewer on either side: nothing is said
};

/// Shares are of all deals of the side, distances of the values that are not missing.
struct FeatureDrift {
  std::string name;
  double stability_index = 0;  ///< PSI over all slots, missing and unknown included
  /// 95th percentile of the index in past weeks, each against its own past; NaN while not known.
  double ordinary = std::numeric_limits<double>::quiet_NaN();
  double p_value = 1;  ///< of the index if nothing changed
  double adjusted_p_value = 1;
  double kolmogorov_smirnov = 0;  ///< numeric, at the cuts: never above the distance of the rows
  double kolmogorov_smirnov_p = 1;
  double wasserstein_per_iqr = 0;  ///< numeric: area between the distributions (straight
                                   ///< within bins) / reference IQR
  double jensen_shannon = 0;       ///< bits, 0 to 1
  double missing_before = 0, missing_now = 0;
  double unknown_now = 0;  ///< categorical: share of labels never seen in training
  bool drifted = false;
};

struct DriftReport {
  std::size_t deals_before = 0;  ///< deal-weeks of the reference
  std::size_t deals_now = 0;
  std::size_t reference_weeks = 0;
  std::string refusal;                 ///< why nothing is said; empty when something is
  std::vector<FeatureDrift> features;  ///< by stability index, largest first, ties by name
};

/// Compares two sketches feature by feature. O(features x bins).
[[nodiscard]] DriftReport CompareSketches(std::span<const FeatureBins> bins,
                                          const ReferenceSketch& before, const WeekSketch& now,
                                          const DriftThresholds& thresholds = {});

/// A week of a history against the same week of the quarters before, with what is ordinary taken
/// from the weeks of earlier quarters. Refuses when the week is not there. O(weeks x features x
/// bins).
[[nodiscard]] DriftReport CompareWeek(const SketchHistory& history, WeekKey key,
                                      const DriftThresholds& thresholds = {});

}  // namespace ri::monitoring
