#include "data/postgres/table_transfer.h"

#include <optional>
#include <string>
#include <utility>

#include "data/postgres/catalog.h"
#include "data/postgres/connection.h"
#include "data/postgres/copy.h"
#include "data/postgres/migrations.h"
#include "data/postgres/schema.h"
#include "data/postgres/sql_database.h"

namespace ri::data::postgres {
namespace {

constexpr std::size_t kSendBytes = std::size_t{1} << 18U;

std::vector<TableShape> ShapesOf(const std::vector<CatalogTable>& catalog, bool passing) {
  std::vector<TableShape> shapes;
  for (const CatalogTable& table : catalog) {
    if (passing || !IsPassing(table.shape.name)) {
      shapes.push_back(table.shape);
    }
  }
  return shapes;
}

const CatalogTable* Find(const std::vector<CatalogTable>& catalog, std::string_view name) {
  for (const CatalogTable& table : catalog) {
    if (table.shape.name == name) {
      return &table;
    }
  }
  return nullptr;
}

class Reader final : public DatabaseReader {
 public:
  explicit Reader(Connection connection) : connection_(std::move(connection)) {}

  Status Begin() {
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kRead));
    transaction_.emplace(std::move(transaction));
    // Limits that a server may set for everybody would end a long backup half-way.
    RI_RETURN_IF_ERROR(connection_.Execute(
        "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"));
    RI_ASSIGN_OR_RETURN(const std::int64_t version, SchemaVersion());
    if (version == 0) {
      return Fail(ErrorCode::kNotFound, "The schema holds no data of this program.");
    }
    RI_ASSIGN_OR_RETURN(catalog_, ReadCatalog(connection_));
    return {};
  }

  std::string_view engine() const override { return "PostgreSQL"; }

  Result<std::int64_t> SchemaVersion() override { return postgres::SchemaVersion(connection_); }

  Result<std::vector<TableShape>> Tables() override { return ShapesOf(catalog_, false); }

  Status ReadRows(const TableShape& table, const RowVisitor& visit) override {
    const CatalogTable* known = Find(catalog_, table.name);
    if (known == nullptr) {
      return Fail(ErrorCode::kInternal, "There is no table " + table.name + ".");
    }
    RI_ASSIGN_OR_RETURN(CopyOut rows, CopyOut::Begin(connection_, Query(*known)));
    std::vector<Cell> cells(table.columns.size());
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool row, rows.Next());
      if (!row) {
        return {};
      }
      for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = CellOf(rows, i, table.columns[i].type);
      }
      if (!visit(cells)) {
        return Fail(ErrorCode::kCancelled, "Reading the database was stopped.");
      }
    }
  }

 private:
  static std::string Query(const CatalogTable& table) {
    std::string sql = "(SELECT ";
    for (std::size_t i = 0; i < table.shape.columns.size(); ++i) {
      sql += (i > 0 ? ", " : "") + Quoted(table.shape.columns[i].name);
    }
    sql += " FROM " + Quoted(table.shape.name);
    for (std::size_t i = 0; i < table.key.size(); ++i) {
      const std::size_t column = table.key[i];
      sql += (i > 0 ? ", " : " ORDER BY ") + Quoted(table.shape.columns[column].name) +
             (table.types[column] == ColumnType::kText ? " COLLATE \"C\"" : "");
    }
    return sql + ")";
  }

  static Cell CellOf(const CopyOut& row, std::size_t column, CellType type) {
    Cell cell{.is_null = row.IsNull(column), .bytes = {}};
    if (cell.is_null) {
      return cell;
    }
    switch (type) {
      case CellType::kInteger:
        cell.integer = row.Integer(column);
        break;
      case CellType::kReal:
        cell.real = row.Real(column);
        break;
      case CellType::kText:
      case CellType::kBytes:
        cell.bytes = row.Text(column);
        break;
    }
    return cell;
  }

  Connection connection_;
  std::optional<Transaction> transaction_;
  std::vector<CatalogTable> catalog_;
};

class Writer final : public DatabaseWriter {
 public:
  explicit Writer(Connection connection) : connection_(std::move(connection)) {}

  Status Begin(const RestoreTarget& target, std::int64_t wait_milliseconds) {
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    RI_RETURN_IF_ERROR(LockImports(connection_, wait_milliseconds));
    RI_ASSIGN_OR_RETURN(const std::int64_t current, SchemaVersion(connection_));
    RI_RETURN_IF_ERROR(CheckRestorable(target.schema_version, current,
                                       static_cast<std::int64_t>(Migrations().size())));
    if (current == 0) {
      RI_RETURN_IF_ERROR(ApplyMigrations(connection_, current, target.schema_version));
    }
    version_ = target.schema_version;
    RI_ASSIGN_OR_RETURN(catalog_, ReadCatalog(connection_));
    std::string all;
    for (const CatalogTable& table : catalog_) {
      const std::string name = Quoted(table.shape.name);
      RI_ASSIGN_OR_RETURN(const std::int64_t rows,
                          connection_.QueryInteger(
                              ("SELECT (EXISTS (SELECT 1 FROM " + name + "))::integer").c_str()));
      if (rows != 0 && !target.replace && !IsSeeded(table.shape.name) &&
          !IsPassing(table.shape.name)) {
        return Fail(ErrorCode::kRefused, "The database is not empty: table " + table.shape.name +
                                             " holds rows. Restore into a new database, or repeat "
                                             "with --force to replace all of its content.");
      }
      all += (all.empty() ? "" : ", ") + name;
    }
    return connection_.Execute("TRUNCATE " + all);
  }

