#include "scoring/deal_rules.h"

#include <fmt/format.h>

namespace ri::scoring {
namespace {

constexpr std::array<std::string_view, kDealRules> kNames = {
    "overdue", "stalled", "pushed",     "single_threaded",
    "silent",  "shrunk",  "owner_left", "date_not_credible"};

// Every comparison is false for NaN: what is not known fires nothing.
bool Holds(DealRule rule, const RuleFacts& facts, const RuleSettings& settings) {
  switch (rule) {
    case DealRule::kOverdue:
      return facts.days_to_commit <= -settings.overdue_days;
    case DealRule::kStalled:
      return facts.stage_days_over_won_median >= settings.stalled_factor;
    case DealRule::kPushed:
      return facts.pushes >= settings.pushes;
    case DealRule::kSingleThreaded:
      return facts.buyer_contacts_28_days <= settings.single_contact &&
             facts.stage_progress >= settings.late_progress;
    case DealRule::kSilent:
      return facts.days_since_two_way_touch >= settings.silent_days;
    case DealRule::kShrunk:
      return facts.amount_over_first <= settings.shrunk_to;
    case DealRule::kOwnerLeft:
      return facts.owner_active == 0;
    case DealRule::kDateNotCredible:
      return facts.days_to_commit >= 0 && facts.win_by_commit_chance <= settings.credible_chance;
  }
  return false;
}

}  // namespace

std::string_view RuleName(DealRule rule) { return kNames[static_cast<std::size_t>(rule)]; }

std::vector<DealRule> RulesThatHold(const RuleFacts& facts, const RuleSettings& settings) {
  std::vector<DealRule> rules;
  for (std::size_t r = 0; r < kDealRules; ++r) {
    const auto rule = static_cast<DealRule>(r);
    if (!settings.muted[r] && Holds(rule, facts, settings)) {
      rules.push_back(rule);
    }
  }
  return rules;
}

std::string RuleSentence(DealRule rule, const RuleFacts& facts) {
  switch (rule) {
    case DealRule::kOverdue:
      return fmt::format("The commit date passed {:.0f} days ago", -facts.days_to_commit);
    case DealRule::kStalled:
      return fmt::format("In its stage {:.1f} times as long as the median won deal",
                         facts.stage_days_over_won_median);
    case DealRule::kPushed:
      return fmt::format("The commit date was pushed out {:.0f} times", facts.pushes);
    case DealRule::kSingleThreaded:
      return fmt::format("{:.0f} buyer contacts active in 28 days, late in the process",
                         facts.buyer_contacts_28_days);
    case DealRule::kSilent:
      return fmt::format("No two-way contact for {:.0f} days", facts.days_since_two_way_touch);
    case DealRule::kShrunk:
      return fmt::format("Worth {:.0f} % of its first amount", 100 * facts.amount_over_first);
    case DealRule::kOwnerLeft:
      return "The owner is no longer active";
    case DealRule::kDateNotCredible:
      return fmt::format("The chance to be won by its commit date in {:.0f} days is {:.1f} %",
                         facts.days_to_commit, 100 * facts.win_by_commit_chance);
  }
  return {};
}

}  // namespace ri::scoring
