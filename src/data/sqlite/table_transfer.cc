#include "data/sqlite/table_transfer.h"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "data/sqlite/catalog.h"
#include "data/sqlite/connection.h"
#include "data/sqlite/migrations.h"
#include "data/sqlite/schema.h"
#include "data/sqlite/sql_database.h"

namespace ri::data::sqlite {
namespace {

class Reader final : public DatabaseReader {
 public:
  explicit Reader(Connection connection) : connection_(std::move(connection)) {}

  Status Begin() {
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kRead));
    transaction_.emplace(std::move(transaction));
    RI_ASSIGN_OR_RETURN(catalog_, ReadCatalog(connection_));  // fixes the state that is read
    return {};
  }

  std::string_view engine() const override { return "SQLite"; }

  Result<std::int64_t> SchemaVersion() override { return sqlite::SchemaVersion(connection_); }

  Result<std::vector<TableShape>> Tables() override {
    std::vector<TableShape> shapes;
    for (const CatalogTable& table : catalog_) {
      if (!IsPassing(table.shape.name)) {
        shapes.push_back(table.shape);
      }
    }
    return shapes;
  }

  Status ReadRows(const TableShape& table, const RowVisitor& visit) override {
    std::string sql = "SELECT " + ColumnList(table) + " FROM " + Quoted(table.name);
    for (const CatalogTable& known : catalog_) {
      if (known.shape.name == table.name && !known.key.empty()) {
        sql += " ORDER BY ";
        for (std::size_t i = 0; i < known.key.size(); ++i) {
          sql += (i > 0 ? ", " : "") + Quoted(known.key[i]);
        }
      }
    }
    RI_ASSIGN_OR_RETURN(Statement rows, connection_.Prepare(sql));
    std::vector<Cell> cells(table.columns.size());
    while (true) {
      RI_ASSIGN_OR_RETURN(const bool row, rows.Step());
      if (!row) {
        return {};
      }
      for (std::size_t i = 0; i < cells.size(); ++i) {
        cells[i] = CellOf(rows, static_cast<int>(i), table.columns[i].type);
      }
      if (!visit(cells)) {
        return Fail(ErrorCode::kCancelled, "Reading the database was stopped.");
      }
    }
  }

 private:
  static Cell CellOf(const Statement& row, int column, CellType type) {
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
        cell.bytes = row.Text(column);
        break;
      case CellType::kBytes:
        cell.bytes = row.Blob(column);
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

  Status Begin(const RestoreTarget& target) {
    // References are checked once at the end. Only possible outside a transaction.
    RI_RETURN_IF_ERROR(connection_.Execute("PRAGMA foreign_keys = OFF"));
    RI_ASSIGN_OR_RETURN(Transaction transaction,
                        Transaction::Begin(connection_, Transaction::Mode::kWrite));
    transaction_.emplace(std::move(transaction));
    RI_ASSIGN_OR_RETURN(const std::int64_t current, SchemaVersion(connection_));
    RI_RETURN_IF_ERROR(CheckRestorable(target.schema_version, current,
                                       static_cast<std::int64_t>(Migrations().size())));
    if (current == 0) {
      RI_RETURN_IF_ERROR(ApplyMigrations(connection_, current, target.schema_version));
    }
    version_ = target.schema_version;
    RI_ASSIGN_OR_RETURN(catalog_, ReadCatalog(connection_));
    for (auto table = catalog_.rbegin(); table != catalog_.rend(); ++table) {
      const std::string name = Quoted(table->shape.name);
      RI_ASSIGN_OR_RETURN(const std::int64_t rows,
                          connection_.QueryInteger("SELECT EXISTS (SELECT 1 FROM " + name + ")"));
      if (rows != 0 && !target.replace && !IsSeeded(table->shape.name) &&
          !IsPassing(table->shape.name)) {
        return Fail(ErrorCode::kRefused, NotEmpty(table->shape.name));
      }
      RI_RETURN_IF_ERROR(connection_.Execute(("DELETE FROM " + name).c_str()));
    }
    return {};
  }

  Result<std::vector<TableShape>> Tables() override {
    std::vector<TableShape> shapes;
    for (const CatalogTable& table : catalog_) {
      shapes.push_back(table.shape);
    }
    return shapes;
  }

  Status BeginTable(const TableShape& table) override {
    table_ = table;
    std::string places;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      places += i > 0 ? ", ?" : "?";
    }
    RI_ASSIGN_OR_RETURN(insert_,
                        connection_.Prepare("INSERT INTO " + Quoted(table.name) + " (" +
                                            ColumnList(table) + ") VALUES (" + places + ")"));
    return {};
  }

