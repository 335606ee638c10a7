#include "ingest/date_parser.h"

#include <array>
#include <chrono>
#include <cmath>
#include <optional>

#include "domain/date.h"
#include "ingest/header.h"

namespace ri::ingest {
namespace {

constexpr std::string_view kNoDate = "is not a date; correct it or list it as a missing word";
constexpr std::string_view kNoSuchDay = "is a day that does not exist";
constexpr std::string_view kImplausible =
    "has a year outside 1900 to 2199, which exports write for \"none\"; correct it or leave it "
    "empty";
constexpr std::string_view kAmbiguous =
    "can be read as day/month or month/day; state date_order in the mapping";
constexpr std::string_view kUnknownZone = "has a time zone that is not known; export in UTC";

constexpr std::int64_t kDay = 86'400'000;
constexpr std::int64_t kMinute = 60'000;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

struct Zone {
  std::string_view name;
  int minutes;
};
constexpr std::array<Zone, 18> kZones = {{{"Z", 0},
                                          {"UTC", 0},
                                          {"GMT", 0},
                                          {"EST", -300},
                                          {"EDT", -240},
                                          {"CST", -360},
                                          {"CDT", -300},
                                          {"MST", -420},
                                          {"MDT", -360},
                                          {"PST", -480},
                                          {"PDT", -420},
                                          {"CET", 60},
                                          {"CEST", 120},
                                          {"BST", 60},
                                          {"EET", 120},
                                          {"EEST", 180},
                                          {"JST", 540},
                                          {"AEST", 600}}};

constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                      "jul", "aug", "sep", "oct", "nov", "dec"};

/// Reads the parts of a text from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }
  bool Skip(char c) {
    if (peek() != c || done()) {
      return false;
    }
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (Skip(' ')) {
    }
  }
  /// Up to nine digits; empty when there is none.
  std::optional<int> Number(int* digits = nullptr) {
    int value = 0;
    int count = 0;
    while (!done() && IsDigit(text_[at_]) && count < 9) {
      value = value * 10 + (text_[at_++] - '0');
      ++count;
    }
    if (digits != nullptr) {
      *digits = count;
    }
    return count == 0 ? std::nullopt : std::optional<int>(value);
  }
  std::string_view Word() {
    const std::size_t begin = at_;
    while (!done() && IsLetter(text_[at_])) {
      ++at_;
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::optional<int> MonthNumber(std::string_view word) {
  if (word.size() < 3) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (EqualsIgnoringCase(word.substr(0, 3), kMonths[i])) {
      return static_cast<int>(i) + 1;
    }
  }
  return std::nullopt;
}

Parsed<std::int64_t> DayOf(int year, int month, int day) {
  if (year < 1900 || year > 2199) {
    return std::unexpected(kImplausible);
  }
  const std::chrono::year_month_day civil{std::chrono::year(year),
                                          std::chrono::month(static_cast<unsigned>(month)),
                                          std::chrono::day(static_cast<unsigned>(day))};
  if (!civil.ok()) {
    return std::unexpected(kNoSuchDay);
  }
  return domain::DayNumber(domain::Date(civil));
}

/// Time of day and zone behind a date, as milliseconds to add; kNoDate when it is no time.
Parsed<std::int64_t> ReadClock(Scanner& scan) {
  const auto hour = scan.Number();
  if (!hour || !scan.Skip(':')) {
    return std::unexpected(kNoDate);
  }
  const auto minute = scan.Number();
  int second = 0;
  int millisecond = 0;
  if (!minute) {
    return std::unexpected(kNoDate);
  }
  if (scan.Skip(':')) {
    const auto read = scan.Number();
    if (!read) {
      return std::unexpected(kNoDate);
    }
    second = *read;
    if (scan.Skip('.') || scan.Skip(',')) {
      int scale = 100;
      if (!IsDigit(scan.peek())) {
        return std::unexpected(kNoDate);
      }
      for (; IsDigit(scan.peek()); scale /= 10) {
        millisecond += (scan.peek() - '0') * scale;
        scan.Skip(scan.peek());
      }
    }
  }
  scan.SkipBlanks();
  int hours = *hour;
  int zone_minutes = 0;
  if (IsLetter(scan.peek())) {
    std::string_view word = scan.Word();
    if (EqualsIgnoringCase(word, "AM") || EqualsIgnoringCase(word, "PM")) {
      if (hours < 1 || hours > 12) {
        return std::unexpected(kNoDate);
      }
      hours = hours % 12 + (EqualsIgnoringCase(word, "PM") ? 12 : 0);
      scan.SkipBlanks();
      word = scan.Word();
    }
    if (!word.empty()) {
      bool found = false;
      for (const Zone& zone : kZones) {
        if (EqualsIgnoringCase(word, zone.name)) {
          zone_minutes = zone.minutes;
          found = true;
        }
      }
      if (!found) {
        return std::unexpected(kUnknownZone);
      }
    }
  }
  if (scan.peek() == '+' || scan.peek() == '-') {
    const int sign = scan.Skip('-') ? -1 : 1;
    scan.Skip('+');
    int digits = 0;
    const auto first = scan.Number(&digits);
    if (!first || digits > 4) {
      return std::unexpected(kNoDate);
    }
    int minutes = digits == 4 ? *first / 100 * 60 + *first % 100 : *first * 60;
    if (digits <= 2 && scan.Skip(':')) {
      minutes += scan.Number().value_or(0);
    }
    if (minutes > 14 * 60) {
      return std::unexpected(kNoDate);
    }
    zone_minutes += sign * minutes;
  }
  if (!scan.done() || hours > 23 || *minute > 59 || second > 60) {
    return std::unexpected(kNoDate);
  }
  return ((hours * 60LL + *minute) * 60 + second) * 1000 + millisecond - zone_minutes * kMinute;
}

Parsed<Instant> WithClock(Scanner& scan, std::int64_t day) {
  scan.Skip(',');
  scan.SkipBlanks();
  if (scan.peek() == 'T') {
    scan.Skip('T');
  }
  if (scan.done()) {
    return Instant{day * kDay, false};
  }
  const auto clock = ReadClock(scan);
  if (!clock) {
    return std::unexpected(clock.error());
  }
  return Instant{day * kDay + *clock, true};
}

int FullYear(int year, int digits) { return digits > 2 ? year : year + (year < 70 ? 2000 : 1900); }

/// The numbers of "a/b/c" when the text begins like that.
struct Triple {
  std::array<int, 3> number{};
  std::array<int, 3> digits{};
  char separator = '\0';
};

std::optional<Triple> ReadTriple(Scanner& scan) {
  Triple triple;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i == 1) {
      triple.separator = scan.peek();
      if (triple.separator != '/' && triple.separator != '-' && triple.separator != '.') {
        return std::nullopt;
      }
    }
    if (i > 0 && !scan.Skip(triple.separator)) {
      return std::nullopt;
    }
    const auto number = scan.Number(&triple.digits[i]);
    if (!number || (i < 2 && triple.digits[0] != 4 && triple.digits[i] > 2)) {
      return std::nullopt;
    }
    triple.number[i] = *number;
  }
  return triple;
}

