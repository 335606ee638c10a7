#pragma once

/// The invented company: market, people, customers and the shocks of every quarter. Everything a
/// deal needs to know about the world, drawn once and never changed.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "synthetic/engagement.h"
#include "synthetic/market_calendar.h"
#include "synthetic/scenario.h"

namespace ri::synthetic {

/// One person's time on a seat (a territory with its deals).
struct Rep {
  int seat = 0;
  int team = 0;
  int start_week = 0;   ///< may be negative: before history begins
  int end_week = 0;     ///< exclusive; beyond the horizon when the rep stays
  double skill = 0;     ///< log win rate when fully ramped
  double optimism = 0;  ///< how much too early and too high the rep forecasts; negative sandbags
  double hygiene = 0;   ///< 0..1: how well the CRM is kept
  bool synced = true;   ///< mail and calendar are connected
  bool closes_dead_deals = true;
};

struct Seat {
  int team = 0;
  std::vector<int> reps;  ///< in time order, without gaps
};

struct Team {
  int region = 0;
  std::string name;
};

struct Account {
  int segment = 0;
  int region = 0;
  int seat = 0;            ///< the account's own rep sits here
  double fit = 0;          ///< log win rate
  int customer_since = 0;  ///< week; beyond the horizon when not a customer
  int employees = 0;
  std::int64_t revenue = 0;  ///< corporate currency, whole units
  std::string_view industry;
  std::string_view city;
  double observed_fit = 0;  ///< fit seen through noise: the source of Rating and Fit_Score__c
  int contacts = 0;
  bool has_duplicate = false;  ///< a second record existed and was merged at `merged_week`
  int merged_week = 0;
};

struct CompanyPlan {
  Scenario scenario;
  std::size_t deals = 0;
  int quarters = 0;
  std::uint64_t seed = 0;
  domain::Date as_of;
  double shock_scale = 1;
};

/// Immutable; safe to share between threads.
class Company {
 public:
  explicit Company(const CompanyPlan& plan);

  [[nodiscard]] const CompanyPlan& plan() const { return plan_; }
  [[nodiscard]] const Scenario& scenario() const { return plan_.scenario; }
  [[nodiscard]] std::uint64_t seed() const { return plan_.seed; }
  [[nodiscard]] const domain::FiscalCalendar& fiscal() const { return fiscal_; }
  [[nodiscard]] const MarketCalendar& calendar() const { return calendar_; }
  [[nodiscard]] const EngagementChain& engagement() const { return engagement_; }
  [[nodiscard]] domain::Date begin() const { return begin_; }
  [[nodiscard]] domain::Date as_of() const { return plan_.as_of; }

  [[nodiscard]] const std::vector<Team>& teams() const { return teams_; }
  [[nodiscard]] const std::vector<Seat>& seats() const { return seats_; }
  [[nodiscard]] const std::vector<Rep>& reps() const { return reps_; }
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  [[nodiscard]] const std::vector<std::vector<int>>& accounts_of_segment() const {
    return accounts_of_segment_;
  }
  [[nodiscard]] const std::vector<std::vector<int>>& seats_of_region() const {
    return seats_of_region_;
  }

  /// Who sits on a seat in a week.
  [[nodiscard]] int RepOfSeat(int seat, int week) const;

  /// Common log win rate of a quarter, and of a team in it.
  [[nodiscard]] double GlobalShock(int quarter) const;
  [[nodiscard]] double TeamShock(int quarter, int team) const;
  [[nodiscard]] double Shock(int quarter, int team) const {
    return GlobalShock(quarter) + TeamShock(quarter, team);
  }
  [[nodiscard]] double global_shock_deviation() const;
  [[nodiscard]] double team_shock_deviation() const;

  /// First quarter (index of the calendar) from which the win level is shifted; beyond all when
  /// the scenario has no break.
  [[nodiscard]] int break_quarter() const { return break_quarter_; }
  /// Quarter indices: the first full one of history, and the one that holds as-of.
  [[nodiscard]] int first_quarter() const { return first_quarter_; }
  [[nodiscard]] int current_quarter() const { return calendar_.QuarterOfDate(as_of()); }

  /// Creation times of all deals, ascending, all before as-of. Deal i is the i-th.
  [[nodiscard]] const std::vector<domain::Timestamp>& created() const { return created_; }
  /// Expected number of deals created on the days [from, to); both may lie after as-of.
  [[nodiscard]] double ExpectedCreations(domain::Date from, domain::Date to) const;

  /// More than one currency is used.
  [[nodiscard]] bool multi_currency() const { return multi_currency_; }
  /// Units of a region's currency per unit of the corporate currency in a quarter.
  [[nodiscard]] double Rate(int region, int quarter) const;

 private:
  void BuildPeople();
  void BuildAccounts();
  void BuildCreations();
  void BuildShocks();

  CompanyPlan plan_;
  domain::FiscalCalendar fiscal_;
  domain::Date begin_;
  MarketCalendar calendar_;
  EngagementChain engagement_;
  int first_quarter_ = 0;
  int break_quarter_ = 0;
  bool multi_currency_ = false;
  std::vector<Team> teams_;
  std::vector<Seat> seats_;
  std::vector<Rep> reps_;
  std::vector<Account> accounts_;
  std::vector<std::vector<int>> accounts_of_segment_;
  std::vector<std::vector<int>> seats_of_region_;
  std::vector<double> global_shocks_;
  std::vector<double> team_shocks_;  ///< [quarter x team]
  std::vector<double> rates_;        ///< [quarter x region]
  std::vector<double> intensity_;    ///< cumulative creation intensity by day from begin
  double intensity_to_as_of_ = 0;
  std::vector<domain::Timestamp> created_;
};

}  // namespace ri::synthetic
