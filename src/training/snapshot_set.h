#pragma once

/// Training rows: which deals at which moments, and what was known of their end at a cut.
///
/// A deal whose closing moment is known gives one row per Monday it was open, all with unit weight:
/// that is the population the model serves. (Weighting by one over the number of a deal's rows
/// would leak how long the deal lived.) A deal whose end has no date gives one row, its first
/// moment.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "data/event_log.h"
#include "domain/date.h"
#include "features/feature_engine.h"

namespace ri::training {

struct TrainingRow {
  features::SnapshotKey key;
  features::Outcome outcome = features::Outcome::kOpen;  ///< as far as the store knows today
  /// When the outcome became known; for undated outcomes the deal's opening.
  std::optional<domain::Timestamp> outcome_visible;
  std::optional<domain::Timestamp> closed;  ///< event time; empty for undated and open
  bool undated = false;
  /// Rows of one cluster are not independent: the account, or the deal when it has none.
  std::uint32_t cluster = 0;

  /// True when the outcome was known strictly before `cut`, so that a model trained then may use
  /// it.
  [[nodiscard]] bool KnownBefore(domain::Timestamp cut) const {
    return outcome != features::Outcome::kOpen && outcome_visible && *outcome_visible < cut;
  }
  /// 1 won, 0 lost. \pre outcome is not open
  [[nodiscard]] double label() const { return outcome == features::Outcome::kWon ? 1 : 0; }
};

/// What was counted while rows were collected, for the model card.
struct SnapshotCounts {
  std::size_t closed_deals = 0;  ///< episodes with a usable outcome known before the cut
  std::size_t won_deals = 0;
  std::size_t open_deals = 0;      ///< episodes still open at the cut
  std::size_t excluded_deals = 0;  ///< born closed, test records, never qualified
  std::size_t rows = 0;
  std::size_t rows_before_thinning = 0;
  double kept_share = 1;  ///< after thinning: the chance of every row to be kept
};

struct SnapshotSet {
  std::vector<TrainingRow> rows;  ///< sorted by (as_of, deal, episode)
  SnapshotCounts counts;
  bool all_undated = false;
};

/// Budget of rows of a training; see ADR 0033 for what it costs.
inline constexpr std::size_t kMaxTrainingRows = 200'000;

struct SnapshotOptions {
  domain::Timestamp cutoff{};  ///< nothing after it is used
  /// About so many rows are kept at most, each by a coin that depends on its deal and week only, so
  /// that all deals and times keep their shares and no weights are needed.
  std::size_t max_rows = kMaxTrainingRows;
  int num_threads = 1;
};

/// Rows with as_of < cutoff. Deterministic: depends on the log's content and the options only.
[[nodiscard]] SnapshotSet CollectSnapshots(const data::EventLog& log,
                                           const features::FeatureEngine& engine,
                                           const SnapshotOptions& options);

}  // namespace ri::training
