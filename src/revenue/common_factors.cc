#include "revenue/common_factors.h"

#include "revenue/forecast_structure.h"

namespace ri::revenue {

domain::Date FactorsLearnedOn(const domain::FiscalCalendar& calendar, domain::Date today) {
  const domain::Quarter running = calendar.QuarterOf(today);
  const domain::Date first = domain::MondayOnOrAfter(calendar.PeriodOf(running).begin);
  return first <= today
             ? first
             : domain::MondayOnOrAfter(calendar.PeriodOf(domain::Previous(running)).begin);
}

Result<forecasting::CorrelationFit> LearnCommonFactors(
    const ForecastView& view, std::span<const forecasting::Cohort> published,
    const HistoryOptions& history, base::Progress& progress) {
  if (!published.empty()) {
    return forecasting::FitCorrelation(published, {.num_threads = view.num_threads});
  }
  const domain::Date monday = FactorsLearnedOn(view.calendar, view.today());
  ForecastView then = view;
  then.as_of = domain::StartOf(monday);
  RI_ASSIGN_OR_RETURN(
      const std::vector<PastQuarter> past,
      PastQuarters(then, HorizonOf(view.calendar, monday, std::nullopt), history, progress));
  const std::vector<int> teams = TeamNumbers(book::OrganisationAt(then.log(), then.as_of));
  std::vector<forecasting::Cohort> hindsight;
  for (const PastQuarter& quarter : past) {
    hindsight.push_back(CohortOf(quarter, teams));
  }
  return forecasting::FitCorrelation(hindsight, {.num_threads = view.num_threads});
}

}  // namespace ri::revenue
