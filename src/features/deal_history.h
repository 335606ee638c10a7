#pragma once

/// How deals lived and ended: the labels of training and the book of the forecast. Everything here
/// looks at the whole log; what was known at a moment is the caller's duty to cut, by the times.

#include <cstdint>
#include <optional>
#include <vector>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::features {

enum class Outcome { kOpen, kWon, kLost };

/// One open-to-close life of a deal. A reopened deal has several.
struct Episode {
  domain::Timestamp opened{};  ///< creation or reopening
  /// From here on the episode is pipeline that gets snapshots: `opened`, or the first qualification
  /// when the store has qualification events; empty when it never qualified.
  std::optional<domain::Timestamp> qualified;
  /// Event time of the outcome; empty while open and for undated outcomes.
  std::optional<domain::Timestamp> closed;
  /// When the outcome became known to the system (>= closed).
  std::optional<domain::Timestamp> outcome_visible;
  Outcome outcome = Outcome::kOpen;
  /// The outcome is known but not its moment: a label for the first head only.
  bool undated = false;
  /// Kept out of training (born closed, test record, ...), with the reason in the store.
  bool excluded = false;
  /// Minor units at closing if the source says; else the amount in force at closing; kNoValue if
  /// none.
  std::int64_t final_amount = data::kNoValue;
};

/// Episodes of every deal, in time order; the position is the deal's index in the log.
[[nodiscard]] std::vector<std::vector<Episode>> BuildEpisodes(const data::EventLog& log,
                                                              int num_threads);

/// What was known of one deal at a moment. Indices are into the log; empty = not known.
struct DealState {
  std::optional<std::size_t> stage;      ///< symbol
  std::int64_t amount = data::kNoValue;  ///< minor units
  std::optional<std::size_t> currency;   ///< symbol
  std::optional<domain::Date> commit_date;
  std::optional<std::size_t> forecast_category;  ///< symbol
  std::optional<std::size_t> owner;              ///< rep
  std::optional<std::size_t> account;            ///< account
  std::optional<std::size_t> name;               ///< symbol
  std::optional<double> crm_probability;
  domain::Timestamp opened{};
};

/// States as of a moment of the given deals (indices), in their order: the latest value by event
/// time among events visible at `as_of`.
[[nodiscard]] std::vector<DealState> StatesAsOf(const data::EventLog& log,
                                                const std::vector<std::uint32_t>& deals,
                                                domain::Timestamp as_of, int num_threads);

}  // namespace ri::features
