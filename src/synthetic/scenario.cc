#include "synthetic/scenario.h"

namespace ri::synthetic {
namespace {

std::vector<Segment> UsualSegments() {
  return {
      {.name = "SMB",
       .share = 0.45,
       .median_amount = 9'000,
       .amount_spread = 0.6,
       .rounding = 100,
       .cycle_weeks = 6,
       .advance_rate = 1.00,
       .death_rate = 0.085,
       .refusal_rate = 0.025,
       .win_level = 0.35,
       .longest_weeks = 52,
       .contacts = 0.6,
       .meetings = 0.25,
       .emails_in = 0.45,
       .emails_out = 0.55,
       .calls = 0.35},
      {.name = "Mid-Market",
       .share = 0.38,
       .median_amount = 38'000,
       .amount_spread = 0.7,
       .rounding = 500,
       .cycle_weeks = 14,
       .advance_rate = 0.50,
       .death_rate = 0.050,
       .refusal_rate = 0.016,
       .win_level = -0.18,
       .longest_weeks = 78,
       .contacts = 1.8,
       .meetings = 0.25,
       .emails_in = 0.45,
       .emails_out = 0.50,
       .calls = 0.25},
      {.name = "Enterprise",
       .share = 0.17,
       .median_amount = 160'000,
       .amount_spread = 0.85,
       .rounding = 1'000,
       .cycle_weeks = 28,
       .advance_rate = 0.30,
       .death_rate = 0.028,
       .refusal_rate = 0.009,
       .win_level = -0.75,
       .longest_weeks = 104,
       .contacts = 3.5,
       .meetings = 0.30,
       .emails_in = 0.50,
       .emails_out = 0.50,
       .calls = 0.20},
  };
}

Dirt RealisticDirt() {
  return {.missing_sync = 0.15,
          .late_logging = 0.10,
          .back_dating = 0.08,
          .duplicates = 0.010,
          .never_closing = 0.08,
          .merged_accounts = 0.01,
          .missing_amount = 0.04,
          .deleted = 0,
          .test_records = 3,
          .renamed_stage = false,
          .closing_columns = false};
}

Scenario Clean() {
  return {.name = "clean",
          .sentence = "A well-kept CRM: every activity is logged on time and nothing is missing.",
          .deals = 6'000,
          .quarters = 12,
          .deals_per_seat = 12,
          .seats_per_team = 7,
          .teams_per_region = 2,
          .regions = {"North", "Central", "South"},
          .currencies = {"USD", "USD", "USD"},
          .segments = UsualSegments(),
          .activity_scale = 1.5,
          .global_shock = 0.20,
          .team_shock = 0.12,
          .growth = 0.12,
          .seasonality = 0.15,
          .same_week_close = 0.03,
          .reopened = 0.02,
          .moved_owner = 0.05,
          .dirt = {}};
}

Scenario Realistic() {
  Scenario scenario = Clean();
  scenario.name = "realistic";
  scenario.sentence =
      "A typical CRM: some reps without activity sync, late entries, a few duplicates and stale "
      "deals.";
  scenario.activity_scale = 1.0;
  scenario.global_shock = 0.22;
  scenario.team_shock = 0.18;
  scenario.same_week_close = 0.05;
  scenario.reopened = 0.03;
  scenario.moved_owner = 0.08;
  scenario.dirt = RealisticDirt();
  return scenario;
}

Scenario SmallTeam() {
  Scenario scenario = Realistic();
  scenario.name = "small-team";
  scenario.sentence = "Five reps, a few hundred deals: the case of little data.";
  scenario.deals = 500;
  scenario.quarters = 8;
  scenario.seats_per_team = 5;
  scenario.teams_per_region = 1;
  scenario.regions = {"Home"};
  scenario.currencies = {"USD"};
  scenario.dirt.test_records = 1;
  return scenario;
}

Scenario Dirty() {
  Scenario scenario = Realistic();
  scenario.name = "dirty";
  scenario.sentence =
      "A neglected CRM: gaps, late and back-dated entries, duplicates, renamed stages, merged "
      "accounts, deals nobody closes.";
  scenario.dirt = {.missing_sync = 0.40,
                   .late_logging = 0.35,
                   .back_dating = 0.25,
                   .duplicates = 0.05,
                   .never_closing = 0.30,
                   .merged_accounts = 0.06,
                   .missing_amount = 0.15,
                   .deleted = 0.03,
                   .test_records = 25,
                   .renamed_stage = true,
                   .closing_columns = true};
  return scenario;
}

Scenario RegimeBreak() {
  Scenario scenario = Realistic();
  scenario.name = "regime-break";
  scenario.sentence =
      "A typical CRM whose market turns: from the ninth quarter on, winning is harder by 0.3 "
      "log-odds.";
  scenario.quarters = 14;
  scenario.deals = 7'000;
  scenario.break_quarter = 9;
  // A level of one moves the log-odds of winning by about 1.3: winning, losing and moving forward
  // all follow it.
  scenario.break_shift = -0.22;
  return scenario;
}

Scenario NoSignal() {
  Scenario scenario = Clean();
  scenario.name = "no-signal";
  scenario.sentence =
      "Deals are won by a coin that looks at nothing: any model that claims skill here is wrong.";
  scenario.has_signal = false;
  return scenario;
}

Scenario Enterprise() {
  Scenario scenario = Realistic();
  scenario.name = "enterprise";
  scenario.sentence =
      "A large company in four regions and currencies, with a hundred thousand deals.";
  scenario.deals = 100'000;
  scenario.quarters = 16;
  scenario.deals_per_seat = 20;
  scenario.seats_per_team = 9;
  scenario.teams_per_region = 6;
  scenario.regions = {"Americas", "Europe", "Britain", "Japan"};
  scenario.currencies = {"USD", "EUR", "GBP", "JPY"};
  scenario.activity_scale = 0.5;
  scenario.dirt.test_records = 40;
  return scenario;
}

const std::vector<Scenario>& AllScenarios() {
  static const std::vector<Scenario> scenarios = {Clean(),       Realistic(), SmallTeam(), Dirty(),
                                                  RegimeBreak(), NoSignal(),  Enterprise()};
  return scenarios;
}

}  // namespace

std::span<const Scenario> Scenarios() { return AllScenarios(); }

Result<Scenario> FindScenario(std::string_view name) {
  std::string message = "There is no scenario \"";
  message.append(name).append("\". Choose one of:");
  for (const Scenario& scenario : AllScenarios()) {
    if (scenario.name == name) {
      return scenario;
    }
    message.append(" ").append(scenario.name);
  }
  return Fail(ErrorCode::kUsage, message + ".");
}

}  // namespace ri::synthetic
