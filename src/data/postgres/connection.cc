#include "data/postgres/connection.h"

#include <libpq-fe.h>

#include <bit>
#include <cstdlib>
#include <limits>
#include <utility>

#include "data/postgres/byte_order.h"
#include "data/postgres/error.h"

namespace ri::data::postgres {
namespace {

// A library never prints: notices such as "relation already exists, skipping" are dropped.
void DropNotice(void* /*context*/, const char* /*message*/) {}

constexpr int kBinary = 1;

/// Checks a URL without connecting. The library's own complaints would repeat parts of it: a
/// password without its "@" looks like a port.
bool IsUnderstood(const std::string& url) {
  PQconninfoOption* options = PQconninfoParse(url.c_str(), nullptr);
  if (options == nullptr) {
    return false;
  }
  bool understood = true;
  for (const PQconninfoOption* option = options; option->keyword != nullptr; ++option) {
    if (std::string_view(option->keyword) == "port" && option->val != nullptr) {
      understood =
          std::string_view(option->val).find_first_not_of("0123456789,") == std::string_view::npos;
    }
  }
  PQconninfoFree(options);
  return understood;
}

}  // namespace

Parameters& Parameters::Add(std::int64_t value) {
  parameters_.push_back({.number = std::to_string(value), .text = {}, .is_number = true});
  return *this;
}

Parameters& Parameters::Add(std::string_view text) {
  // Sent in binary, which for text means its bytes: no terminating zero is needed.
  parameters_.push_back({.number = {}, .text = text, .is_binary = true});
  return *this;
}

Parameters& Parameters::AddBytes(std::string_view bytes) { return Add(bytes); }

Parameters& Parameters::AddNull() {
  parameters_.push_back({.number = {}, .text = {}, .is_null = true});
  return *this;
}

void QueryResult::Clearer::operator()(pg_result* result) const { PQclear(result); }

int QueryResult::num_rows() const { return PQntuples(result_.get()); }

int QueryResult::num_columns() const { return PQnfields(result_.get()); }

bool QueryResult::IsInteger(int column) const {
  // Object ids of bigint, smallint and integer in the catalogue of types.
  const Oid type = PQftype(result_.get(), column);
  return type == 20 || type == 21 || type == 23;
}

std::int64_t QueryResult::num_affected() const {
  return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10);
}

bool QueryResult::IsNull(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::int64_t QueryResult::Integer(int row, int column) const {
  const char* bytes = PQgetvalue(result_.get(), row, column);
  switch (PQgetlength(result_.get(), row, column)) {
    case 1:
      return *bytes;
    case 4:
      return static_cast<std::int32_t>(ReadBigEndian<std::uint32_t>(bytes));
    case 8:
      return static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(bytes));
    default:
      return 0;
  }
}

