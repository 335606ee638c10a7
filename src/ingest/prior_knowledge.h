#pragma once

/// What the store knew of deals and people before an import: needed where an export only shows the
/// present, to tell what changed since the one before.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/event.h"
#include "data/event_log.h"
#include "ingest/deal_history.h"

namespace ri::ingest {

/// A value in the terms of a log: numbers as they are, texts and references as text.
struct PriorValue {
  std::int64_t number = data::kNoValue;
  std::string text;
  friend bool operator==(const PriorValue&, const PriorValue&) = default;
};

/// Reads one EventLog. Thread safety: immutable.
class PriorKnowledge {
 public:
  /// \param log       what was known at `known_at`, the moment of the import that is being read
  PriorKnowledge(data::EventLog log, std::int64_t known_at)
      : log_(std::move(log)), known_at_(known_at) {}

  [[nodiscard]] std::int64_t known_at() const { return known_at_; }
  [[nodiscard]] const data::EventLog& log() const { return log_; }

  /// The value in force as known at the import; empty when there was none, or it was cleared.
  [[nodiscard]] std::optional<PriorValue> Current(data::EntityKind kind, std::string_view key,
                                                  const data::AttributeDefinition& attribute) const;
  /// Event time of the deal's creation as known at the import; empty for a deal without one.
  [[nodiscard]] std::optional<std::int64_t> CreatedAt(std::string_view deal) const;
  struct PriorOutcome {
    std::string_view word;  ///< "won", "lost" or "open"
    std::int64_t time = 0;
  };
  [[nodiscard]] std::optional<PriorOutcome> OutcomeOf(std::string_view deal) const;
  /// Whether the last outcome known at the import closed the deal.
  [[nodiscard]] bool IsClosed(std::string_view deal) const;
  [[nodiscard]] bool IsDeleted(std::string_view deal) const;
  /// Other words for entities, each with the entity's key, by entity.
  [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> Aliases(
      data::EntityKind kind) const;
  /// Keys of all deals that were created and not deleted as known at the import.
  [[nodiscard]] std::vector<std::string_view> Deals() const;

 private:
  [[nodiscard]] const data::LoggedEvent* Latest(data::EntityKind kind, std::size_t entity,
                                                std::uint32_t attribute) const;
  data::EventLog log_;
  std::int64_t known_at_;
};

}  // namespace ri::ingest
