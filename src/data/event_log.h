#pragma once

/// The whole event store in memory, ready to be played forward: what the as-of engine reads.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/event.h"

namespace ri::data {

/// One event of an EventLog. 40 bytes.
struct LoggedEvent {
  std::int64_t visible_time = 0;  ///< max(event time, known time): from here on it may be used
  std::int64_t event_time = 0;
  std::int64_t sequence = 0;
  /// As in Event, but kText holds an index into `symbols()`, kReference an index into
  /// `keys(reference_kind)`, both in sorted order.
  std::int64_t value = kNoValue;
  std::uint32_t attribute = 0;  ///< index into `attributes()`

  friend bool operator==(const LoggedEvent&, const LoggedEvent&) = default;
};

/// Events grouped by entity. Keys and symbols are sorted by their text, so that the content does
/// not depend on the order of imports: two stores that hold the same facts give equal logs.
/// Within an entity events are sorted by (visible time, event time, attribute, sequence, value).
/// Immutable after construction; safe to share between threads.
class EventLog {
 public:
  /// An event as read from a store: Event plus the entity's own index within its kind.
  struct Row {
    EntityKind kind = EntityKind::kDeal;
    std::uint32_t entity = 0;     ///< index into `keys` of that kind as given to Build
    std::uint32_t attribute = 0;  ///< index into `attributes` as given to Build
    std::int64_t event_time = 0;
    std::int64_t visible_time = 0;
    std::int64_t sequence = 0;
    std::int64_t value = kNoValue;  ///< text: index into `symbols`, reference: index into keys
  };
  struct Content {
    std::vector<AttributeDefinition> attributes;
    std::vector<std::string> symbols;
    /// keys[kind] in any order; the position is the entity index of that kind
    std::vector<std::vector<std::string>> keys = std::vector<std::vector<std::string>>(kNumKinds);
    std::vector<Row> rows;
  };
  static constexpr std::size_t kNumKinds = 13;  ///< largest EntityKind + 1

  EventLog() = default;
  /// Sorts everything into its canonical order. Attributes are sorted by (kind, name, type), the
  /// keys and symbols by their bytes; equal dictionary entries are merged (an attribute is custom
  /// only when every definition of it is) and equal rows are kept once. Indices out of range and
  /// attributes of another kind than their row are the caller's bug.
  /// Cost: a counting sort by entity, then O(n log n) of the rows of an entity on all cores; peak
  /// memory is the rows given (48 bytes each) plus the events kept (40 bytes each).
  [[nodiscard]] static EventLog Build(Content content);

  [[nodiscard]] std::span<const AttributeDefinition> attributes() const { return attributes_; }
  [[nodiscard]] std::span<const std::string> symbols() const { return symbols_; }
  /// Sorted external keys of all entities of a kind; the position is the entity's index.
  [[nodiscard]] std::span<const std::string> keys(EntityKind kind) const;
  [[nodiscard]] std::size_t count(EntityKind kind) const { return keys(kind).size(); }
  /// Events of one entity in order of visibility; empty for an entity without events.
  [[nodiscard]] std::span<const LoggedEvent> events(EntityKind kind, std::size_t entity) const;
  [[nodiscard]] std::optional<std::size_t> Find(EntityKind kind, std::string_view key) const;
  /// Index of an attribute, or empty when no event ever had it. When a name is used with several
  /// value types, the one with the smallest type number.
  [[nodiscard]] std::optional<std::uint32_t> FindAttribute(EntityKind kind,
                                                           std::string_view name) const;
  [[nodiscard]] std::size_t num_events() const { return events_.size(); }

  /// Equal logs hold the same facts: same dictionaries, same events, same times.
  friend bool operator==(const EventLog&, const EventLog&) = default;

 private:
  std::vector<AttributeDefinition> attributes_;
  std::vector<std::string> symbols_;
  std::vector<std::vector<std::string>> keys_ = std::vector<std::vector<std::string>>(kNumKinds);
  std::vector<std::vector<std::uint64_t>> offsets_ =
      std::vector<std::vector<std::uint64_t>>(kNumKinds);  ///< count + 1 per kind
  std::vector<LoggedEvent> events_;
};

}  // namespace ri::data
