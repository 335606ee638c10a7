#include "ingest/history_endings.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

namespace ri::ingest {
namespace {

// A stage that deals pass through is seldom the last one; reopened deals leave a closed one.
constexpr double kNearlyAlwaysLast = 0.8;
// Deals that closed after their rows were exported are still open in the store.
constexpr double kMostlyClosed = 0.5;

struct StageUse {
  std::int64_t seen = 0;
  std::array<std::int64_t, 3> last{};  ///< deals that end with it, by Ending as the store knows it
};

Ending KnownEndingOf(const PriorKnowledge& prior, std::string_view key) {
  const auto outcome = prior.OutcomeOf(key);
  if (!outcome || outcome->word == "open") {
    return Ending::kOpen;
  }
  return outcome->word == "won" ? Ending::kWon : Ending::kLost;
}

/// The deal's stages in time order; the fuller one of its two histories.
std::vector<std::int64_t> StagesOf(const DealHistory& history, std::uint32_t deal,
                                   std::uint32_t stage_attribute) {
  std::vector<std::int64_t> of_states;
  for (const StateRow& row : history.States(deal)) {
    const std::int64_t stage = row.values[static_cast<std::size_t>(Slot::kStage)];
    if (stage != data::kNoValue && (of_states.empty() || of_states.back() != stage)) {
      of_states.push_back(stage);
    }
  }
  std::vector<std::int64_t> of_changes;
  for (const FieldChange& change : history.Changes(deal)) {
    if (change.attribute == stage_attribute && change.new_value != data::kNoValue) {
      of_changes.push_back(change.new_value);
    }
  }
  return of_states.size() >= of_changes.size() ? of_states : of_changes;
}

}  // namespace

void LearnEndingsFromPrior(std::span<const std::uint32_t> deals, ImportState& state,
                           const DealWriter& writer) {
  std::map<std::int64_t, StageUse> uses;
  for (const std::uint32_t deal : deals) {
    const auto key = state.history_keys.find(deal);
    const std::vector<std::int64_t> stages =
        StagesOf(state.history, deal, writer.slot_attribute(Slot::kStage));
    if (stages.empty() || key == state.history_keys.end()) {
      continue;
    }
    for (const std::int64_t stage : stages) {
      ++uses[stage].seen;
    }
    const Ending ending = KnownEndingOf(*state.prior, key->second);
    ++uses[stages.back()].last[static_cast<std::size_t>(ending)];
  }
  for (const auto& [stage, use] : uses) {
    const auto [open, won, lost] = use.last;
    const std::int64_t last = open + won + lost;
    if (static_cast<double>(last) >= kNearlyAlwaysLast * static_cast<double>(use.seen) &&
        static_cast<double>(won + lost) > kMostlyClosed * static_cast<double>(last)) {
      state.endings.try_emplace(stage, won >= lost ? Ending::kWon : Ending::kLost);
    }
  }
}

}  // namespace ri::ingest
