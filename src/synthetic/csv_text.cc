#include "synthetic/csv_text.h"

#include <array>
#include <charconv>
#include <cmath>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

void AppendPadded(std::string& out, std::int64_t value, int width) {
  std::array<char, 8> digits{};
  for (int i = width; i-- > 0;) {
    digits[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(digits.data(), static_cast<std::size_t>(width));
}

void AppendDay(std::string& out, domain::Date date) {
  const std::chrono::year_month_day civil(date);
  AppendPadded(out, static_cast<int>(civil.year()), 4);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(civil.month()), 2);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(civil.day()), 2);
}

}  // namespace

void CsvText::Open() {
  if (!first_) {
    out_ += ',';
  }
  first_ = false;
  out_ += '"';
}

CsvText& CsvText::Raw(std::string_view value) {
  Open();
  out_ += value;
  out_ += '"';
  return *this;
}

void CsvText::Escaped(std::string_view value) {
  for (const char character : value) {
    if (character == '"') {
      out_ += '"';
    }
    out_ += character;
  }
}

CsvText& CsvText::Text(std::string_view value) { return Joined({value}); }

CsvText& CsvText::Joined(std::initializer_list<std::string_view> parts) {
  Open();
  for (const std::string_view part : parts) {
    Escaped(part);
  }
  out_ += '"';
  return *this;
}

CsvText& CsvText::Integer(std::int64_t value) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return Raw({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
}

CsvText& CsvText::Day(domain::Date date) {
  Open();
  AppendDay(out_, date);
  out_ += '"';
  return *this;
}

CsvText& CsvText::Moment(domain::Timestamp time) {
  const domain::Date date = domain::DateOf(time);
  const std::int64_t ms = (time - domain::Timestamp(date)).count();
  Open();
  AppendDay(out_, date);
  out_ += 'T';
  AppendPadded(out_, ms / 3'600'000, 2);
  out_ += ':';
  AppendPadded(out_, ms / 60'000 % 60, 2);
  out_ += ':';
  AppendPadded(out_, ms / 1'000 % 60, 2);
  out_ += '.';
  AppendPadded(out_, ms % 1'000, 3);
  out_ += "Z\"";
  return *this;
}

CsvText& CsvText::Amount(std::int64_t minor_units, int digits) {
  Open();
  if (minor_units < 0) {
    out_ += '-';
    minor_units = -minor_units;
  }
  std::int64_t scale = 1;
  for (int i = 0; i < digits; ++i) {
    scale *= 10;
  }
  std::array<char, 24> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), minor_units / scale).ptr;
  out_.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
  out_ += '.';
  std::int64_t fraction = minor_units % scale;
  if (fraction == 0) {
    out_ += '0';
  }
  while (fraction > 0) {
    scale /= 10;
    out_ += static_cast<char>('0' + fraction / scale);
    fraction %= scale;
  }
  out_ += '"';
  return *this;
}

CsvText& CsvText::Number(double value, int digits) {
  if (std::isnan(value)) {
    return Null();
  }
  std::array<char, 400> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::fixed, digits);
  RI_ASSERT(error == std::errc{});
  return Raw({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
}

void CsvText::EndRow() {
  out_ += '\n';
  first_ = true;
}

std::string CsvHeader(std::string_view names) {
  std::string line = "\"";
  for (const char character : names) {
    if (character == ',') {
      line += "\",\"";
    } else {
      line += character;
    }
  }
  return line + "\"\n";
}

}  // namespace ri::synthetic