Parsed<Instant> FromTriple(const Triple& triple, Scanner& scan, DateOrder order) {
  const auto& [a, b, c] = triple.number;
  if (triple.digits[0] == 4) {
    const auto day = DayOf(a, b, c);
    return day ? WithClock(scan, *day) : std::unexpected(day.error());
  }
  if (triple.digits[2] != 4 && triple.digits[2] != 2) {
    return std::unexpected(kNoDate);
  }
  bool day_first = order == DateOrder::kDayFirst;
  if (order == DateOrder::kUnknown) {
    if (triple.separator == '.' || a > 12 || a == b) {
      day_first = true;  // points are a day-first custom everywhere
    } else if (b <= 12) {
      return std::unexpected(kAmbiguous);
    }
  }
  const int year = FullYear(c, triple.digits[2]);
  const auto day = day_first ? DayOf(year, b, a) : DayOf(year, a, b);
  return day ? WithClock(scan, *day) : std::unexpected(day.error());
}

/// "5-Jan-2024", "5 January 2024", "Jan 5, 2024"
Parsed<Instant> FromMonthName(std::string_view text) {
  Scanner scan(text);
  const auto separators = [&scan] {
    while (scan.Skip(' ') || scan.Skip('-') || scan.Skip(',') || scan.Skip('.') || scan.Skip('/')) {
    }
  };
  std::optional<int> month;
  std::optional<int> day;
  if (IsLetter(scan.peek())) {
    month = MonthNumber(scan.Word());
    separators();
    day = scan.Number();
  } else {
    day = scan.Number();
    separators();
    month = MonthNumber(scan.Word());
  }
  separators();
  int digits = 0;
  const auto year = scan.Number(&digits);
  if (!month || !day || !year || (digits != 4 && digits != 2)) {
    return std::unexpected(kNoDate);
  }
  const auto number = DayOf(FullYear(*year, digits), *month, *day);
  return number ? WithClock(scan, *number) : std::unexpected(number.error());
}

