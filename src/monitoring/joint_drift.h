#pragma once

/// Whether two sets of deals can be told apart by any combination of features: drift that no single
/// feature shows. A small boosted model learns to say which set a deal came from; if it can on
/// deals it did not see, the sets differ, and the splits it needed say in what.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"

namespace ri::monitoring {

struct JointDriftOptions {
  double threshold = 0.60;  ///< AUC above which the sets are said to differ
  int rounds = 60;
  std::size_t max_rows = 20'000;  ///< of each set; more are thinned evenly
  std::uint64_t seed = 1;
  int num_threads = 1;
};

struct JointDriftReason {
  std::string feature;
  double share = 0;  ///< of the spread its splits make, sums to 1 over all features
};

struct JointDrift {
  std::size_t before = 0, now = 0;  ///< rows used
  double auc = 0.5;                 ///< out of sample; NaN when it could not be judged
  double auc_low = 0;               ///< one-sided 95 % bound, clustered by deal
  /// The largest AUC of comparable weeks before, set by HoldAgainstOrdinary; NaN while not known.
  double ordinary_auc = std::numeric_limits<double>::quiet_NaN();
  bool drifted = false;                   ///< bound above one half and AUC above the threshold
  std::string refusal;                    ///< why not judged; empty otherwise
  std::vector<JointDriftReason> reasons;  ///< largest first, at most five; only when drifted
};

/// One set of rows with the deal of each, [rows x features].
struct LabelledBlock {
  base::MatrixView<const float> rows;
  std::span<const std::uint32_t> deals;  ///< one per row
};

/// Above what is ordinary by so much, a difference is news.
inline constexpr double kAucAboveOrdinary = 0.05;

/// Takes what is ordinary into account: comparable weeks of the past, judged alike. Undrifted when
/// they could be told from their own past as well.
void HoldAgainstOrdinary(std::span<const JointDrift> past, JointDrift& now);

/// Fits on half of the deals and judges on the other half, both ways round. A deal lies in one half
/// only, so that its own repetition teaches nothing. kUsage when shapes differ; errors of the
/// booster.
[[nodiscard]] Result<JointDrift> DetectJointDrift(const LabelledBlock& before,
                                                  const LabelledBlock& now,
                                                  std::span<const std::string> feature_names,
                                                  const JointDriftOptions& options,
                                                  base::Progress& progress);

}  // namespace ri::monitoring
