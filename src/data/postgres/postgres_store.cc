#include "data/postgres/postgres_store.h"

#include <mutex>
#include <string>
#include <utility>

#include "data/import_session.h"
#include "data/postgres/batch_writer.h"
#include "data/postgres/connection.h"
#include "data/postgres/diagnosis.h"
#include "data/postgres/erasure_writer.h"
#include "data/postgres/event_rows.h"
#include "data/postgres/model_table.h"
#include "data/postgres/schema.h"
#include "data/postgres/score_table.h"
#include "data/postgres/table_transfer.h"
#include "data/stored_text.h"

namespace ri::data::postgres {
namespace {

class PostgresStore final : public Store {
 public:
  PostgresStore(std::string url, const Options& options, Connection connection)
      : url_(std::move(url)),
        options_(options),
        connection_(std::move(connection)),
        place_(connection_.Place()) {}

  Result<std::unique_ptr<ImportTransaction>> BeginImport(const BatchDescription& batch) override {
    auto writer = OpenBatchWriter(url_, options_.lock_wait.count());
    if (!writer) {
      return std::unexpected(writer.error().In(place_));
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
    Result<EventLog> log = LoadOn(options, progress);
    if (!log) {
      return std::unexpected(log.error().In(place_));
    }
    return log;
  }

  Status AddModel(const StoredModel& model) override {
    return Locked([&](Connection& connection) { return postgres::AddModel(connection, model); });
  }

  Result<StoredModel> Model(std::string_view version) override {
    return Locked([&](Connection& connection) { return ReadModel(connection, version); });
  }

  Result<std::vector<StoredModel>> Models() override {
    return Locked([](Connection& connection) { return ReadModels(connection); });
  }

  Status AppendAliasChange(const AliasChange& change) override {
    return Locked(
        [&](Connection& connection) { return postgres::AppendAliasChange(connection, change); });
  }

  Result<std::vector<AliasChange>> AliasChanges() override {
    return Locked([](Connection& connection) { return ReadAliasChanges(connection); });
  }

  Result<std::int64_t> AddScoreRun(const ScoreRun& run,
                                   std::span<const StoredScore> scores) override {
    return Locked(
        [&](Connection& connection) { return postgres::AddScoreRun(connection, run, scores); });
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
      RI_ASSIGN_OR_RETURN(const QueryResult ignored,
                          connection.Query("INSERT INTO settings (name, value) VALUES ($1, $2) ON "
                                           "CONFLICT (name) DO UPDATE SET value = excluded.value",
                                           Parameters().Add(name).Add(value)));
      return {};
    });
  }

  Result<std::optional<std::string>> Setting(std::string_view name) override {
    return Locked([&](Connection& connection) -> Result<std::optional<std::string>> {
      if (!CheckKey(name)) {
        return std::optional<std::string>();  // such a name cannot have been stored
      }
      RI_ASSIGN_OR_RETURN(
          const QueryResult rows,
          connection.Query("SELECT value FROM settings WHERE name = $1", Parameters().Add(name)));
      if (rows.num_rows() == 0) {
        return std::optional<std::string>();
      }
      return std::optional<std::string>(rows.Text(0, 0));
    });
  }

  bool read_only() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return connection_.ReadOnly();
  }

  Result<std::vector<std::string>> Diagnose() override {
    return Locked([](Connection& connection) { return postgres::Diagnose(connection); });
  }

 private:
  Result<EventLog> LoadOn(const LoadOptions& options, base::Progress& progress) {
    RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(url_));
    RI_ASSIGN_OR_RETURN(const Transaction transaction,
                        Transaction::Begin(connection, Transaction::Mode::kRead));
    EventRows rows(connection);
    return LoadLog(rows, options, progress);
  }

  /// Runs one short piece of work on the shared connection, and names the database in its error.
  template <typename Work>
  auto Locked(const Work& work) -> decltype(work(std::declval<Connection&>())) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (const Status status = connection_.Revive(); !status) {
      return std::unexpected(status.error().In(place_));
    }
    auto result = work(connection_);
    if (!result) {
      return std::unexpected(result.error().In(place_));
    }
    return result;
  }

  const std::string url_;
  const Options options_;
  std::mutex mutex_;
  Connection connection_;
  const std::string place_;
};

}  // namespace

Result<std::unique_ptr<Store>> Open(std::string_view url, const Options& options) {
  const std::string address(url);
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(address));
  if (Status status = MigrateSchema(connection); !status) {
    return std::unexpected(status.error().In(connection.Place()));
  }
  return std::make_unique<PostgresStore>(address, options, std::move(connection));
}

Engine MakeEngine() {
  return {.schemes = "postgresql postgres",
          .wants_url = true,
          .open = [](std::string_view url) { return Open(url); },
          .open_reader = OpenReader,
          .open_writer = [](std::string_view url,
                            const RestoreTarget& target) { return OpenWriter(url, target); },
          .open_eraser = [](std::string_view url) { return OpenErasureWriter(url); }};
}

}  // namespace ri::data::postgres
