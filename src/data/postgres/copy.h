#pragma once

/// Bulk transfer with COPY in binary format (PostgreSQL 15 manual, COPY, "Binary Format").

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/postgres/connection.h"

namespace ri::data::postgres {

/// Rows on their way to a table, in memory: cheap to append to, sent as a whole.
class CopyRows {
 public:
  void BeginRow(int num_columns);
  void Add(std::int32_t value);
  void Add(std::int64_t value);
  void Add(bool value);
  /// NaN is sent as null, and the two zeros as one.
  void Add(double value);
  void Add(std::string_view text);
  void AddNull();

  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  void Clear() { bytes_.clear(); }

 private:
  std::string bytes_;
};

/// One COPY ... FROM STDIN in progress. Nothing else may run on the connection until Finish(); an
/// object destroyed before ends the command with an error on the server.
class CopyIn {
 public:
  /// `target` is a table with its columns, for example "events (batch, entity)".
  [[nodiscard]] static Result<CopyIn> Begin(Connection& connection, std::string_view target);
  CopyIn(CopyIn&& other) noexcept;
  CopyIn& operator=(CopyIn&&) = delete;
  CopyIn(const CopyIn&) = delete;
  CopyIn& operator=(const CopyIn&) = delete;
  ~CopyIn();

  [[nodiscard]] Status Send(const CopyRows& rows);
  [[nodiscard]] Status Finish();

 private:
  explicit CopyIn(Connection& connection) : connection_(&connection) {}
  /// Reads the server's verdict after the last byte was sent.
  [[nodiscard]] Status ReadVerdict();

  Connection* connection_;
};

/// Sends all rows as one COPY and clears them. Nothing happens when there are none.
[[nodiscard]] Status CopyInto(Connection& connection, std::string_view target, CopyRows& rows);

/// One COPY ... TO STDOUT. Nothing else may run on the connection until Next() has returned false.
class CopyOut {
 public:
  /// `source` is a table with its columns, or a query in parentheses.
  [[nodiscard]] static Result<CopyOut> Begin(Connection& connection, std::string_view source);
  CopyOut(CopyOut&& other) noexcept;
  CopyOut& operator=(CopyOut&&) = delete;
  CopyOut(const CopyOut&) = delete;
  CopyOut& operator=(const CopyOut&) = delete;
  /// Ends the command early by cancelling it on the server.
  ~CopyOut();

  /// True when there is a row; its fields are valid until the next call.
  [[nodiscard]] Result<bool> Next();
  [[nodiscard]] bool IsNull(std::size_t column) const { return fields_[column].size < 0; }
  /// Of an integer, bigint or boolean column; `missing` when null.
  [[nodiscard]] std::int64_t Integer(std::size_t column, std::int64_t missing = 0) const;
  [[nodiscard]] double Real(std::size_t column) const;
  [[nodiscard]] std::string_view Text(std::size_t column) const;

 private:
  struct Field {
    std::size_t begin = 0;  ///< in `buffer_`
    std::int32_t size = -1;
  };
  enum class Parsed { kRow, kEnd, kIncomplete };

  explicit CopyOut(Connection& connection) : connection_(&connection) {}
  [[nodiscard]] Parsed ParseRow();
  /// Adds the next message to the buffer; false when the server has sent everything.
  [[nodiscard]] Result<bool> Receive();

  Connection* connection_;
  std::string buffer_;
  std::size_t position_ = 0;
  bool header_seen_ = false;
  std::vector<Field> fields_;
};

}  // namespace ri::data::postgres
