#include "data/postgres/erasure_writer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "data/erasure_identifiers.h"
#include "data/postgres/catalog.h"
#include "data/postgres/copy.h"
#include "data/postgres/event_rows.h"
#include "data/postgres/schema.h"

namespace ri::data::postgres {
namespace {

// Their texts are handled one by one, or say what the program means and not what a person said.
constexpr std::array<std::string_view, 8> kOwnTables = {
    "attributes", "entities",           "entity_kinds", "erasures",
    "symbols",    "erased_identifiers", "value_types",  "audit_log"};

constexpr std::string_view kEntities = "entities";
constexpr std::string_view kSymbols = "symbols";

class Writer final : public ErasureWriter {
 public:
  explicit Writer(Connection connection) : connection_(std::move(connection)) {}

  Status Begin(std::int64_t wait_milliseconds) {
    RI_RETURN_IF_ERROR(MigrateSchema(connection_));
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    return LockImports(connection_, wait_milliseconds);
  }

  EventReader& reader() override { return rows_; }

  Status RenameEntity(std::uint32_t id, std::string_view key) override {
    touched_.insert(std::string(kEntities));
    return Run("UPDATE entities SET key = $2 WHERE id = $1",
               Parameters().Add(std::int64_t{id}).Add(key));
  }
  Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) override {
    return Run("INSERT INTO entities (id, kind, key) VALUES ($1, $2, $3)",
               Parameters().Add(std::int64_t{id}).Add(static_cast<std::int64_t>(kind)).Add(key));
  }
  Status SetSymbol(std::int64_t id, std::string_view text) override {
    touched_.insert(std::string(kSymbols));
    return Run("UPDATE symbols SET text = $2 WHERE id = $1", Parameters().Add(id).Add(text));
  }
  Status AddSymbol(std::int64_t id, std::string_view text) override {
    return Run("INSERT INTO symbols (id, text) VALUES ($1, $2)", Parameters().Add(id).Add(text));
  }
  Status DeleteSymbol(std::int64_t id) override {
    touched_.insert(std::string(kSymbols));
    return Run("DELETE FROM symbols WHERE id = $1", Parameters().Add(id));
  }

  Result<std::int64_t> RewriteEvents(const EventRewriter& rewrite) override {
    std::int64_t changed = 0;
    for (const std::string table : {"events", "sightings"}) {
      RI_ASSIGN_OR_RETURN(const std::int64_t rows,
                          RewriteTable(table, rewrite, table == "sightings"));
      changed += rows;
    }
    return changed;
  }

  Result<std::vector<ErasureCount>> RewriteTexts(const TextRewriter& rewrite) override {
    RI_ASSIGN_OR_RETURN(const std::vector<CatalogTable> catalog, ReadCatalog(connection_));
    std::vector<ErasureCount> counts;
    for (const CatalogTable& table : catalog) {
      if (std::ranges::find(kOwnTables, table.shape.name) != kOwnTables.end()) {
        continue;
      }
      for (const TableColumn& column : table.shape.columns) {
        if (column.type != CellType::kText && column.type != CellType::kBytes) {
          continue;
        }
        RI_ASSIGN_OR_RETURN(const std::int64_t rows,
                            RewriteColumn(table.shape.name, column, rewrite));
        counts.push_back({.what = table.shape.name + "." + column.name, .rows = rows});
      }
    }
    return counts;
  }

  Status VisitScoredDeals(
      const std::function<void(std::int64_t, std::string_view)>& visit) override {
    RI_ASSIGN_OR_RETURN(CopyOut rows, CopyOut::Begin(connection_, "scores (run, deal_id)"));
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
      if (!row) {
        return {};
      }
      visit(rows.Integer(0), rows.Text(1));
    }
  }

  Result<std::vector<std::string>> ModelVersions() override {
    RI_ASSIGN_OR_RETURN(const QueryResult rows,
                        connection_.Query("SELECT version FROM models ORDER BY version COLLATE "
                                          "\"C\""));
    std::vector<std::string> versions;
    for (int row = 0; row < rows.num_rows(); ++row) {
      versions.emplace_back(rows.Text(row, 0));
    }
    return versions;
  }

