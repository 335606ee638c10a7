#include "data/postgres/copy.h"

#include <libpq-fe.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "data/postgres/byte_order.h"

namespace ri::data::postgres {
namespace {

// Signature, flags, length of the header extension.
constexpr std::string_view kHeader("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view kTrailer("\377\377", 2);
constexpr std::int32_t kNull = -1;
constexpr std::size_t kMaxMessage = std::size_t{1} << 20U;

}  // namespace

void CopyRows::BeginRow(int num_columns) {
  AppendBigEndian(bytes_, static_cast<std::uint16_t>(num_columns));
}

void CopyRows::Add(std::int32_t value) {
  AppendBigEndian(bytes_, std::uint32_t{sizeof value});
  AppendBigEndian(bytes_, static_cast<std::uint32_t>(value));
}

void CopyRows::Add(std::int64_t value) {
  AppendBigEndian(bytes_, std::uint32_t{sizeof value});
  AppendBigEndian(bytes_, static_cast<std::uint64_t>(value));
}

void CopyRows::Add(bool value) {
  AppendBigEndian(bytes_, std::uint32_t{1});
  bytes_.push_back(value ? '\1' : '\0');
}

void CopyRows::Add(double value) {
  if (std::isnan(value)) {
    AddNull();
    return;
  }
  AppendBigEndian(bytes_, std::uint32_t{sizeof value});
  AppendBigEndian(bytes_, std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value));
}

void CopyRows::Add(std::string_view text) {
  AppendBigEndian(bytes_, static_cast<std::uint32_t>(text.size()));
  bytes_.append(text);
}

void CopyRows::AddNull() { AppendBigEndian(bytes_, static_cast<std::uint32_t>(kNull)); }

Result<CopyIn> CopyIn::Begin(Connection& connection, std::string_view target) {
  RI_RETURN_IF_ERROR(
      connection.Execute("COPY " + std::string(target) + " FROM STDIN (FORMAT binary)"));
  CopyIn copy(connection);
  if (PQputCopyData(connection.handle(), kHeader.data(), static_cast<int>(kHeader.size())) != 1) {
    return std::unexpected(connection.LastError());
  }
  return copy;
}

CopyIn::CopyIn(CopyIn&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}

CopyIn::~CopyIn() {
  if (connection_ != nullptr) {
    PQputCopyEnd(connection_->handle(), "the import was abandoned");
    [[maybe_unused]] const Status ignored = ReadVerdict();
  }
}

Status CopyIn::Send(const CopyRows& rows) {
  std::string_view left = rows.bytes();
  while (!left.empty()) {
    const std::string_view part = left.substr(0, kMaxMessage);
    if (PQputCopyData(connection_->handle(), part.data(), static_cast<int>(part.size())) != 1) {
      return std::unexpected(connection_->LastError());
    }
    left.remove_prefix(part.size());
  }
  return {};
}

Status CopyIn::Finish() {
  Connection& connection = *connection_;
  const bool sent =
      PQputCopyData(connection.handle(), kTrailer.data(), static_cast<int>(kTrailer.size())) == 1 &&
      PQputCopyEnd(connection.handle(), nullptr) == 1;
  const Status verdict = ReadVerdict();
  connection_ = nullptr;
  RI_RETURN_IF_ERROR(verdict);
  if (!sent) {
    return std::unexpected(connection.LastError());
  }
  return {};
}

Status CopyIn::ReadVerdict() {
  Status verdict;
  while (pg_result* result = PQgetResult(connection_->handle())) {
    const QueryResult owner(result);
    if (const Status status = connection_->Check(owner); !status && verdict) {
      verdict = status;
    }
    if (PQresultStatus(result) == PGRES_COPY_IN) {
      break;  // the connection broke down; it would say the same for ever
    }
  }
  return verdict;
}

Status CopyInto(Connection& connection, std::string_view target, CopyRows& rows) {
  if (rows.bytes().empty()) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(CopyIn copy, CopyIn::Begin(connection, target));
  RI_RETURN_IF_ERROR(copy.Send(rows));
  rows.Clear();
  return copy.Finish();
}

Result<CopyOut> CopyOut::Begin(Connection& connection, std::string_view source) {
  RI_RETURN_IF_ERROR(
      connection.Execute("COPY " + std::string(source) + " TO STDOUT (FORMAT binary)"));
  return CopyOut(connection);
}

CopyOut::CopyOut(CopyOut&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      buffer_(std::move(other.buffer_)),
      position_(other.position_),
      header_seen_(other.header_seen_),
      fields_(std::move(other.fields_)) {}

CopyOut::~CopyOut() {
  if (connection_ == nullptr) {
    return;
  }
  if (PGcancel* cancel = PQgetCancel(connection_->handle())) {
    char ignored[256];
    PQcancel(cancel, ignored, sizeof ignored);
    PQfreeCancel(cancel);
  }
  char* message = nullptr;
  while (PQgetCopyData(connection_->handle(), &message, 0) > 0) {
    PQfreemem(message);
  }
  while (pg_result* result = PQgetResult(connection_->handle())) {
    PQclear(result);
  }
}

Result<bool> CopyOut::Receive() {
  char* message = nullptr;
  const int size = PQgetCopyData(connection_->handle(), &message, 0);
  if (size > 0) {
    buffer_.erase(0, position_);
    position_ = 0;
    buffer_.append(message, static_cast<std::size_t>(size));
    PQfreemem(message);
    return true;
  }
  Connection& connection = *std::exchange(connection_, nullptr);
  if (size == -2) {
    return std::unexpected(connection.LastError());
  }
  Status verdict;
  while (pg_result* result = PQgetResult(connection.handle())) {
    const QueryResult owner(result);
    if (const Status status = connection.Check(owner); !status && verdict) {
      verdict = status;
    }
  }
  RI_RETURN_IF_ERROR(verdict);
  return false;
}

CopyOut::Parsed CopyOut::ParseRow() {
  std::size_t at = position_;
  const auto has = [&](std::size_t count) { return buffer_.size() - at >= count; };
  if (!header_seen_) {
    if (!has(kHeader.size())) {
      return Parsed::kIncomplete;
    }
    const auto extension = ReadBigEndian<std::uint32_t>(buffer_.data() + at + kHeader.size() - 4);
    if (!has(kHeader.size() + extension)) {
      return Parsed::kIncomplete;
    }
    at += kHeader.size() + extension;
    header_seen_ = true;
    position_ = at;
  }
  if (!has(2)) {
    return Parsed::kIncomplete;
  }
  const auto num_fields =
      static_cast<std::int16_t>(ReadBigEndian<std::uint16_t>(buffer_.data() + at));
  at += 2;
  if (num_fields < 0) {
    position_ = at;
    return Parsed::kEnd;
  }
  fields_.resize(static_cast<std::size_t>(num_fields));
  for (Field& field : fields_) {
    if (!has(4)) {
      return Parsed::kIncomplete;
    }
    field.size = static_cast<std::int32_t>(ReadBigEndian<std::uint32_t>(buffer_.data() + at));
    at += 4;
    field.begin = at;
    const auto size = static_cast<std::size_t>(std::max(field.size, 0));
    if (!has(size)) {
      return Parsed::kIncomplete;
    }
    at += size;
  }
  position_ = at;
  return Parsed::kRow;
}

Result<bool> CopyOut::Next() {
  while (connection_ != nullptr) {
    const Parsed parsed = ParseRow();
    if (parsed == Parsed::kRow) {
      return true;
    }
    // After the end mark the server still confirms the command.
    RI_ASSIGN_OR_RETURN(const bool more, Receive());
    if (!more) {
      break;
    }
  }
  return false;
}

std::int64_t CopyOut::Integer(std::size_t column, std::int64_t missing) const {
  const Field& field = fields_[column];
  const char* bytes = buffer_.data() + field.begin;
  switch (field.size) {
    case 1:
      return *bytes;
    case 4:
      return static_cast<std::int32_t>(ReadBigEndian<std::uint32_t>(bytes));
    case 8:
      return static_cast<std::int64_t>(ReadBigEndian<std::uint64_t>(bytes));
    default:
      return missing;
  }
}

double CopyOut::Real(std::size_t column) const {
  return IsNull(column) ? std::numeric_limits<double>::quiet_NaN()
                        : std::bit_cast<double>(Integer(column));
}

std::string_view CopyOut::Text(std::size_t column) const {
  const Field& field = fields_[column];
  return {buffer_.data() + field.begin, static_cast<std::size_t>(std::max(field.size, 0))};
}

}  // namespace ri::data::postgres
