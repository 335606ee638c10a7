#pragma once

/// Owner types over the SQLite C interface: every failure is an Error that says what to do.

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "data/sqlite/statement.h"

struct sqlite3;

namespace ri::data::sqlite {

/// One connection to a database file. Thread safety: one thread at a time.
class Connection {
 public:
  /// Opens the file in WAL mode with foreign keys enforced. A write waits up to `lock_wait` for
  /// another writer, then fails with kConflict.
  [[nodiscard]] static Result<Connection> Open(const std::string& path,
                                               std::chrono::milliseconds lock_wait);
  /// As Open, but creates the file when there is none, for its owner's eyes only.
  [[nodiscard]] static Result<Connection> OpenOrCreate(const std::string& path,
                                                       std::chrono::milliseconds lock_wait);

  /// Runs a script of one or more statements without results.
  [[nodiscard]] Status Execute(const char* sql);
  [[nodiscard]] Result<Statement> Prepare(std::string_view sql);
  /// Moves the write-ahead log into the database as far as readers permit, without waiting.
  void Checkpoint();
  /// First column of the first row of a query; kStorage when it has no row.
  [[nodiscard]] Result<std::int64_t> QueryInteger(std::string_view sql);
  [[nodiscard]] Result<std::string> QueryText(std::string_view sql);

  [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  explicit Connection(sqlite3* handle) : handle_(handle) {}
  std::unique_ptr<sqlite3, Closer> handle_;
};

/// BEGIN ... COMMIT on a connection; destroyed without Commit() it rolls back.
/// \pre the connection outlives it and no other transaction is open on it
class Transaction {
 public:
  enum class Mode { kRead, kWrite };
  [[nodiscard]] static Result<Transaction> Begin(Connection& connection, Mode mode);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  [[nodiscard]] Status Commit();

 private:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Connection* connection_;
};

}  // namespace ri::data::sqlite
