#include "ingest/history_merge.h"

#include <algorithm>
#include <array>

namespace ri::ingest {
namespace {

constexpr std::int64_t kSecond = 1000;
constexpr std::int64_t kDay = 86'400'000;
// A state recorded this soon after the creation is the one the deal was created with.
constexpr std::int64_t kSameMoment = 60 * kSecond;
// Both histories of one save carry times of second precision.
constexpr std::int64_t kSameSave = 2 * kSecond;
constexpr std::size_t kRevisionCap = 20;

constexpr std::array<std::string_view, kNumHistoryIssues> kNames = {
    "history-starts-late", "history-cut",        "revision-cap", "missing-previous",
    "missing-change",      "histories-disagree", "row-disagrees"};

bool BeginsLate(std::int64_t first, std::optional<std::int64_t> created) {
  return created && first > *created + kDay;
}

}  // namespace

std::string_view NameOf(HistoryIssue issue) { return kNames.at(static_cast<std::size_t>(issue)); }

void MergeSlot(Slot slot, std::span<const StateRow> states, bool has_states,
               std::span<const FieldChange> changes, std::optional<std::int64_t> created,
               std::vector<SlotChange>& out, std::vector<FoundIssue>& issues) {
  const auto index = static_cast<std::size_t>(slot);
  if (!has_states) {
    for (const FieldChange& change : changes) {
      if (&change == changes.data() && created && change.old_value != kUnknownValue &&
          change.old_value != data::kNoValue) {
        out.push_back({std::min(*created, change.time), 0, slot, change.old_value});
      }
      out.push_back({change.time, change.sequence, slot, change.new_value});
    }
    return;
  }
  for (const StateRow& row : states) {
    out.push_back({row.time, row.sequence, slot, row.values[index]});
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const FieldChange& change = changes[i];
    if (i + 1 < changes.size() && changes[i + 1].time <= change.time + kSameSave) {
      continue;  // overwritten at once; the states may have kept the last one only
    }
    // The states are sorted: the last one before the save ends, and all around it.
    const auto after =
        std::ranges::upper_bound(states, change.time + kSameSave, {}, &StateRow::time);
    bool told = false;
    for (auto row = after; row != states.begin() && (row - 1)->time >= change.time - kSameSave;) {
      --row;
      told = told || row->values[index] == change.new_value;
    }
    if (told) {
      continue;
    }
    const std::int64_t stood =
        after == states.begin() ? data::kNoValue : (after - 1)->values[index];
    if (stood == change.new_value) {
      continue;  // entered before, by the states; the moment of the states counts
    }
    if (after == states.begin() || stood == change.old_value || change.old_value == kUnknownValue) {
      out.push_back({change.time, change.sequence, slot, change.new_value});
      issues.push_back({HistoryIssue::kMissingChange, change.time});
    } else {
      issues.push_back({HistoryIssue::kHistoriesDisagree, change.time});
    }
  }
}

void UsePreviousValues(Slot slot, std::span<const StateRow> states,
                       std::span<const PreviousValue> previous, std::optional<std::int64_t> created,
                       std::vector<SlotChange>& out, std::vector<FoundIssue>& issues) {
  const auto index = static_cast<std::size_t>(slot);
  for (const PreviousValue& told : previous) {
    const auto [first, last] = std::ranges::equal_range(states, told.time, {}, &StateRow::time);
    if (first == last || first + 1 != last) {
      continue;  // several states of one moment: which of them it belongs to is not known
    }
    if (first == states.begin()) {
      const bool known_before = std::ranges::any_of(out, [&](const SlotChange& change) {
        return change.slot == slot && change.time < told.time;
      });
      if (!known_before && created && *created + kSameMoment < told.time) {
        out.push_back({*created, 0, slot, told.value});
      }
      continue;
    }
    const StateRow& before = *(first - 1);
    const bool follows = before.values[index] == told.value ||
                         std::ranges::any_of(out, [&](const SlotChange& change) {
                           return change.slot == slot && change.value == told.value &&
                                  change.time > before.time && change.time < told.time;
                         });
    if (!follows) {
      issues.push_back({HistoryIssue::kMissingChange, told.time});
    }
  }
}

void FindGaps(std::span<const FieldChange> changes, std::optional<std::int64_t> created,
              std::int64_t cut, std::vector<FoundIssue>& issues) {
  if (changes.empty()) {
    return;
  }
  const FieldChange& first = changes.front();
  if (first.old_value == kUnknownValue) {
    if (BeginsLate(first.time, created)) {
      issues.push_back({changes.size() >= kRevisionCap ? HistoryIssue::kRevisionCap
                                                       : HistoryIssue::kMissingPrevious,
                        *created});
    }
    return;
  }
  if (created && *created < cut - kDay) {
    issues.push_back({HistoryIssue::kCut, *created});
  }
  for (std::size_t i = 1; i < changes.size(); ++i) {
    const bool same_moment = changes[i].time == changes[i - 1].time;  // their order is not known
    if (!same_moment && changes[i].old_value != changes[i - 1].new_value) {
      issues.push_back({HistoryIssue::kMissingChange, changes[i].time});
      return;
    }
  }
}

}  // namespace ri::ingest