double QueryResult::Real(int row, int column) const {
  if (IsNull(row, column)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  return std::bit_cast<double>(
      ReadBigEndian<std::uint64_t>(PQgetvalue(result_.get(), row, column)));
}

std::string_view QueryResult::Text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

void Connection::Closer::operator()(pg_conn* handle) const { PQfinish(handle); }

Result<Connection> Connection::Open(const std::string& url) {
  if (!IsUnderstood(url)) {
    return Fail(ErrorCode::kUsage,
                "The database URL cannot be understood. Write it as "
                "postgresql://user@host:port/database; characters such as @ / ? in a password are "
                "written as %40 %2F %3F.");
  }
  // Later entries win over earlier ones; the URL stands in the place of "dbname".
  const char* const keywords[] = {"connect_timeout", "fallback_application_name", "dbname",
                                  "client_encoding", nullptr};
  const char* const values[] = {"10", "revint", url.c_str(), "UTF8", nullptr};
  constexpr int kExpandDatabaseName = 1;
  Connection connection(PQconnectdbParams(keywords, values, kExpandDatabaseName));
  if (PQstatus(connection.handle()) != CONNECTION_OK) {
    return std::unexpected(connection.LastError());
  }
  PQsetNoticeProcessor(connection.handle(), DropNotice, nullptr);
  const char* encoding = PQparameterStatus(connection.handle(), "server_encoding");
  if (encoding == nullptr || std::string_view(encoding) != "UTF8") {
    return Fail(ErrorCode::kStorage,
                connection.Place() + " is encoded in " +
                    (encoding == nullptr ? std::string("an unknown way") : std::string(encoding)) +
                    ". Create it with ENCODING 'UTF8'.");
  }
  return connection;
}

Status Connection::Revive() {
  if (PQstatus(handle_.get()) == CONNECTION_OK) {
    return {};
  }
  PQreset(handle_.get());
  if (PQstatus(handle_.get()) != CONNECTION_OK) {
    return std::unexpected(LastError());
  }
  return {};
}

Status Connection::Execute(const std::string& script) {
  const QueryResult owner(PQexec(handle_.get(), script.c_str()));
  return Check(owner);
}

Result<QueryResult> Connection::Query(const char* sql, const Parameters& parameters) {
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const Parameters::Parameter& parameter : parameters.parameters_) {
    const char* value = parameter.is_number      ? parameter.number.c_str()
                        : parameter.text.empty() ? ""
                                                 : parameter.text.data();
    values.push_back(parameter.is_null ? nullptr : value);
    lengths.push_back(static_cast<int>(parameter.text.size()));
    formats.push_back(parameter.is_binary ? kBinary : 0);
  }
  QueryResult result(PQexecParams(handle_.get(), sql, static_cast<int>(values.size()), nullptr,
                                  values.data(), lengths.data(), formats.data(), kBinary));
  RI_RETURN_IF_ERROR(Check(result));
  return result;
}

Result<std::int64_t> Connection::QueryInteger(const char* sql, const Parameters& parameters) {
  RI_ASSIGN_OR_RETURN(const QueryResult result, Query(sql, parameters));
  if (result.num_rows() == 0) {
    return Fail(ErrorCode::kStorage, std::string("The database gave no answer to: ") + sql);
  }
  return result.Integer(0, 0);
}

std::string Connection::Place() const {
  const char* host = PQhost(handle_.get());
  const char* database = PQdb(handle_.get());
  return "database " + std::string(database == nullptr ? "" : database) + " on " +
         std::string(host == nullptr ? "" : host);
}

bool Connection::ReadOnly() const {
  // Servers report both by themselves, also when they change (14 and newer).
  const auto is_on = [this](const char* name) {
    const char* value = PQparameterStatus(handle_.get(), name);
    return value != nullptr && std::string_view(value) == "on";
  };
  return is_on("in_hot_standby") || is_on("default_transaction_read_only");
}

Error Connection::LastError() const { return TranslateError({}, PQerrorMessage(handle_.get())); }

Status Connection::Check(const QueryResult& result) const {
  if (result.get() == nullptr) {
    return std::unexpected(LastError());
  }
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
      return {};
    default:
      break;
  }
  const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result.get(), PG_DIAG_MESSAGE_PRIMARY);
  return std::unexpected(
      TranslateError(state == nullptr ? "" : state,
                     message == nullptr ? PQresultErrorMessage(result.get()) : message));
}

Result<Transaction> Transaction::Begin(Connection& connection, Mode mode) {
  RI_RETURN_IF_ERROR(connection.Execute(mode == Mode::kRead
                                            ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
                                            : "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"));
  return Transaction(connection);
}

Transaction::Transaction(Transaction&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)) {}

Transaction::~Transaction() {
  if (connection_ != nullptr) {
    // Without a connection there is nothing to roll back: the server has done it.
    [[maybe_unused]] const Status ignored = connection_->Execute("ROLLBACK");
  }
}

Status Transaction::Commit() {
  RI_RETURN_IF_ERROR(connection_->Execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

}  // namespace ri::data::postgres
