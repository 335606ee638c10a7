#include "book/reporting_amount.h"

#include <bit>
#include <limits>

namespace ri::book {

Result<ReportingAmounts> ReportingAmounts::For(Workspace& workspace, const data::EventLog& log) {
  RI_ASSIGN_OR_RETURN(const domain::Currency currency, workspace.ReportingCurrency(log));
  ReportingAmounts amounts(currency);
  const auto attribute = log.FindAttribute(data::EntityKind::kCurrencyRate, data::attribute::kRate);
  if (attribute) {
    const auto codes = log.keys(data::EntityKind::kCurrencyRate);
    for (std::size_t i = 0; i < codes.size(); ++i) {
      for (const data::LoggedEvent& event : log.events(data::EntityKind::kCurrencyRate, i)) {
        if (event.attribute == *attribute && event.value != data::kNoValue) {
          amounts.rates_[codes[i]].push_back(
              {.from = event.visible_time, .rate = std::bit_cast<double>(event.value)});
        }
      }
    }
  }
  return amounts;
}

std::optional<double> ReportingAmounts::RateAt(const std::string& currency,
                                               domain::Timestamp moment) const {
  const auto found = rates_.find(currency);
  if (found == rates_.end()) {
    return std::nullopt;
  }
  std::optional<double> rate;
  for (const DatedRate& dated : found->second) {
    if (dated.from > domain::Milliseconds(moment) && rate) {
      break;
    }
    rate = dated.rate;  // before the first rate the first one counts
  }
  return rate;
}

double ReportingAmounts::ToReporting(const std::optional<std::int64_t>& minor_units,
                                     const std::string& currency, domain::Timestamp moment) const {
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  const auto code = domain::Currency::FromCode(currency);
  if (!minor_units || !code) {
    return kNone;
  }
  const double major = domain::Money(*minor_units, *code).ToMajorUnits();
  if (*code == currency_) {
    return major;
  }
  const auto from = RateAt(currency, moment);
  const auto to = RateAt(std::string(currency_.code()), moment);
  // The corporate currency itself may have no rate: it is one by definition.
  return from && *from > 0 ? major / *from * to.value_or(1.0) : kNone;
}

}  // namespace ri::book
