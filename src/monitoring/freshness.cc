#include "monitoring/freshness.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "metrics/quantile.h"

namespace ri::monitoring {
namespace {

constexpr double kMillisecondsPerDay = 86'400'000;
constexpr double kLateFactor = 2;
constexpr double kLateMarginDays = 1;
constexpr double kLateWithoutHistoryDays = 10;

double Days(std::chrono::milliseconds span) {
  return static_cast<double>(span.count()) / kMillisecondsPerDay;
}

}  // namespace

SourceFreshness JudgeFreshness(std::string source, std::span<const domain::Timestamp> arrivals,
                               domain::Timestamp now) {
  SourceFreshness freshness{.source = std::move(source)};
  if (arrivals.empty()) {
    freshness.late = true;
    freshness.text = freshness.source + " has never arrived.";
    return freshness;
  }
  std::vector<domain::Timestamp> sorted(arrivals.begin(), arrivals.end());
  std::ranges::sort(sorted);
  freshness.newest = sorted.back();
  freshness.age_days = Days(now - sorted.back());
  std::vector<double> gaps;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    gaps.push_back(Days(sorted[i] - sorted[i - 1]));
  }
  if (gaps.size() >= 2) {
    freshness.usual_gap_days = metrics::Quantile(gaps, 0.5);
  }
  const double allowed = freshness.usual_gap_days
                             ? std::max(kLateFactor * *freshness.usual_gap_days,
                                        *freshness.usual_gap_days + kLateMarginDays)
                             : kLateWithoutHistoryDays;
  freshness.late = freshness.age_days > allowed;
  freshness.text =
      fmt::format("{} last arrived {:.1f} days ago", freshness.source, freshness.age_days);
  if (freshness.usual_gap_days) {
    freshness.text += fmt::format("; usually every {:.1f} days", *freshness.usual_gap_days);
  }
  freshness.text += '.';
  return freshness;
}

}  // namespace ri::monitoring
