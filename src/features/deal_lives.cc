#include "features/deal_lives.h"

#include <algorithm>
#include <tuple>

namespace ri::features {
namespace {

auto OrderOf(const OutcomeEvent& event) {
  return std::tie(event.event_time, event.sequence, event.value);
}

}  // namespace

std::int64_t FindSymbol(const data::EventLog& log, std::string_view text) {
  const auto symbols = log.symbols();
  const auto place = std::lower_bound(symbols.begin(), symbols.end(), text);
  return place != symbols.end() && *place == text ? place - symbols.begin() : -1;
}

OutcomeSymbols::OutcomeSymbols(const data::EventLog& log)
    : won_(FindSymbol(log, "won")),
      lost_(FindSymbol(log, "lost")),
      open_(FindSymbol(log, "open")) {}

void InsertOutcome(std::vector<OutcomeEvent>& outcomes, const OutcomeEvent& event) {
  auto place = outcomes.end();
  while (place != outcomes.begin() && OrderOf(event) < OrderOf(*(place - 1))) {
    --place;
  }
  if (place == outcomes.begin() || OrderOf(*(place - 1)) != OrderOf(event)) {
    outcomes.insert(place, event);
  }
}

void TraceLives(const OutcomeSymbols& symbols, std::int64_t created,
                std::span<const OutcomeEvent> outcomes, std::vector<Life>& lives) {
  lives.assign(1, {.opened = created});
  for (const OutcomeEvent& event : outcomes) {
    Life& life = lives.back();
    const bool won = symbols.IsWon(event.value);
    if (won || symbols.IsLost(event.value)) {
      if (!life.is_closed() || life.won != won) {
        life.closed = std::max(event.event_time, life.opened);
        life.outcome_visible = std::max(event.visible_time, life.closed);
        life.won = won;
      }
    } else if (symbols.IsOpen(event.value) && life.is_closed()) {
      lives.push_back({.opened = std::max(event.event_time, life.closed)});
    }
  }
}

}  // namespace ri::features
