#include "data/sqlite/connection.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace ri::data::sqlite {
namespace {

// A page cache of 64 MiB keeps the inner pages of a large database in memory. Commits reach the
// disk before they return (synchronous = FULL); there are few of them, so that costs nothing.
constexpr const char* kSettings =
    "PRAGMA foreign_keys = ON;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA cache_size = -65536;"
    "PRAGMA temp_store = MEMORY;"
    // What a large import leaves of the write-ahead log is cut back to this.
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA trusted_schema = OFF;";

}  // namespace

void Connection::Closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Result<Connection> Connection::OpenOrCreate(const std::string& path,
                                            std::chrono::milliseconds lock_wait) {
  // An empty file is an empty database. The write-ahead log takes over its permissions. A file that
  // is there must not be opened here: closing any descriptor of it would drop the locks that other
  // connections of this process hold, and another process would then remove the log they write to.
  const int descriptor =
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) {
    close(descriptor);
  }
  return Open(path, lock_wait);  // says what is wrong if there is still no file
}

Result<Connection> Connection::Open(const std::string& path, std::chrono::milliseconds lock_wait) {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection(handle);
  if (code != SQLITE_OK) {
    return std::unexpected(LastError(handle).In(path));
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, static_cast<int>(lock_wait.count()));
  if (Status status = connection.Execute(kSettings); !status) {
    return std::unexpected(status.error().In(path));
  }
  const Result<std::string> mode = connection.QueryText("PRAGMA journal_mode = WAL");
  if (!mode) {
    return std::unexpected(mode.error().In(path));
  }
  if (*mode != "wal") {
    return Fail(ErrorCode::kStorage,
                path + ": the file system does not support the write-ahead log (journal mode \"" +
                    *mode + "\"). Put the database on a local disk.");
  }
  return connection;
}

Status Connection::Execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(LastError(handle_.get()));
  }
  return {};
}

Result<Statement> Connection::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) {
    return std::unexpected(LastError(handle_.get()));
  }
  return Statement(handle_.get(), statement);
}

void Connection::Checkpoint() {
  sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

Result<std::int64_t> Connection::QueryInteger(std::string_view sql) {
  RI_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  RI_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) {
    return Fail(ErrorCode::kStorage, "The database gave no answer to: " + std::string(sql));
  }
  return statement.Integer(0);
}

Result<std::string> Connection::QueryText(std::string_view sql) {
  RI_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
  RI_ASSIGN_OR_RETURN(const bool row, statement.Step());
  if (!row) {
    return Fail(ErrorCode::kStorage, "The database gave no answer to: " + std::string(sql));
  }
  return std::string(statement.Text(0));
}

Result<Transaction> Transaction::Begin(Connection& connection, Mode mode) {
  RI_RETURN_IF_ERROR(connection.Execute(mode == Mode::kWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  if (connection_ != nullptr) {
    // SQLite may have rolled back by itself after an error; then there is nothing left to do.
    [[maybe_unused]] const Status ignored = connection_->Execute("ROLLBACK");
  }
}

Status Transaction::Commit() {
  RI_RETURN_IF_ERROR(connection_->Execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace ri::data::sqlite
