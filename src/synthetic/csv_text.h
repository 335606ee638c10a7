#pragma once

/// Rows in the dialect of the Salesforce Data Loader: every value in quotes, a quote doubled, UTC
/// times with a literal Z, an empty string for null.

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "domain/date.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {

/// Appends to a text it does not own. Thread safety: one thread.
class CsvText {
 public:
  explicit CsvText(std::string& out) : out_(out) {}

  CsvText& Text(std::string_view value);
  /// The parts as one value.
  CsvText& Joined(std::initializer_list<std::string_view> parts);
  CsvText& Null() { return Raw(""); }
  CsvText& Id(std::string_view prefix, std::uint64_t number) {
    return Raw(View(MakeSalesforceId(prefix, number)));
  }
  CsvText& Flag(bool value) { return Raw(value ? "true" : "false"); }
  CsvText& Integer(std::int64_t value);
  /// "2026-11-16"
  CsvText& Day(domain::Date date);
  /// "2026-11-16T09:30:00.000Z"
  CsvText& Moment(domain::Timestamp time);
  /// A decimal number with at least one and at most `digits` digits after the point: "1250.0".
  CsvText& Amount(std::int64_t minor_units, int digits);
  /// Fixed digits after the point; "" for NaN.
  CsvText& Number(double value, int digits);
  void EndRow();

 private:
  CsvText& Raw(std::string_view value);
  void Open();
  void Escaped(std::string_view value);

  std::string& out_;
  bool first_ = true;
};

/// Header line of comma-separated names, each in quotes.
[[nodiscard]] std::string CsvHeader(std::string_view names);

}  // namespace ri::synthetic
