#pragma once

/// How reps keep the fields of an open deal: committed dates, forecast categories, amounts.

#include <cstdint>

#include "base/random.h"
#include "domain/date.h"
#include "synthetic/company.h"
#include "synthetic/deal_latents.h"
#include "synthetic/deal_record.h"

namespace ri::synthetic {

/// A working moment of a week: Monday to Friday, 8 to 18 o'clock.
[[nodiscard]] domain::Timestamp WorkingMoment(const MarketCalendar& calendar, int week,
                                              base::RandomStream& stream);
[[nodiscard]] domain::Timestamp WorkingMomentOn(domain::Date date, base::RandomStream& stream);

/// The date a rep writes down: the buyer's decision date through optimism, noise and the love of
/// round dates; never before `earliest`. `noise` is the standard deviation relative to what is
/// left of the cycle.
[[nodiscard]] domain::Date BelievedCloseDate(const Company& company, const DealLatents& deal,
                                             const Rep& rep, domain::Date today,
                                             domain::Date earliest, double noise,
                                             base::RandomStream& stream);

/// A date pushed out by 2, 4, 6 or 13 weeks.
[[nodiscard]] domain::Date PushedCloseDate(const Company& company, domain::Date from,
                                           base::RandomStream& stream);

/// What a rep calls a deal: stage, own optimism, a feeling for the buyer, noise.
[[nodiscard]] ForecastCategory BelievedCategory(const Company& company, const Rep& rep, int stage,
                                                double engagement, base::RandomStream& stream);

/// An open deal's amount after a change of scope.
[[nodiscard]] std::int64_t RescopedAmount(const Company& company, const DealLatents& deal,
                                          std::int64_t amount, base::RandomStream& stream);
inline constexpr double kRescopePerWeek = 0.025;

/// What a won deal is worth in the end; discounts are common in the last two weeks of a quarter.
[[nodiscard]] std::int64_t FinalAmount(const Company& company, const DealLatents& deal,
                                       std::int64_t amount, bool quarter_end,
                                       base::RandomStream& stream);
/// The law of final / current amount used by FinalAmount.
[[nodiscard]] double DrawDiscountFactor(bool quarter_end, base::RandomStream& stream);
[[nodiscard]] double DrawRescopeFactor(base::RandomStream& stream);
/// True in the last two weeks of a quarter.
[[nodiscard]] bool IsQuarterEndRush(const Company& company, domain::Date date);

}  // namespace ri::synthetic
