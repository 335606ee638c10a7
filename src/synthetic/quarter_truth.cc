#include "synthetic/quarter_truth.h"

#include <algorithm>
#include <cmath>

#include "base/parallel.h"
#include "base/random.h"
#include "synthetic/crm_entry.h"
#include "synthetic/csv_text.h"
#include "synthetic/quarter_candidate.h"
#include "synthetic/shock_grid.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;
using std::chrono::days;

constexpr int kLastDay = kDaysPerWeek - 1;
constexpr std::uint64_t kPoolSize = 320;  ///< hypothetical deals per week of creation

std::size_t At(int i) { return static_cast<std::size_t>(i); }

/// Revenue of one future of the open deals. One draw of 64 bits decides about two deals: chances
/// are resolved to 2^-32.
double DrawOpenRevenue(const std::vector<Candidate>& open,
                       const std::vector<std::size_t>& sum_of_team, RandomStream& stream) {
  constexpr double kScale = 0x1.0p-32;
  double revenue = 0;
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < open.size(); ++i) {
    bits = i % 2 == 0 ? stream() : bits >> 32;
    const double u = static_cast<double>(static_cast<std::uint32_t>(bits)) * kScale;
    const Candidate& deal = open[i];
    if (u < static_cast<double>(deal.chance[sum_of_team[deal.team]])) {
      revenue += DrawRevenue(deal, stream);
    }
  }
  return revenue;
}

/// Chance that a same-week deal created on `weekday` has closed by the end of day `last_day`.
double SameWeekCloseBy(int weekday, int last_day) {
  int closed = 0;
  for (int wait = 0; wait < kSameWeekWaits; ++wait) {
    closed += SameWeekCloseDay(weekday, wait) <= last_day ? 1 : 0;
  }
  return static_cast<double>(closed) / kSameWeekWaits;
}

/// One quarter, Monday after Monday.
class QuarterSampler {
 public:
  QuarterSampler(const Company& company, const QuarterMaterial& material, int quarter, int draws)
      : company_(company),
        calendar_(company.calendar()),
        period_(calendar_.QuarterPeriod(quarter)),
        quarter_(quarter),
        draws_(draws),
        deviation_(std::hypot(company.global_shock_deviation(), company.team_shock_deviation())),
        grid_(company.global_shock_deviation(), company.team_shock_deviation(),
              company.teams().size()),
        truth_(company) {
    for (const QuarterOpenDeal& deal : material.open) {
      if (deal.quarter == quarter) {
        open_.push_back(&deal);
      }
    }
    for (const QuarterBooking& booking : material.bookings) {
      if (booking.quarter == quarter) {
        bookings_.push_back(&booking);
      }
    }
  }

  [[nodiscard]] std::vector<QuarterTruthRow> Run();

 private:
  [[nodiscard]] Candidate MakeCandidate(domain::Date monday, int weekday, int last_day,
                                        std::uint64_t number);
  [[nodiscard]] std::vector<ExpectedDeals> MakeExpectedDeals(int week);
  [[nodiscard]] double DrawNewRevenue(const std::vector<std::vector<ExpectedDeals>>& expected,
                                      const std::vector<std::size_t>& sum_of_team,
                                      RandomStream& stream) const;
  [[nodiscard]] QuarterTruthRow SampleMonday(
      int week, int week_of_quarter, const std::vector<std::vector<ExpectedDeals>>& expected);
  void Learn(const QuarterOpenDeal& deal);
  [[nodiscard]] int WeeksLeft(int week) const {
    return static_cast<int>((period_.end - calendar_.Monday(week)).count()) / kDaysPerWeek;
  }

  const Company& company_;
  const MarketCalendar& calendar_;
  domain::Period period_;
  int quarter_;
  int draws_;
  double deviation_;
  ShockGrid grid_;
  DealTruth truth_;
  std::vector<const QuarterOpenDeal*> open_;
  std::vector<const QuarterBooking*> bookings_;
};

void QuarterSampler::Learn(const QuarterOpenDeal& deal) {
  if (deal.win_odds + deal.refusal_odds <= 0) {
    return;
  }
  const bool shock_on_refusal = TablesFor(company_.scenario()).shock_on_refusal;
  for (std::size_t i = 0; i < grid_.num_sums(); ++i) {
    const double factor = std::exp(grid_.Sum(i));
    const double win = deal.win_odds * factor;
    const double refusal = deal.refusal_odds * (shock_on_refusal ? factor : 1.0);
    double log_likelihood = -std::log1p(win + refusal);
    if (deal.week_result == QuarterOpenDeal::Week::kWon) {
      log_likelihood += std::log(win);
    } else if (deal.week_result == QuarterOpenDeal::Week::kRefused) {
      log_likelihood += std::log(refusal);
    }
    grid_.AddLogLikelihood(At(deal.team), i, log_likelihood);
  }
}

