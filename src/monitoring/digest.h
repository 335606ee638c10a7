#pragma once

/// One short letter a week instead of a stream of alarms: what changed, ranked, with the few things
/// that deserve a person's attention today marked as such.
///
/// A drifted feature enters only when it was found in two of the last three weeks. Drift alone
/// never pages: only a failed test of calibration or performance does.

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "monitoring/drift_report.h"

namespace ri::monitoring {

enum class FindingKind : std::uint8_t {
  kDrift,
  kJointDrift,
  kCalibration,
  kPerformance,
  kFreshness
};

struct Finding {
  FindingKind kind = FindingKind::kDrift;
  std::string subject;  ///< feature, source, or what was tested
  std::string text;     ///< one sentence with the numbers
  bool page = false;    ///< worth interrupting somebody
};

/// Remembers which features drifted in the last three weeks. Thread safety: one thread.
class PersistentDrift {
 public:
  /// Adds a week's report and returns the features that drifted in at least two of the last three
  /// weeks and have not been reported since they last calmed down.
  std::vector<FeatureDrift> AddWeek(const DriftReport& report);

  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<PersistentDrift> FromJson(std::string_view json);

 private:
  std::deque<std::vector<std::string>> weeks_;  ///< newest last, at most three
  std::vector<std::string> reported_;           ///< sorted; still in the state they were told in
};

/// Findings in the order people should read them: pages first, then by kind, then as given.
[[nodiscard]] std::vector<Finding> OrderFindings(std::vector<Finding> findings);

/// A sentence about a drifted feature: effect, evidence, what moved.
[[nodiscard]] Finding DriftFinding(const FeatureDrift& drift);

}  // namespace ri::monitoring
