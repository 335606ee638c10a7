#pragma once

/// Finds columns that know the outcome: filled, corrected or computed when a deal ended. A model
/// that reads them looks brilliant in training and is useless on open deals. Every suspicion
/// carries its evidence; a person decides.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace ri::quality {

enum class LeakKind {
  kName,       ///< the name says that it is written at or after the end
  kPureValue,  ///< one value, range or blank goes with one outcome only
  kStrength,   ///< alone it separates outcomes better than honest columns do
  kRoundness,  ///< exact amounts are won far more often than round ones
};

[[nodiscard]] std::string LeakKindName(LeakKind kind);

struct LeakSuspicion {
  std::string column;
  LeakKind kind = LeakKind::kName;
  std::string evidence;  ///< one sentence with numbers
};

/// A column to be judged, with one text per row.
struct AuditedColumn {
  std::string name;
  std::span<const std::string> values;
};

struct LeakThresholds {
  double min_pure_share = 0.02;     ///< of all rows that a pure value must cover
  double purity = 0.99;             ///< share of one outcome that counts as pure
  double max_chance = 1e-12;        ///< probability of such purity or roundness without a leak
  double implausible_auc = 0.9;     ///< of a single column, out of sample
  double min_roundness_odds = 2.5;  ///< odds ratio of winning, exact against round amounts
};

/// Suspicions, at most one per column (the strongest kind in the order pure value, strength,
/// roundness, name), by column order. `won` has one entry per row. Rows without an outcome must be
/// left out by the caller. Deterministic. O(columns x rows log rows).
[[nodiscard]] std::vector<LeakSuspicion> AuditLeakage(std::span<const AuditedColumn> columns,
                                                      std::span<const bool> won,
                                                      const LeakThresholds& thresholds = {});

/// Why a name alone is suspicious, or empty. "LEAK_last_modified_by" -> "is bookkeeping of the last
/// change".
[[nodiscard]] std::optional<std::string> SuspiciousName(const std::string& name);

}  // namespace ri::quality