  Result<std::vector<ErasureEntry>> ReadEntries() override {
    RI_ASSIGN_OR_RETURN(
        const QueryResult rows,
        connection_.Query("SELECT id, erased_at, kind, anonymous_key, reason, score_runs, models "
                          "FROM erasures ORDER BY id"));
    std::vector<ErasureEntry> entries;
    for (int row = 0; row < rows.num_rows(); ++row) {
      entries.push_back({.id = rows.Integer(row, 0),
                         .erased_at = rows.Integer(row, 1),
                         .kind = static_cast<EntityKind>(rows.Integer(row, 2)),
                         .anonymous_key = std::string(rows.Text(row, 3)),
                         .reason = std::string(rows.Text(row, 4)),
                         .score_runs = SplitList(rows.Text(row, 5)),
                         .models = SplitList(rows.Text(row, 6))});
    }
    return entries;
  }

  Status AddEntry(const ErasureEntry& entry) override {
    const std::string runs = JoinList(entry.score_runs);
    const std::string models = JoinList(entry.models);
    return Run(
        "INSERT INTO erasures (id, erased_at, kind, anonymous_key, reason, score_runs, models) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7)",
        Parameters()
            .Add(entry.id)
            .Add(entry.erased_at)
            .Add(static_cast<std::int64_t>(entry.kind))
            .Add(entry.anonymous_key)
            .Add(entry.reason)
            .Add(runs)
            .Add(models));
  }

  Status AddIdentifier(const ErasedIdentifier& identifier) override {
    return Run(
        "INSERT INTO erased_identifiers (digest, erasure, kind, num_words, replacement) VALUES "
        "($1, $2, $3, $4, $5) ON CONFLICT (digest) DO NOTHING",
        Parameters()
            .Add(identifier.digest)
            .Add(identifier.erasure)
            .Add(static_cast<std::int64_t>(identifier.kind))
            .Add(identifier.num_words)
            .Add(identifier.replacement));
  }

  Status SetState(std::string_view secret, std::string_view state) override {
    RI_RETURN_IF_ERROR(SetSetting(kErasureSecretSetting, secret));
    return SetSetting(kErasureStateSetting, state);
  }

  Result<std::vector<std::string>> Commit() override {
    RI_RETURN_IF_ERROR(transaction_->Commit());
    // Old rows stay in the files until the tables are written anew.
    std::vector<std::string> notes;
    for (const std::string& table : touched_) {
      if (const Status status = connection_.Execute("VACUUM FULL " + Quoted(table)); !status) {
        notes.push_back("Old copies of the erased rows remain in the files of table " + table +
                        ": run VACUUM FULL " + table + " as its owner. " +
                        status.error().message());
      }
    }
    notes.emplace_back(
        "The server's write-ahead log, its archives and replicas keep old rows until they are "
        "recycled, as do backups.");
    return notes;
  }

 private:
  Status Run(const char* sql, const Parameters& parameters) {
    const Result<QueryResult> result = connection_.Query(sql, parameters);
    return result ? Status() : Status(std::unexpected(result.error()));
  }

  Status SetSetting(std::string_view name, std::string_view value) {
    return Run(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value "
        "= excluded.value",
        Parameters().Add(name).Add(value));
  }

  Result<std::int64_t> RewriteTable(const std::string& table, const EventRewriter& rewrite,
                                    bool is_sighting) {
    CopyRows changes;  // table or part of it, place of the row there, and its new value
    std::int64_t num_changes = 0;
    {
      RI_ASSIGN_OR_RETURN(
          CopyOut rows,
          CopyOut::Begin(connection_,
                         "(SELECT tableoid::bigint, ctid, entity, attribute, event_time, "
                         "recorded_time, sequence, value FROM " +
                             table + ")"));
      while (true) {
        RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
        if (!row) {
          break;
        }
        const Event event = {.entity = static_cast<std::uint32_t>(rows.Integer(2)),
                             .attribute = static_cast<std::uint32_t>(rows.Integer(3)),
                             .event_time = rows.Integer(4),
                             .recorded_time = rows.Integer(5, kNotRecorded),
                             .sequence = rows.Integer(6),
                             .value = rows.Integer(7, kNoValue)};
        if (const auto value = rewrite(event, is_sighting)) {
          changes.BeginRow(3);
          changes.Add(rows.Integer(0));
          changes.Add(rows.Text(1));
          if (*value == kNoValue) {
            changes.AddNull();
          } else {
            changes.Add(*value);
          }
          ++num_changes;
        }
      }
    }
    RI_RETURN_IF_ERROR(Update(table, "value", "bigint", changes));
    return num_changes;
  }

