#pragma once

/// The leak audit of training: features that know the outcome are left out before anything is
/// fitted, and named with their evidence.

#include <span>
#include <string>
#include <vector>

#include "features/feature_table.h"
#include "training/snapshot_set.h"

namespace ri::training {

struct LeakingFeature {
  std::string feature;
  std::string evidence;
};

struct LeakAuditThresholds {
  /// AUC of one feature alone at a deal's first row: no honest fact about a deal that has just
  /// begun comes near it.
  double implausible_auc = 0.95;
  /// Filled so much more often for deals that have ended than for open ones of the same time.
  double fill_gap = 0.2;
  std::size_t min_deals = 100;  ///< of each group that is compared
};

/// Looks at the first row of every deal. `set.rows` and `table.rows` are the same rows; outcomes
/// known before `cutoff` count. Sorted by feature order.
[[nodiscard]] std::vector<LeakingFeature> FindLeakingFeatures(
    const features::FeatureTable& table, const SnapshotSet& set, domain::Timestamp cutoff,
    const LeakAuditThresholds& thresholds = {});

/// The table without the named features.
[[nodiscard]] features::FeatureTable WithoutFeatures(const features::FeatureTable& table,
                                                     std::span<const LeakingFeature> leaking);

}  // namespace ri::training
