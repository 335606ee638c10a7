#include "synthetic/causal_move.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ri::synthetic {
namespace {

struct CauseWords {
  std::string_view name;
  std::string_view unit;
};
constexpr std::array<CauseWords, kCauses> kWords = {{
    {"stage", "stages"},
    {"engagement", "levels of 0.71 standard deviations"},
    {"alive", "flag"},
    {"quality", "log win rate"},
    {"account_fit", "log win rate"},
    {"rep_skill", "log win rate"},
    {"contacts", "contacts"},
    {"sponsor", "flag"},
    {"competitor", "flag"},
    {"existing_customer", "flag"},
    {"lead_source", "steps towards better sources"},
    {"amount", "ln(amount)"},
    {"decision_date", "weeks"},
}};

/// Sources from the worst to the best.
constexpr std::array<LeadSource, kLeadSources> kSourceRanking = {
    LeadSource::kColdOutreach, LeadSource::kEvent, LeadSource::kWeb, LeadSource::kPartner,
    LeadSource::kReferral};

int Rounded(double amount) { return static_cast<int>(std::lround(amount)); }

void Apply(const CausalMove& move, DealLatents& deal, LatentState& state) {
  const bool positive = move.amount > 0;
  switch (move.cause) {
    case Cause::kStage:
      state.stage = std::clamp(state.stage + Rounded(move.amount), 0, kOpenStages - 1);
      return;
    case Cause::kEngagement:
      state.level = std::clamp(state.level + Rounded(move.amount), 0, kEngagementLevels - 1);
      return;
    case Cause::kAlive:
      state.dead = !positive;
      return;
    case Cause::kQuality:
      deal.quality += move.amount;
      return;
    case Cause::kAccountFit:
      deal.fit += move.amount;
      return;
    case Cause::kRepSkill:
      deal.skill_shift += move.amount;
      return;
    case Cause::kContacts:
      deal.contacts = std::max(1, deal.contacts + Rounded(move.amount));
      return;
    case Cause::kSponsor:
      deal.sponsor = positive;
      return;
    case Cause::kCompetitor:
      deal.competitor = positive;
      return;
    case Cause::kExistingCustomer:
      deal.existing_customer = positive;
      return;
    case Cause::kLeadSource: {
      const auto* at = std::find(kSourceRanking.begin(), kSourceRanking.end(), deal.source);
      const auto rank = static_cast<int>(at - kSourceRanking.begin()) + Rounded(move.amount);
      deal.source = kSourceRanking[static_cast<std::size_t>(
          std::clamp(rank, 0, static_cast<int>(kSourceRanking.size()) - 1))];
      return;
    }
    case Cause::kAmount:
      deal.amount_ratio += move.amount;
      return;
    case Cause::kDecisionDate:
      deal.decision_week += move.amount;
      return;
  }
}

}  // namespace

std::string_view CauseName(Cause cause) { return kWords[static_cast<std::size_t>(cause)].name; }
std::string_view CauseUnit(Cause cause) { return kWords[static_cast<std::size_t>(cause)].unit; }

void ApplyMoves(std::span<const CausalMove> moves, DealLatents& deal, LatentState& state) {
  for (const CausalMove& move : moves) {
    Apply(move, deal, state);
  }
}

}  // namespace ri::synthetic
