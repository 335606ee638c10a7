#pragma once

/// Erasing a person or an account from a store: the part that is the same for every engine.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event.h"
#include "data/event_reader.h"
#include "data/redactor.h"

namespace ri::data {

struct ErasureRequest {
  std::vector<EntityKind> kinds;  ///< the entity is looked for among these
  std::string key;
  std::string reason;   ///< kept in the log, without what is erased
  std::int64_t at = 0;  ///< ms since 1970 UTC
  bool dry_run = false;
};

/// An entry of the log. It holds nothing of what was erased.
struct ErasureEntry {
  std::int64_t id = 0;
  std::int64_t erased_at = 0;
  EntityKind kind = EntityKind::kAccount;
  std::string anonymous_key;
  std::string reason;
  /// What can no longer be computed again bit for bit, because it read an erased value.
  std::vector<std::string> score_runs;
  std::vector<std::string> models;
};

/// How many rows of a table changed.
struct ErasureCount {
  std::string what;  ///< "events.value", "entities.key", ...
  std::int64_t rows = 0;
};

struct ErasureReport {
  bool dry_run = false;
  bool already_erased = false;        ///< nothing was left to do
  std::vector<ErasureEntry> entries;  ///< one per erased entity that was asked for
  std::int64_t num_deals = 0;         ///< that pointed at it
  std::int64_t num_contacts = 0;      ///< erased with an account, as they belong to no other
  std::vector<ErasureCount> counts;   ///< without zeros
  std::vector<std::string> notes;     ///< sentences for the person
};

/// An open write transaction of an engine that holds the import lock. Destroyed without Commit() it
/// rolls back. Thread safety: one thread.
class ErasureWriter {
 public:
  /// The new value of an event or of the sighting of one, or empty to leave it.
  using EventRewriter =
      std::function<std::optional<std::int64_t>(const Event& event, bool is_sighting)>;
  /// The new text, or empty to leave it.
  using TextRewriter = std::function<std::optional<std::string>(std::string_view)>;

  virtual ~ErasureWriter() = default;
  virtual EventReader& reader() = 0;
  virtual Status RenameEntity(std::uint32_t id, std::string_view key) = 0;
  virtual Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) = 0;
  virtual Status SetSymbol(std::int64_t id, std::string_view text) = 0;
  virtual Status AddSymbol(std::int64_t id, std::string_view text) = 0;
  virtual Status DeleteSymbol(std::int64_t id) = 0;
  /// Over all events and sightings; returns how many changed.
  virtual Result<std::int64_t> RewriteEvents(const EventRewriter& rewrite) = 0;
  /// Over every text and bytes column of every other table.
  virtual Result<std::vector<ErasureCount>> RewriteTexts(const TextRewriter& rewrite) = 0;
  virtual Status VisitScoredDeals(
      const std::function<void(std::int64_t run, std::string_view deal)>& visit) = 0;
  virtual Result<std::vector<std::string>> ModelVersions() = 0;
  virtual Result<std::vector<ErasureEntry>> ReadEntries() = 0;
  virtual Status AddEntry(const ErasureEntry& entry) = 0;
  virtual Status AddIdentifier(const ErasedIdentifier& identifier) = 0;
  /// Stores the secret, and what tells the data after this erasure from the data before it.
  virtual Status SetState(std::string_view secret, std::string_view state) = 0;
  /// Ends the transaction and overwrites what the engine keeps of old rows; returns sentences about
  /// what it could not reach.
  virtual Result<std::vector<std::string>> Commit() = 0;
};

/// Names of settings that belong to erasures.
inline constexpr std::string_view kErasureSecretSetting = "erasure.secret";
inline constexpr std::string_view kErasureStateSetting = "erasure.state";

/// kNotFound when no such entity is or was stored; the message names keys of entities with that
/// name. An entity that was erased before is no error. Cost: two passes over the events and one
/// over every text of the database.
[[nodiscard]] Result<ErasureReport> Erase(ErasureWriter& writer, const ErasureRequest& request,
                                          base::Progress& progress);

}  // namespace ri::data
