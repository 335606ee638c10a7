#pragma once

/// Turns the rows of a store into an EventLog: resolves known times, applies the cut of
/// LoadOptions, and drops what no visible event mentions. Engines only read rows and hand them in,
/// so that both give the same log, bit for bit.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/event.h"
#include "data/event_log.h"
#include "data/store.h"

namespace ri::data {

/// Use: SetBatches, then the dictionaries and sightings in any order, then the events, then Finish.
///
/// An event counts when a batch that held it has known_at <= cut. Of the batches that held it the
/// one with the smallest known_at decides its known time (`KnownTime`); when batches of several
/// sources share that moment, the earliest of their known times. Neither depends on the order of
/// imports. Thread safety: one thread.
class LogAssembler {
 public:
  explicit LogAssembler(const LoadOptions& options) : options_(options) {}

  void SetBatches(const std::vector<Batch>& batches);
  void AddAttribute(std::int64_t id, AttributeDefinition definition);
  void AddEntity(std::int64_t id, EntityKind kind, std::string_view key);
  void AddSymbol(std::int64_t id, std::string_view text);
  void AddSighting(std::int64_t batch, const Event& event);
  /// All sightings are in; `expected_events` is a hint for memory.
  void BeginEvents(std::uint64_t expected_events);
  void AddEvent(std::int64_t batch, const Event& event);
  /// The log. kStorage when a row pointed at something that is not in the dictionaries.
  [[nodiscard]] Result<EventLog> Finish();

 private:
  static constexpr std::uint32_t kUnused = ~std::uint32_t{0};

  /// What an import batch means for known times.
  struct Holder {
    bool present = false;
    std::int64_t known_at = 0;
    std::int64_t previous_known_at = kNotRecorded;
  };
  struct Sighting {
    std::uint32_t entity = 0;
    std::uint32_t batch = 0;
    std::uint64_t hash = 0;
    friend auto operator<=>(const Sighting&, const Sighting&) = default;
  };
  struct Text {
    std::string text;
    EntityKind kind = EntityKind::kDeal;  ///< of an entity
    bool present = false;
    std::uint32_t position = kUnused;  ///< in the log's content, once used
  };
  struct Attribute {
    AttributeDefinition definition;
    bool present = false;
    std::uint32_t position = kUnused;
  };

  [[nodiscard]] const Holder* FindHolder(std::int64_t batch) const;
  /// Known time under the cut, or empty when the event does not count.
  [[nodiscard]] std::optional<std::int64_t> ResolveKnownTime(std::int64_t batch,
                                                             const Event& event);
  [[nodiscard]] std::optional<std::uint32_t> UseEntity(std::int64_t id, EntityKind kind);
  [[nodiscard]] std::optional<std::uint32_t> UseSymbol(std::int64_t id);
  [[nodiscard]] std::optional<std::uint32_t> UseAttribute(std::uint32_t id);
  void ReportDamage(std::string what);

  LoadOptions options_;
  std::vector<Holder> holders_;        // by batch id
  std::vector<Attribute> attributes_;  // by id
  std::vector<Text> entities_;         // by id
  std::vector<Text> symbols_;          // by id
  std::vector<Sighting> sightings_;    // sorted from BeginEvents on
  std::vector<bool> sighted_entities_;
  EventLog::Content content_;
  std::string damage_;
};

}  // namespace ri::data
