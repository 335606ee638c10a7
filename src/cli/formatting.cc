#include "cli/formatting.h"

#include <fmt/format.h>

#include <cmath>

namespace ri::cli {

std::string FormatPercent(double probability) {
  if (std::isnan(probability)) {
    return "-";
  }
  if (probability < 0.01) {
    return "<1 %";
  }
  if (probability > 0.99) {
    return ">99 %";
  }
  return fmt::format("{:.0f} %", 100 * probability);
}

std::string FormatPercentRange(double low, double high) {
  if (std::isnan(low) || std::isnan(high)) {
    return "-";
  }
  return fmt::format("{:.0f}-{:.0f} %", 100 * low, 100 * high);
}

std::string FormatPoints(double points) { return fmt::format("{:+.1f}", points); }

std::string FormatWhole(double amount) {
  if (std::isnan(amount)) {
    return "-";
  }
  std::string digits = fmt::format("{:.0f}", std::fabs(amount));
  for (std::size_t at = digits.size(); at > 3; at -= 3) {
    digits.insert(at - 3, 1, ',');
  }
  return (amount <= -0.5 ? "-" : "") + digits;
}

std::string FormatOptionalDate(const std::optional<domain::Date>& date) {
  return date ? domain::FormatDate(*date) : "-";
}

std::string FormatMoment(domain::Timestamp moment) {
  const domain::Date date = domain::DateOf(moment);
  return domain::StartOf(date) == moment ? domain::FormatDate(date)
                                         : domain::FormatTimestamp(moment).substr(0, 16) + " UTC";
}

}  // namespace ri::cli
