#pragma once

/// What a column of an unknown table holds, from its texts alone.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace ri::quality {

enum class ColumnType {
  kEmpty,       ///< no value at all
  kNumber,      ///< decimals as people write them
  kDate,        ///< dates or instants
  kFlag,        ///< two values that mean yes and no
  kCategory,    ///< few distinct texts
  kIdentifier,  ///< nearly every value different, no blanks inside
  kText,        ///< free text
};

[[nodiscard]] std::string TypeName(ColumnType type);

struct ColumnProfile {
  std::string name;
  ColumnType type = ColumnType::kEmpty;
  std::size_t rows = 0;
  std::size_t filled = 0;
  std::size_t distinct = 0;        ///< among filled
  double lowest = 0, highest = 0;  ///< numbers only
  /// Most frequent values with their counts, at most 8, most frequent first, ties by text.
  std::vector<std::pair<std::string, std::size_t>> top;
};

/// True for what exports write when there is nothing: empty, "N/A", "null", "None", "-", "Select",
/// "unknown", in any case.
[[nodiscard]] bool IsMissing(std::string_view text);
/// A decimal number, also "1.234,50"; empty for anything else and for infinities.
[[nodiscard]] std::optional<double> AsNumber(std::string_view text);

[[nodiscard]] ColumnProfile ProfileColumn(const std::string& name,
                                          std::span<const std::string> values);

}  // namespace ri::quality