  Result<std::int64_t> RewriteColumn(const std::string& table, const TableColumn& column,
                                     const TextRewriter& rewrite) {
    CopyRows changes;
    std::int64_t num_changes = 0;
    {
      RI_ASSIGN_OR_RETURN(
          CopyOut rows,
          CopyOut::Begin(connection_, "(SELECT tableoid::bigint, ctid, " + Quoted(column.name) +
                                          " FROM " + Quoted(table) + ")"));
      while (true) {
        RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
        if (!row) {
          break;
        }
        if (rows.IsNull(2)) {
          continue;
        }
        if (const auto text = rewrite(rows.Text(2))) {
          changes.BeginRow(3);
          changes.Add(rows.Integer(0));
          changes.Add(rows.Text(1));
          changes.Add(std::string_view(*text));
          ++num_changes;
        }
      }
    }
    if (num_changes > 0) {
      touched_.insert(table);
    }
    RI_RETURN_IF_ERROR(
        Update(table, column.name, column.type == CellType::kBytes ? "bytea" : "text", changes));
    return num_changes;
  }

  /// Sets a column of the rows at the given places.
  Status Update(const std::string& table, const std::string& column, const std::string& type,
                CopyRows& changes) {
    if (changes.bytes().empty()) {
      return {};
    }
    RI_RETURN_IF_ERROR(connection_.Execute(
        "CREATE TEMPORARY TABLE revint_changes (part bigint NOT NULL, place tid NOT NULL, value " +
        type + ")"));
    RI_RETURN_IF_ERROR(
        CopyInto(connection_, "pg_temp.revint_changes (part, place, value)", changes));
    RI_RETURN_IF_ERROR(connection_.Execute("UPDATE " + Quoted(table) + " t SET " + Quoted(column) +
                                           " = c.value FROM pg_temp.revint_changes c WHERE t.ctid "
                                           "= c.place AND t.tableoid = c.part"));
    return connection_.Execute("DROP TABLE pg_temp.revint_changes");
  }

  Connection connection_;
  EventRows rows_{connection_};
  std::optional<Transaction> transaction_;
  std::set<std::string> touched_;
};

}  // namespace

Result<ErasureRecords> ReadErasureRecords(Connection& connection) {
  ErasureRecords records;
  RI_ASSIGN_OR_RETURN(const QueryResult secret,
                      connection.Query("SELECT value FROM settings WHERE name = $1",
                                       Parameters().Add(kErasureSecretSetting)));
  if (secret.num_rows() == 0) {
    return records;
  }
  records.secret = secret.Text(0, 0);
  RI_ASSIGN_OR_RETURN(const QueryResult rows,
                      connection.Query("SELECT digest, erasure, kind, num_words, replacement FROM "
                                       "erased_identifiers ORDER BY digest COLLATE \"C\""));
  for (int row = 0; row < rows.num_rows(); ++row) {
    records.identifiers.push_back({.digest = std::string(rows.Text(row, 0)),
                                   .erasure = rows.Integer(row, 1),
                                   .kind = static_cast<EntityKind>(rows.Integer(row, 2)),
                                   .num_words = rows.Integer(row, 3),
                                   .replacement = std::string(rows.Text(row, 4))});
  }
  return records;
}

Result<std::unique_ptr<ErasureWriter>> OpenErasureWriter(std::string_view url,
                                                         std::chrono::milliseconds lock_wait) {
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(std::string(url)));
  const std::string place = connection.Place();
  auto writer = std::make_unique<Writer>(std::move(connection));
  if (Status status = writer->Begin(lock_wait.count()); !status) {
    return std::unexpected(status.error().In(place));
  }
  return writer;
}

}  // namespace ri::data::postgres
