#include "quality/column_profile.h"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "ingest/date_parser.h"
#include "ingest/value_parser.h"

namespace ri::quality {
namespace {

constexpr std::size_t kTopValues = 8;
constexpr double kNearlyAll =
    0.98;  // share of values that decide a type; the rest are typing errors
constexpr std::size_t kMaxCategories = 1000;

std::string Folded(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
  });
  return folded;
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  return text;
}

bool IsDate(std::string_view text) {
  return ingest::ParseInstant(text, ingest::DateOrder::kDayFirst).has_value() ||
         ingest::ParseInstant(text, ingest::DateOrder::kMonthFirst).has_value();
}

bool AreYesAndNo(std::string_view one, std::string_view other) {
  const auto first = ingest::ParseFlag(one);
  const auto second = ingest::ParseFlag(other);
  return first && second && *first != *second;
}

}  // namespace

std::string TypeName(ColumnType type) {
  switch (type) {
    case ColumnType::kEmpty:
      return "empty";
    case ColumnType::kNumber:
      return "number";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kFlag:
      return "flag";
    case ColumnType::kCategory:
      return "category";
    case ColumnType::kIdentifier:
      return "identifier";
    case ColumnType::kText:
      return "text";
  }
  return "text";
}

bool IsMissing(std::string_view text) {
  static constexpr std::array<std::string_view, 9> kWords = {
      "n/a", "na", "null", "none", "-", "--", "select", "unknown", "nan"};
  text = Trimmed(text);
  return text.empty() ||
         (text.size() <= 7 && std::ranges::find(kWords, Folded(text)) != kWords.end());
}

std::optional<double> AsNumber(std::string_view text) {
  text = Trimmed(text);
  double value = 0;
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && std::isfinite(value)) {
    return value;
  }
  const auto written = ingest::ParseNumber(text);  // "1.234,50"
  return written ? std::optional(*written) : std::nullopt;
}

ColumnProfile ProfileColumn(const std::string& name, std::span<const std::string> values) {
  ColumnProfile profile{.name = name, .rows = values.size()};
  std::unordered_map<std::string_view, std::size_t> counts;
  std::size_t numbers = 0;
  std::size_t dates = 0;
  std::size_t with_blank = 0;
  profile.lowest = std::numeric_limits<double>::infinity();
  profile.highest = -std::numeric_limits<double>::infinity();
  for (const std::string& value : values) {
    if (IsMissing(value)) {
      continue;
    }
    ++profile.filled;
    ++counts[value];
    if (const auto number = AsNumber(value)) {
      ++numbers;
      profile.lowest = std::min(profile.lowest, *number);
      profile.highest = std::max(profile.highest, *number);
    } else if (IsDate(value)) {
      ++dates;
    }
    with_blank += value.find(' ') != std::string::npos ? 1 : 0;
  }
  profile.distinct = counts.size();
  std::vector<std::pair<std::string, std::size_t>> ranked(counts.begin(), counts.end());
  const std::size_t shown = std::min(kTopValues, ranked.size());
  std::ranges::partial_sort(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(shown),
                            [](const auto& a, const auto& b) {
                              return a.second != b.second ? a.second > b.second : a.first < b.first;
                            });
  ranked.resize(shown);
  profile.top = std::move(ranked);
  const auto filled = static_cast<double>(profile.filled);
  if (profile.filled == 0) {
    profile.type = ColumnType::kEmpty;
  } else if (profile.distinct == 2 &&
             AreYesAndNo(profile.top.front().first, profile.top.back().first)) {
    profile.type = ColumnType::kFlag;
  } else if (static_cast<double>(dates) >= kNearlyAll * filled) {
    profile.type = ColumnType::kDate;
  } else if (static_cast<double>(numbers) >= kNearlyAll * filled) {
    profile.type = ColumnType::kNumber;
  } else if (profile.distinct <= kMaxCategories && profile.distinct * 2 <= profile.filled) {
    profile.type = ColumnType::kCategory;
  } else if (static_cast<double>(profile.distinct) >= 0.9 * filled &&
             with_blank * 10 < profile.filled) {
    profile.type = ColumnType::kIdentifier;
  } else {
    profile.type = ColumnType::kText;
  }
  if (numbers == 0) {
    profile.lowest = profile.highest = 0;
  }
  return profile;
}

}  // namespace ri::quality
