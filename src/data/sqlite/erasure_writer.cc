#include "data/sqlite/erasure_writer.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <utility>

#include "data/erasure_identifiers.h"
#include "data/sqlite/catalog.h"
#include "data/sqlite/event_rows.h"
#include "data/sqlite/schema.h"

namespace ri::data::sqlite {
namespace {

// Their texts are handled one by one, or say what the program means and not what a person said.
constexpr std::array<std::string_view, 8> kOwnTables = {
    "attributes", "entities",           "entity_kinds", "erasures",
    "symbols",    "erased_identifiers", "value_types",  "audit_log"};

/// revint_redact(x): the new text, or null when x stays as it is.
void Redact(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const auto& rewrite =
      *static_cast<const ErasureWriter::TextRewriter*>(sqlite3_user_data(context));
  const bool is_blob = sqlite3_value_type(values[0]) == SQLITE_BLOB;
  const void* bytes = is_blob ? sqlite3_value_blob(values[0]) : sqlite3_value_text(values[0]);
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
  const auto text = bytes == nullptr
                        ? std::optional<std::string>()
                        : rewrite(std::string_view(static_cast<const char*>(bytes), size));
  if (!text) {
    sqlite3_result_null(context);
  } else if (is_blob) {
    sqlite3_result_blob64(context, text->data(), text->size(), SQLITE_TRANSIENT);
  } else {
    sqlite3_result_text64(context, text->data(), text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  }
}

class Writer final : public ErasureWriter {
 public:
  explicit Writer(Connection connection) : connection_(std::move(connection)) {}

  Status Begin(const std::string& path) {
    // Deleted and overwritten bytes become zeros.
    RI_RETURN_IF_ERROR(AttachOperations(connection_, path));
    RI_RETURN_IF_ERROR(connection_.Execute("PRAGMA secure_delete = ON"));
    RI_RETURN_IF_ERROR(connection_.Execute("PRAGMA foreign_keys = OFF"));
    RI_RETURN_IF_ERROR(MigrateSchema(connection_));
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    return {};
  }

  EventReader& reader() override { return rows_; }

  Status RenameEntity(std::uint32_t id, std::string_view key) override {
    return Run("UPDATE entities SET key = ?2 WHERE id = ?1", id, key);
  }
  Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) override {
    RI_ASSIGN_OR_RETURN(
        Statement insert,
        connection_.Prepare("INSERT INTO entities (id, kind, key) VALUES (?, ?, ?)"));
    insert.Bind(1, std::int64_t{id});
    insert.Bind(2, static_cast<std::int64_t>(kind));
    insert.Bind(3, key);
    return insert.Run();
  }
  Status SetSymbol(std::int64_t id, std::string_view text) override {
    return Run("UPDATE symbols SET text = ?2 WHERE id = ?1", id, text);
  }
  Status AddSymbol(std::int64_t id, std::string_view text) override {
    return Run("INSERT INTO symbols (id, text) VALUES (?1, ?2)", id, text);
  }
  Status DeleteSymbol(std::int64_t id) override {
    RI_ASSIGN_OR_RETURN(Statement remove, connection_.Prepare("DELETE FROM symbols WHERE id = ?"));
    remove.Bind(1, id);
    return remove.Run();
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
    if (sqlite3_create_function_v2(
            connection_.handle(), "revint_redact", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
            const_cast<TextRewriter*>(&rewrite), Redact, nullptr, nullptr, nullptr) != SQLITE_OK) {
      return std::unexpected(LastError(connection_.handle()));
    }
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
        const std::string name = Quoted(column.name);
        const std::string redacted = "revint_redact(" + name + ")";
        RI_RETURN_IF_ERROR(
            connection_.Execute(("UPDATE " + Quoted(table.shape.name) + " SET " + name + " = " +
                                 redacted + " WHERE " + redacted + " IS NOT NULL")
                                    .c_str()));
        counts.push_back({.what = table.shape.name + "." + column.name,
                          .rows = sqlite3_changes64(connection_.handle())});
      }
    }
    return counts;
  }

