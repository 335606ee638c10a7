#pragma once

/// The way of all events into an import transaction.

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/result.h"
#include "data/event.h"
#include "data/store.h"

namespace ri::ingest {

/// Event time of what is only known to be true at the export; replaced when the import ends.
inline constexpr std::int64_t kAtExport = std::numeric_limits<std::int64_t>::max();

/// "deal", "line_item": as counts of events name it.
[[nodiscard]] std::string_view KindName(data::EntityKind kind);

/// Buffers events, counts them, and dates the ones at the export. Thread safety: one thread.
class EventSink {
 public:
  /// Events later than `known_at` do not move the content time: they are plans or mistakes.
  EventSink(data::ImportTransaction& transaction, std::int64_t known_at)
      : transaction_(transaction), known_at_(known_at) {}

  Result<std::uint32_t> Entity(data::EntityKind kind, std::string_view key) {
    return transaction_.Intern(kind, Resolve(kind, key));
  }
  /// From now on `other` is another word for the entity `key`: a merged record, or a name for an
  /// id. A word that two entities claim means neither.
  void AddAlias(data::EntityKind kind, std::string_view other, std::string_view key);
  /// The same of an earlier import: what this import says of the word counts more. Call before any
  /// AddAlias. A name that two reps had means neither; a record merged twice is what it was merged
  /// into last.
  void AddEarlierAlias(data::EntityKind kind, std::string_view other, std::string_view key);
  /// The key behind a word; the word itself when it is no alias.
  [[nodiscard]] std::string_view Resolve(data::EntityKind kind, std::string_view word) const;
  Result<std::int64_t> Symbol(std::string_view text) { return transaction_.Symbol(text); }
  /// A number for an attribute, valid in this sink. The transaction learns of the attribute with
  /// its first event, so that a store never holds attributes without events.
  std::uint32_t Attribute(const data::AttributeDefinition& definition);
  [[nodiscard]] const data::AttributeDefinition& definition(std::uint32_t attribute) const {
    return attributes_[attribute].definition;
  }

  /// \param event  with the sink's own attribute number
  Status Emit(const data::Event& event);
  /// For an event whose time may lie ahead of its recorded time, such as a meeting: it is stored
  /// only if its time is not after the content time, and only the recorded time moves that.
  Status EmitIfPast(const data::Event& event);
  /// Writes the rest; events at the export get the content time: the latest moment anything
  /// happened to a deal, at most known-at; known-at when nothing did.
  Status Finish();
  /// \pre Finish() was called
  [[nodiscard]] std::int64_t content_time() const { return content_time_; }
  /// By kind and attribute: "deal.stage".
  [[nodiscard]] std::map<std::string, std::int64_t> Counts() const;

 private:
  struct KnownAttribute {
    data::AttributeDefinition definition;
    std::uint32_t id = 0;  ///< in the store, once `count` > 0
    std::int64_t count = 0;
  };
  void MoveContentTime(std::int64_t time);
  Status Store(const data::Event& event);
  Status Write();

  data::ImportTransaction& transaction_;
  std::int64_t known_at_;
  std::int64_t latest_ = std::numeric_limits<std::int64_t>::min();
  std::int64_t content_time_ = 0;
  std::vector<data::Event> buffer_;
  std::vector<data::Event> at_export_;
  std::vector<data::Event> maybe_future_;  ///< with the sink's own attribute numbers
  std::map<std::tuple<data::EntityKind, std::string, data::ValueType>, std::uint32_t> numbers_;
  std::vector<KnownAttribute> attributes_;
  struct Alias {
    std::string key;
    bool earlier = false;  ///< from an earlier import
  };
  std::map<std::pair<data::EntityKind, std::string>, Alias> aliases_;
};

}  // namespace ri::ingest
