#include "scoring/alert_record.h"

#include <limits>
#include <map>
#include <set>
#include <string_view>

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
  double judged = 0;
  double missed = 0;
  std::map<std::string_view, std::size_t> fires;
  std::set<std::string_view> missed_deals;
  std::set<std::string_view> warned_deals;
  std::vector<double> leads;
  for (const JudgedWeek& week : weeks) {
    if (!week.missed) {
      continue;
    }
    judged += 1;
    missed += *week.missed ? 1 : 0;
    if (*week.missed) {
      missed_deals.insert(week.deal_id);
    }
    if (!week.fired) {
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
  const auto fired = static_cast<double>(record.fired);
  record.precision = Ratio(static_cast<double>(record.missed), fired);
  record.precision_interval =
      metrics::JeffreysInterval(static_cast<double>(record.missed), fired, kConfidence);
  record.base_rate = Ratio(missed, judged);
  record.lift = Ratio(record.precision, record.base_rate);
  record.median_lead_weeks = leads.empty() ? kNone : metrics::Quantile(leads, 0.5);
  const auto deals = static_cast<double>(fires.size());
  record.refires_per_deal = deals > 0 ? (fired - deals) / deals : 0;
  record.recall =
      Ratio(static_cast<double>(warned_deals.size()), static_cast<double>(missed_deals.size()));
  return record;
}

}  // namespace ri::scoring
