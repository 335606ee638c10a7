#pragma once

/// The store: append-only events, immutable model versions, scores. One interface, two engines
/// (data/sqlite, data/postgres); nothing above this folder knows SQL. `OpenStore` in
/// data/open_store.h picks the engine by URL. Texts are UTF-8 without zero bytes; others are
/// kBadInput (data/stored_text.h).

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event.h"
#include "data/event_log.h"

namespace ri::data {

/// What an import says about itself.
struct BatchDescription {
  std::string source;          ///< which CRM and object, for example "salesforce/Opportunity"
  std::string path;            ///< file name as given, for people
  std::string content_sha256;  ///< of the file's bytes plus the mapping's; equal = already imported
  std::string mapping;         ///< the mapping used, as TOML or preset name
  std::int64_t known_at = 0;   ///< when the file's content was obtained, ms since 1970 UTC
};

/// A finished import.
struct Batch : BatchDescription {
  std::int64_t id = 0;
  std::int64_t num_rows = 0;
  std::int64_t num_events = 0;  ///< new events
  std::int64_t num_rejects = 0;
};

/// A row that could not be used, kept for people to look at.
struct Reject {
  std::string file;
  std::int64_t line = 0;  ///< 1-based line of the file where the row begins
  std::string column;     ///< empty when the whole row is wrong
  std::string value;      ///< shortened to 200 bytes
  std::string reason;     ///< one sentence that says what to do
};

/// One import, all or nothing: destroyed without Commit() it leaves no trace, also when the
/// process is killed. Ids are valid within the store for ever. A refused argument (kBadInput,
/// kUsage) changes nothing and the import goes on; after an error of the storage every later call
/// fails. Thread safety: one thread.
class ImportTransaction {
 public:
  virtual ~ImportTransaction() = default;
  /// Id of an entity; creates it on first sight. Key is at most 255 bytes, not empty.
  virtual Result<std::uint32_t> Intern(EntityKind kind, std::string_view key) = 0;
  /// Id of an attribute; creates it on first sight. The same name and type with another
  /// `reference_kind` is kConflict. An attribute is custom only while every definition of it was.
  virtual Result<std::uint32_t> Attribute(const AttributeDefinition& definition) = 0;
  /// Id of a text value; creates it on first sight.
  virtual Result<std::int64_t> Symbol(std::string_view text) = 0;
  /// Adds events. An event the store already holds, equal in all six fields, is not added again;
  /// if this batch's known_at is earlier than every batch that held it, the earlier sighting is
  /// recorded, so that the order of imports does not matter.
  /// Ids that the store did not give out are kUsage.
  virtual Status Append(std::span<const Event> events) = 0;
  /// Keeps rejects for people; what cannot be stored of their texts is replaced.
  virtual Status Quarantine(std::span<const Reject> rejects) = 0;
  /// Makes everything visible at once. Returns the finished batch.
  virtual Result<Batch> Commit(std::int64_t num_rows) = 0;
};

/// A stored model version. `artifact` and `manifest` are opaque here.
struct StoredModel {
  std::string version;  ///< hash, primary key
  std::int64_t created_at = 0;
  std::string manifest;    ///< JSON: data hash, parameters, seeds, library versions
  std::string evaluation;  ///< JSON: metrics, gates, verdict
  std::string artifact;    ///< JSON: heads, encoders, calibrators, background
};

/// One change of an alias such as "champion". The newest entry is in force.
struct AliasChange {
  std::string alias;
  std::string version;  ///< empty: alias removed
  std::int64_t at = 0;
  std::string actor;
  std::string reason;
};

/// One scored deal as stored. Probabilities are unclipped; NaN = not available.
struct StoredScore {
  std::string deal_id;
  double margin = 0;
  double win_probability = 0;
  double win_low = 0;
  double win_high = 0;
  double win_by_quarter_end = 0;
  std::string feature_row_hash;  ///< hex, 16 bytes
  std::string payload;           ///< JSON: everything else shown (contributions, risks)
};

struct ScoreRun {
  std::int64_t id = 0;  ///< set by the store
  std::int64_t as_of = 0;
  std::int64_t known_at = 0;  ///< newest batch that was used
  std::string model_version;
  std::int64_t created_at = 0;
};

/// What to load. Only batches with known_at <= `known_at` count; a past state of knowledge.
struct LoadOptions {
  std::optional<std::int64_t> known_at;
};

/// Thread safety: any method from any thread. Reading never waits for an import and does not see
/// it before it is committed.
class Store {
 public:
  virtual ~Store() = default;

  /// kConflict when a finished batch has the same content hash (message names it), or when another
  /// import runs for longer than the engine's waiting time.
  virtual Result<std::unique_ptr<ImportTransaction>> BeginImport(const BatchDescription& batch) = 0;
  virtual Result<std::vector<Batch>> Batches() = 0;
  /// In the order of quarantining; empty for an unknown batch.
  virtual Result<std::vector<Reject>> Rejects(std::int64_t batch_id) = 0;
  /// Reads every event into memory. Known times are resolved by `KnownTime`; the log is the same
  /// whatever the order of imports, and holds only what its events mention. kCancelled when
  /// `progress` asks to stop.
  virtual Result<EventLog> Load(const LoadOptions& options, base::Progress& progress) = 0;

  /// Adding the same version with the same content again does nothing; with other content it is
  /// kConflict.
  virtual Status AddModel(const StoredModel& model) = 0;
  virtual Result<StoredModel> Model(std::string_view version) = 0;  ///< kNotFound
  /// Without artifacts, newest first, ties by version.
  virtual Result<std::vector<StoredModel>> Models() = 0;
  /// kNotFound when the version is not stored.
  virtual Status AppendAliasChange(const AliasChange& change) = 0;
  virtual Result<std::vector<AliasChange>> AliasChanges() = 0;  ///< oldest first

  /// Stores a run with its scores in one transaction; returns the run's id. A deal scored twice in
  /// the run is kUsage.
  virtual Result<std::int64_t> AddScoreRun(const ScoreRun& run,
                                           std::span<const StoredScore> scores) = 0;
  virtual Result<std::vector<ScoreRun>> ScoreRuns() = 0;  ///< newest first
  virtual Result<std::vector<StoredScore>> Scores(
      std::int64_t run_id) = 0;  ///< by the bytes of the deal id; kNotFound for an unknown run

  /// Small named documents that belong to the database itself: reporting currency, fiscal calendar.
  virtual Status SetSetting(std::string_view name, std::string_view value) = 0;
  virtual Result<std::optional<std::string>> Setting(std::string_view name) = 0;

  /// True while the database takes no changes: a standby of PostgreSQL, or one opened for reading.
  /// What is only kept to save work is then not kept; every other change is kStorage.
  virtual bool read_only() = 0;

  /// Engine name and version, schema version, integrity: a line each, for `doctor`.
  virtual Result<std::vector<std::string>> Diagnose() = 0;
};

}  // namespace ri::data
