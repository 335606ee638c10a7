#pragma once

/// A whole database as rows of tables, whatever the engine: what backups are made of. The tables
/// are found in the database's own catalogue, so that a table added by a later migration is carried
/// without a change here.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ri::data {

/// How a column is carried from one engine to the other. The numbers are stored in backups: never
/// renumber. Flags are integers.
enum class CellType : std::uint8_t { kInteger = 1, kReal = 2, kText = 3, kBytes = 4 };

struct TableColumn {
  std::string name;
  CellType type = CellType::kInteger;

  friend bool operator==(const TableColumn&, const TableColumn&) = default;
};

/// A table with its columns sorted by name, so that engines agree on their order.
struct TableShape {
  std::string name;
  std::vector<TableColumn> columns;

  friend bool operator==(const TableShape&, const TableShape&) = default;
};

/// One field of a row; which member counts follows from the column's type.
struct Cell {
  bool is_null = true;
  std::int64_t integer = 0;
  double real = 0;
  std::string_view bytes;  ///< of a text or bytes column; valid until the next row
};

/// One consistent state of a database; writers go on meanwhile. Thread safety: one thread.
class DatabaseReader {
 public:
  /// Returns false to stop with kCancelled.
  using RowVisitor = std::function<bool(std::span<const Cell>)>;

  virtual ~DatabaseReader() = default;
  [[nodiscard]] virtual std::string_view engine() const = 0;
  virtual Result<std::int64_t> SchemaVersion() = 0;
  /// Every table but the record of migrations; a table comes after those it refers to, otherwise
  /// by name. kStorage for a column whose type has no CellType.
  virtual Result<std::vector<TableShape>> Tables() = 0;
  /// Rows by primary key, texts by their bytes; in the order of storing when there is no key.
  virtual Status ReadRows(const TableShape& table, const RowVisitor& visit) = 0;
};

/// Fills a database in one transaction; destroyed without Commit() nothing happened. Nothing else
/// may write meanwhile. Thread safety: one thread.
class DatabaseWriter {
 public:
  virtual ~DatabaseWriter() = default;
  /// The tables as the database wants them; empty ones only.
  virtual Result<std::vector<TableShape>> Tables() = 0;
  /// Begins to fill a table, after those it refers to.
  virtual Status BeginTable(const TableShape& table) = 0;
  virtual Status AddRow(std::span<const Cell> row) = 0;
  virtual Status EndTable() = 0;
  /// Applies the migrations that are newer than the rows, checks what refers to what, and makes
  /// everything visible at once.
  virtual Status Commit() = 0;
};

/// What may happen to a database that a backup is restored into.
struct RestoreTarget {
  std::int64_t schema_version = 0;  ///< of the rows to come
  bool replace = false;             ///< delete what is there instead of refusing
};

/// A table and the tables it refers to, by position in the same list.
struct TableNode {
  TableShape shape;
  std::vector<std::size_t> refers_to;
};

/// Referenced tables first, otherwise by name. A circle, which no migration makes, is cut at the
/// smallest name.
[[nodiscard]] std::vector<TableShape> InOrderOfReference(std::vector<TableNode> nodes);

/// Tables that every new database holds rows in.
[[nodiscard]] bool IsSeeded(std::string_view table);

/// Tables whose rows mean nothing in another database: who is signed in, what was uploaded and lies
/// elsewhere. Backups leave them out.
[[nodiscard]] bool IsPassing(std::string_view table);

/// kUsage with the way out when rows of `version` cannot go into a database at `current` of which
/// this program knows versions up to `newest`.
[[nodiscard]] Status CheckRestorable(std::int64_t version, std::int64_t current,
                                     std::int64_t newest);

}  // namespace ri::data
