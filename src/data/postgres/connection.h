#pragma once

/// Owner types over libpq. Results always come in binary, so that no number passes through text.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct pg_conn;
struct pg_result;

namespace ri::data::postgres {

/// Parameters $1, $2, ... of a query. Texts are not copied: they must live until it has run.
class Parameters {
 public:
  Parameters& Add(std::int64_t value);
  Parameters& Add(std::string_view text);
  Parameters& AddBytes(std::string_view bytes);
  Parameters& AddNull();

 private:
  friend class Connection;
  struct Parameter {
    std::string number;
    std::string_view text;
    bool is_number = false;
    bool is_binary = false;
    bool is_null = false;
  };
  std::vector<Parameter> parameters_;
};

/// Rows of a query, all in memory. Columns count from 0.
class QueryResult {
 public:
  explicit QueryResult(pg_result* result) : result_(result) {}

  /// Null when the server did not answer at all.
  [[nodiscard]] pg_result* get() const { return result_.get(); }
  [[nodiscard]] int num_rows() const;
  [[nodiscard]] int num_columns() const;
  /// The column is an integer or bigint.
  [[nodiscard]] bool IsInteger(int column) const;
  /// Rows an INSERT, UPDATE or DELETE touched.
  [[nodiscard]] std::int64_t num_affected() const;
  [[nodiscard]] bool IsNull(int row, int column) const;
  /// An integer, bigint or boolean column.
  [[nodiscard]] std::int64_t Integer(int row, int column) const;
  /// A double precision column; null reads as NaN.
  [[nodiscard]] double Real(int row, int column) const;
  /// A text or bytea column; null reads as empty. Valid as long as this.
  [[nodiscard]] std::string_view Text(int row, int column) const;

 private:
  struct Clearer {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clearer> result_;
};

/// One connection. Thread safety: one thread at a time.
class Connection {
 public:
  /// Connects. The database must be encoded in UTF-8. No password ever appears in an error.
  [[nodiscard]] static Result<Connection> Open(const std::string& url);

  /// Connects again when the server had closed the connection.
  [[nodiscard]] Status Revive();
  /// Runs a script of one or more statements without results.
  [[nodiscard]] Status Execute(const std::string& script);
  /// Runs one statement without preparing it on the server, so that a pooler in transaction mode
  /// may sit in between.
  [[nodiscard]] Result<QueryResult> Query(const char* sql, const Parameters& parameters = {});
  /// First column of the first row as an integer; kStorage when there is no row.
  [[nodiscard]] Result<std::int64_t> QueryInteger(const char* sql,
                                                  const Parameters& parameters = {});
  /// True while the server takes no changes: a standby, or a session for reading only. The server
  /// says so itself, as of its last answer.
  [[nodiscard]] bool ReadOnly() const;
  /// Where the data lives, for messages: "database NAME on HOST".
  [[nodiscard]] std::string Place() const;

  [[nodiscard]] pg_conn* handle() const { return handle_.get(); }
  /// Error of the connection itself.
  [[nodiscard]] Error LastError() const;
  /// Ok, or the error the server answered with.
  [[nodiscard]] Status Check(const QueryResult& result) const;

 private:
  struct Closer {
    void operator()(pg_conn* handle) const;
  };
  explicit Connection(pg_conn* handle) : handle_(handle) {}
  std::unique_ptr<pg_conn, Closer> handle_;
};

/// BEGIN ... COMMIT on a connection; destroyed without Commit() it rolls back.
/// \pre the connection outlives it and no other transaction is open on it
class Transaction {
 public:
  enum class Mode {
    kRead,   ///< one snapshot for all statements
    kWrite,  ///< every statement sees what was committed before it
  };
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

}  // namespace ri::data::postgres
