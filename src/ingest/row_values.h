#pragma once

/// Typed values of one row after another, with a reject for every cell that cannot be read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/reject_log.h"
#include "ingest/row_source.h"
#include "ingest/table_binding.h"

namespace ri::ingest {

/// Thread safety: one thread. Views are valid until the row source moves on.
class RowValues {
 public:
  RowValues(const TableBinding& table, RejectLog& rejects) : table_(table), rejects_(rejects) {}

  /// `number` counts the data rows of the file from 1.
  void SetRow(const Row& row, std::int64_t number);
  [[nodiscard]] std::int64_t line() const { return row_.line; }
  [[nodiscard]] std::int64_t number() const { return number_; }

  /// Trimmed, with the mapping's replacements; empty = missing.
  [[nodiscard]] std::string_view Cell(std::size_t column) const;
  [[nodiscard]] std::string_view Text(Role role) const;
  /// A key of an entity, in the canonical form of the mapping's id style. Longer than 255 bytes is
  /// rejected. Valid until the next call.
  [[nodiscard]] std::string_view Key(Role role);

  /// The keys of a cell that holds several, by the role's separator; one without a separator.
  [[nodiscard]] std::vector<std::string> Keys(Role role);

  // Empty when missing or not readable; the latter is rejected and makes failed() true.
  [[nodiscard]] std::optional<Instant> Time(Role role) { return TimeOf(table_.role(role)); }
  [[nodiscard]] std::optional<Instant> TimeOf(const BoundRole& role);
  [[nodiscard]] std::optional<double> Number(Role role);
  /// In minor units. A negative amount is rejected unless `negative_allowed`.
  [[nodiscard]] std::optional<std::int64_t> Amount(Role role, int minor_digits,
                                                   bool negative_allowed = false);
  [[nodiscard]] std::optional<bool> Flag(Role role);
  [[nodiscard]] std::optional<Instant> CustomDate(const BoundCustom& custom);
  [[nodiscard]] std::optional<double> CustomNumber(const BoundCustom& custom);
  [[nodiscard]] std::optional<bool> CustomFlag(const BoundCustom& custom);

  /// Whether the last call that returned nothing found a text that could not be read.
  [[nodiscard]] bool failed() const { return failed_; }

  [[nodiscard]] bool Meets(const BoundCondition& condition) const;
  /// Rejects the row because of one role, or as a whole.
  void Reject(Role role, std::string_view reason);
  void RejectRow(std::string_view reason) { rejects_.Add(row_.line, "", "", reason); }
  /// Hash of all cells: equal rows have equal hashes on every machine.
  [[nodiscard]] std::int64_t ContentHash() const;

 private:
  struct Found {
    std::string_view text;
    std::size_t column = 0;
  };
  [[nodiscard]] Found Find(const BoundRole& role) const;
  void RejectCell(std::size_t column, std::string_view text, std::string_view reason);

  const TableBinding& table_;
  RejectLog& rejects_;
  Row row_;
  std::int64_t number_ = 0;
  bool failed_ = false;
  std::string key_;
};

/// 64-bit FNV-1a, never negative: a stable number for a text.
[[nodiscard]] std::int64_t StableHash(std::string_view text);

/// The 18-character form of a 15-character Salesforce id; other texts as they are.
[[nodiscard]] std::string CanonicalSalesforceId(std::string_view id);

/// A number that sorts rows of equal time as their ids do: the id itself if it is a number, the
/// last ten characters of a Salesforce id in base 62, else a hash.
[[nodiscard]] std::int64_t SequenceOf(std::string_view id);

}  // namespace ri::ingest
