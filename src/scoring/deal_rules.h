#pragma once

/// Plain rules people know from their forecast calls, beside the model's own alerts. Each can be
/// tuned and muted; how often a rule was right on this company's past is judged like any alert
/// (alert_record.h).

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace ri::scoring {

enum class DealRule {
  kOverdue,          ///< the commit date has passed
  kStalled,          ///< long in its stage compared with deals that were won from it
  kPushed,           ///< the commit date was moved out again and again
  kSingleThreaded,   ///< one buyer contact at most, late in the game
  kSilent,           ///< no two-way contact for long
  kShrunk,           ///< worth much less than at first
  kOwnerLeft,        ///< the owner is no longer active
  kDateNotCredible,  ///< the commit date is nearer than almost any win ever came
};
inline constexpr std::size_t kDealRules = 8;

/// Stable name: "overdue", "stalled", "pushed", "single_threaded", "silent", "shrunk",
/// "owner_left", "date_not_credible".
[[nodiscard]] std::string_view RuleName(DealRule rule);

/// What the rules look at; NaN = not known, and a rule never fires on what is not known.
struct RuleFacts {
  static constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  double days_to_commit = kUnknown;  ///< negative when overdue
  double stage_days_over_won_median = kUnknown;
  double pushes = kUnknown;
  double buyer_contacts_28_days = kUnknown;
  double stage_progress = kUnknown;  ///< 0 first stage .. 1 last open stage
  double days_since_two_way_touch = kUnknown;
  double amount_over_first = kUnknown;  ///< current / first amount
  double owner_active = kUnknown;       ///< 1 or 0
  double win_by_commit_chance = kUnknown;
};

struct RuleSettings {
  double overdue_days = 1;
  double stalled_factor = 2;
  double pushes = 3;
  double single_contact = 1;
  double late_progress = 0.5;
  double silent_days = 21;
  double shrunk_to = 0.7;
  double credible_chance = 0.02;
  std::array<bool, kDealRules> muted{};
};

/// Rules that hold, in the order of the enumeration, muted ones left out.
[[nodiscard]] std::vector<DealRule> RulesThatHold(const RuleFacts& facts,
                                                  const RuleSettings& settings = {});

/// One sentence with the deal's own number: "No two-way contact for 34 days".
[[nodiscard]] std::string RuleSentence(DealRule rule, const RuleFacts& facts);

}  // namespace ri::scoring
