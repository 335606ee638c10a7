#pragma once

/// Moving one cause of a deal by hand, all else equal: what a direction test compares with.

#include <span>
#include <string_view>

#include "synthetic/deal_latents.h"
#include "synthetic/deal_truth.h"

namespace ri::synthetic {

/// The causes of a deal's fate that can be moved.
enum class Cause {
  kStage,             ///< stages; clamped to the open ones
  kEngagement,        ///< levels of 0.71 standard deviations; clamped
  kAlive,             ///< a positive amount revives, a negative one kills silently
  kQuality,           ///< log win rate
  kAccountFit,        ///< log win rate
  kRepSkill,          ///< log win rate
  kContacts,          ///< buyer contacts taking part; at least 1
  kSponsor,           ///< positive: an economic buyer takes part; negative: none
  kCompetitor,        ///< positive: a competitor is in; negative: none
  kExistingCustomer,  ///< positive: buys already; negative: new
  kLeadSource,        ///< steps towards better sources: referral > partner > web > event > cold
  kAmount,            ///< ln(amount)
  kDecisionDate,      ///< weeks; positive is later
};
inline constexpr int kCauses = 13;

struct CausalMove {
  Cause cause = Cause::kEngagement;
  double amount = 0;
};

[[nodiscard]] std::string_view CauseName(Cause cause);
/// Unit of an amount, for people.
[[nodiscard]] std::string_view CauseUnit(Cause cause);

/// Applies moves to a deal and its state, one after the other.
void ApplyMoves(std::span<const CausalMove> moves, DealLatents& deal, LatentState& state);

}  // namespace ri::synthetic