Candidate QuarterSampler::MakeCandidate(domain::Date monday, int weekday, int last_day,
                                        std::uint64_t number) {
  const domain::Timestamp created =
      domain::StartOf(monday + days(weekday)) + std::chrono::hours(12);
  const DealLatents deal = DrawHypotheticalDeal(company_, created, number);
  Candidate candidate;
  candidate.team = At(company_.seats()[At(deal.seat)].team);
  candidate.amount = CorporateValue(company_, deal.region, quarter_, deal.first_amount);
  if (deal.same_week_close) {
    const double chance = SameWeekCloseBy(weekday, last_day) * SameWeekWinProbability(company_);
    candidate.chance.assign(grid_.num_sums(), static_cast<float>(chance));
    candidate.closes_at_once = true;
    return candidate;
  }
  const DealDynamics dynamics = FirstEpisode(company_, {}, deal);
  QuarterNodes nodes;
  if (calendar_.QuarterOfWeek(dynamics.first_week) == quarter_) {
    nodes = truth_.FreshDealByNode(dynamics, quarter_);
  }
  candidate.chance = Tabulate(nodes.win, grid_, deviation_);
  candidate.early_share = EarlyShare(nodes);
  candidate.weeks_left = std::max(0, WeeksLeft(dynamics.first_week));
  return candidate;
}

std::vector<ExpectedDeals> QuarterSampler::MakeExpectedDeals(int week) {
  const domain::Date monday = calendar_.Monday(week);
  const domain::Date end = std::min(monday + days(kDaysPerWeek), period_.end);
  const auto days_in_quarter = static_cast<int>((end - monday).count());
  const int workdays = std::min(days_in_quarter, 5);
  std::vector<std::vector<Candidate>> of_team(company_.teams().size());
  for (std::uint64_t i = 0; i < kPoolSize; ++i) {
    const auto weekday = static_cast<int>(i % static_cast<std::uint64_t>(workdays));
    Candidate candidate = MakeCandidate(monday, weekday, days_in_quarter - 1, i);
    of_team[candidate.team].push_back(std::move(candidate));
  }
  const double count = company_.ExpectedCreations(monday, end) / static_cast<double>(kPoolSize);
  std::vector<ExpectedDeals> expected;
  for (std::size_t team = 0; team < of_team.size(); ++team) {
    if (!of_team[team].empty()) {
      expected.emplace_back(team, std::move(of_team[team]), count, grid_.num_sums());
    }
  }
  return expected;
}

double QuarterSampler::DrawNewRevenue(const std::vector<std::vector<ExpectedDeals>>& expected,
                                      const std::vector<std::size_t>& sum_of_team,
                                      RandomStream& stream) const {
  double mean_wins = 0;
  for (const std::vector<ExpectedDeals>& week : expected) {
    for (const ExpectedDeals& deals : week) {
      mean_wins += deals.Wins(sum_of_team[deals.team()]);
    }
  }
  // The wins of all weeks and teams are one Poisson process; each win then finds its place in it.
  std::vector<double> places(stream.Poisson(mean_wins));
  for (double& place : places) {
    place = stream.Uniform() * mean_wins;
  }
  std::sort(places.begin(), places.end());
  auto next = places.begin();
  double reached = 0;
  double revenue = 0;
  for (const std::vector<ExpectedDeals>& week : expected) {
    for (const ExpectedDeals& deals : week) {
      const std::size_t sum = sum_of_team[deals.team()];
      reached += deals.Wins(sum);
      for (; next != places.end() && *next < reached; ++next) {
        const Candidate& deal = deals.DrawWin(sum, stream);
        revenue += deal.closes_at_once ? deal.amount : DrawRevenue(deal, stream);
      }
    }
  }
  return revenue;
}

