#include "models/hazard_timing.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/assertion.h"
#include "domain/probability.h"
#include "models/outlook_parts.h"

namespace ri::models {
namespace {

// Cumulative shares per day from the hazards of the bins, divided by the last.
std::vector<double> CumulativeByDay(std::span<const HorizonBin> bins,
                                    std::span<const double> margins) {
  std::vector<double> cumulative = {0};
  double open = 1;
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const double survival = domain::Logistic(-margins[b]);
    for (int day = 1; day <= bins[b].length(); ++day) {
      const double kept = day == bins[b].length()
                              ? survival
                              : std::pow(survival, static_cast<double>(day) / bins[b].length());
      cumulative.push_back(std::max(cumulative.back(), 1 - open * kept));
    }
    open *= survival;
  }
  const double last = cumulative.back();
  if (!(last > 0)) {
    // Hazards too small to see: everything on the last day.
    cumulative.back() = 1;
    return cumulative;
  }
  for (double& value : cumulative) {
    value = std::min(value / last, 1.0);
  }
  cumulative.back() = 1;
  return cumulative;
}

}  // namespace

std::vector<std::string> PeriodColumnNames() {
  return {"bin end week",     "bin length",      "days from bin to quarter end",
          "bin ends quarter", "week of quarter", "days past commitment"};
}

void FillPersonPeriod(std::span<const float> encoded, const HorizonBin& bin,
                      std::optional<std::size_t> commit_column, std::span<float> target) {
  RI_ASSERT(target.size() == encoded.size() + kNumPeriodColumns);
  std::copy(encoded.begin(), encoded.end(), target.begin());
  const std::span<float> period = target.subspan(encoded.size());
  const auto set = [&](PeriodColumn column, float value) {
    period[static_cast<std::size_t>(column)] = value;
  };
  set(PeriodColumn::kEndWeek, static_cast<float>(bin.end) / 7);
  set(PeriodColumn::kLengthDays, static_cast<float>(bin.length()));
  set(PeriodColumn::kDaysToQuarterEnd, static_cast<float>(bin.days_to_quarter_end));
  set(PeriodColumn::kEndsQuarter, bin.ends_quarter() ? 1 : 0);
  set(PeriodColumn::kWeekOfQuarter, static_cast<float>(bin.week_of_quarter));
  set(PeriodColumn::kDaysPastCommitment, commit_column
                                             ? static_cast<float>(bin.end) - encoded[*commit_column]
                                             : std::numeric_limits<float>::quiet_NaN());
}

CloseCurve HazardTiming::CurveFrom(std::span<const float> encoded, domain::Date as_of) const {
  RI_ASSERT(encoded.size() == num_encoded() && lost.num_features == won.num_features);
  const std::vector<HorizonBin> bins = HorizonBins(as_of, calendar, horizon_days);
  base::Matrix<float> rows(bins.size(), won.num_features);
  for (std::size_t b = 0; b < bins.size(); ++b) {
    FillPersonPeriod(encoded, bins[b], commit_column, rows.row(b));
  }
  return CurveOf(bins, won.Margins(rows.view()), lost.Margins(rows.view()));
}

CloseCurve CurveOf(std::span<const HorizonBin> bins, std::span<const double> won_margins,
                   std::span<const double> lost_margins) {
  RI_ASSERT(won_margins.size() == bins.size() && lost_margins.size() == bins.size());
  return {CumulativeByDay(bins, won_margins), CumulativeByDay(bins, lost_margins)};
}

}  // namespace ri::models
