#include "ingest/value_parser.h"

#include <fast_float/fast_float.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/money.h"
#include "ingest/header.h"

namespace ri::ingest {
namespace {

constexpr std::string_view kNoNumber = "is not a number; correct it or list it as a missing word";
constexpr std::string_view kTooLarge =
    "is larger than any plausible amount (ten trillion); correct it or leave it empty";
constexpr std::string_view kNoFlag = "is neither yes/true/1 nor no/false/0";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A number without grouping, ready for the fast parsers.
struct Plain {
  std::array<char, 64> text{};
  std::size_t size = 0;
  bool percent = false;
  [[nodiscard]] std::string_view view() const { return {text.data(), size}; }
};

/// "$", "EUR", "kr." and their like, cut from both ends of a number.
std::string_view WithoutCurrency(std::string_view text) {
  const auto is_symbol = [](char c) {
    return IsLetter(c) || c == '$' || c == '.' || c == ' ' || static_cast<unsigned char>(c) > 0x7F;
  };
  std::size_t front = 0;
  while (front < text.size() && is_symbol(text[front]) &&
         !(text[front] == '.' && front + 1 < text.size() && IsDigit(text[front + 1]))) {
    ++front;
  }
  // Anything longer than a code or symbol is a word, not a currency.
  constexpr std::size_t kLongestSymbol = 6;
  if (front <= kLongestSymbol) {
    text.remove_prefix(front);
  }
  std::size_t back = 0;
  while (back < text.size() && is_symbol(text[text.size() - 1 - back]) &&
         text[text.size() - 1 - back] != '.') {
    ++back;
  }
  // "5M" and "5k" mean factors that must not be dropped silently.
  const bool factor = back == 1 && IsLetter(text.back());
  if (back <= kLongestSymbol && !factor) {
    text.remove_suffix(back);
  }
  return text;
}

/// Bytes of a no-break or narrow no-break space at the beginning, 0 when there is none.
std::size_t NoBreakSpace(std::string_view text) {
  for (const std::string_view space : {"\xC2\xA0", "\xE2\x80\xAF", "\xE2\x80\x89"}) {
    if (text.starts_with(space)) {
      return space.size();
    }
  }
  return 0;
}

/// Decimal places that "k", "M" or "bn" behind a number move the point; 0 when there is none. Cuts
/// the word from the text.
int TakeFactor(std::string_view& text) {
  struct Factor {
    std::string_view word;
    int places;
  };
  constexpr std::array<Factor, 11> kFactors = {{{"Tsd.", 3},
                                                {"Tsd", 3},
                                                {"Mrd.", 9},
                                                {"Mio.", 6},
                                                {"Mio", 6},
                                                {"bn", 9},
                                                {"mn", 6},
                                                {"k", 3},
                                                {"K", 3},
                                                {"M", 6},
                                                {"B", 9}}};
  for (const Factor& factor : kFactors) {
    if (text.ends_with(factor.word)) {
      const std::string_view rest = Trim(text.substr(0, text.size() - factor.word.size()));
      if (!rest.empty() && IsDigit(rest.back())) {
        text = rest;
        return factor.places;
      }
    }
  }
  return 0;
}

bool IsMinus(std::string_view text) {
  return text.starts_with('-') || text.starts_with("\xE2\x88\x92");
}

/// Digits of groups after the first must come in threes (or twos, as in India), the last in threes.
bool IsGrouped(std::string_view integer, char separator) {
  std::size_t digits = 0;
  std::size_t groups = 0;
  for (std::size_t i = integer.size(); i-- > 0;) {
    if (integer[i] != separator) {
      ++digits;
      continue;
    }
    const bool good = groups == 0 ? digits == 3 : digits == 2 || digits == 3;
    if (!good) {
      return false;
    }
    ++groups;
    digits = 0;
  }
  return digits >= 1 && digits <= 3;
}

/// Which of the characters separates decimals, '\0' for none; '?' when the text makes no sense.
char DecimalSeparator(std::string_view digits, DecimalMark mark) {
  const auto points = std::count(digits.begin(), digits.end(), '.');
  const auto commas = std::count(digits.begin(), digits.end(), ',');
  if (mark == DecimalMark::kPoint) {
    return points > 1 ? '?' : points == 1 ? '.' : '\0';
  }
  if (mark == DecimalMark::kComma) {
    return commas > 1 ? '?' : commas == 1 ? ',' : '\0';
  }
  if (points > 0 && commas > 0) {
    const char last = digits.rfind('.') > digits.rfind(',') ? '.' : ',';
    return (last == '.' ? points : commas) > 1 ? '?' : last;
  }
  if (points == 1) {
    return '.';
  }
  if (commas == 1) {
    const std::size_t after = digits.size() - digits.find(',') - 1;
    return after == 3 && IsGrouped(digits, ',') ? '\0' : ',';
  }
  return '\0';
}

bool MakePlain(std::string_view text, DecimalMark mark, bool currency, Plain& plain) {
  text = Trim(text);
  bool negative = false;
  if (text.starts_with('(') && text.ends_with(')')) {
    negative = true;
    text = Trim(text.substr(1, text.size() - 2));
  }
  const auto take_minus = [&] {
    if (IsMinus(text)) {
      negative = !negative;
      text = Trim(text.substr(text[0] == '-' ? 1 : 3));
    } else if (text.starts_with('+')) {
      text = Trim(text.substr(1));
    }
  };
  take_minus();
  if (currency) {
    const std::string_view before = text;
    text = Trim(WithoutCurrency(text));
    if (text.size() != before.size()) {
      take_minus();
    }
  }
  if (text.ends_with('-')) {
    negative = !negative;
    text = Trim(text.substr(0, text.size() - 1));
  }
  if (!currency && text.ends_with('%')) {
    plain.percent = true;
    text = Trim(text.substr(0, text.size() - 1));
  }
  if (text.empty() || text.size() > plain.text.size() - 2) {
    return false;
  }
  const std::size_t exponent = text.find_first_of("eE");
  const std::string_view digits = text.substr(0, exponent);
  const char decimal = DecimalSeparator(digits, mark);
  if (decimal == '?') {
    return false;
  }
  const std::string_view integer =
      digits.substr(0, decimal == '\0' ? digits.npos : digits.find(decimal));
  char group = '\0';
  if (negative) {
    plain.text[plain.size++] = '-';
  }
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char c = digits[i];
    if (IsDigit(c)) {
      plain.text[plain.size++] = c;
    } else if (c == decimal) {
      plain.text[plain.size++] = '.';
    } else if ((c == '.' || c == ',' || c == '\'' || c == ' ') && i < integer.size() &&
               (group == '\0' || group == c)) {
      group = c;
    } else if (const std::size_t space = NoBreakSpace(digits.substr(i));
               space > 0 && i < integer.size()) {
      i += space - 1;  // it groups too
    } else {
      return false;
    }
  }
  if (group != '\0' && !IsGrouped(integer, group)) {
    return false;
  }
  if (exponent != std::string_view::npos) {
    const std::string_view rest = text.substr(exponent);
    std::copy(rest.begin(), rest.end(),
              plain.text.begin() + static_cast<std::ptrdiff_t>(plain.size));
    plain.size += rest.size();
  }
  return true;
}

Parsed<double> ToDouble(std::string_view text) {
  double value = 0;
  const auto [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::unexpected(kNoNumber);
  }
  return value;
}

}  // namespace

