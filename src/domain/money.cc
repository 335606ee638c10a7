#include "domain/money.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/assertion.h"

namespace ri::domain {
namespace {

// ISO 4217, currencies whose minor unit is not 1/100.
constexpr std::array<std::string_view, 16> kNoMinorUnit = {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY",
                                                           "KMF", "KRW", "PYG", "RWF", "UGX", "UYI",
                                                           "VND", "VUV", "XAF", "XOF"};
constexpr std::array<std::string_view, 7> kThreeDigits = {"BHD", "IQD", "JOD", "KWD",
                                                          "LYD", "OMR", "TND"};

// Exact up to 10^22, far above what a currency's digits and a factor like "bn" add up to.
double PowerOfTen(int digits) {
  double power = 1;
  for (int i = 0; i < digits; ++i) {
    power *= 10;
  }
  return power;
}

}  // namespace

std::optional<Currency> Currency::FromCode(std::string_view code) {
  std::array<char, 3> letters{};
  if (code.size() != letters.size()) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const char upper = code[i] >= 'a' && code[i] <= 'z' ? static_cast<char>(code[i] - 32) : code[i];
    if (upper < 'A' || upper > 'Z') {
      return std::nullopt;
    }
    letters[i] = upper;
  }
  return Currency(letters);
}

Currency Currency::Usd() { return Currency({'U', 'S', 'D'}); }

int Currency::minor_digits() const {
  if (std::ranges::find(kNoMinorUnit, code()) != kNoMinorUnit.end()) {
    return 0;
  }
  return std::ranges::find(kThreeDigits, code()) != kThreeDigits.end() ? 3 : 2;
}

double Money::ToMajorUnits() const {
  return static_cast<double>(minor_units_) / PowerOfTen(currency_.minor_digits());
}

Money& Money::operator+=(const Money& other) {
  RI_ASSERT(currency_ == other.currency_);
  minor_units_ += other.minor_units_;
  return *this;
}

std::optional<std::int64_t> ParseMinorUnits(std::string_view text, int minor_digits) {
  // Plain decimals are read digit by digit, so that 0.29 is 29 cents whatever its double is.
  std::size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  at += !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  std::int64_t value = 0;
  int fraction_digits = -1;
  bool any = false;
  bool round_up = false;
  for (; at < text.size(); ++at) {
    const char character = text[at];
    if (character == '.' && fraction_digits < 0) {
      fraction_digits = 0;
    } else if (character >= '0' && character <= '9') {
      any = true;
      if (fraction_digits >= minor_digits) {
        round_up = fraction_digits == minor_digits ? character >= '5' : round_up;
        ++fraction_digits;
        continue;
      }
      fraction_digits += fraction_digits >= 0 ? 1 : 0;
      value = value * 10 + (character - '0');
      // Checked at every digit, so that the next one cannot overflow.
      if (value > kLargestPlausibleMinorUnits) {
        return std::nullopt;
      }
    } else {
      break;
    }
  }
  if (!any) {
    return std::nullopt;
  }
  if (at < text.size()) {  // an exponent, or no number at all
    double parsed = 0;
    const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), parsed);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(parsed)) {
      return std::nullopt;
    }
    const double scaled = std::round(parsed * PowerOfTen(minor_digits));
    if (std::fabs(scaled) > static_cast<double>(kLargestPlausibleMinorUnits)) {
      return std::nullopt;
    }
    return static_cast<std::int64_t>(scaled);
  }
  for (int digits = std::max(fraction_digits, 0); digits < minor_digits; ++digits) {
    value *= 10;
    if (value > kLargestPlausibleMinorUnits) {
      return std::nullopt;
    }
  }
  value += round_up ? 1 : 0;
  if (value > kLargestPlausibleMinorUnits) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

std::int64_t ConvertRounded(std::int64_t minor_units, double rate) {
  return static_cast<std::int64_t>(std::llround(static_cast<double>(minor_units) * rate));
}

std::string FormatMoney(const Money& money) {
  const int digits = money.currency().minor_digits();
  const bool negative = money.minor_units() < 0;
  std::string text = std::to_string(negative ? -money.minor_units() : money.minor_units());
  const auto places = static_cast<std::size_t>(digits);
  if (text.size() <= places) {
    text.insert(0, places + 1 - text.size(), '0');
  }
  const std::string fraction = text.substr(text.size() - places);
  text.resize(text.size() - places);
  for (std::size_t at = text.size(); at > 3; at -= 3) {
    text.insert(at - 3, 1, ',');
  }
  if (digits > 0) {
    text += '.' + fraction;
  }
  return (negative ? "-" : "") + text + ' ' + std::string(money.currency().code());
}

}  // namespace ri::domain
