#include "synthetic/crm_entry.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ri::synthetic {
namespace {

using base::RandomStream;
using std::chrono::days;

constexpr double kMonthEndShare = 0.40;

domain::Date MonthEnd(domain::Date date) {
  const std::chrono::year_month_day civil(date);
  return domain::Date(civil.year() / civil.month() / std::chrono::last);
}

domain::Date Snap(domain::Date date, RandomStream& stream) {
  return stream.Bernoulli(kMonthEndShare) ? MonthEnd(date) : date;
}

std::int64_t RoundAmount(const Company& company, const DealLatents& deal, double minor_units) {
  const double digits = std::pow(10.0, MinorDigits(company, deal.region));
  const double step = 10 * digits;
  return std::max<std::int64_t>(1, std::llround(minor_units / step)) *
         static_cast<std::int64_t>(step);
}

}  // namespace

domain::Timestamp WorkingMomentOn(domain::Date date, RandomStream& stream) {
  return domain::StartOf(date) +
         std::chrono::seconds(8 * 3'600 + static_cast<std::int64_t>(stream.Below(10 * 3'600)));
}

domain::Timestamp WorkingMoment(const MarketCalendar& calendar, int week, RandomStream& stream) {
  const auto weekday = static_cast<int>(stream.Below(5));
  return WorkingMomentOn(calendar.Monday(week) + days(weekday), stream);
}

domain::Date BelievedCloseDate(const Company& company, const DealLatents& deal, const Rep& rep,
                               domain::Date today, domain::Date earliest, double noise,
                               RandomStream& stream) {
  const domain::Date decision =
      company.calendar().Monday(0) +
      days(static_cast<std::int64_t>(std::llround(deal.decision_week * kDaysPerWeek)));
  const double left = std::max(10.0, static_cast<double>((decision - today).count()));
  const double believed = left * std::exp(-0.35 * rep.optimism + noise * stream.Normal());
  const domain::Date date =
      today + days(static_cast<std::int64_t>(std::llround(std::min(believed, 700.0))));
  return std::max(earliest, Snap(date, stream));
}

domain::Date PushedCloseDate(const Company& company, domain::Date from, RandomStream& stream) {
  const double u = stream.Uniform();
  const int weeks = u < 0.30 ? 2 : u < 0.65 ? 4 : u < 0.85 ? 6 : 13;
  const domain::Date pushed = from + days(kDaysPerWeek * weeks);
  if (weeks == 13) {
    return company.fiscal().QuarterEnd(pushed) - days(1);  // "next quarter, then"
  }
  return Snap(pushed, stream);
}

ForecastCategory BelievedCategory(const Company& company, const Rep& rep, int stage,
                                  double engagement, RandomStream& stream) {
  const double feeling = company.scenario().has_signal ? 0.35 * engagement : 0.0;
  const double score = stage + 0.7 * rep.optimism + feeling + 0.7 * stream.Normal();
  return score >= 4.6   ? ForecastCategory::kCommit
         : score >= 2.9 ? ForecastCategory::kBestCase
                        : ForecastCategory::kPipeline;
}

double DrawRescopeFactor(RandomStream& stream) { return std::exp(0.15 * stream.Normal()); }

std::int64_t RescopedAmount(const Company& company, const DealLatents& deal, std::int64_t amount,
                            RandomStream& stream) {
  return RoundAmount(company, deal, static_cast<double>(amount) * DrawRescopeFactor(stream));
}

double DrawDiscountFactor(bool quarter_end, RandomStream& stream) {
  const bool cut = stream.Bernoulli(quarter_end ? 0.55 : 0.20);
  const double depth =
      quarter_end ? 0.05 + 0.20 * stream.Uniform() : 0.03 + 0.12 * stream.Uniform();
  return cut ? 1 - depth : 1.0;
}

std::int64_t FinalAmount(const Company& company, const DealLatents& deal, std::int64_t amount,
                         bool quarter_end, RandomStream& stream) {
  const double factor = DrawDiscountFactor(quarter_end, stream);
  return factor < 1 ? RoundAmount(company, deal, static_cast<double>(amount) * factor) : amount;
}

bool IsQuarterEndRush(const Company& company, domain::Date date) {
  const auto& calendar = company.calendar();
  const domain::Date end = calendar.QuarterPeriod(calendar.QuarterOfDate(date)).end;
  return date >= end - days(14);
}

}  // namespace ri::synthetic
