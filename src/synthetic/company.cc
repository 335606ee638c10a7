#include "synthetic/company.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/assertion.h"
#include "base/random.h"
#include "synthetic/names.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;

/// Weeks simulated beyond as-of, so that every open deal reaches its end.
constexpr int kWeeksBeyond = 160;
constexpr double kEngagementPersistence = 0.90;
constexpr double kFitDeviation = 0.60;
constexpr double kFitNoise = 0.45;
constexpr double kSkillDeviation = 0.35;
constexpr double kMeanTenureWeeks = 130;
constexpr int kShortestTenureWeeks = 26;
constexpr double kDealsPerAccount = 4;
constexpr double kCustomerShare = 0.35;

domain::Date HistoryBegin(const domain::FiscalCalendar& fiscal, domain::Date as_of, int quarters) {
  domain::Quarter quarter = fiscal.QuarterOf(as_of);
  for (int i = 0; i < quarters; ++i) {
    quarter = Previous(quarter);
  }
  return fiscal.PeriodOf(quarter).begin;
}

/// Whole quarters, and a week more for the one that holds the end of the last.
domain::Date HorizonEnd(const domain::FiscalCalendar& fiscal, domain::Date as_of) {
  return fiscal.QuarterEnd(as_of + std::chrono::days(kDaysPerWeek * kWeeksBeyond)) +
         std::chrono::days(kDaysPerWeek);
}

std::size_t At(int i) { return static_cast<std::size_t>(i); }

/// Units per corporate unit at the start of history; the usual order of magnitude.
double BaseRate(std::string_view currency) {
  if (currency == "EUR") {
    return 0.92;
  }
  if (currency == "GBP") {
    return 0.79;
  }
  if (currency == "JPY") {
    return 148.0;
  }
  return 1.0;
}

double CreationIntensity(const Scenario& scenario, const domain::Period& quarter,
                         domain::Date begin, domain::Date date) {
  const unsigned weekday = std::chrono::weekday(date).iso_encoding();
  const double days = static_cast<double>((date - begin).count());
  const double years = days / 365.25;
  const double season = 1 + scenario.seasonality * std::sin(2 * std::numbers::pi * (years - 0.1));
  const double into_quarter = static_cast<double>((date - quarter.begin).count()) /
                              static_cast<double>((quarter.end - quarter.begin).count());
  // Kick-offs fill the pipeline early; at the end everybody is busy closing.
  const double phase = 1.15 - 0.3 * into_quarter;
  return (weekday >= 6 ? 0.02 : 1.0) * season * phase * std::max(0.1, 1 + scenario.growth * years);
}

}  // namespace

Company::Company(const CompanyPlan& plan)
    : plan_(plan),
      fiscal_(domain::FiscalCalendar::Monthly()),
      begin_(HistoryBegin(fiscal_, plan.as_of, plan.quarters)),
      calendar_(fiscal_, begin_, HorizonEnd(fiscal_, plan.as_of)),
      engagement_(kEngagementPersistence),
      first_quarter_(calendar_.QuarterOfDate(begin_)) {
  break_quarter_ = scenario().break_quarter > 0 ? first_quarter_ + scenario().break_quarter - 1
                                                : calendar_.num_quarters();
  for (const std::string_view currency : scenario().currencies) {
    multi_currency_ |= currency != scenario().currencies.front();
  }
  BuildPeople();
  BuildAccounts();
  BuildCreations();
  BuildShocks();
}

