#include "ingest/deal_history.h"

#include <algorithm>
#include <tuple>

namespace ri::ingest {
namespace {

auto Key(const StateRow& row) {
  return std::tuple(row.deal, row.time, row.sequence, row.values[0], row.values[1], row.values[2],
                    row.values[3], row.values[4]);
}
auto Key(const FieldChange& change) {
  return std::tuple(change.deal, change.attribute, change.time, change.sequence, change.old_value,
                    change.new_value);
}

auto Key(const PreviousValue& previous) {
  return std::tuple(previous.deal, previous.slot, previous.time, previous.value);
}

template <typename Row>
void SortAndDropRepeated(std::vector<Row>& rows) {
  std::ranges::sort(rows, [](const Row& left, const Row& right) { return Key(left) < Key(right); });
  const auto repeated = std::ranges::unique(
      rows, [](const Row& left, const Row& right) { return Key(left) == Key(right); });
  rows.erase(repeated.begin(), repeated.end());
}

template <typename Row, typename Ranges>
void SortAndIndex(std::vector<Row>& rows, Ranges& ranges) {
  SortAndDropRepeated(rows);
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    auto& range = ranges.try_emplace(rows[i].deal).first->second;
    if (range.end == 0) {
      range.begin = i;
    }
    range.end = i + 1;
  }
}

template <typename Row, typename Ranges>
std::span<const Row> Find(const std::vector<Row>& rows, const Ranges& ranges, std::uint32_t deal) {
  const auto found = ranges.find(deal);
  if (found == ranges.end()) {
    return {};
  }
  return std::span(rows).subspan(found->second.begin, found->second.end - found->second.begin);
}

}  // namespace

void DealHistory::Sort() {
  SortAndIndex(states_, state_ranges_);
  SortAndIndex(changes_, change_ranges_);
  SortAndDropRepeated(previous_);
}

std::span<const PreviousValue> DealHistory::Previous(std::uint32_t deal, Slot slot) const {
  const auto range = std::ranges::equal_range(
      previous_, std::pair(deal, slot), {},
      [](const PreviousValue& value) { return std::pair(value.deal, value.slot); });
  return {range.begin(), range.end()};
}

std::span<const StateRow> DealHistory::States(std::uint32_t deal) const {
  return Find(states_, state_ranges_, deal);
}

std::span<const FieldChange> DealHistory::Changes(std::uint32_t deal) const {
  return Find(changes_, change_ranges_, deal);
}

std::vector<std::uint32_t> DealHistory::Deals() const {
  std::vector<std::uint32_t> deals;
  for (const auto& [deal, range] : state_ranges_) {
    deals.push_back(deal);
  }
  for (const auto& [deal, range] : change_ranges_) {
    deals.push_back(deal);
  }
  std::ranges::sort(deals);
  const auto repeated = std::ranges::unique(deals);
  deals.erase(repeated.begin(), repeated.end());
  return deals;
}

}  // namespace ri::ingest
