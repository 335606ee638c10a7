#include "features/outcome_ledger.h"

#include <algorithm>
#include <limits>

namespace ri::features {

void OutcomeLedger::Describe(const DealReplay& replay, const Life& life, std::int64_t now,
                             Contribution& result) const {
  result.life = life;
  result.in_rates = result.in_history = true;
  result.owner = replay.owner_index();
  result.account = replay.account_index();
  result.committed = replay.first_commit() < life.closed;
  const std::int64_t closed_amount = replay.value(Slot::kClosedAmount);
  const std::int64_t amount =
      closed_amount != data::kNoValue ? closed_amount : replay.amount().latest();
  result.amount = amount == data::kNoValue
                      ? std::numeric_limits<double>::quiet_NaN()
                      : currencies_->ToMajorUnits(amount, replay.value(Slot::kCurrency), now);
  result.keys.resize(rates_->size());
  rates_->KeysAt(replay, now, result.keys);
  result.stages.clear();
  for (const HistoryEntry& entry : replay.stage().entries()) {
    const std::uint32_t stage = sources_->Label(TextColumn::kStage, entry.value);
    // The stage of the closing itself says nothing about open deals.
    if (stage != kNoLabel && entry.event_time < life.closed &&
        std::find(result.stages.begin(), result.stages.end(), stage) == result.stages.end()) {
      result.stages.push_back(stage);
    }
  }
}

}  // namespace ri::features