void Company::BuildPeople() {
  const auto num_regions = scenario().regions.size();
  const double per_seat = static_cast<double>(scenario().deals_per_seat) * plan_.quarters;
  const auto wanted = static_cast<std::size_t>(
      std::max(1.0, std::round(static_cast<double>(plan_.deals) / per_seat)));
  const std::size_t per_team = At(scenario().seats_per_team);
  const std::size_t num_teams = std::max(num_regions, (wanted + per_team - 1) / per_team);
  const std::size_t num_seats = std::max(wanted, num_teams);
  for (std::size_t t = 0; t < num_teams; ++t) {
    const auto region = t % num_regions;
    teams_.push_back({static_cast<int>(region), std::string(scenario().regions[region]) + " Team " +
                                                    std::to_string(t / num_regions + 1)});
  }
  seats_of_region_.resize(num_regions);
  for (std::size_t s = 0; s < num_seats; ++s) {
    Seat seat{.team = static_cast<int>(s % num_teams), .reps = {}};
    RandomStream stream(seed(), "seat", s);
    int week = -static_cast<int>(stream.Below(180));  // hired before history begins
    while (week < calendar_.num_weeks()) {
      const auto number = reps_.size();
      RandomStream person(seed(), "rep", s * 1'000 + seat.reps.size());
      Rep rep{.seat = static_cast<int>(s), .team = seat.team, .start_week = week};
      rep.skill = kSkillDeviation * person.Normal();
      rep.optimism = 0.25 + 0.45 * person.Normal();
      rep.hygiene = std::clamp(0.70 + 0.18 * person.Normal(), 0.2, 0.98);
      rep.synced = !person.Bernoulli(scenario().dirt.missing_sync);
      rep.closes_dead_deals = !person.Bernoulli(scenario().dirt.never_closing);
      const double tenure =
          kShortestTenureWeeks + person.Exponential() * (kMeanTenureWeeks - kShortestTenureWeeks);
      const int end = week + static_cast<int>(std::min(tenure, 5'000.0));
      rep.end_week = std::max(end, 1);  // whoever left before history begins is of no interest
      week = rep.end_week;
      reps_.push_back(rep);
      seat.reps.push_back(static_cast<int>(number));
    }
    seats_of_region_[At(teams_[At(seat.team)].region)].push_back(static_cast<int>(s));
    seats_.push_back(std::move(seat));
  }
}

void Company::BuildAccounts() {
  const auto count =
      static_cast<std::size_t>(std::max(8.0, static_cast<double>(plan_.deals) / kDealsPerAccount));
  accounts_.resize(count);
  accounts_of_segment_.resize(scenario().segments.size());
  for (std::size_t a = 0; a < count; ++a) {
    RandomStream stream(seed(), "account", a);
    Account& account = accounts_[a];
    // The first accounts go round the segments, so that even a tiny company has each.
    double u = stream.Uniform();
    account.segment = static_cast<int>(a % scenario().segments.size());
    if (a >= scenario().segments.size()) {
      for (std::size_t s = 0; s < scenario().segments.size(); ++s) {
        u -= scenario().segments[s].share;
        if (u < 0) {
          account.segment = static_cast<int>(s);
          break;
        }
      }
    }
    account.region = static_cast<int>(stream.Below(scenario().regions.size()));
    const auto& seats = seats_of_region_[At(account.region)];
    account.seat = seats[stream.Below(seats.size())];
    account.fit = kFitDeviation * stream.Normal();
    account.observed_fit = account.fit + kFitNoise * stream.Normal();
    const double history_weeks = static_cast<double>((as_of() - begin_).count()) / kDaysPerWeek;
    const bool customer = stream.Bernoulli(kCustomerShare);
    const double since = (stream.Uniform() * 1.5 - 0.75) * history_weeks;
    account.customer_since = customer ? static_cast<int>(since) : calendar_.num_weeks();
    const double median_employees = account.segment == 0 ? 60 : account.segment == 1 ? 600 : 6'000;
    account.employees =
        std::max(3, static_cast<int>(median_employees * std::exp(0.7 * stream.Normal())));
    account.revenue = static_cast<std::int64_t>(account.employees * 180'000.0 *
                                                std::exp(0.4 * stream.Normal()) / 1'000) *
                      1'000;
    account.industry = DrawIndustry(stream);
    account.city = DrawCity(scenario().regions[At(account.region)], stream);
    account.contacts =
        2 + static_cast<int>(stream.Poisson(2 + scenario().segments[At(account.segment)].contacts));
    account.has_duplicate = stream.Bernoulli(scenario().dirt.merged_accounts);
    account.merged_week = static_cast<int>(history_weeks * (0.3 + 0.6 * stream.Uniform()));
    accounts_of_segment_[At(account.segment)].push_back(static_cast<int>(a));
  }
}

void Company::BuildCreations() {
  const domain::Date end = fiscal_.QuarterEnd(as_of());
  const auto days = At(static_cast<int>((end - begin_).count()));
  intensity_.assign(days + 1, 0.0);
  for (std::size_t d = 0; d < days; ++d) {
    const domain::Date date = begin_ + std::chrono::days(d);
    const domain::Period quarter = calendar_.QuarterPeriod(calendar_.QuarterOfDate(date));
    intensity_[d + 1] = intensity_[d] + CreationIntensity(scenario(), quarter, begin_, date);
  }
  const auto history = At(static_cast<int>((as_of() - begin_).count()));
  intensity_to_as_of_ = intensity_[history];
  created_.resize(plan_.deals);
  for (std::size_t i = 0; i < created_.size(); ++i) {
    RandomStream stream(seed(), "creation", i);
    const double target = stream.Uniform() * intensity_to_as_of_;
    const auto after = std::upper_bound(
        intensity_.begin(), intensity_.begin() + static_cast<std::ptrdiff_t>(history), target);
    const auto day = (after - intensity_.begin()) - 1;
    const auto second =
        std::chrono::seconds(8 * 3'600 + static_cast<std::int64_t>(stream.Below(9 * 3'600)));
    created_[i] = domain::StartOf(begin_ + std::chrono::days(day)) + second;
  }
  std::sort(created_.begin(), created_.end());
}

void Company::BuildShocks() {
  const auto quarters = At(calendar_.num_quarters());
  for (std::size_t q = 0; q < quarters; ++q) {
    RandomStream global(seed(), "global-shock", q);
    global_shocks_.push_back(global_shock_deviation() * global.Normal());
    for (std::size_t t = 0; t < teams_.size(); ++t) {
      RandomStream team(seed(), "team-shock", q * 100'000 + t);
      team_shocks_.push_back(team_shock_deviation() * team.Normal());
    }
  }
  const std::size_t num_regions = scenario().regions.size();
  rates_.resize(quarters * num_regions);
  for (std::size_t r = 0; r < num_regions; ++r) {
    const std::string_view currency = scenario().currencies[r];
    RandomStream stream(seed(), "currency-rate", base::HashText(currency));
    const double start = BaseRate(currency);
    double drift = 0;
    for (std::size_t q = 0; q < quarters; ++q) {
      const double rounding = start > 10 ? 100 : 10'000;
      rates_[q * num_regions + r] = std::round(start * std::exp(drift) * rounding) / rounding;
      if (currency != scenario().currencies.front()) {
        drift += 0.025 * stream.Normal();
      }
    }
  }
}

int Company::RepOfSeat(int seat, int week) const {
  const std::vector<int>& reps = seats_[At(seat)].reps;
  for (const int rep : reps) {
    if (week < reps_[At(rep)].end_week) {
      return rep;
    }
  }
  return reps.back();
}

double Company::GlobalShock(int quarter) const { return global_shocks_[At(quarter)]; }

double Company::TeamShock(int quarter, int team) const {
  return team_shocks_[At(quarter) * teams_.size() + At(team)];
}

double Company::global_shock_deviation() const {
  return scenario().global_shock * plan_.shock_scale;
}

double Company::team_shock_deviation() const { return scenario().team_shock * plan_.shock_scale; }

double Company::ExpectedCreations(domain::Date from, domain::Date to) const {
  const auto cumulative = [&](domain::Date date) {
    const auto day = std::clamp<std::int64_t>((date - begin_).count(), 0,
                                              static_cast<std::int64_t>(intensity_.size()) - 1);
    return intensity_[static_cast<std::size_t>(day)];
  };
  return static_cast<double>(plan_.deals) * (cumulative(to) - cumulative(from)) /
         intensity_to_as_of_;
}

double Company::Rate(int region, int quarter) const {
  return rates_[At(quarter) * scenario().regions.size() + At(region)];
}

}  // namespace ri::synthetic
