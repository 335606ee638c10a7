#pragma once

/// Turns one deal's current row and its history into events: the one place that decides what was
/// true when.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "ingest/deal_history.h"
#include "ingest/event_sink.h"
#include "ingest/exclusions.h"
#include "ingest/history_merge.h"
#include "ingest/standing_values.h"

namespace ri::ingest {

enum class Ending { kOpen, kWon, kLost };

/// One deal as its row in the export has it. Times in ms; created may be kAtExport.
struct DealRecord {
  struct Value {
    std::uint32_t attribute = 0;
    std::int64_t value = data::kNoValue;
    bool at_export = false;
    std::string text;  ///< of a text or reference; only kept when there is prior knowledge
  };
  std::uint32_t deal = 0;
  std::string key;
  std::int64_t created = 0;
  Ending ending = Ending::kOpen;
  std::optional<std::int64_t> closed;
  std::int64_t closed_amount = data::kNoValue;
  std::array<std::int64_t, kNumSlots> slots{};    ///< data::kNoValue = empty
  std::array<std::string, kNumSlots> slot_texts;  ///< as Value::text
  std::array<bool, kNumSlots> slot_at_export{};   ///< no history: known at the export only
  std::vector<Value> values;                      ///< everything else
  std::optional<std::int64_t> qualified;          ///< moment; kAtExport possible
  std::optional<std::int64_t> deleted;            ///< moment; kAtExport possible
};

/// What the stages of a process mean, by symbol.
using StageEndings = std::unordered_map<std::int64_t, Ending>;

/// Writes deals. Rules:
/// - Attributes with history: their changes, preceded by the first change's old value at the
/// creation.
/// - Attributes without: the current value at the creation, or at the export when the mapping or
/// the
///   attribute's nature says that it changes.
/// - The closing is the moment the stage history enters a closed stage; without stage history the
///   closing date of the row; without both an undated outcome at the creation. Leaving a closed
///   stage is an "open" outcome: the deal reopened. So it did, at the export's known time, when the
///   row is open again and no history says since when.
/// - While a deal is closed its stage, amount and dates say nothing about open pipeline: not
/// written,
///   except a corrected closed amount.
/// Thread safety: one thread.
class DealWriter {
 public:
  struct Counts {
    std::int64_t reopened = 0;
    std::int64_t born_closed = 0;
    std::array<std::int64_t, kNumHistoryIssues> issues{};  ///< deals, by HistoryIssue
    std::int64_t with_issues = 0;                          ///< deals with any
  };

  /// Keeps references to all; `history` is sorted. `prior` is null for a first import.
  DealWriter(EventSink& sink, const DealHistory& history, const StageEndings& endings,
             std::unordered_set<std::int64_t> qualifying, Exclusions& exclusions,
             const PriorKnowledge* prior);

  Status Write(const DealRecord& record);
  /// A deal that became part of another one, which was created at `from`.
  Status WriteMerged(std::uint32_t deal, std::int64_t from);
  /// For a deal that has history rows in this import but no row of its own.
  ///
  /// \param key  when an earlier import brought its row, else empty
  Status WriteHistoryOnly(std::uint32_t deal, std::string_view key);
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] std::uint32_t slot_attribute(Slot slot) const {
    return slot_attributes_[static_cast<std::size_t>(slot)];
  }

 private:
  struct KnownEnding {
    Ending ending = Ending::kOpen;
    std::int64_t time = 0;
  };
  struct Timeline {
    Ending ending = Ending::kOpen;
    bool any_stage = false;
    std::array<bool, kNumSlots> seen{};
    std::array<std::int64_t, kNumSlots> last{};
    std::int64_t last_time = 0;
  };

  Status Emit(std::uint32_t deal, std::uint32_t attribute, std::int64_t time, std::int64_t sequence,
              std::int64_t value);
  Status EmitOutcome(std::uint32_t deal, Ending ending, std::int64_t time, std::int64_t amount);
  Status EmitClosedAmount(std::uint32_t deal, std::int64_t time, std::int64_t amount);
  /// \param known  an ending that the store already has: the same one is not written again
  Result<Timeline> WriteTimeline(std::uint32_t deal, std::optional<std::int64_t> created,
                                 const KnownEnding* known = nullptr);
  void Gather(std::uint32_t deal, std::optional<std::int64_t> created);
  /// Writes what was found about the deal's history, each kind once, and forgets it.
  Status WriteIssues(std::uint32_t deal);
  Status WriteFlag(std::uint32_t deal, std::string_view name, std::int64_t time,
                   std::int64_t value);
  Status WriteDeletion(const DealRecord& record);
  /// When a value without history can have changed at the latest.
  [[nodiscard]] std::int64_t ChangedBy(const DealRecord& record) const;
  Status WriteSlotsWithoutHistory(const DealRecord& record, const Timeline& timeline);
  Status WriteEnding(const DealRecord& record, const Timeline& timeline);
  Status WriteValues(const DealRecord& record);
  Status WriteChanges(std::span<const FieldChange> changes, std::optional<std::int64_t> created,
                      std::int64_t& last);
  [[nodiscard]] Ending EndingOf(std::int64_t stage) const;
  [[nodiscard]] std::optional<Slot> SlotOf(std::uint32_t attribute) const;

  EventSink& sink_;
  const DealHistory& history_;
  const StageEndings& endings_;
  std::unordered_set<std::int64_t> qualifying_;
  std::array<std::uint32_t, kNumSlots> slot_attributes_{};
  std::uint32_t created_ = 0;
  Exclusions& exclusions_;
  StandingValues standing_;
  std::vector<SlotChange> scratch_;
  std::vector<FoundIssue> issues_;
  Counts counts_;
};

}  // namespace ri::ingest