  Status VisitScoredDeals(
      const std::function<void(std::int64_t, std::string_view)>& visit) override {
    RI_ASSIGN_OR_RETURN(Statement rows, connection_.Prepare("SELECT run, deal_id FROM scores"));
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
      if (!row) {
        return {};
      }
      visit(rows.Integer(0), rows.Text(1));
    }
  }

  Result<std::vector<std::string>> ModelVersions() override {
    RI_ASSIGN_OR_RETURN(Statement rows,
                        connection_.Prepare("SELECT version FROM models ORDER BY version"));
    std::vector<std::string> versions;
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
      if (!row) {
        return versions;
      }
      versions.emplace_back(rows.Text(0));
    }
  }

  Result<std::vector<ErasureEntry>> ReadEntries() override {
    RI_ASSIGN_OR_RETURN(
        Statement rows,
        connection_.Prepare("SELECT id, erased_at, kind, anonymous_key, reason, score_runs, models "
                            "FROM erasures ORDER BY id"));
    std::vector<ErasureEntry> entries;
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
      if (!row) {
        return entries;
      }
      entries.push_back({.id = rows.Integer(0),
                         .erased_at = rows.Integer(1),
                         .kind = static_cast<EntityKind>(rows.Integer(2)),
                         .anonymous_key = std::string(rows.Text(3)),
                         .reason = std::string(rows.Text(4)),
                         .score_runs = SplitList(rows.Text(5)),
                         .models = SplitList(rows.Text(6))});
    }
  }

  Status AddEntry(const ErasureEntry& entry) override {
    RI_ASSIGN_OR_RETURN(Statement insert,
                        connection_.Prepare("INSERT INTO erasures (id, erased_at, kind, "
                                            "anonymous_key, reason, score_runs, models) VALUES (?, "
                                            "?, ?, ?, ?, ?, ?)"));
    const std::string runs = JoinList(entry.score_runs);
    const std::string models = JoinList(entry.models);
    insert.Bind(1, entry.id);
    insert.Bind(2, entry.erased_at);
    insert.Bind(3, static_cast<std::int64_t>(entry.kind));
    insert.Bind(4, entry.anonymous_key);
    insert.Bind(5, entry.reason);
    insert.Bind(6, runs);
    insert.Bind(7, models);
    return insert.Run();
  }

  Status AddIdentifier(const ErasedIdentifier& identifier) override {
    RI_ASSIGN_OR_RETURN(Statement insert,
                        connection_.Prepare("INSERT OR IGNORE INTO erased_identifiers (digest, "
                                            "erasure, kind, num_words, replacement) VALUES (?, ?, "
                                            "?, ?, ?)"));
    insert.Bind(1, identifier.digest);
    insert.Bind(2, identifier.erasure);
    insert.Bind(3, static_cast<std::int64_t>(identifier.kind));
    insert.Bind(4, identifier.num_words);
    insert.Bind(5, identifier.replacement);
    return insert.Run();
  }

  Status SetState(std::string_view secret, std::string_view state) override {
    RI_RETURN_IF_ERROR(SetSetting(kErasureSecretSetting, secret));
    return SetSetting(kErasureStateSetting, state);
  }

  Result<std::vector<std::string>> Commit() override {
    RI_RETURN_IF_ERROR(transaction_->Commit());
    // The log still holds the old pages, and free pages may hold rows deleted long ago.
    std::vector<std::string> notes;
    RI_ASSIGN_OR_RETURN(const std::int64_t attached,
                        connection_.QueryInteger("SELECT count(*) FROM pragma_database_list WHERE "
                                                 "name = 'operations'"));
    const bool both = attached == 0 || connection_.Execute("VACUUM operations");
    if (!both || !connection_.Execute("VACUUM main") || !Truncate()) {
      notes.emplace_back(
          "Old copies of the erased rows remain in free space of the database file, because "
          "another "
          "process is reading it or the disk is full. Repeat the command when neither is so.");
    }
    return notes;
  }

 private:
  Status Run(std::string_view sql, std::int64_t id, std::string_view text) {
    RI_ASSIGN_OR_RETURN(Statement statement, connection_.Prepare(sql));
    statement.Bind(1, id);
    statement.Bind(2, text);
    return statement.Run();
  }

  Status SetSetting(std::string_view name, std::string_view value) {
    RI_ASSIGN_OR_RETURN(Statement upsert,
                        connection_.Prepare("INSERT INTO settings (name, value) VALUES (?, ?) ON "
                                            "CONFLICT (name) DO UPDATE SET value = "
                                            "excluded.value"));
    upsert.Bind(1, name);
    upsert.Bind(2, value);
    return upsert.Run();
  }

  Result<std::int64_t> RewriteTable(const std::string& table, const EventRewriter& rewrite,
                                    bool is_sighting) {
    std::vector<std::pair<std::int64_t, std::int64_t>> changes;  // row and new value
    {
      RI_ASSIGN_OR_RETURN(Statement rows,
                          connection_.Prepare("SELECT rowid, entity, attribute, event_time, "
                                              "recorded_time, sequence, value FROM " +
                                              table));
      while (true) {
        RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
        if (!row) {
          break;
        }
        const Event event = {.entity = static_cast<std::uint32_t>(rows.Integer(1)),
                             .attribute = static_cast<std::uint32_t>(rows.Integer(2)),
                             .event_time = rows.Integer(3),
                             .recorded_time = rows.IsNull(4) ? kNotRecorded : rows.Integer(4),
                             .sequence = rows.Integer(5),
                             .value = rows.IsNull(6) ? kNoValue : rows.Integer(6)};
        if (const auto value = rewrite(event, is_sighting)) {
          changes.emplace_back(rows.Integer(0), *value);
        }
      }
    }
    RI_ASSIGN_OR_RETURN(Statement update,
                        connection_.Prepare("UPDATE " + table + " SET value = ? WHERE rowid = ?"));
    for (const auto& [row, value] : changes) {
      if (value == kNoValue) {
        update.BindNull(1);
      } else {
        update.Bind(1, value);
      }
      update.Bind(2, row);
      RI_RETURN_IF_ERROR(update.Run());
    }
    return static_cast<std::int64_t>(changes.size());
  }

  Status Truncate() {
    // Answers with a row whose first column says whether somebody was in the way.
    RI_ASSIGN_OR_RETURN(const std::int64_t busy,
                        connection_.QueryInteger("PRAGMA wal_checkpoint(TRUNCATE)"));
    return busy == 0 ? Status() : Fail(ErrorCode::kConflict, "The log is in use.");
  }

  Connection connection_;
  EventRows rows_{connection_};
  std::optional<Transaction> transaction_;
};

}  // namespace

