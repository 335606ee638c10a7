#include "revenue/backtest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/sha256.h"
#include "book/moment.h"
#include "book/prepared_model.h"
#include "book/replay_model.h"
#include "revenue/backtest_baselines.h"
#include "revenue/node_outcomes.h"
#include "revenue/quarters_with_history.h"

namespace ri::revenue {
namespace {

constexpr std::size_t kSmallestCohorts = 4;
constexpr int kMidQuarterFrom = 5;
constexpr int kMidQuarterTo = 8;
constexpr std::size_t kCells = 2048;
constexpr std::size_t kScoredPerQuarter = 200;
constexpr int kRulesVersion = 4;  // changes when a replay would come out differently

int Running(domain::Quarter quarter) { return 4 * quarter.year + quarter.number - 1; }

std::string Fingerprint(const book::Knowledge& knowledge, const domain::FiscalCalendar& calendar,
                        const domain::Currency& currency, const BacktestRequest& request) {
  base::Sha256 hash;
  hash.Update(fmt::format("{} {} {} {} {} {} {} {}", kRulesVersion, knowledge.data_sha256,
                          calendar.Describe(), currency.code(), request.retrain_every, request.bags,
                          request.origins, request.max_rows));
  return base::ToHex(hash.Finish()).substr(0, 16);
}

ReplayedForecast Judge(const std::string& source, const std::string& node, int week,
                       domain::Date as_of, const forecasting::Distribution& law, double outcome) {
  return {.source = source,
          .node = node,
          .week = week,
          .as_of = as_of,
          .p10 = law.Quantile(0.1),
          .p25 = law.Quantile(0.25),
          .p50 = law.Quantile(0.5),
          .p75 = law.Quantile(0.75),
          .p90 = law.Quantile(0.9),
          .score = forecasting::ScoreForecast(law, outcome)};
}

struct Replayer {
  const book::Knowledge& knowledge;
  const book::ReportingAmounts& amounts;
  const domain::FiscalCalendar& calendar;
  const BacktestRequest& request;
  domain::Timestamp known;  ///< the moment from which outcomes are told
  RevenueCredits credits;   ///< known then
  int num_threads;
  base::Progress& progress;

  std::unique_ptr<const book::PreparedModel> model;
  domain::Quarter trained_for{};

  Status TrainFor(domain::Quarter quarter) {
    if (model && Running(quarter) - Running(trained_for) <
                     static_cast<int>(std::max<std::size_t>(1, request.retrain_every))) {
      return {};
    }
    RI_ASSIGN_OR_RETURN(book::LoadedModel trained,
                        book::TrainAtStartOf(knowledge, calendar, quarter,
                                             {.bags = request.bags,
                                              .origins = request.origins,
                                              .max_rows = request.max_rows,
                                              .num_threads = num_threads},
                                             progress));
    model = std::make_unique<const book::PreparedModel>(std::move(trained));
    trained_for = quarter;
    return {};
  }

