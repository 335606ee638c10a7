#pragma once

/// A few statements that mean the same on both engines, for the small tables of the server. The
/// event store has its own, faster ways.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace ri::data {

/// Null, a number or a text.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string>;
using SqlRow = std::vector<SqlValue>;

[[nodiscard]] inline std::int64_t Integer(const SqlValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}
[[nodiscard]] inline const std::string& Text(const SqlValue& value) {
  static const std::string kEmpty;
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? kEmpty : *text;
}

/// Runs statements on one connection.
class SqlSession {
 public:
  virtual ~SqlSession() = default;
  /// Parameters are written $1, $2, ... in the order of their first use.
  virtual Result<std::vector<SqlRow>> Run(std::string_view sql,
                                          std::span<const SqlValue> parameters) = 0;
  /// A script without parameters.
  virtual Status Script(const std::string& sql) = 0;

  template <typename... Values>
  Result<std::vector<SqlRow>> Run(std::string_view sql, const Values&... values) {
    const std::vector<SqlValue> parameters{SqlValue(values)...};
    return Run(sql, std::span<const SqlValue>(parameters));
  }
};

/// Held until destroyed; gone with the process, however it ends.
class ProcessLock {
 public:
  virtual ~ProcessLock() = default;
};

/// Thread safety: any method from any thread.
class SqlDatabase {
 public:
  virtual ~SqlDatabase() = default;
  /// All or nothing. `work` may run again after a lost connection was found at its beginning.
  virtual Status Atomically(const std::function<Status(SqlSession&)>& work) = 0;
  /// For single statements and reading.
  virtual Status With(const std::function<Status(SqlSession&)>& work) = 0;
  /// Takes a lock for the rest of the transaction that keeps other processes out of the same part
  /// of the work. On an engine with one writer this does nothing.
  virtual Status Lock(SqlSession& session, std::int64_t what) = 0;
  /// Keeps other processes out of the same work for as long as it is held. kConflict when another
  /// one holds it.
  virtual Result<std::unique_ptr<ProcessLock>> Hold(std::int64_t what) = 0;
  /// Appended to a SELECT to claim rows that nobody else claims; empty with one writer.
  [[nodiscard]] virtual std::string_view claim_rows() const = 0;
  /// Type of a generated primary key.
  [[nodiscard]] virtual std::string_view generated_key() const = 0;
  [[nodiscard]] virtual std::string_view table_exists_query() const = 0;
};

/// Brings the tables of database/operations up to date.
Status MigrateOperations(SqlDatabase& database);

}  // namespace ri::data
