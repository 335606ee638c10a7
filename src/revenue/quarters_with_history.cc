#include "revenue/quarters_with_history.h"

#include <algorithm>

namespace ri::revenue {

std::vector<domain::Quarter> QuartersWithHistory(
    const std::vector<std::vector<features::Episode>>& episodes,
    const domain::FiscalCalendar& calendar, domain::Quarter newest, std::size_t count) {
  domain::Timestamp first = domain::Timestamp::max();
  for (const auto& lives : episodes) {
    for (const features::Episode& episode : lives) {
      first = std::min(first, episode.qualified.value_or(episode.opened));
    }
  }
  std::vector<domain::Quarter> quarters;
  domain::Quarter quarter = newest;
  while (quarters.size() < count) {
    const domain::Quarter needed = domain::Previous(domain::Previous(quarter));
    if (domain::StartOf(calendar.PeriodOf(needed).begin) < first) {
      break;
    }
    quarters.push_back(quarter);
    quarter = domain::Previous(quarter);
  }
  std::ranges::reverse(quarters);
  return quarters;
}

}  // namespace ri::revenue
