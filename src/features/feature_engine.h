#pragma once

/// The as-of engine: features of any deal at any moment from the event log, without looking ahead.
///
/// Usage:
///   FeatureEngine engine(log, {.calendar = FiscalCalendar::Monthly()}, threads);
///   auto snapshots = engine.WeeklySnapshots(from, to);
///   FeatureTable table = engine.Compute(snapshots, threads);
///
/// Guarantee: the row of (deal, as_of) depends only on events visible at as_of; delete all later
/// events and the bytes stay the same. One exception, by need: outcomes whose moment is not known
/// (undated) count in the win rates of deals created later.

#include <memory>
#include <span>
#include <vector>

#include "data/event_log.h"
#include "domain/fiscal_calendar.h"
#include "features/deal_history.h"
#include "features/feature_table.h"

namespace ri::features {

struct FeatureOptions {
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  /// Prior weight k of smoothed win rates (x + k p) / (n + k).
  double prior_weight = 15;
};

/// Thread safety: const calls may run concurrently. Keeps a reference to the log.
class FeatureEngine {
 public:
  FeatureEngine(const data::EventLog& log, FeatureOptions options, int num_threads);
  ~FeatureEngine();

  /// The catalogue that applies to this log: features whose source never appears in it are left
  /// out; custom columns appear.
  [[nodiscard]] std::span<const FeatureDefinition> catalogue() const;
  [[nodiscard]] const std::vector<std::vector<Episode>>& episodes() const;

  /// Deals open at a moment: qualified before or at it, no visible outcome, not deleted. By deal
  /// index.
  [[nodiscard]] std::vector<SnapshotKey> OpenAt(domain::Timestamp as_of) const;
  /// Every open episode on every Monday 00:00 UTC in [from, to], by (as_of, deal).
  [[nodiscard]] std::vector<SnapshotKey> WeeklySnapshots(domain::Date from, domain::Date to) const;
  /// Each episode at its own first moment (qualification, else creation), by deal.
  [[nodiscard]] std::vector<SnapshotKey> FirstSnapshots() const;

  /// Values of the whole catalogue, rows in the given order. Same bytes at any thread count.
  [[nodiscard]] FeatureTable Compute(std::span<const SnapshotKey> snapshots, int num_threads) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The whole catalogue, independent of any log; docs/data-spec.md is generated from it.
[[nodiscard]] std::span<const FeatureDefinition> FullCatalogue();

}  // namespace ri::features
