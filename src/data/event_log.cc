#include "data/event_log.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/assertion.h"
#include "base/parallel.h"

namespace ri::data {
namespace {

/// Where every item of a dictionary went when the dictionary was sorted.
using Ranks = std::vector<std::uint32_t>;

/// Sorts a dictionary in place, keeps equal items once, and returns the new position of every old
/// one. `before` is a strict weak order; items of which none is before the other are one item, of
/// which the first in the sorted order stays.
template <typename T, typename Before>
Ranks SortDictionary(std::vector<T>& items, Before before) {
  std::vector<std::uint32_t> order(items.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return before(items[a], items[b]) || (!before(items[b], items[a]) && a < b);
  });
  Ranks ranks(items.size());
  std::vector<T> sorted;
  sorted.reserve(items.size());
  for (const std::uint32_t old : order) {
    if (sorted.empty() || before(sorted.back(), items[old])) {
      sorted.push_back(std::move(items[old]));
    }
    ranks[old] = static_cast<std::uint32_t>(sorted.size() - 1);
  }
  items = std::move(sorted);
  return ranks;
}

bool IdentityBefore(const AttributeDefinition& a, const AttributeDefinition& b) {
  return std::tie(a.kind, a.name, a.type) < std::tie(b.kind, b.name, b.type);
}

bool EventBefore(const LoggedEvent& a, const LoggedEvent& b) {
  return std::tie(a.visible_time, a.event_time, a.attribute, a.sequence, a.value) <
         std::tie(b.visible_time, b.event_time, b.attribute, b.sequence, b.value);
}

std::size_t KindIndex(EntityKind kind) {
  const auto index = static_cast<std::size_t>(kind);
  RI_ASSERT(index < EventLog::kNumKinds);
  return index;
}

/// Puts a stored value into the log's own numbering.
std::int64_t RankValue(std::int64_t value, const AttributeDefinition& attribute,
                       const Ranks& symbol_ranks, const std::vector<Ranks>& key_ranks) {
  if (value == kNoValue) {
    return value;
  }
  if (attribute.type == ValueType::kText) {
    RI_ASSERT(value >= 0 && static_cast<std::size_t>(value) < symbol_ranks.size());
    return symbol_ranks[static_cast<std::size_t>(value)];
  }
  if (attribute.type == ValueType::kReference) {
    const Ranks& ranks = key_ranks[KindIndex(attribute.reference_kind)];
    RI_ASSERT(value >= 0 && static_cast<std::size_t>(value) < ranks.size());
    return ranks[static_cast<std::size_t>(value)];
  }
  return value;
}

}  // namespace

