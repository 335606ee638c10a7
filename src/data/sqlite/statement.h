#pragma once

/// A prepared statement: bind by position from 1, step, read columns from 0.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace ri::data::sqlite {

/// Error of the last call on a connection, in words that tell a person what to do.
[[nodiscard]] Error LastError(sqlite3* handle);

/// Thread safety: as its connection, which must outlive it.
class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}

  // A bound text or blob is not copied: it must live until the next Reset or Run.
  void Bind(int position, std::int64_t value);
  void BindNull(int position);
  /// NaN is stored as null, and the two zeros as one.
  void BindReal(int position, double value);
  void Bind(int position, std::string_view text);
  void BindBlob(int position, std::string_view bytes);

  /// True when there is a row to read.
  [[nodiscard]] Result<bool> Step();
  /// Executes a statement without results and makes it ready to be bound again.
  [[nodiscard]] Status Run();
  void Reset();

  [[nodiscard]] int num_columns() const;
  [[nodiscard]] bool IsNull(int column) const;
  [[nodiscard]] bool IsInteger(int column) const;
  [[nodiscard]] std::int64_t Integer(int column) const;
  /// Null reads as NaN.
  [[nodiscard]] double Real(int column) const;
  /// Valid until the next Step or Reset. Null reads as empty.
  [[nodiscard]] std::string_view Text(int column) const;
  [[nodiscard]] std::string_view Blob(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3* connection_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
};

}  // namespace ri::data::sqlite