Parsed<double> ParseNumber(std::string_view text, DecimalMark mark) {
  if (mark != DecimalMark::kComma) {
    if (auto plain = ToDouble(text)) {
      return plain;
    }
  }
  Plain plain;
  if (!MakePlain(text, mark, false, plain)) {
    return std::unexpected(kNoNumber);
  }
  auto value = ToDouble(plain.view());
  if (value && plain.percent) {
    *value /= 100;
  }
  return value;
}

Parsed<std::int64_t> ParseAmount(std::string_view text, int minor_digits, DecimalMark mark) {
  if (mark != DecimalMark::kComma) {
    if (const auto amount = domain::ParseMinorUnits(text, minor_digits)) {
      return *amount;
    }
  }
  Plain plain;
  std::string_view number = Trim(text);
  // A factor moves the point: "12.3k" has three places more than its digits show.
  minor_digits += TakeFactor(number);
  if (!MakePlain(number, mark, true, plain)) {
    return std::unexpected(kNoNumber);
  }
  if (const auto amount = domain::ParseMinorUnits(plain.view(), minor_digits)) {
    return *amount;
  }
  return std::unexpected(ToDouble(plain.view()) ? kTooLarge : kNoNumber);
}

Parsed<bool> ParseFlag(std::string_view text) {
  text = Trim(text);
  for (const std::string_view word :
       {"1", "true", "yes", "y", "t", "on", "ja", "wahr", "oui", "vrai", "si", "s\xC3\xAD",
        "s\xC3\xAC", "sim", "verdadero", "vero"}) {
    if (EqualsIgnoringCase(text, word)) {
      return true;
    }
  }
  for (const std::string_view word : {"0", "false", "no", "n", "f", "off", "nein", "falsch", "non",
                                      "faux", "nee", "n\xC3\xA3o", "falso"}) {
    if (EqualsIgnoringCase(text, word)) {
      return false;
    }
  }
  // Spreadsheets turn flags into 1.0 and 0.0.
  if (const auto number = ParseNumber(text); number && (*number == 0 || *number == 1)) {
    return *number == 1;
  }
  return std::unexpected(kNoFlag);
}

MissingWords::MissingWords(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const std::string lower = LowerCase(Trim(word));
    longest_ = std::max(longest_, lower.size());
    words_.insert(lower);
  }
}

bool MissingWords::Contains(std::string_view text) const {
  return text.empty() || (text.size() <= longest_ && words_.contains(LowerCase(text)));
}

}  // namespace ri::ingest
