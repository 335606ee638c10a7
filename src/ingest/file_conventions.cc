#include "ingest/file_conventions.h"

#include <algorithm>
#include <cstdint>

#include "ingest/toml_text.h"

namespace ri::ingest {
namespace {

void DecideDateOrder(std::span<const ColumnFacts> columns, char delimiter,
                     FileConventions& conventions) {
  std::int64_t day_first = 0;
  std::int64_t month_first = 0;
  const ColumnFacts* ambiguous = nullptr;
  for (const ColumnFacts& column : columns) {
    if (column.date) {
      day_first += column.order.day_first;
      month_first += column.order.month_first;
      ambiguous = column.order.ambiguous > 0 ? &column : ambiguous;
    }
  }
  if (day_first != month_first) {
    const bool days = day_first > month_first;
    conventions.date_order = days ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
    conventions.lines += std::string("date_order = ") +
                         (days ? "\"day_first\"" : "\"month_first\"") + "  # decided by " +
                         std::to_string(std::max(day_first, month_first)) +
                         " dates that can only be read so\n";
    if (std::min(day_first, month_first) > 0) {
      conventions.questions.push_back(
          std::to_string(std::min(day_first, month_first)) +
          " dates contradict the order of day and month that the others prove; they will be "
          "refused.");
    }
  } else if (ambiguous != nullptr) {
    // Points between the parts, and semicolons between the columns, are habits of countries that
    // write the day first.
    const bool days = delimiter == ';' || ambiguous->order.example.find('.') != std::string::npos;
    const std::string chosen = days ? "\"day_first\"" : "\"month_first\"";
    const std::string other = days ? "\"month_first\"" : "\"day_first\"";
    conventions.date_order = days ? DateOrder::kDayFirst : DateOrder::kMonthFirst;
    conventions.questions.push_back(
        "Dates such as " + ambiguous->order.example + " in \"" + ambiguous->name +
        "\" can be read both ways; " + (days ? "day" : "month") +
        " first is assumed. The other choice is date_order = " + other + ".");
    conventions.lines += "# Dates such as " + OneLine(ambiguous->order.example) +
                         " can be read both ways; the other choice is " + other +
                         ".\ndate_order = " + chosen + "\n";
  }
}

void DecideDecimalMark(std::span<const ColumnFacts> columns, char delimiter,
                       FileConventions& conventions) {
  std::int64_t commas = 0;
  std::int64_t points = 0;
  std::int64_t groups = 0;
  for (const ColumnFacts& column : columns) {
    if (column.number || column.money) {
      commas += column.decimal_commas;
      points += column.decimal_points;
      groups += column.grouping_points;
    }
  }
  if (commas > 0 && points == 0) {
    conventions.lines += "decimal = \"comma\"  # decided by " + std::to_string(commas) +
                         " numbers that can only be read so\n";
  } else if (groups > 0 && points == 0 && delimiter == ';') {
    conventions.questions.push_back(
        std::to_string(groups) +
        " numbers such as 12.500 are read with the point between thousands, as usual where "
        "columns are separated by semicolons. The other choice is decimal = \"point\".");
    conventions.lines += "decimal = \"comma\"\n";
  }
}

}  // namespace

FileConventions DecideFileConventions(std::span<const ColumnFacts> columns, char delimiter) {
  FileConventions conventions;
  DecideDateOrder(columns, delimiter, conventions);
  DecideDecimalMark(columns, delimiter, conventions);
  return conventions;
}

}  // namespace ri::ingest
