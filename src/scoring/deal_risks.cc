#include "scoring/deal_risks.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "domain/probability.h"

namespace ri::scoring {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kSmallest = 1e-6;  // keeps log-odds of near-certain deals finite

int DaysUntil(domain::Date from, domain::Date to) {
  return static_cast<int>(std::clamp<std::int64_t>((to - from).count(), -100'000, 100'000));
}

double LogOddsOf(double chance) {
  return domain::Logit(std::clamp(chance, kSmallest, 1 - kSmallest));
}

}  // namespace

DealRisks RisksOf(const models::Prediction& prediction,
                  const std::optional<models::Outlook>& outlook, const DealDates& dates) {
  DealRisks risks{.win_by_quarter_end = kNone,
                  .win_by_next_quarter_end = kNone,
                  .win_by_commit_date = kNone,
                  .slip = kNone,
                  .loss = 1 - prediction.win.value(),
                  .miss = 1 - prediction.win.value()};
  if (!outlook) {
    return risks;
  }
  risks.win_by_quarter_end = outlook->WonWithin(DaysUntil(dates.as_of, dates.quarter_end)).value();
  risks.win_by_next_quarter_end =
      outlook->WonWithin(DaysUntil(dates.as_of, dates.next_quarter_end)).value();
  const auto close_day = [&](double level) {
    // Within k days means on one of the days as_of .. as_of + k - 1.
    return dates.as_of +
           std::chrono::days(std::max(0, outlook->curve().WonQuantileDays(level) - 1));
  };
  risks.close_p10 = close_day(0.1);
  risks.close_p50 = close_day(0.5);
  risks.close_p90 = close_day(0.9);
  if (!dates.commit_date) {
    return risks;
  }
  const int through_commit = DaysUntil(dates.as_of, *dates.commit_date) + 1;
  if (through_commit <= 0) {
    risks.slip = 1;
  } else {
    risks.win_by_commit_date = outlook->WonWithin(through_commit).value();
    risks.slip = outlook->OpenAfter(through_commit).value();
  }
  risks.miss = 1 - outlook->WonWithin(std::max(0, through_commit) + kGraceDays).value();
  return risks;
}

std::vector<double> ExcessRisk(std::span<const PeerInput> deals, std::size_t min_peers) {
  struct Mean {
    double sum = 0;
    std::size_t count = 0;
  };
  std::map<std::string, Mean> groups;
  Mean all;
  for (const PeerInput& deal : deals) {
    if (std::isnan(deal.not_missed)) {
      continue;
    }
    for (Mean* mean : {&groups[deal.group], &all}) {
      mean->sum += deal.not_missed;
      ++mean->count;
    }
  }
  std::vector<double> excess;
  excess.reserve(deals.size());
  for (const PeerInput& deal : deals) {
    if (std::isnan(deal.not_missed)) {
      excess.push_back(kNone);
      continue;
    }
    const Mean& own = groups[deal.group];
    const Mean& peers = own.count >= min_peers ? own : all;
    excess.push_back(LogOddsOf(peers.sum / static_cast<double>(peers.count)) -
                     LogOddsOf(deal.not_missed));
  }
  return excess;
}

std::string WeeksToCommitBucket(domain::Date as_of,
                                const std::optional<domain::Date>& commit_date) {
  if (!commit_date) {
    return "no date";
  }
  const int days = DaysUntil(as_of, *commit_date);
  if (days < 0) {
    return "overdue";
  }
  if (days < 3 * 7) {
    return "0-2 weeks";
  }
  if (days < 7 * 7) {
    return "3-6 weeks";
  }
  return days < 14 * 7 ? "7-13 weeks" : "later";
}

double AmountAtStake(double amount, double win_probability) {
  return std::isnan(amount) ? 0 : amount * win_probability * (1 - win_probability);
}

}  // namespace ri::scoring