QuarterTruthRow QuarterSampler::SampleMonday(
    int week, int week_of_quarter, const std::vector<std::vector<ExpectedDeals>>& expected) {
  QuarterTruthRow row{
      .quarter = quarter_, .week_of_quarter = week_of_quarter, .as_of = calendar_.Monday(week)};
  for (const QuarterBooking* booking : bookings_) {
    row.realised += booking->amount;
    if (booking->closed < row.as_of) {
      row.booked += booking->amount;
    } else if (booking->created < row.as_of) {
      row.realised_open += booking->amount;
    } else {
      row.realised_new += booking->amount;
    }
  }
  row.over = period_.end <= company_.as_of();
  std::vector<Candidate> open;
  for (const QuarterOpenDeal* deal : open_) {
    if (deal->week == week) {
      open.push_back({.team = At(deal->team),
                      .amount = deal->amount,
                      .early_share = deal->early_share,
                      .weeks_left = std::max(0, WeeksLeft(week)),
                      .chance = Tabulate(deal->win, grid_, deviation_)});
    }
  }
  row.open_deals = open.size();
  grid_.Prepare();
  RandomStream stream(company_.seed(), "quarter-truth", base::HashCombine(At(quarter_), At(week)));
  std::vector<double> totals(At(draws_));
  std::vector<std::size_t> sum_of_team;
  double squares = 0;
  for (double& total : totals) {
    grid_.Draw(stream, sum_of_team);
    const double from_open = DrawOpenRevenue(open, sum_of_team, stream);
    const double from_new = DrawNewRevenue(expected, sum_of_team, stream);
    row.open_mean += from_open / draws_;
    row.new_mean += from_new / draws_;
    total = row.booked + from_open + from_new;
    squares += (total - row.booked) * (total - row.booked) / draws_;
  }
  const double mean = row.open_mean + row.new_mean;
  row.deviation = std::sqrt(std::max(0.0, squares - mean * mean));
  std::sort(totals.begin(), totals.end());
  for (std::size_t i = 0; i < kRevenueQuantiles.size(); ++i) {
    const double position = kRevenueQuantiles[i] * static_cast<double>(totals.size() - 1);
    const auto below = static_cast<std::size_t>(position);
    const std::size_t above = std::min(below + 1, totals.size() - 1);
    const double share = position - static_cast<double>(below);
    row.quantiles[i] = totals[below] * (1 - share) + totals[above] * share;
  }
  return row;
}

std::vector<QuarterTruthRow> QuarterSampler::Run() {
  std::vector<QuarterTruthRow> rows;
  const domain::Date first = domain::MondayOnOrAfter(period_.begin);
  const int first_week = calendar_.Locate(first).week;
  std::vector<std::vector<ExpectedDeals>>
      expected;  // of the weeks from the current one on, last week first
  int last_week = first_week;
  while (calendar_.Monday(last_week + 1) < period_.end) {
    ++last_week;
  }
  for (int week = last_week; week >= first_week; --week) {
    expected.push_back(MakeExpectedDeals(week));
  }
  for (int week = first_week; week <= last_week && calendar_.Monday(week) <= company_.as_of();
       ++week) {
    rows.push_back(SampleMonday(week, week - first_week + 1, expected));
    expected.pop_back();
    for (const QuarterOpenDeal* deal : open_) {
      if (deal->week == week) {
        Learn(*deal);
      }
    }
  }
  return rows;
}

double CurrentAmount(const Company& company, const DealRecord& record, int quarter,
                     domain::Date monday) {
  std::int64_t amount = record.VersionBefore(domain::StartOf(monday)).amount;
  if (amount == kNoAmount) {
    amount = record.latents.first_amount;
  }
  return CorporateValue(company, record.latents.region, quarter, amount);
}

void CollectOpen(const Company& company, const DealRecord& record, const DealEpisode& episode,
                 int quarter, DealTruth& truth, QuarterMaterial& material) {
  const MarketCalendar& calendar = company.calendar();
  for (const QuarterNodes& nodes :
       truth.QuarterEndByNode(episode.dynamics, episode.path, quarter)) {
    const WeekState& state = episode.path.State(nodes.week);
    if (state.dead || calendar.Monday(nodes.week) > company.as_of()) {
      continue;
    }
    QuarterOpenDeal deal{.quarter = quarter, .week = nodes.week, .team = episode.dynamics.team};
    if (!state.dead_during) {
      const WeekRates& rates = episode.dynamics.Rates(nodes.week);
      const StateTables& tables = *episode.dynamics.tables;
      const std::size_t i = StateIndex(state.stage, state.level_during);
      const double weight = calendar.DecisionWeight(nodes.week, kLastDay);
      deal.win_odds = rates.win * tables.win[i] * weight;
      deal.refusal_odds = rates.refusal * tables.refusal[i] * weight;
      const bool ends =
          nodes.week == episode.path.end_day.week && episode.path.end != EpisodeEnd::kNeverClosed;
      if (ends) {
        deal.week_result = episode.path.end == EpisodeEnd::kWon ? QuarterOpenDeal::Week::kWon
                                                                : QuarterOpenDeal::Week::kRefused;
      }
    }
    deal.win = nodes.win;
    deal.early_share = EarlyShare(nodes);
    deal.amount = CurrentAmount(company, record, quarter, calendar.Monday(nodes.week));
    material.open.push_back(deal);
  }
}

