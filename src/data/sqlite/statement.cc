#include "data/sqlite/statement.h"

#include <sqlite3.h>

#include <cmath>
#include <limits>

namespace ri::data::sqlite {

Error LastError(sqlite3* handle) {
  const std::string detail =
      handle == nullptr ? "out of memory" : std::string(sqlite3_errmsg(handle));
  const int extended = handle == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(handle);
  switch (extended & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kConflict,
              "Another process is writing to the database. Try again when it has finished."};
    case SQLITE_FULL:
      return {ErrorCode::kStorage,
              "The disk of the database is full. Free some space and try again; nothing that was "
              "stored before is lost."};
    case SQLITE_IOERR:
      return {ErrorCode::kStorage,
              "The database file cannot be read or written (" + detail +
                  "). Check the free space, limits and health of its disk, then try again."};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kStorage,
              "The database file cannot be opened (" + detail +
                  "). Check that its folder exists and that you may write there."};
    case SQLITE_READONLY:
      return {ErrorCode::kStorage, "The database cannot be written (" + detail +
                                       "). Check the permissions of the file and of its folder."};
    case SQLITE_NOTADB:
      return {ErrorCode::kStorage,
              "The file is not a SQLite database. Name another file, or move this one away."};
    case SQLITE_CORRUPT:
      return {ErrorCode::kStorage,
              "The database file is damaged (" + detail + "). Restore it from a backup."};
    case SQLITE_TOOBIG:
      return {ErrorCode::kBadInput, "A value is larger than the 1 GB the database can hold."};
    case SQLITE_INTERRUPT:
      return {ErrorCode::kCancelled, "The work was stopped."};
    case SQLITE_CONSTRAINT:
      if (extended == SQLITE_CONSTRAINT_FOREIGNKEY) {
        return {ErrorCode::kNotFound, "What this refers to is not in the database."};
      }
      return {ErrorCode::kConflict, "The database holds this already (" + detail + ")."};
    default:
      return {ErrorCode::kStorage, "The database reports: " + detail + "."};
  }
}

void Statement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

void Statement::Bind(int position, std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), position, value);
}

void Statement::BindNull(int position) { sqlite3_bind_null(statement_.get(), position); }

void Statement::BindReal(int position, double value) {
  if (std::isnan(value)) {
    BindNull(position);
  } else {
    sqlite3_bind_double(statement_.get(), position, value == 0 ? 0.0 : value);
  }
}

void Statement::Bind(int position, std::string_view text) {
  // A null pointer would bind NULL, so that an empty view needs one.
  sqlite3_bind_text64(statement_.get(), position, text.empty() ? "" : text.data(), text.size(),
                      SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::BindBlob(int position, std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), position, bytes.empty() ? "" : bytes.data(), bytes.size(),
                      SQLITE_STATIC);
}

Result<bool> Statement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) {
    return true;
  }
  if (code == SQLITE_DONE) {
    return false;
  }
  return std::unexpected(LastError(connection_));
}

Status Statement::Run() {
  const int code = sqlite3_step(statement_.get());
  if (code != SQLITE_DONE && code != SQLITE_ROW) {
    Error error = LastError(connection_);
    sqlite3_reset(statement_.get());
    return std::unexpected(std::move(error));
  }
  sqlite3_reset(statement_.get());
  return {};
}

void Statement::Reset() { sqlite3_reset(statement_.get()); }

int Statement::num_columns() const { return sqlite3_column_count(statement_.get()); }

bool Statement::IsInteger(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

double Statement::Real(int column) const {
  return IsNull(column) ? std::numeric_limits<double>::quiet_NaN()
                        : sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::Text(int column) const {
  // The length is only right after the text was asked for.
  const void* text = sqlite3_column_text(statement_.get(), column);
  const int length = sqlite3_column_bytes(statement_.get(), column);
  return text == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(text), static_cast<std::size_t>(length));
}

std::string_view Statement::Blob(int column) const {
  const void* bytes = sqlite3_column_blob(statement_.get(), column);
  const int length = sqlite3_column_bytes(statement_.get(), column);
  return bytes == nullptr
             ? std::string_view()
             : std::string_view(static_cast<const char*>(bytes), static_cast<std::size_t>(length));
}

}  // namespace ri::data::sqlite