Parsed<Instant> FromNumber(std::string_view text) {
  const auto value = ParseNumber(text, DecimalMark::kPoint);
  if (!value) {
    return std::unexpected(kNoDate);
  }
  const std::size_t digits =
      text.find('.') == std::string_view::npos ? text.size() : text.find('.');
  const auto checked = [](double milliseconds, bool has_time) -> Parsed<Instant> {
    const auto rounded = static_cast<std::int64_t>(std::llround(milliseconds));
    if (!domain::IsPlausible(domain::DateOf(domain::TimestampFromMilliseconds(rounded)))) {
      return std::unexpected(kImplausible);
    }
    return Instant{rounded, has_time};
  };
  if (digits == 8 && text.size() == 8) {
    const int number = static_cast<int>(*value);
    const auto day = DayOf(number / 10000, number / 100 % 100, number % 100);
    return day ? Parsed<Instant>(Instant{*day * kDay, false}) : std::unexpected(day.error());
  }
  if (digits >= 12 && digits <= 13) {
    return checked(*value, true);
  }
  if (digits == 10) {
    return checked(*value * 1000, true);
  }
  // Day 25569 of a spreadsheet is 1970-01-01; below 10000 (1927) plain numbers are likelier.
  constexpr double kFirstSerial = 10000;
  constexpr double kLastSerial = 109574;
  constexpr double kSerialOf1970 = 25569;
  if (*value >= kFirstSerial && *value <= kLastSerial) {
    return checked((*value - kSerialOf1970) * static_cast<double>(kDay),
                   *value != std::floor(*value));
  }
  return std::unexpected(kNoDate);
}

}  // namespace

Parsed<Instant> ParseInstant(std::string_view text, DateOrder order) {
  text = Trim(text);
  if (text.empty()) {
    return std::unexpected(kNoDate);
  }
  bool has_letter = false;
  bool numeric = true;
  for (std::size_t i = 0; i < text.size() && i < 10; ++i) {
    has_letter = has_letter || (IsLetter(text[i]) && text[i] != 'T');
  }
  for (const char c : text) {
    numeric = numeric && (IsDigit(c) || c == '.');
  }
  if (numeric && text.find('.') == text.rfind('.')) {
    return FromNumber(text);
  }
  if (has_letter) {
    return FromMonthName(text);
  }
  Scanner scan(text);
  const auto triple = ReadTriple(scan);
  return triple ? FromTriple(*triple, scan, order) : std::unexpected(kNoDate);
}

void CountDateOrder(std::string_view text, DateOrderEvidence& evidence) {
  Scanner scan(Trim(text));
  const auto triple = ReadTriple(scan);
  if (!triple || triple->digits[0] > 2) {
    return;
  }
  const int first = triple->number[0];
  const int second = triple->number[1];
  if (first > 12 && second <= 12) {
    ++evidence.day_first;
  } else if (second > 12 && first <= 12) {
    ++evidence.month_first;
  } else if (first <= 12 && second <= 12 && first != second) {
    if (triple->separator == '.') {
      ++evidence.day_first;
    } else {
      ++evidence.ambiguous;
      evidence.example = std::string(text);
    }
  }
  evidence.order = evidence.day_first > evidence.month_first   ? DateOrder::kDayFirst
                   : evidence.month_first > evidence.day_first ? DateOrder::kMonthFirst
                                                               : DateOrder::kUnknown;
}

}  // namespace ri::ingest
