#pragma once

/// Amounts of many currencies in the one in which forecasts are made.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "book/workspace.h"
#include "data/event_log.h"
#include "domain/date.h"
#include "domain/money.h"

namespace ri::book {

/// Dated rates as imported: units of a currency per unit of the corporate currency. Immutable.
class ReportingAmounts {
 public:
  [[nodiscard]] static Result<ReportingAmounts> For(Workspace& workspace,
                                                    const data::EventLog& log);

  [[nodiscard]] domain::Currency currency() const { return currency_; }
  /// Major units in the reporting currency at the rate in force at `moment`; NaN without an amount
  /// or a rate.
  [[nodiscard]] double ToReporting(const std::optional<std::int64_t>& minor_units,
                                   const std::string& currency, domain::Timestamp moment) const;

 private:
  explicit ReportingAmounts(domain::Currency currency) : currency_(currency) {}
  [[nodiscard]] std::optional<double> RateAt(const std::string& currency,
                                             domain::Timestamp moment) const;

  struct DatedRate {
    std::int64_t from = 0;
    double rate = 1;
  };
  domain::Currency currency_;
  std::map<std::string, std::vector<DatedRate>> rates_;  ///< ascending by time
};

}  // namespace ri::book
