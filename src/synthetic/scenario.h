#pragma once

/// The laws of an invented company: everything the simulator draws from, as plain numbers.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ri::synthetic {

/// Stages a deal can be open in, first to last; 6 is won and 7 is lost.
inline constexpr int kOpenStages = 6;
inline constexpr int kStageWon = 6;
inline constexpr int kStageLost = 7;

/// How deals of one kind of customer behave. Rates are odds per week.
struct Segment {
  std::string_view name;
  double share = 0;          ///< of deals; shares of a scenario add up to 1
  double median_amount = 0;  ///< in units of the corporate currency
  double amount_spread = 0;  ///< standard deviation of ln(amount)
  double rounding = 0;       ///< amounts are multiples of this many units
  double cycle_weeks = 0;    ///< median time from creation to the buyer's decision date
  double advance_rate = 0;   ///< of moving one stage forward
  double death_rate = 0;     ///< of silently losing the buyer
  double refusal_rate = 0;   ///< of being told no
  double win_level = 0;      ///< added to the log win rate
  int longest_weeks = 0;     ///< a deal still alive at this age is given up
  double contacts = 0;       ///< mean number of buyer contacts beyond the first
  double meetings = 0;       ///< activities per week at average engagement
  double emails_in = 0;
  double emails_out = 0;
  double calls = 0;
};

/// What goes wrong between the world and the CRM. Shares are of what the name says.
struct Dirt {
  double missing_sync = 0;       ///< reps whose mail and calendar are not connected
  double late_logging = 0;       ///< changes and activities written days after they happened
  double back_dating = 0;        ///< closings entered late with the true, earlier close date
  double duplicates = 0;         ///< deals entered twice
  double never_closing = 0;      ///< reps who do not clean up dead deals
  double merged_accounts = 0;    ///< accounts with a second record, merged later
  double missing_amount = 0;     ///< deals created without an amount
  double deleted = 0;            ///< dead deals that are deleted instead of closed
  int test_records = 0;          ///< records made by an administrator to try things out
  bool renamed_stage = false;    ///< one stage gets another name half-way
  bool closing_columns = false;  ///< columns filled only when a deal closes, which leak its outcome
};

struct Scenario {
  std::string_view name;
  std::string_view sentence;  ///< what it is for, one sentence
  std::size_t deals = 0;      ///< default number of deals
  int quarters = 0;           ///< default number of full fiscal quarters of history
  int deals_per_seat = 0;     ///< new deals per rep and quarter
  int seats_per_team = 0;
  int teams_per_region = 0;
  std::vector<std::string_view> regions;
  /// Currency of each region, ISO 4217; one currency everywhere means a single-currency CRM.
  std::vector<std::string_view> currencies;
  std::vector<Segment> segments;

  bool has_signal = true;      ///< false: outcomes depend on nothing but the calendar
  double activity_scale = 1;   ///< times the segments' activity rates
  double global_shock = 0;     ///< standard deviation of the quarter's common log win rate
  double team_shock = 0;       ///< the same per team and quarter
  double growth = 0;           ///< relative growth of deal creation per year
  double seasonality = 0;      ///< relative amplitude of deal creation over the year
  double same_week_close = 0;  ///< deals that are won or lost in the week they are created
  double reopened = 0;         ///< lost deals that come back
  double moved_owner = 0;      ///< deals handed to another seat
  int break_quarter = 0;   ///< the quarter, from 1, from which the win level is lower; 0 = never
  double break_shift = 0;  ///< added to every deal's win level from then on
  Dirt dirt;
};

/// All scenarios, in the order they are shown to people.
[[nodiscard]] std::span<const Scenario> Scenarios();

/// kUsage with the known names when there is none of that name.
[[nodiscard]] Result<Scenario> FindScenario(std::string_view name);

}  // namespace ri::synthetic
