#pragma once

/// What one deal has contributed to win rates and account histories so far, as its outcomes became
/// known and were corrected.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "features/deal_replay.h"
#include "features/entity_facts.h"
#include "features/rate_columns.h"

namespace ri::features {

/// One finished life, with the categories it counts for: those in force when the outcome became
/// known.
struct Contribution {
  Life life;
  bool in_rates = false;    ///< not kept out of training
  bool in_history = false;  ///< a real deal, even if kept out of training
  std::uint32_t owner = kNoLabel;
  std::uint32_t account = kNoLabel;
  double amount = 0;                ///< major units of the corporate currency; NaN when not known
  bool committed = false;           ///< it was in a commit forecast category before it closed
  std::vector<std::uint32_t> keys;  ///< by rate column
  std::vector<std::uint32_t>
      stages;  ///< labels of the stages it was in before it closed, once each
};

class OutcomeLedger {
 public:
  OutcomeLedger(const Sources& sources, const RateColumns& rates,
                const CurrencyConverter& currencies)
      : sources_(&sources), rates_(&rates), currencies_(&currencies) {}

  void Start() { num_counted_ = 0; }

  /// Brings the contributions in line with what `replay` knows at `now`. Calls
  /// `on_change(contribution, sign)` with -1 for one taken back and +1 for a new one.
  template <typename OnChange>
  void Settle(const DealReplay& replay, std::int64_t now, OnChange&& on_change) {
    const bool excluded = replay.value(Slot::kExcluded) != data::kNoValue;
    const bool real = !excluded || !sources_->IsUnrealReason(replay.value(Slot::kExcluded));
    std::size_t kept = 0;
    for (const Life& life : replay.lives()) {
      if (!life.is_closed()) {
        continue;
      }
      if (kept < num_counted_) {
        const Contribution& old = contributions_[kept];
        if (old.life.closed == life.closed && old.life.won == life.won &&
            old.in_rates == !excluded && old.in_history == real) {
          ++kept;
          continue;
        }
        TakeBack(kept, on_change);
      }
      if (num_counted_ == contributions_.size()) {
        contributions_.emplace_back();
      }
      Contribution& contribution = contributions_[num_counted_++];
      Describe(replay, life, now, contribution);
      contribution.in_rates = !excluded;
      contribution.in_history = real;
      on_change(contribution, +1);
      ++kept;
    }
    TakeBack(kept, on_change);
  }

  /// The deal's own part in everything counted so far.
  [[nodiscard]] std::span<const Contribution> counted() const {
    return {contributions_.data(), num_counted_};
  }

  /// Writes the contribution of `life` with the categories as of `now`.
  void Describe(const DealReplay& replay, const Life& life, std::int64_t now,
                Contribution& contribution) const;

 private:
  template <typename OnChange>
  void TakeBack(std::size_t first, OnChange&& on_change) {
    for (std::size_t i = first; i < num_counted_; ++i) {
      on_change(contributions_[i], -1);
    }
    num_counted_ = std::min(first, num_counted_);
  }

  const Sources* sources_;
  const RateColumns* rates_;
  const CurrencyConverter* currencies_;
  /// The first `num_counted_` count; the rest keep their memory for the next deals.
  std::vector<Contribution> contributions_;
  std::size_t num_counted_ = 0;
};

}  // namespace ri::features
