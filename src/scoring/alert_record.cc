#include "scoring/alert_record.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "metrics/quantile.h"

namespace ri::scoring {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kConfidence = 0.95;
constexpr double kDaysPerWeek = 7;

double Ratio(double part, double whole) { return whole > 0 ? part / whole : kNone; }

}  // namespace

AlertRecord JudgeAlerts(std::span<const JudgedWeek> weeks) {
  AlertRecord record;
  using Promise = std::pair<std::string_view, domain::Date>;
  std::map<Promise, bool> promises;  // whether missed
  double counted_weeks = 0;
  double counted_missed = 0;
  std::set<std::string_view> missed_deals;
  for (const JudgedWeek& week : weeks) {
    if (!week.missed || !week.counted) {
      continue;
    }
    promises.emplace(Promise(week.deal_id, week.promised), *week.missed);
    counted_weeks += 1;
    counted_missed += *week.missed ? 1 : 0;
    if (*week.missed) {
      missed_deals.insert(week.deal_id);
    }
  }
  std::map<std::string_view, std::size_t> fires;
  std::set<std::string_view> warned_deals;
  std::vector<double> leads;
  for (const JudgedWeek& week : weeks) {
    if (!week.fired || !week.missed || !promises.contains({week.deal_id, week.promised})) {
      continue;
    }
    ++record.fired;
    ++fires[week.deal_id];
    if (*week.missed) {
      ++record.missed;
      warned_deals.insert(week.deal_id);
      if (week.miss_known) {
        leads.push_back(static_cast<double>((*week.miss_known - week.week).count()) / kDaysPerWeek);
      }
    }
  }
  record.promises = promises.size();
  const auto missed = static_cast<double>(
      std::ranges::count_if(promises, [](const auto& promise) { return promise.second; }));
  const auto fired = static_cast<double>(record.fired);
  record.precision = Ratio(static_cast<double>(record.missed), fired);
  record.precision_interval =
      metrics::JeffreysInterval(static_cast<double>(record.missed), fired, kConfidence);
  record.base_rate = Ratio(missed, static_cast<double>(record.promises));
  record.weeks_base_rate = Ratio(counted_missed, counted_weeks);
  record.lift = Ratio(record.precision, record.base_rate);
  record.median_lead_weeks = leads.empty() ? kNone : metrics::Quantile(leads, 0.5);
  const auto deals = static_cast<double>(fires.size());
  record.refires_per_deal = deals > 0 ? (fired - deals) / deals : 0;
  record.recall =
      Ratio(static_cast<double>(warned_deals.size()), static_cast<double>(missed_deals.size()));
  return record;
}

}  // namespace ri::scoring
