#pragma once

/// One stream of changes out of the two histories that a CRM keeps: states after changes, and
/// single changes of fields.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ingest/deal_history.h"

namespace ri::ingest {

/// What is wrong with a deal's history; each is reported once per deal.
enum class HistoryIssue : std::uint8_t {
  kStartsLate,         ///< the first state was recorded a day or more after the creation
  kCut,                ///< older than everything the field history still keeps
  kRevisionCap,        ///< as many revisions as the source keeps; earlier ones are gone
  kMissingPrevious,    ///< changed later than created, and what stood before is not known
  kMissingChange,      ///< a change lies between two recorded ones, or only one history has it
  kHistoriesDisagree,  ///< the two histories tell different values for the same moment
  kRowDisagrees,       ///< the current row is not what the histories end with
};
inline constexpr std::size_t kNumHistoryIssues = 7;
[[nodiscard]] std::string_view NameOf(HistoryIssue issue);

struct SlotChange {
  std::int64_t time = 0;
  std::int64_t sequence = 0;
  Slot slot = Slot::kStage;
  std::int64_t value = data::kNoValue;
};

struct FoundIssue {
  HistoryIssue issue = HistoryIssue::kStartsLate;
  std::int64_t time = 0;
};

/// Adds the changes of one slot to `out`. States win over changes; a change that the states do not
/// contradict but lack is added. Without states the first change's old value stands since the
/// creation.
///
/// \param states     of the deal, by time; only when `has_states`
/// \param changes    of the slot's attribute, by time
/// \param issues     gets what was found
void MergeSlot(Slot slot, std::span<const StateRow> states, bool has_states,
               std::span<const FieldChange> changes, std::optional<std::int64_t> created,
               std::vector<SlotChange>& out, std::vector<FoundIssue>& issues);

/// Uses what the states say stood before them: the first one's previous value stands since the
/// creation, and a state that does not follow from the one before it shows a lost change.
///
/// \param previous  of the slot, by time
/// \param out       holds the slot's merged changes; gets the value at the creation
void UsePreviousValues(Slot slot, std::span<const StateRow> states,
                       std::span<const PreviousValue> previous, std::optional<std::int64_t> created,
                       std::vector<SlotChange>& out, std::vector<FoundIssue>& issues);

/// Gaps in the chain of changes of one attribute: a lost start, a revision cap, changes that do not
/// follow from each other.
///
/// \param cut  time of the oldest change that the source still has
void FindGaps(std::span<const FieldChange> changes, std::optional<std::int64_t> created,
              std::int64_t cut, std::vector<FoundIssue>& issues);

}  // namespace ri::ingest
