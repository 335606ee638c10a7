#include "book/value_at_risk.h"

#include <limits>

namespace ri::book {

bool CountedInQuarter(const ScoredDeal& deal, const domain::FiscalCalendar& calendar) {
  const domain::Period quarter = calendar.PeriodOf(calendar.QuarterOf(domain::DateOf(deal.as_of)));
  return deal.forecast_category == "Commit" && deal.commit_date && *deal.commit_date < quarter.end;
}

double QuarterValueAtRisk(const ScoredDeal& deal, double amount,
                          const domain::FiscalCalendar& calendar) {
  return CountedInQuarter(deal, calendar) ? amount * (1 - deal.win_by_quarter_end)
                                          : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace ri::book