/// A lost deal that will come back within the quarter still counts on the Mondays in between.
void CollectReturning(const Company& company, const DealRecord& record, DealTruth& truth,
                      QuarterMaterial& material) {
  if (record.episodes.size() < 2) {
    return;
  }
  const MarketCalendar& calendar = company.calendar();
  const DealDynamics& dynamics = record.episodes[1].dynamics;
  const int quarter = calendar.QuarterOfWeek(dynamics.first_week);
  const QuarterNodes nodes = truth.FreshDealByNode(dynamics, quarter);
  for (int week = record.episodes[0].path.end_day.week + 1; week < dynamics.first_week; ++week) {
    if (calendar.QuarterOfWeek(week) == quarter && calendar.Monday(week) <= company.as_of()) {
      material.open.push_back(
          {.quarter = quarter,
           .week = week,
           .team = dynamics.team,
           .win = nodes.win,
           .early_share = EarlyShare(nodes),
           .amount = CurrentAmount(company, record, quarter, calendar.Monday(week))});
    }
  }
}

}  // namespace

void QuarterMaterial::Append(const QuarterMaterial& other) {
  open.insert(open.end(), other.open.begin(), other.open.end());
  bookings.insert(bookings.end(), other.bookings.begin(), other.bookings.end());
}

void CollectQuarterMaterial(const Company& company, const DealRecord& record, DealTruth& truth,
                            QuarterMaterial& material) {
  const MarketCalendar& calendar = company.calendar();
  const domain::Date created = domain::DateOf(record.latents.created);
  const auto book = [&](domain::Date closed, std::int64_t amount) {
    const int quarter = calendar.QuarterOfDate(closed);
    material.bookings.push_back(
        {.quarter = quarter,
         .closed = closed,
         .created = created,
         .amount = CorporateValue(company, record.latents.region, quarter, amount)});
  };
  if (record.latents.same_week_close && record.same_week_won) {
    book(domain::DateOf(record.same_week_closed), record.latents.first_amount);
  }
  for (const DealEpisode& episode : record.episodes) {
    const DealPath& path = episode.path;
    const int last = path.first_week + static_cast<int>(path.weeks.size()) - 1;
    for (int q = calendar.QuarterOfWeek(path.first_week);
         q <= std::min(calendar.QuarterOfWeek(last), company.current_quarter()); ++q) {
      CollectOpen(company, record, episode, q, truth, material);
    }
    if (path.end == EpisodeEnd::kWon) {
      book(domain::DateOf(episode.closed), episode.final_amount);
    }
  }
  CollectReturning(company, record, truth, material);
}

std::vector<QuarterTruthRow> ComputeQuarterTruth(const Company& company,
                                                 const QuarterMaterial& material, int draws,
                                                 int num_threads) {
  const auto quarters = At(company.current_quarter() - company.first_quarter() + 1);
  std::vector<std::vector<QuarterTruthRow>> parts(quarters);
  base::ParallelFor(quarters, 1, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t q = begin; q < end; ++q) {
      const int quarter = company.first_quarter() + static_cast<int>(q);
      parts[q] = QuarterSampler(company, material, quarter, draws).Run();
    }
  });
  std::vector<QuarterTruthRow> rows;
  for (const auto& part : parts) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

std::string TruthQuartersHeader() {
  return CsvHeader(
      "quarter,week_of_quarter,as_of,open_deals_alive,booked,open_mean,new_mean,mean,deviation,"
      "p05,p10,p25,p50,p75,p90,p95,realised,realised_open,realised_new");
}

void ExportTruthQuarters(const Company& company, const std::vector<QuarterTruthRow>& rows,
                         ExportBlock& block) {
  CsvText csv(block[ExportFile::kTruthQuarters]);
  const auto money = [&](double value) { csv.Number(value, 2); };
  for (const QuarterTruthRow& row : rows) {
    const domain::Quarter quarter =
        company.fiscal().QuarterOf(company.calendar().QuarterPeriod(row.quarter).begin);
    csv.Text(FormatQuarter(quarter)).Integer(row.week_of_quarter).Day(row.as_of);
    csv.Integer(static_cast<std::int64_t>(row.open_deals));
    money(row.booked);
    money(row.open_mean);
    money(row.new_mean);
    money(row.mean());
    money(row.deviation);
    for (const double quantile : row.quantiles) {
      money(quantile);
    }
    if (row.over) {
      money(row.realised);
      money(row.realised_open);
      money(row.realised_new);
    } else {
      csv.Null().Null().Null();
    }
    csv.EndRow();
    block.CountRow(ExportFile::kTruthQuarters);
  }
}

}  // namespace ri::synthetic