EventLog EventLog::Build(Content content) {
  RI_ASSERT(content.keys.size() == kNumKinds);
  EventLog log;

  // A definition that differs only in `custom` is the same attribute; the standard one stands.
  std::vector<AttributeDefinition>& attributes = content.attributes;
  const std::vector<AttributeDefinition> given = attributes;
  const Ranks attribute_ranks = SortDictionary(attributes, IdentityBefore);
  for (std::size_t i = 0; i < given.size(); ++i) {
    AttributeDefinition& kept = attributes[attribute_ranks[i]];
    RI_ASSERT(kept.reference_kind == given[i].reference_kind);
    kept.custom = kept.custom && given[i].custom;
  }
  log.attributes_ = std::move(attributes);

  const Ranks symbol_ranks = SortDictionary(content.symbols, std::less<>());
  log.symbols_ = std::move(content.symbols);
  std::vector<Ranks> key_ranks(kNumKinds);
  std::vector<std::size_t> first_slot(kNumKinds + 1, 0);  // entities of all kinds in one sequence
  for (std::size_t kind = 0; kind < kNumKinds; ++kind) {
    key_ranks[kind] = SortDictionary(content.keys[kind], std::less<>());
    log.keys_[kind] = std::move(content.keys[kind]);
    first_slot[kind + 1] = first_slot[kind] + log.keys_[kind].size();
  }

  // Counting sort by entity: one pass to count, one to place.
  const auto slot_of = [&](const Row& row) {
    const std::size_t kind = KindIndex(row.kind);
    RI_ASSERT(row.entity < key_ranks[kind].size());
    return first_slot[kind] + key_ranks[kind][row.entity];
  };
  const std::size_t num_slots = first_slot[kNumKinds];
  std::vector<std::uint64_t> begin(num_slots + 1, 0);
  for (const Row& row : content.rows) {
    ++begin[slot_of(row) + 1];
  }
  std::partial_sum(begin.begin(), begin.end(), begin.begin());
  log.events_.resize(content.rows.size());
  {
    std::vector<std::uint64_t> next(begin.begin(), begin.end() - 1);
    for (const Row& row : content.rows) {
      RI_ASSERT(row.attribute < attribute_ranks.size());
      const std::uint32_t attribute = attribute_ranks[row.attribute];
      const AttributeDefinition& definition = log.attributes_[attribute];
      RI_ASSERT(definition.kind == row.kind);
      log.events_[next[slot_of(row)]++] = {
          .visible_time = row.visible_time,
          .event_time = row.event_time,
          .sequence = row.sequence,
          .value = RankValue(row.value, definition, symbol_ranks, key_ranks),
          .attribute = attribute};
    }
  }
  content.rows = {};

  constexpr std::size_t kEntitiesPerBlock = 4096;
  std::vector<std::uint64_t> kept(num_slots, 0);
  base::ParallelFor(
      num_slots, kEntitiesPerBlock, base::DefaultThreadCount(),
      [&](std::size_t first, std::size_t last) {
        for (std::size_t slot = first; slot < last; ++slot) {
          const auto from = log.events_.begin() + static_cast<std::ptrdiff_t>(begin[slot]);
          const auto to = log.events_.begin() + static_cast<std::ptrdiff_t>(begin[slot + 1]);
          if (!std::is_sorted(from, to, EventBefore)) {
            std::sort(from, to, EventBefore);
          }
          kept[slot] = static_cast<std::uint64_t>(std::unique(from, to) - from);
        }
      });

  // Close the gaps that equal rows left, and cut the one sequence back into kinds.
  std::uint64_t written = 0;
  for (std::size_t kind = 0; kind < kNumKinds; ++kind) {
    std::vector<std::uint64_t>& offsets = log.offsets_[kind];
    if (log.keys_[kind].empty()) {
      continue;  // no offsets, as in a log made from nothing
    }
    offsets.assign(log.keys_[kind].size() + 1, written);
    for (std::size_t i = 0; i < log.keys_[kind].size(); ++i) {
      const std::size_t slot = first_slot[kind] + i;
      if (written != begin[slot]) {
        const auto from = log.events_.begin() + static_cast<std::ptrdiff_t>(begin[slot]);
        std::move(from, from + static_cast<std::ptrdiff_t>(kept[slot]),
                  log.events_.begin() + static_cast<std::ptrdiff_t>(written));
      }
      written += kept[slot];
      offsets[i + 1] = written;
    }
  }
  log.events_.resize(written);
  return log;
}

std::span<const std::string> EventLog::keys(EntityKind kind) const {
  return keys_[KindIndex(kind)];
}

std::span<const LoggedEvent> EventLog::events(EntityKind kind, std::size_t entity) const {
  const std::vector<std::uint64_t>& offsets = offsets_[KindIndex(kind)];
  RI_ASSERT(entity + 1 < offsets.size());
  return {events_.data() + offsets[entity], offsets[entity + 1] - offsets[entity]};
}

std::optional<std::size_t> EventLog::Find(EntityKind kind, std::string_view key) const {
  const std::vector<std::string>& sorted = keys_[KindIndex(kind)];
  const auto found = std::lower_bound(sorted.begin(), sorted.end(), key);
  if (found == sorted.end() || *found != key) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(found - sorted.begin());
}

std::optional<std::uint32_t> EventLog::FindAttribute(EntityKind kind, std::string_view name) const {
  const auto found =
      std::lower_bound(attributes_.begin(), attributes_.end(), std::tie(kind, name),
                       [](const AttributeDefinition& definition, const auto& wanted) {
                         const std::string_view candidate = definition.name;
                         return std::tie(definition.kind, candidate) < wanted;
                       });
  if (found == attributes_.end() || found->kind != kind || found->name != name) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(found - attributes_.begin());
}

}  // namespace ri::data