  Status ReplayMonday(domain::Date monday, int week, std::span<const forecasting::Cohort> published,
                      std::span<const BookedDeal> booked,
                      std::optional<forecasting::CorrelationFit>& correlation,
                      ReplayedQuarter& replay) {
    const ForecastView view{.knowledge = &knowledge,
                            .model = model.get(),
                            .amounts = &amounts,
                            .calendar = calendar,
                            .as_of = domain::StartOf(monday),
                            .num_threads = num_threads};
    const bool first = !correlation.has_value();
    const bool enough = published.size() >= kSmallestCohorts;
    const QuarterBookOptions options{
        .quarter = replay.quarter,
        .by = ForecastNode::kTeam,
        .history = {.max_scored = kScoredPerQuarter},
        .correlation = first ? nullptr : &*correlation,
        .published = enough ? published : std::span<const forecasting::Cohort>(),
        .max_cells = kCells};
    RI_ASSIGN_OR_RETURN(const QuarterBook book,
                        OpenQuarterBook(view, options, base::Progress::Silent()));
    if (first) {
      correlation = book.structure.correlation;
      replay.rho_global = correlation->rho_global;
      replay.rho_team = correlation->rho_team;
      const auto& episodes = knowledge.engine->episodes();
      for (const OpenPosition& position : book.open) {
        const features::Episode& episode = episodes[position.deal][position.episode];
        const auto owner = position.state.owner;
        replay.cohort.push_back(
            {.win_probability = position.win_first,
             .won = episode.outcome == features::Outcome::kWon && episode.closed &&
                    book.horizon.dates.Contains(domain::DateOf(*episode.closed)),
             .team = owner ? book.team_of_rep[*owner] : -1});
      }
    }
    RI_ASSIGN_OR_RETURN(const auto laws,
                        book.engine->ForecastAll(book.engine_nodes, book.period()));
    const std::vector<double> outcomes = NodeOutcomes(book.nodes, booked, credits);
    for (std::size_t n = 0; n < laws.size(); ++n) {
      replay.forecasts.push_back(
          Judge("model", book.nodes[n].name, week, monday, laws[n].distribution, outcomes[n]));
    }
    for (const BaselineForecast& baseline : BaselineForecasts(view, book)) {
      replay.forecasts.push_back(
          Judge(baseline.source, "total", week, monday, baseline.law, replay.outcome));
    }
    return {};
  }

