#include "data/sqlite/sql_database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <utility>

#include "data/sqlite/connection.h"

namespace ri::data::sqlite {
namespace {

constexpr std::chrono::milliseconds kLockWait{10000};

/// $1 as ?1, which is how SQLite counts parameters.
std::string Numbered(std::string_view sql) {
  std::string text(sql);
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '$' && text[i + 1] >= '0' && text[i + 1] <= '9') {
      text[i] = '?';
    }
  }
  return text;
}

class Session final : public SqlSession {
 public:
  explicit Session(Connection& connection) : connection_(connection) {}

  Result<std::vector<SqlRow>> Run(std::string_view sql,
                                  std::span<const SqlValue> parameters) override {
    RI_ASSIGN_OR_RETURN(Statement statement, connection_.Prepare(Numbered(sql)));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      const int position = static_cast<int>(i) + 1;
      if (const auto* number = std::get_if<std::int64_t>(&parameters[i])) {
        statement.Bind(position, *number);
      } else if (const auto* text = std::get_if<std::string>(&parameters[i])) {
        statement.Bind(position, std::string_view(*text));
      } else {
        statement.BindNull(position);
      }
    }
    std::vector<SqlRow> rows;
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool more, statement.Step());
      if (!more) {
        return rows;
      }
      rows.push_back(RowOf(statement));
    }
  }

  Status Script(const std::string& sql) override { return connection_.Execute(sql.c_str()); }

 private:
  SqlRow RowOf(const Statement& statement) const {
    SqlRow row;
    const int columns = statement.num_columns();
    for (int column = 0; column < columns; ++column) {
      if (statement.IsNull(column)) {
        row.emplace_back();
      } else if (statement.IsInteger(column)) {
        row.emplace_back(statement.Integer(column));
      } else {
        row.emplace_back(std::string(statement.Text(column)));
      }
    }
    return row;
  }

  Connection& connection_;
};

/// A lock of the operating system on a file beside the database.
class FileLock final : public ProcessLock {
 public:
  explicit FileLock(int file) : file_(file) {}
  ~FileLock() override { ::close(file_); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int file_;
};

class Database final : public SqlDatabase {
 public:
  Database(std::string path, Connection connection)
      : path_(std::move(path)), connection_(std::move(connection)) {}

  Status Atomically(const std::function<Status(SqlSession&)>& work) override {
    const std::lock_guard lock(mutex_);
    auto transaction = Transaction::Begin(connection_, Transaction::Mode::kWrite);
    if (!transaction) {
      return std::unexpected(transaction.error().In(path_));
    }
    Session session(connection_);
    RI_RETURN_IF_ERROR(work(session));
    return transaction->Commit();
  }

  Status With(const std::function<Status(SqlSession&)>& work) override {
    const std::lock_guard lock(mutex_);
    Session session(connection_);
    return work(session);
  }

  Status Lock(SqlSession& /*session*/, std::int64_t /*what*/) override { return {}; }
  Result<std::unique_ptr<ProcessLock>> Hold(std::int64_t what) override {
    const std::string path = path_ + ".lock" + std::to_string(what);
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
      return Fail(ErrorCode::kStorage, "The file " + path + " cannot be made; check its folder.");
    }
    auto lock = std::make_unique<FileLock>(file);
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) {
      return Fail(ErrorCode::kConflict, "Another process is at it; it holds " + path + ".");
    }
    return std::unique_ptr<ProcessLock>(std::move(lock));
  }
  std::string_view claim_rows() const override { return ""; }
  std::string_view generated_key() const override { return "INTEGER PRIMARY KEY AUTOINCREMENT"; }
  std::string_view table_exists_query() const override {
    return "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = "
           "'operations_version'";
  }

 private:
  const std::string path_;
  std::mutex mutex_;
  Connection connection_;
};

}  // namespace

std::string OperationsPath(std::string_view database) {
  if (database.ends_with(".db")) {
    database.remove_suffix(3);
  }
  return std::string(database) + ".operations.db";
}

Result<std::unique_ptr<SqlDatabase>> OpenSqlDatabase(const std::string& path) {
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::OpenOrCreate(path, kLockWait));
  auto database = std::make_unique<Database>(path, std::move(connection));
  RI_RETURN_IF_ERROR(MigrateOperations(*database));
  return std::unique_ptr<SqlDatabase>(std::move(database));
}

}  // namespace ri::data::sqlite
