#pragma once

/// Values as CRMs, spreadsheets and people write them. Every parser says why a text is no value, so
/// that the reason can stand beside it in the list of rejects.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace ri::ingest {

/// A value, or a static sentence that says what is wrong and what to do.
template <typename T>
using Parsed = std::expected<T, std::string_view>;

/// How money and numbers separate decimals. kInferred: with both "." and "," present the last one
/// separates decimals; a lone "," does unless exactly three digits follow it.
enum class DecimalMark { kInferred, kPoint, kComma };

/// A finite double. Accepts grouping ("1,234.5", "1 234,5", "1'234"), a leading "+", parentheses or
/// a trailing "-" as minus, and a percent sign (which divides by 100).
[[nodiscard]] Parsed<double> ParseNumber(std::string_view text,
                                         DecimalMark mark = DecimalMark::kInferred);

/// Minor units with `minor_digits` digits. Besides what ParseNumber takes, a currency symbol or
/// code may stand before or after. Beyond domain::kLargestPlausibleMinorUnits is refused.
[[nodiscard]] Parsed<std::int64_t> ParseAmount(std::string_view text, int minor_digits,
                                               DecimalMark mark = DecimalMark::kInferred);

/// yes/y/true/t/on/1 and no/n/false/f/off/0, whatever the case.
[[nodiscard]] Parsed<bool> ParseFlag(std::string_view text);

/// Words that stand for "no value", compared without case; empty cells always do.
class MissingWords {
 public:
  MissingWords() = default;
  explicit MissingWords(const std::vector<std::string>& words);
  /// \pre `text` is trimmed
  [[nodiscard]] bool Contains(std::string_view text) const;

 private:
  std::unordered_set<std::string> words_;
  std::size_t longest_ = 0;
};

}  // namespace ri::ingest
