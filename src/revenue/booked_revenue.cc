#include "revenue/booked_revenue.h"

#include <cmath>

namespace ri::revenue {

double WonAmount(const data::EventLog& log, const features::Episode& episode,
                 const features::DealState& state, const book::ReportingAmounts& amounts) {
  const std::string currency =
      state.currency ? log.symbols()[*state.currency] : std::string(amounts.currency().code());
  const std::optional<std::int64_t> minor =
      episode.final_amount == data::kNoValue ? std::nullopt : std::optional(episode.final_amount);
  return amounts.ToReporting(minor, currency, episode.closed.value_or(episode.opened));
}

std::vector<BookedDeal> BookedDeals(const book::Knowledge& knowledge, const domain::Period& period,
                                    domain::Timestamp as_of, const book::ReportingAmounts& amounts,
                                    int num_threads) {
  const auto& episodes = knowledge.engine->episodes();
  std::vector<std::uint32_t> deals;
  std::vector<const features::Episode*> won;
  for (std::size_t deal = 0; deal < episodes.size(); ++deal) {
    for (const features::Episode& episode : episodes[deal]) {
      if (episode.outcome == features::Outcome::kWon && episode.closed &&
          *episode.outcome_visible <= as_of && period.Contains(domain::DateOf(*episode.closed))) {
        deals.push_back(static_cast<std::uint32_t>(deal));
        won.push_back(&episode);
      }
    }
  }
  const auto states = features::StatesAsOf(*knowledge.log, deals, as_of, num_threads);
  std::vector<BookedDeal> booked;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const double amount = WonAmount(*knowledge.log, *won[i], states[i], amounts);
    booked.push_back({.deal = deals[i],
                      .owner = states[i].owner,
                      .amount = std::isnan(amount) ? 0.0 : amount,
                      .state = states[i]});
  }
  return booked;
}

}  // namespace ri::revenue