  Result<std::vector<TableShape>> Tables() override { return ShapesOf(catalog_, true); }

  Status BeginTable(const TableShape& table) override {
    table_ = Find(catalog_, table.name);
    if (table_ == nullptr) {
      return Fail(ErrorCode::kInternal, "There is no table " + table.name + ".");
    }
    std::string columns;
    for (const TableColumn& column : table.columns) {
      columns += (columns.empty() ? "" : ", ") + Quoted(column.name);
    }
    RI_ASSIGN_OR_RETURN(CopyIn copy,
                        CopyIn::Begin(connection_, Quoted(table.name) + " (" + columns + ")"));
    copy_.emplace(std::move(copy));
    return {};
  }

  Status AddRow(std::span<const Cell> row) override {
    rows_.BeginRow(static_cast<int>(row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].is_null) {
        rows_.AddNull();
        continue;
      }
      switch (table_->types[i]) {
        case ColumnType::kBoolean:
          rows_.Add(row[i].integer != 0);
          break;
        case ColumnType::kInteger:
          if (!std::in_range<std::int32_t>(row[i].integer)) {
            return Fail(ErrorCode::kBadInput,
                        "In the backup " + table_->shape.name + "." +
                            table_->shape.columns[i].name + " holds the number " +
                            std::to_string(row[i].integer) + ", which is too large.");
          }
          rows_.Add(static_cast<std::int32_t>(row[i].integer));
          break;
        case ColumnType::kBigint:
          rows_.Add(row[i].integer);
          break;
        case ColumnType::kDouble:
          rows_.Add(row[i].real);
          break;
        case ColumnType::kText:
        case ColumnType::kBytea:
          rows_.Add(row[i].bytes);
          break;
      }
    }
    return rows_.bytes().size() >= kSendBytes ? Send() : Status();
  }

  Status EndTable() override {
    RI_RETURN_IF_ERROR(Send());
    const Status finished = copy_->Finish();
    copy_.reset();
    RI_RETURN_IF_ERROR(finished);
    for (std::size_t i = 0; i < table_->numbered.size(); ++i) {
      if (table_->numbered[i]) {
        const std::string column = table_->shape.columns[i].name;
        const std::string name = Quoted(table_->shape.name);
        // The next number the server chooses follows the largest one.
        RI_RETURN_IF_ERROR(connection_.Execute("SELECT setval(pg_get_serial_sequence('" + name +
                                               "', '" + column + "'), coalesce(max(" +
                                               Quoted(column) + "), 0) + 1, false) FROM " + name));
      }
    }
    return {};
  }

  Status Commit() override {
    RI_RETURN_IF_ERROR(
        ApplyMigrations(connection_, version_, static_cast<std::int64_t>(Migrations().size())));
    return transaction_->Commit();
  }

 private:
  Status Send() {
    RI_RETURN_IF_ERROR(copy_->Send(rows_));
    rows_.Clear();
    return {};
  }

  Connection connection_;
  // Destroyed in reverse: the COPY before the transaction, the transaction before the connection.
  std::optional<Transaction> transaction_;
  std::optional<CopyIn> copy_;
  std::vector<CatalogTable> catalog_;
  std::int64_t version_ = 0;
  const CatalogTable* table_ = nullptr;
  CopyRows rows_;
};

}  // namespace

Result<std::unique_ptr<DatabaseReader>> OpenReader(std::string_view url) {
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(std::string(url)));
  const std::string place = connection.Place();
  auto reader = std::make_unique<Reader>(std::move(connection));
  if (Status status = reader->Begin(); !status) {
    return std::unexpected(status.error().In(place));
  }
  return reader;
}

Result<std::unique_ptr<DatabaseWriter>> OpenWriter(std::string_view url,
                                                   const RestoreTarget& target,
                                                   std::chrono::milliseconds lock_wait) {
  // A backup holds the tables of the server, too, and brings them to their newest form only.
  RI_RETURN_IF_ERROR(OpenSqlDatabase(std::string(url)));
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::Open(std::string(url)));
  const std::string place = connection.Place();
  auto writer = std::make_unique<Writer>(std::move(connection));
  if (Status status = writer->Begin(target, lock_wait.count()); !status) {
    return std::unexpected(status.error().In(place));
  }
  return writer;
}

}  // namespace ri::data::postgres
