#include "revenue/forecast_history.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "revenue/booked_revenue.h"

namespace ri::revenue {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool IsWonBy(const features::Episode& episode, domain::Timestamp moment) {
  return episode.outcome == features::Outcome::kWon && episode.closed && episode.outcome_visible &&
         *episode.outcome_visible <= moment;
}

// Deals open at the snapshot with what they were and became.
std::vector<PastDeal> DealsThen(const ForecastView& view, const domain::Period& dates,
                                domain::Timestamp moment,
                                std::span<const features::SnapshotKey> keys) {
  std::vector<std::uint32_t> deals;
  for (const features::SnapshotKey& key : keys) {
    deals.push_back(key.deal);
  }
  std::vector<features::DealState> states =
      features::StatesAsOf(view.log(), deals, moment, view.num_threads);
  std::vector<PastDeal> past(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const features::Episode& episode =
        view.knowledge->engine->episodes()[keys[i].deal][keys[i].episode];
    PastDeal& deal = past[i];
    deal.amount = states[i].amount == 0 ? kNone : StateAmount(view, states[i], moment);
    deal.final_amount = kNone;
    deal.win_probability = kNone;
    if (IsWonBy(episode, view.as_of)) {
      deal.won = dates.Contains(domain::DateOf(*episode.closed));
      deal.final_amount = WonAmount(view.log(), episode, states[i], *view.amounts);
    }
    deal.state = std::move(states[i]);
  }
  return past;
}

}  // namespace

std::vector<WonDeal> WonDealsKnown(const ForecastView& view) {
  const auto& episodes = view.knowledge->engine->episodes();
  std::vector<std::uint32_t> deals;
  std::vector<const features::Episode*> lives;
  for (std::size_t deal = 0; deal < episodes.size(); ++deal) {
    for (const features::Episode& episode : episodes[deal]) {
      if (IsWonBy(episode, view.as_of)) {
        deals.push_back(static_cast<std::uint32_t>(deal));
        lives.push_back(&episode);
      }
    }
  }
  const auto states = features::StatesAsOf(view.log(), deals, view.as_of, view.num_threads);
  std::vector<WonDeal> won;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const double amount = WonAmount(view.log(), *lives[i], states[i], *view.amounts);
    if (amount > 0) {
      won.push_back({.deal = deals[i],
                     .owner = states[i].owner,
                     .entered = domain::DateOf(lives[i]->qualified.value_or(lives[i]->opened)),
                     .closed = domain::DateOf(*lives[i]->closed),
                     .amount = amount});
    }
  }
  return won;
}

WonAmounts SummariseWon(std::span<const WonDeal> won) {
  WonAmounts summary;
  if (won.empty()) {
    return summary;
  }
  const auto n = static_cast<double>(won.size());
  std::vector<double> amounts;
  double log_mean = 0;
  double log_square = 0;
  for (const WonDeal& deal : won) {
    amounts.push_back(deal.amount);
    summary.mean += deal.amount / n;
    log_mean += std::log(deal.amount) / n;
    log_square += std::log(deal.amount) * std::log(deal.amount) / n;
  }
  std::ranges::sort(amounts);
  summary.log_deviation = std::sqrt(std::max(0.0, log_square - log_mean * log_mean));
  summary.percentile_99 = amounts[(amounts.size() - 1) * 99 / 100];
  return summary;
}

Result<std::vector<PastQuarter>> PastQuarters(const ForecastView& view,
                                              const ForecastHorizon& horizon,
                                              const HistoryOptions& options,
                                              base::Progress& progress) {
  const features::FeatureEngine& engine = *view.knowledge->engine;
  domain::Timestamp first = domain::Timestamp::max();
  domain::Timestamp first_end = domain::Timestamp::max();
  for (const auto& lives : engine.episodes()) {
    for (const features::Episode& episode : lives) {
      first = std::min(first, episode.qualified.value_or(episode.opened));
      first_end = std::min(first_end, episode.closed.value_or(first_end));
    }
  }
  const auto days_left = std::max<std::int64_t>(0, (horizon.dates.end - view.today()).count());
  std::vector<PastQuarter> quarters;
  std::vector<features::SnapshotKey> scored;
  std::vector<SnapshotDates> scored_dates;
  std::vector<std::pair<std::size_t, std::size_t>> scored_at;
  // From the newest stretch that is over.
  int back = 1;
  domain::Quarter quarter = domain::Previous(horizon.quarter);
  while (SameStretch(view.calendar, horizon.dates, back).end > view.today()) {
    quarter = domain::Previous(quarter);
    ++back;
  }
  progress.Begin("Looking at past quarters", options.max_quarters);
  while (quarters.size() < options.max_quarters) {
    PastQuarter past{.quarter = quarter, .dates = SameStretch(view.calendar, horizon.dates, back)};
    past.moment = domain::StartOf(past.dates.end - std::chrono::days(days_left));
    if (std::min(past.moment, domain::StartOf(past.dates.begin)) < first ||
        past.dates.begin < domain::DateOf(first_end)) {
      break;  // the history, or that of outcomes, begins inside this quarter
    }
    const std::vector<features::SnapshotKey> keys = engine.OpenAt(past.moment);
    past.deals = DealsThen(view, past.dates, past.moment, keys);
    for (const BookedDeal& deal :
         BookedDeals(*view.knowledge, past.dates, view.as_of, *view.amounts, view.num_threads)) {
      past.total += deal.amount;
    }
    for (const BookedDeal& deal :
         BookedDeals(*view.knowledge, past.dates, past.moment, *view.amounts, view.num_threads)) {
      past.booked_then += deal.amount;
    }
    const std::size_t wanted = std::min(options.max_scored, keys.size());
    for (std::size_t k = 0; k < wanted; ++k) {
      const std::size_t i = k * keys.size() / wanted;
      scored.push_back(keys[i]);
      const domain::Date begins = std::max(past.dates.begin, domain::DateOf(past.moment));
      scored_dates.push_back({begins, past.dates.end});
      scored_at.emplace_back(quarters.size(), i);
    }
    quarters.push_back(std::move(past));
    quarter = domain::Previous(quarter);
    ++back;
    progress.Update(quarters.size());
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Stopped while looking at past quarters.");
    }
  }
  progress.End();
  if (!scored.empty()) {
    RI_ASSIGN_OR_RETURN(const auto chances, ChancesOf(view, scored, scored_dates));
    for (std::size_t k = 0; k < scored.size(); ++k) {
      // Won before the quarter begins is not won in it.
      quarters[scored_at[k].first].deals[scored_at[k].second].win_probability = chances[k].second;
    }
  }
  return quarters;
}

forecasting::Cohort CohortOf(const PastQuarter& past, std::span<const int> team_of_rep) {
  forecasting::Cohort cohort;
  for (const PastDeal& deal : past.deals) {
    if (!std::isnan(deal.win_probability)) {
      const auto owner = deal.state.owner;
      cohort.push_back({.win_probability = deal.win_probability,
                        .won = deal.won,
                        .team = owner && *owner < team_of_rep.size() ? team_of_rep[*owner] : -1});
    }
  }
  return cohort;
}

}  // namespace ri::revenue
