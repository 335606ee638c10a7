#include "data/sqlite/sqlite_store.h"

#include <mutex>
#include <string>
#include <utility>

#include "data/import_session.h"
#include "data/sqlite/batch_writer.h"
#include "data/sqlite/connection.h"
#include "data/sqlite/diagnosis.h"
#include "data/sqlite/erasure_writer.h"
#include "data/sqlite/event_rows.h"
#include "data/sqlite/model_table.h"
#include "data/sqlite/schema.h"
#include "data/sqlite/score_table.h"
#include "data/sqlite/table_transfer.h"
#include "data/stored_text.h"

namespace ri::data::sqlite {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, const Options& options, Connection connection)
      : path_(std::move(path)), options_(options), connection_(std::move(connection)) {}

  Result<std::unique_ptr<ImportTransaction>> BeginImport(const BatchDescription& batch) override {
    auto writer = OpenBatchWriter(path_, options_.lock_wait);
    if (!writer) {
      return std::unexpected(writer.error().In(path_));
    }
    return ImportSession::Begin(*std::move(writer), batch);
  }

  Result<std::vector<Batch>> Batches() override {
    return Locked([](Connection& connection) { return ReadBatches(connection); });
  }

  Result<std::vector<Reject>> Rejects(std::int64_t batch_id) override {
    return Locked([&](Connection& connection) { return ReadRejects(connection, batch_id); });
  }

  Result<EventLog> Load(const LoadOptions& options, base::Progress& progress) override {
    RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(path_, options_.lock_wait));
    // One read transaction: an import that ends meanwhile is in the log completely or not at all.
    RI_ASSIGN_OR_RETURN(const Transaction transaction,
                        Transaction::Begin(connection, Transaction::Mode::kRead));
    EventRows rows(connection);
    Result<EventLog> log = LoadLog(rows, options, progress);
    if (!log) {
      return std::unexpected(log.error().In(path_));
    }
    return log;
  }

  Status AddModel(const StoredModel& model) override {
    return Locked([&](Connection& connection) { return sqlite::AddModel(connection, model); });
  }

  Result<StoredModel> Model(std::string_view version) override {
    return Locked([&](Connection& connection) { return ReadModel(connection, version); });
  }

  Result<std::vector<StoredModel>> Models() override {
    return Locked([](Connection& connection) { return ReadModels(connection); });
  }

  Status AppendAliasChange(const AliasChange& change) override {
    return Locked(
        [&](Connection& connection) { return sqlite::AppendAliasChange(connection, change); });
  }

  Result<std::vector<AliasChange>> AliasChanges() override {
    return Locked([](Connection& connection) { return ReadAliasChanges(connection); });
  }

  Result<std::int64_t> AddScoreRun(const ScoreRun& run,
                                   std::span<const StoredScore> scores) override {
    return Locked(
        [&](Connection& connection) { return sqlite::AddScoreRun(connection, run, scores); });
  }

  Result<std::vector<ScoreRun>> ScoreRuns() override {
    return Locked([](Connection& connection) { return ReadScoreRuns(connection); });
  }

  Result<std::vector<StoredScore>> Scores(std::int64_t run_id) override {
    return Locked([&](Connection& connection) { return ReadScores(connection, run_id); });
  }

  Status SetSetting(std::string_view name, std::string_view value) override {
    RI_RETURN_IF_ERROR(CheckKey(name));
    RI_RETURN_IF_ERROR(CheckText(value, "A setting"));
    return Locked([&](Connection& connection) -> Status {
      RI_ASSIGN_OR_RETURN(Statement upsert,
                          connection.Prepare("INSERT INTO settings (name, value) VALUES (?, ?) ON "
                                             "CONFLICT (name) DO UPDATE SET value = "
                                             "excluded.value"));
      upsert.Bind(1, name);
      upsert.Bind(2, value);
      return upsert.Run();
    });
  }

  Result<std::optional<std::string>> Setting(std::string_view name) override {
    return Locked([&](Connection& connection) -> Result<std::optional<std::string>> {
      RI_ASSIGN_OR_RETURN(Statement rows,
                          connection.Prepare("SELECT value FROM settings WHERE name = ?"));
      rows.Bind(1, name);
      RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
      if (!row) {
        return std::optional<std::string>();
      }
      return std::optional<std::string>(rows.Text(0));
    });
  }

  bool read_only() override { return false; }

  Result<std::vector<std::string>> Diagnose() override {
    RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(path_, options_.lock_wait));
    return sqlite::Diagnose(connection);
  }

 private:
  /// Runs one short piece of work on the shared connection, and names the file in its error.
  template <typename Work>
  auto Locked(const Work& work) -> decltype(work(std::declval<Connection&>())) {
    const std::lock_guard<std::mutex> lock(mutex_);
    auto result = work(connection_);
    if (!result) {
      return std::unexpected(result.error().In(path_));
    }
    return result;
  }

  const std::string path_;
  const Options options_;
  std::mutex mutex_;
  Connection connection_;
};

}  // namespace

Result<std::unique_ptr<Store>> Open(std::string_view path, const Options& options) {
  if (path.empty() || path.starts_with(":memory:")) {
    return Fail(ErrorCode::kUsage,
                "The database needs a file. Write for example sqlite:revint.db.");
  }
  const std::string file(path);
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::OpenOrCreate(file, options.lock_wait));
  if (Status status = MigrateSchema(connection); !status) {
    return std::unexpected(status.error().In(file));
  }
  return std::make_unique<SqliteStore>(file, options, std::move(connection));
}

Engine MakeEngine() {
  return {.schemes = "sqlite",
          .wants_url = false,
          .open = [](std::string_view path) { return Open(path); },
          .open_reader = OpenReader,
          .open_writer = [](std::string_view path,
                            const RestoreTarget& target) { return OpenWriter(path, target); },
          .open_eraser = [](std::string_view path) { return OpenErasureWriter(path); }};
}

}  // namespace ri::data::sqlite
