#pragma once

/// What the values of one column of an unknown table look like.

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "ingest/date_parser.h"
#include "ingest/value_parser.h"

namespace ri::ingest {

struct ColumnFacts {
  std::string name;
  std::string words;  ///< the name in lower case, punctuation as blanks
  std::size_t rows = 0;
  std::size_t filled = 0;
  std::set<std::string> distinct;  ///< lower case
  bool unique = false;             ///< no filled value occurs twice
  bool number = false;             ///< every filled value is one
  bool money = false;              ///< numbers, perhaps with a currency: "1.200 EUR"
  bool fractions = false;          ///< some number is not whole
  bool date = false;               ///< every filled value is one; bare numbers only by their name
  bool has_time = false;           ///< some date carries a time of day
  bool flag = false;
  bool currency = false;  ///< three-letter codes
  double mean_length = 0;
  double largest = 0;  ///< of the numbers, by absolute value
  /// Numbers that only make sense with a decimal comma ("1.200,50"), with a decimal point, or with
  /// either: in "12.500" the point may group thousands.
  std::int64_t decimal_commas = 0;
  std::int64_t decimal_points = 0;
  std::int64_t grouping_points = 0;
  std::string symbol;   ///< currency code that the name or the amounts state; may be empty
  std::string example;  ///< the first filled value
  DateOrderEvidence order;

  /// Free text: long, or different in nearly every row.
  [[nodiscard]] bool is_text() const;
  /// "date", "number", "flag", "text" or "category": the word of a mapping.
  [[nodiscard]] std::string type() const;
  /// How its dates are written: "dd.mm.yyyy", "yyyy-mm-dd hh:mm", "spreadsheet day number"; empty
  /// when it holds none.
  [[nodiscard]] std::string date_format() const;
};

[[nodiscard]] ColumnFacts FactsOf(const std::string& name, std::span<const std::string> cells,
                                  const MissingWords& missing);

}  // namespace ri::ingest
