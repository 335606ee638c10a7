#pragma once

/// History rows of all deals of an import, gathered in any order and handed out per deal in time
/// order, so that the events do not depend on the order of rows or files.

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <unordered_map>
#include <vector>

#include "data/event.h"

namespace ri::ingest {

/// Stage, amount, commit date, forecast category and probability: what a stage history carries.
enum class Slot { kStage, kAmount, kCommitDate, kForecastCategory, kProbability };
inline constexpr std::size_t kNumSlots = 5;

/// The previous value of a change is not known.
inline constexpr std::int64_t kUnknownValue = data::kNoValue + 1;

/// The state of a deal after a change; values as events store them, data::kNoValue for empty.
/// 64 bytes a row: ten million rows take 640 MB.
struct StateRow {
  std::int64_t time = 0;
  std::int64_t sequence = 0;
  std::int64_t values[kNumSlots] = {data::kNoValue, data::kNoValue, data::kNoValue, data::kNoValue,
                                    data::kNoValue};
  std::uint32_t deal = 0;
};

/// What a state row says stood before it. 24 bytes a row, for rows that changed something only.
struct PreviousValue {
  std::int64_t time = 0;
  std::int64_t value = data::kNoValue;
  std::uint32_t deal = 0;
  Slot slot = Slot::kStage;
};

/// One change of one attribute of a deal.
struct FieldChange {
  std::int64_t time = 0;
  std::int64_t sequence = 0;
  std::int64_t old_value = kUnknownValue;
  std::int64_t new_value = data::kNoValue;
  std::uint32_t deal = 0;
  std::uint32_t attribute = 0;
};

/// Thread safety: one thread.
class DealHistory {
 public:
  void Add(const StateRow& row) { states_.push_back(row); }
  void Add(const PreviousValue& value) { previous_.push_back(value); }
  void Add(const FieldChange& change) {
    oldest_change_ = std::min(oldest_change_, change.time);
    changes_.push_back(change);
  }
  /// A slot that the stage history has a column for.
  void SetHasSlot(Slot slot) { has_slot_[static_cast<std::size_t>(slot)] = true; }
  [[nodiscard]] bool has_slot(Slot slot) const { return has_slot_[static_cast<std::size_t>(slot)]; }
  /// The source still has field history of this time.
  void NoteKept(std::int64_t time) { oldest_change_ = std::min(oldest_change_, time); }
  /// Time of the oldest field history of any deal; the largest time when there is none.
  [[nodiscard]] std::int64_t oldest_change() const { return oldest_change_; }
  [[nodiscard]] bool empty() const { return states_.empty() && changes_.empty(); }

  /// Sorts by (deal, time, sequence) and drops repeated rows. Call once, before the spans below.
  void Sort();
  [[nodiscard]] std::span<const StateRow> States(std::uint32_t deal) const;
  /// By (attribute, time, sequence).
  [[nodiscard]] std::span<const FieldChange> Changes(std::uint32_t deal) const;
  /// By time.
  [[nodiscard]] std::span<const PreviousValue> Previous(std::uint32_t deal, Slot slot) const;
  /// Every deal with any row, ascending.
  [[nodiscard]] std::vector<std::uint32_t> Deals() const;

 private:
  struct Range {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  std::vector<StateRow> states_;
  std::vector<FieldChange> changes_;
  std::vector<PreviousValue> previous_;
  std::unordered_map<std::uint32_t, Range> state_ranges_;
  std::unordered_map<std::uint32_t, Range> change_ranges_;
  bool has_slot_[kNumSlots] = {};
  std::int64_t oldest_change_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace ri::ingest
