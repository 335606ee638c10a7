#include "ingest/header.h"

#include <algorithm>
#include <set>

namespace ri::ingest {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool LooksLikeValue(std::string_view name) {
  // Numbers and dates have digits and no letters; "2024" or "12-31-2024" are no column names.
  bool digit = false;
  for (const char c : name) {
    if ((Lower(c) >= 'a' && Lower(c) <= 'z') || static_cast<unsigned char>(c) > 0x7F) {
      return false;
    }
    digit = digit || (c >= '0' && c <= '9');
  }
  return digit;
}

}  // namespace

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  for (;;) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    text = first == std::string_view::npos ? std::string_view() : text.substr(first);
    text = text.substr(0, text.find_last_not_of(kBlanks) + 1);
    constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
    if (text.starts_with(kNoBreakSpace)) {
      text.remove_prefix(2);
    } else if (text.ends_with(kNoBreakSpace)) {
      text.remove_suffix(2);
    } else {
      return text;
    }
  }
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), Lower);
  return lower;
}

bool EqualsIgnoringCase(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return Lower(a) == Lower(b); });
}

Result<std::vector<std::string>> CleanHeader(std::span<const std::string_view> cells) {
  std::vector<std::string> header;
  std::set<std::string> seen;
  std::size_t values = 0;
  std::size_t named = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    std::string name(Trim(cells[i]));
    named += name.empty() ? 0U : 1U;
    values += LooksLikeValue(name) ? 1U : 0U;
    if (name.empty()) {
      name = "column " + std::to_string(i + 1);
    }
    std::string unique = name;
    for (int copy = 2; !seen.insert(unique).second; ++copy) {
      unique = name + " (" + std::to_string(copy) + ")";
    }
    header.push_back(std::move(unique));
  }
  if (named == 0 || values * 2 > named) {
    return Fail(ErrorCode::kBadInput,
                "The first line holds values, not column names. Add a header line.");
  }
  return header;
}

}  // namespace ri::ingest
