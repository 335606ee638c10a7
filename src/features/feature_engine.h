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
/// (undated) count in the win rates of deals created later. Which columns exist, and the labels of
/// categories, is decided on the whole log: match features by name and categories by label.

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

/// Rows of single deals at one moment under events that need not be the log's: what a row would
/// have been had something been recorded earlier, or were a field different now. What other deals
/// teach is swept up once, at construction; a row then costs the events of its deal.
/// Thread safety: const calls may run concurrently. Must not outlive the engine.
class HypotheticalRows {
 public:
  virtual ~HypotheticalRows() = default;
  /// Writes the row of the deal as if `events` were all its events; those visible after the moment
  /// do not count. With the log's own events it is the row of FeatureEngine::Compute, byte for
  /// byte. \pre events in the order of EventLog; row has as many entries as the catalogue
  virtual void Compute(std::uint32_t deal, std::span<const data::LoggedEvent> events,
                       std::span<float> row) const = 0;
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
  /// Each episode at the first moment at which it was known to be open (qualification, else
  /// creation), by deal; undated ones when they were first known. Left out are episodes that were
  /// never known to be open: born closed, or learned of with their outcome.
  [[nodiscard]] std::vector<SnapshotKey> FirstSnapshots() const;

  /// Values of the whole catalogue, rows in the given order. Same bytes at any thread count. A deal
  /// of which nothing was known yet has a row of NaN. The episode of a key is not looked at: a row
  /// shows the deal as it was known. Cost: the events of the deals asked for, once, and one pass
  /// over what all deals had taught by the last moment; many rows in one call are cheapest.
  [[nodiscard]] FeatureTable Compute(std::span<const SnapshotKey> snapshots, int num_threads) const;
  /// Cost: one pass over what all deals had taught by the moment.
  [[nodiscard]] std::unique_ptr<const HypotheticalRows> HypotheticalAt(
      domain::Timestamp as_of) const;

 private:
  struct Impl;
  class RowsAtMoment;
  std::unique_ptr<Impl> impl_;
};

/// The whole catalogue, independent of any log; docs/data-spec.md is generated from it.
[[nodiscard]] std::span<const FeatureDefinition> FullCatalogue();

}  // namespace ri::features