  Status AddRow(std::span<const Cell> row) override {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const int position = static_cast<int>(i) + 1;
      if (row[i].is_null) {
        insert_.BindNull(position);
        continue;
      }
      switch (table_.columns[i].type) {
        case CellType::kInteger:
          insert_.Bind(position, row[i].integer);
          break;
        case CellType::kReal:
          insert_.BindReal(position, row[i].real);
          break;
        case CellType::kText:
          insert_.Bind(position, row[i].bytes);
          break;
        case CellType::kBytes:
          insert_.BindBlob(position, row[i].bytes);
          break;
      }
    }
    return insert_.Run();
  }

  Status EndTable() override { return {}; }

  Status Commit() override {
    insert_ = Statement();
    {
      RI_ASSIGN_OR_RETURN(Statement check, connection_.Prepare("PRAGMA foreign_key_check"));
      RI_ASSIGN_OR_RETURN(const bool broken, check.Step());
      if (broken) {
        return Fail(ErrorCode::kBadInput,
                    "In the backup a row of table " + std::string(check.Text(0)) +
                        " refers to a missing row of " + std::string(check.Text(2)) +
                        ". Nothing was changed.");
      }
    }
    RI_RETURN_IF_ERROR(
        ApplyMigrations(connection_, version_, static_cast<std::int64_t>(Migrations().size())));
    RI_RETURN_IF_ERROR(transaction_->Commit());
    connection_.Checkpoint();
    return {};
  }

 private:
  static std::string NotEmpty(const std::string& table) {
    return "The database is not empty: table " + table +
           " holds rows. Restore into a new database, or repeat with --force to replace all of "
           "its content.";
  }

  Connection connection_;
  std::optional<Transaction> transaction_;
  std::vector<CatalogTable> catalog_;
  std::int64_t version_ = 0;
  TableShape table_;
  Statement insert_;
};

}  // namespace

Result<std::unique_ptr<DatabaseReader>> OpenReader(std::string_view path) {
  const std::string file(path);
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    return Fail(ErrorCode::kNotFound, file + ": there is no such database.");
  }
  RI_ASSIGN_OR_RETURN(Connection connection,
                      Connection::Open(file, std::chrono::milliseconds(10000)));
  RI_RETURN_IF_ERROR(AttachOperations(connection, file));
  auto reader = std::make_unique<Reader>(std::move(connection));
  if (Status status = reader->Begin(); !status) {
    return std::unexpected(status.error().In(file));
  }
  return reader;
}

Result<std::unique_ptr<DatabaseWriter>> OpenWriter(std::string_view path,
                                                   const RestoreTarget& target,
                                                   std::chrono::milliseconds lock_wait) {
  const std::string file(path);
  RI_ASSIGN_OR_RETURN(Connection connection, Connection::OpenOrCreate(file, lock_wait));
  // A backup holds the tables of the server, too, and brings them to their newest form only.
  RI_RETURN_IF_ERROR(OpenSqlDatabase(OperationsPath(file)));
  RI_RETURN_IF_ERROR(AttachOperations(connection, file));
  auto writer = std::make_unique<Writer>(std::move(connection));
  if (Status status = writer->Begin(target); !status) {
    return std::unexpected(status.error().In(file));
  }
  return writer;
}

}  // namespace ri::data::sqlite
