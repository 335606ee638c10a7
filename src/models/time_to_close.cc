#include "models/time_to_close.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/assertion.h"
#include "models/horizon_bins.h"
#include "models/json_document.h"

namespace ri::models {
namespace {

using domain::Date;
using domain::FiscalCalendar;

constexpr int kQuarterEndDays = 7;
constexpr double kRatePrior = 2;    // events
constexpr double kFactorPrior = 5;  // events
// Chances per day beyond this would leave nothing for the other ending.
constexpr double kLargestDailyChance = .95;
constexpr int kMaximisationSteps = 200;

// Walks consecutive days and says which belong to the last week of a fiscal quarter, asking the
// calendar once per quarter.
class QuarterEndWalk {
 public:
  QuarterEndWalk(const FiscalCalendar& calendar, Date first)
      : calendar_(calendar), end_(calendar.QuarterEnd(first)) {}

  [[nodiscard]] bool IsQuarterEnd(Date day) {
    if (day >= end_) {
      end_ = calendar_.QuarterEnd(day);
    }
    return (end_ - day).count() <= kQuarterEndDays;
  }

 private:
  const FiscalCalendar& calendar_;
  Date end_;
};

// Days at risk and events by age bin; the second index says whether at a quarter end.
struct Counts {
  std::array<std::array<double, 2>, kStepStarts.size()> exposure{};
  std::array<std::array<double, 2>, kStepStarts.size()> won{};
  std::array<std::array<double, 2>, kStepStarts.size()> lost{};
};

struct CauseFit {
  std::vector<double> rates;
  double factor = 1;
};

// Alternates the closed-form updates of bin rates and the factor; the shrunk likelihood rises at
// every step.
CauseFit FitCause(const Counts& counts,
                  const std::array<std::array<double, 2>, kStepStarts.size()>& events) {
  double total = 0;
  double at_ends = 0;
  double days = 0;
  for (std::size_t b = 0; b < events.size(); ++b) {
    total += events[b][0] + events[b][1];
    at_ends += events[b][1];
    days += counts.exposure[b][0] + counts.exposure[b][1];
  }
  const double pooled = (total + .5) / (days + 1);
  CauseFit fit{std::vector<double>(events.size(), pooled), 1};
  for (int step = 0; step < kMaximisationSteps; ++step) {
    const double before = fit.factor;
    double expected = 0;
    for (std::size_t b = 0; b < events.size(); ++b) {
      const double exposure = counts.exposure[b][0] + fit.factor * counts.exposure[b][1];
      fit.rates[b] = std::min(kLargestDailyChance, (events[b][0] + events[b][1] + kRatePrior) /
                                                       (exposure + kRatePrior / pooled));
      expected += fit.rates[b] * counts.exposure[b][1];
    }
    fit.factor = (at_ends + kFactorPrior) / (expected + kFactorPrior);
    if (std::fabs(fit.factor - before) <= 1e-12 * fit.factor) {
      break;
    }
  }
  return fit;
}

// Cumulative sums divided by the last; exactly 1 at the end, never falling.
std::vector<double> Normalised(std::vector<double> cumulative) {
  const double last = cumulative.back();
  RI_ASSERT(last > 0);
  for (double& value : cumulative) {
    value = std::min(value / last, 1.0);
  }
  cumulative.back() = 1;
  return cumulative;
}

}  // namespace

Result<TimeToClose> TimeToClose::Fit(std::span<const TimingRecord> records,
                                     const FiscalCalendar& calendar) {
  Counts counts;
  bool any = false;
  for (const TimingRecord& record : records) {
    const int entry = std::max(record.entry_age, 0);
    const bool closed = record.end != TimingRecord::End::kOpen;
    // An outcome on a day means that the deal was at risk on that day; the first unobserved day of
    // an open deal was not.
    const int last = closed ? record.exit_age : record.exit_age - 1;
    if (last < entry) {
      continue;
    }
    QuarterEndWalk walk(calendar, record.opened + std::chrono::days(entry));
    for (int age = entry; age <= last; ++age) {
      const std::size_t bin = StepOf(age);
      const bool quarter_end = walk.IsQuarterEnd(record.opened + std::chrono::days(age));
      counts.exposure[bin][quarter_end ? 1 : 0] += 1;
      if (closed && age == last) {
        any = true;
        auto& events = record.end == TimingRecord::End::kWon ? counts.won : counts.lost;
        events[bin][quarter_end ? 1 : 0] += 1;
      }
    }
  }
  if (!any) {
    return Fail(ErrorCode::kRefused, "No deal has a dated outcome, so times cannot be learned.");
  }
  TimeToClose timing(calendar);
  CauseFit won = FitCause(counts, counts.won);
  CauseFit lost = FitCause(counts, counts.lost);
  timing.won_rates_ = std::move(won.rates);
  timing.won_factor_ = won.factor;
  timing.lost_rates_ = std::move(lost.rates);
  timing.lost_factor_ = lost.factor;
  return timing;
}

CloseCurve TimeToClose::CurveFrom(const DealMoment& moment) const {
  std::vector<double> won(kHorizonDays + 1, 0);
  std::vector<double> lost(kHorizonDays + 1, 0);
  QuarterEndWalk walk(calendar_, moment.as_of);
  double open = 1;
  for (int k = 0; k < kHorizonDays; ++k) {
    const std::size_t bin = StepOf(std::max(moment.age_days, 0) + k);
    const bool quarter_end = walk.IsQuarterEnd(moment.as_of + std::chrono::days(k));
    double win = won_rates_[bin] * (quarter_end ? won_factor_ : 1);
    double loss = lost_rates_[bin] * (quarter_end ? lost_factor_ : 1);
    const double scale = std::max(1.0, (win + loss) / kLargestDailyChance);
    win /= scale;
    loss /= scale;
    const auto at = static_cast<std::size_t>(k);
    won[at + 1] = won[at] + open * win;
    lost[at + 1] = lost[at] + open * loss;
    open *= 1 - win - loss;
  }
  return {Normalised(std::move(won)), Normalised(std::move(lost))};
}

std::string TimeToClose::ToJson() const {
  return Write({{"calendar", calendar_.Describe()},
                {"won_rates", won_rates_},
                {"won_quarter_end_factor", won_factor_},
                {"lost_rates", lost_rates_},
                {"lost_quarter_end_factor", lost_factor_}});
}

Result<TimeToClose> TimeToClose::FromJson(std::string_view text) {
  return Read("the timing", text, [](const Json& document) {
    const auto calendar =
        FiscalCalendar::FromDescription(document.at("calendar").get<std::string>());
    Require(calendar.has_value(), "an unknown calendar");
    TimeToClose timing(*calendar);
    timing.won_rates_ = FiniteNumbers(document.at("won_rates"));
    timing.lost_rates_ = FiniteNumbers(document.at("lost_rates"));
    timing.won_factor_ = Finite(document.at("won_quarter_end_factor"));
    timing.lost_factor_ = Finite(document.at("lost_quarter_end_factor"));
    for (const std::vector<double>* rates : {&timing.won_rates_, &timing.lost_rates_}) {
      Require(rates->size() == kStepStarts.size(), "rates for other age bins");
      Require(std::all_of(rates->begin(), rates->end(),
                          [](double rate) { return rate > 0 && rate <= kLargestDailyChance; }),
              "a rate that is no chance per day");
    }
    Require(timing.won_factor_ > 0 && timing.lost_factor_ > 0, "a factor that is not positive");
    return timing;
  });
}

}  // namespace ri::models