Result<ErasureRecords> ReadErasureRecords(Connection& connection) {
  ErasureRecords records;
  RI_ASSIGN_OR_RETURN(Statement secret,
                      connection.Prepare("SELECT value FROM settings WHERE name = ?"));
  secret.Bind(1, kErasureSecretSetting);
  RI_ASSIGN_OR_RETURN(const bool any, secret.Step());
  if (!any) {
    return records;
  }
  records.secret = secret.Text(0);
  RI_ASSIGN_OR_RETURN(
      Statement rows,
      connection.Prepare("SELECT digest, erasure, kind, num_words, replacement FROM "
                         "erased_identifiers ORDER BY digest"));
  while (true) {
    RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
    if (!row) {
      return records;
    }
    records.identifiers.push_back({.digest = std::string(rows.Text(0)),
                                   .erasure = rows.Integer(1),
                                   .kind = static_cast<EntityKind>(rows.Integer(2)),
                                   .num_words = rows.Integer(3),
                                   .replacement = std::string(rows.Text(4))});
  }
}

Result<std::unique_ptr<ErasureWriter>> OpenErasureWriter(std::string_view path,
                                                         std::chrono::milliseconds lock_wait) {
  const std::string file(path);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return Fail(ErrorCode::kNotFound, file + ": there is no such database.");
  }
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(file, lock_wait));
  auto writer = std::make_unique<Writer>(std::move(connection));
  if (Status status = writer->Begin(file); !status) {
    return std::unexpected(status.error().In(file));
  }
  return writer;
}

}  // namespace ri::data::sqlite