  Result<ReplayedQuarter> Replay(domain::Quarter quarter, const std::string& fingerprint,
                                 std::span<const forecasting::Cohort> published) {
    RI_RETURN_IF_ERROR(TrainFor(quarter));
    const domain::Period dates = calendar.PeriodOf(quarter);
    const std::vector<BookedDeal> booked =
        BookedDeals(knowledge, dates, known, amounts, num_threads);
    ReplayedQuarter replay{
        .quarter = quarter,
        .fingerprint = fingerprint,
        .model_version = domain::FormatDate(calendar.PeriodOf(trained_for).begin),
        .model_family = model->loaded().family};
    for (const BookedDeal& deal : booked) {
      replay.outcome += deal.amount;
    }
    const domain::Date first = domain::MondayOnOrAfter(dates.begin);
    std::optional<forecasting::CorrelationFit> correlation;
    progress.Begin("Replaying " + domain::FormatQuarter(quarter),
                   static_cast<std::uint64_t>((dates.end - first).count() / 7 + 1));
    int week = 1;
    for (domain::Date monday = first; monday < dates.end; monday += std::chrono::days(7), ++week) {
      if (progress.cancelled()) {
        return Fail(ErrorCode::kCancelled, "Stopped; finished quarters are kept.");
      }
      RI_RETURN_IF_ERROR(ReplayMonday(monday, week, published, booked, correlation, replay));
      progress.Update(static_cast<std::uint64_t>(week));
    }
    progress.End();
    return replay;
  }
};

BacktestReport Report(const std::vector<ReplayedQuarter>& replays, domain::Currency currency) {
  BacktestReport report{.currency = currency};
  std::vector<forecasting::ScoredForecast> totals;
  std::vector<forecasting::ScoredForecast> mid;
  std::vector<forecasting::ScoredForecast> teams;
  for (const ReplayedQuarter& replay : replays) {
    BacktestQuarter quarter{.quarter = replay.quarter,
                            .model_version = replay.model_version,
                            .model_family = replay.model_family,
                            .outcome = replay.outcome,
                            .rho_global = replay.rho_global,
                            .rho_team = replay.rho_team};
    for (const ReplayedForecast& forecast : replay.forecasts) {
      const forecasting::ScoredForecast scored{.source = forecast.source,
                                               .node = forecast.node,
                                               .quarter = Running(replay.quarter),
                                               .week = forecast.week,
                                               .score = forecast.score};
      if (forecast.node != "total") {
        teams.push_back(scored);
        continue;
      }
      totals.push_back(scored);
      if (forecast.week >= kMidQuarterFrom && forecast.week <= kMidQuarterTo) {
        mid.push_back(scored);
      }
      if (forecast.source == "model") {
        quarter.model.push_back(forecast);
        report.pits.push_back(forecast.score.pit);
      }
    }
    report.quarters.push_back(std::move(quarter));
  }
  report.lines = forecasting::SummariseBacktest(totals);
  report.team_lines = forecasting::SummariseBacktest(teams);
  for (const auto& [key, line] : report.lines) {
    if (key.second == 0 && key.first != "model") {
      report.skill[key.first] = forecasting::CrpsSkill(totals, "model", key.first, 0);
      report.mid_skill[key.first] = forecasting::CrpsSkill(mid, "model", key.first, 0);
    }
  }
  if (replays.size() < 9) {
    report.notes.push_back(fmt::format(
        "{} quarters are few: every quarter is one piece of evidence however many of "
        "its weeks are shown, so coverage is known to about {:.0f} points.",
        replays.size(), 100 * 1.96 * std::sqrt(0.16 / static_cast<double>(replays.size()))));
  }
  return report;
}

}  // namespace

Result<BacktestReport> RunBacktest(book::Workspace& workspace, const BacktestRequest& request,
                                   base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const book::ReportingAmounts amounts,
                      book::ReportingAmounts::For(workspace, *knowledge->log));
  const book::Moment moment = book::EffectiveMoment(*knowledge->log, request.as_of, request.now);
  const domain::Quarter over = domain::Previous(calendar.QuarterOf(domain::DateOf(moment.as_of)));
  const std::vector<domain::Quarter> quarters =
      QuartersWithHistory(knowledge->engine->episodes(), calendar, over, request.quarters);
  if (quarters.empty()) {
    return Fail(ErrorCode::kRefused,
                "No quarter can be replayed: a replay needs two full quarters of history before a "
                "quarter that is over.");
  }
  const std::string fingerprint = Fingerprint(*knowledge, calendar, amounts.currency(), request);
  Replayer replayer{.knowledge = *knowledge,
                    .amounts = amounts,
                    .calendar = calendar,
                    .request = request,
                    .known = moment.as_of,
                    .credits = RevenueCredits::At(*knowledge->log, moment.as_of),
                    .num_threads = workspace.num_threads(),
                    .progress = progress};
  std::vector<ReplayedQuarter> replays;
  std::vector<forecasting::Cohort> published;
  std::size_t reused = 0;
  for (const domain::Quarter quarter : quarters) {
    RI_ASSIGN_OR_RETURN(auto stored, LoadReplay(workspace.store(), quarter));
    if (stored && stored->fingerprint == fingerprint && !request.again) {
      ++reused;
    } else {
      RI_ASSIGN_OR_RETURN(stored, replayer.Replay(quarter, fingerprint, published));
      RI_RETURN_IF_ERROR(StoreReplay(workspace.store(), *stored));
    }
    published.push_back(stored->cohort);
    replays.push_back(*std::move(stored));
  }
  RI_RETURN_IF_ERROR(StoreBacktestQuarters(workspace.store(), quarters));
  BacktestReport report = Report(replays, amounts.currency());
  report.reused = reused;
  report.replayed = quarters.size() - reused;
  return report;
}

Result<BacktestReport> StoredBacktest(book::Workspace& workspace) {
  RI_ASSIGN_OR_RETURN(const auto quarters, BacktestQuarters(workspace.store()));
  std::vector<ReplayedQuarter> replays;
  for (const domain::Quarter quarter : quarters) {
    RI_ASSIGN_OR_RETURN(auto stored, LoadReplay(workspace.store(), quarter));
    if (stored) {
      replays.push_back(*std::move(stored));
    }
  }
  if (replays.empty()) {
    return Fail(ErrorCode::kNotFound, "No backtest is stored yet. Run one: revint backtest.");
  }
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(std::nullopt, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(const domain::Currency currency,
                      workspace.ReportingCurrency(*knowledge->log));
  BacktestReport report = Report(replays, currency);
  report.reused = replays.size();
  return report;
}

}  // namespace ri::revenue
