#pragma once

/// Money is an integer number of minor units (cents) of one currency. Adding two currencies is an
/// error of the program; converting takes a rate and says so in its name.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ri::domain {

/// ISO 4217 code such as "EUR". Valid by construction: three upper-case letters.
class Currency {
 public:
  /// Empty unless `code` is three ASCII letters; case is folded.
  [[nodiscard]] static std::optional<Currency> FromCode(std::string_view code);
  [[nodiscard]] static Currency Usd();

  [[nodiscard]] std::string_view code() const { return {code_.data(), code_.size()}; }
  /// Decimal digits of the minor unit: 2 for most, 0 for JPY and its like, 3 for KWD and its like
  /// (ISO 4217 table).
  [[nodiscard]] int minor_digits() const;

  friend bool operator==(const Currency&, const Currency&) = default;

 private:
  explicit Currency(std::array<char, 3> code) : code_(code) {}
  std::array<char, 3> code_;
};

class Money {
 public:
  Money(std::int64_t minor_units, Currency currency)
      : minor_units_(minor_units), currency_(currency) {}

  [[nodiscard]] std::int64_t minor_units() const { return minor_units_; }
  [[nodiscard]] Currency currency() const { return currency_; }
  /// Major units as a double, for distributions only.
  [[nodiscard]] double ToMajorUnits() const;
  /// \pre both have the same currency
  Money& operator+=(const Money& other);
  friend Money operator+(Money left, const Money& right) { return left += right; }
  friend bool operator==(const Money&, const Money&) = default;

 private:
  std::int64_t minor_units_;
  Currency currency_;
};

/// The largest amount accepted from outside, in minor units: 10^15 (ten trillion at two digits).
/// Sums over a million such deals still fit 64 bits with room to see that they are absurd.
inline constexpr std::int64_t kLargestPlausibleMinorUnits = 1'000'000'000'000'000;

/// Reads a plain decimal number ("-1234.5", "1e6", no grouping) as minor units with `minor_digits`
/// digits, rounding half away from zero. Empty when the text is no number or the amount is
/// beyond kLargestPlausibleMinorUnits.
[[nodiscard]] std::optional<std::int64_t> ParseMinorUnits(std::string_view text, int minor_digits);

/// minor units x rate, rounded half away from zero: the one lossy conversion. `rate` is target
/// units per source unit, both counted in their minor units.
[[nodiscard]] std::int64_t ConvertRounded(std::int64_t minor_units, double rate);

/// "1,234,567.89 EUR"
[[nodiscard]] std::string FormatMoney(const Money& money);

}  // namespace ri::domain
