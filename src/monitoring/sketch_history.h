#pragma once

/// Weekly sketches of all features, kept by quarter and week of the quarter.
///
/// A quarter's end looks unlike its beginning every time, so a week is compared with the same week
/// of earlier quarters. Memory is bounded: quarters older than `kQuartersKept` are dropped.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/fiscal_calendar.h"
#include "monitoring/feature_sketch.h"

namespace ri::monitoring {

inline constexpr int kQuartersKept = 9;  ///< the running one and two years before it
inline constexpr int kWeeksPerQuarter = 14;

/// Where a week lies.
struct WeekKey {
  domain::Quarter quarter;
  int week = 1;  ///< of the quarter, from 1; later weeks than 14 count as 14
  friend auto operator<=>(const WeekKey&, const WeekKey&) = default;
};

struct WeekSketch {
  std::size_t num_deals = 0;
  std::vector<FeatureSketch> features;  ///< in the order of the bins
  friend bool operator==(const WeekSketch&, const WeekSketch&) = default;
};

/// A sum of weeks to compare with; `weeks` = 0 when there is nothing comparable.
struct ReferenceSketch {
  std::size_t weeks = 0;
  WeekSketch sum;
};

/// Thread safety: one writer, or many readers.
class SketchHistory {
 public:
  explicit SketchHistory(std::vector<FeatureBins> bins) : bins_(std::move(bins)) {}

  [[nodiscard]] const std::vector<FeatureBins>& bins() const { return bins_; }
  [[nodiscard]] std::size_t num_weeks() const { return weeks_.size(); }

  /// Adds or replaces a week and forgets quarters that are too old. kUsage when the sketch does
  /// not have the features of the bins.
  Status Add(WeekKey key, WeekSketch sketch);
  [[nodiscard]] std::vector<WeekKey> keys() const;  ///< ascending
  [[nodiscard]] const WeekSketch* Find(WeekKey key) const;
  /// Sum of the weeks week-1 .. week+1 of quarters before `key`'s: neighbours make a steadier
  /// reference and are as far from the quarter's end to within a week.
  [[nodiscard]] ReferenceSketch SameWeekBefore(WeekKey key) const;

  /// One JSON document; equal histories give equal bytes.
  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<SketchHistory> FromJson(std::string_view json);

 private:
  std::vector<FeatureBins> bins_;
  std::map<WeekKey, WeekSketch> weeks_;
};

}  // namespace ri::monitoring
