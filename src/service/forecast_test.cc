#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>

#include "revenue/backtest_report.h"
#include "revenue/common_factors.h"
#include "revenue/forecast_quarter.h"
#include "revenue/submissions_report.h"
#include "revenue/waterfall_items.h"
#include "service/import_data.h"
#include "synthetic/generator.h"
#include "training/trainer.h"

namespace ri::service {
namespace {

using std::chrono::days;

// A small invented company with a model trained in the middle of its life, shared by all tests.
class Company {
 public:
  Company() {
    folder_ =
        std::filesystem::temp_directory_path() / ("ri-forecast-test-" + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    const auto generated = synthetic::Generate({.deals = 700,
                                                .quarters = 7,
                                                .seed = 5,
                                                .threads = 1,
                                                .output_folder = (folder_ / "export").string(),
                                                .truth_share = 0,
                                                .quarter_draws = 0});
    EXPECT_TRUE(generated.has_value());
    auto opened = book::Workspace::Open(
        {.database = "sqlite:" + (folder_ / "test.db").string(), .num_threads = 1});
    workspace = *std::move(opened);
    const domain::Timestamp now = domain::StartOf(generated->as_of);
    const auto imported = ImportData(
        *workspace, {.paths = {(folder_ / "export").string()}, .known_at = now, .now = now},
        base::Progress::Silent());
    EXPECT_TRUE(imported.has_value());
    knowledge = *workspace->Load(std::nullopt, base::Progress::Silent());
    calendar = *workspace->Calendar();
    today = generated->as_of;
    amounts.emplace(*book::ReportingAmounts::For(*workspace, *knowledge->log));
    auto trained = training::Train(*knowledge->log, *knowledge->engine,
                                   {.cutoff = domain::StartOf(today - days(100)),
                                    .max_rows = 8000,
                                    .origins = 2,
                                    .bags = 1,
                                    .bags_at_origins = 1,
                                    .calendar = calendar},
                                   base::Progress::Silent());
    EXPECT_TRUE(trained.has_value());
    model = std::make_unique<const book::PreparedModel>(book::LoadedModel{
        .version = {},
        .model = std::make_shared<const models::DealOutcomeModel>(std::move(trained->model)),
        .family = trained->family});
  }
  ~Company() { std::filesystem::remove_all(folder_); }

  [[nodiscard]] revenue::ForecastView At(domain::Date date) const {
    return {.knowledge = knowledge.get(),
            .model = model.get(),
            .amounts = &*amounts,
            .calendar = calendar,
            .as_of = domain::StartOf(date)};
  }

  std::unique_ptr<book::Workspace> workspace;
  std::shared_ptr<const book::Knowledge> knowledge;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  std::optional<book::ReportingAmounts> amounts;
  std::unique_ptr<const book::PreparedModel> model;
  domain::Date today;

 private:
  std::filesystem::path folder_;
};

class Forecast : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { company_ = new Company; }
  static void TearDownTestSuite() {
    delete company_;
    company_ = nullptr;
  }
  static const Company& company() { return *company_; }
  static revenue::QuarterBook Open(domain::Date date, revenue::QuarterBookOptions options) {
    options.chance_shift = 0;
    auto book = revenue::OpenQuarterBook(company().At(date), options, base::Progress::Silent());
    EXPECT_TRUE(book.has_value()) << (book ? "" : book.error().ToString());
    return *std::move(book);
  }
  static revenue::ForecastReport Report(const revenue::QuarterBook& book, domain::Date date,
                                        const revenue::ForecastRequest& request) {
    auto report = revenue::ReportQuarter(company().At(date), book, {}, request);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().ToString());
    return *std::move(report);
  }

  // Fixed, so that no test waits for a fit.
  inline static const forecasting::CorrelationFit kCorrelation = {.rho_global = 0.02,
                                                                  .rho_team = 0.03};
  static Company* company_;
};
Company* Forecast::company_ = nullptr;

TEST_F(Forecast, MeansOfEveryRollUpAddUpToTheTotalInBothQuarters) {
  for (const revenue::ForecastNode by : {revenue::ForecastNode::kRep, revenue::ForecastNode::kTeam,
                                         revenue::ForecastNode::kRegion}) {
    const domain::Date date = company().today - days(30);
    const revenue::QuarterBook book = Open(date, {.by = by, .correlation = &kCorrelation});
    const revenue::ForecastReport report = Report(book, date, {.by = by, .attribution = false});
    ASSERT_GT(report.nodes.size(), 1U);
    revenue::PeriodForecast sum;
    double following = 0;
    std::size_t open = 0;
    for (const revenue::NodeForecast& node : report.nodes) {
      sum.booked += node.booked;
      sum.open_mean += node.open_mean;
      sum.new_mean += node.new_mean;
      following += node.following->mean;
      open += node.open_deals;
    }
    EXPECT_EQ(open, report.total.open_deals);
    EXPECT_NEAR(sum.booked, report.total.booked, 1e-9 * report.total.booked);
    EXPECT_NEAR(sum.open_mean, report.total.open_mean, 1e-9 * report.total.open_mean);
    EXPECT_NEAR(sum.new_mean, report.total.new_mean, 1e-9 * report.total.mean);
    EXPECT_NEAR(following, report.total.following->mean, 1e-9 * following);
    EXPECT_GT(report.diversification, 0);
  }
}

TEST_F(Forecast, AFilterGivesTheForecastOfTheNodeItDescribes) {
  const domain::Date date = company().today - days(30);
  const revenue::QuarterBook by_team =
      Open(date, {.by = revenue::ForecastNode::kTeam, .correlation = &kCorrelation});
  const revenue::ForecastReport report =
      Report(by_team, date, {.by = revenue::ForecastNode::kTeam, .attribution = false});
  const revenue::NodeForecast& team = report.nodes.back();
  const revenue::QuarterBook filtered = Open(
      date, {.filters = {{.field = "team", .values = {team.name}}}, .correlation = &kCorrelation});
  const revenue::ForecastReport own =
      Report(filtered, date, {.filters = {{.field = "team"}}, .attribution = false});
  EXPECT_EQ(own.total.open_deals, team.open_deals);
  EXPECT_DOUBLE_EQ(own.total.mean, team.mean);
  EXPECT_DOUBLE_EQ(own.total.p10, team.p10);
  EXPECT_DOUBLE_EQ(own.total.p90, team.p90);
  EXPECT_EQ(own.total.quota, team.quota);
  EXPECT_FALSE(revenue::OpenQuarterBook(company().At(date), {.filters = {{.field = "colour"}}},
                                        base::Progress::Silent())
                   .has_value());
}

TEST_F(Forecast, ATotalTakenOverGivesTheSameReport) {
  const domain::Date date = company().today - days(30);
  const auto whole = std::make_shared<const revenue::ForecastReport>(
      Report(Open(date, {.correlation = &kCorrelation}), date, {.attribution = false}));
  const revenue::QuarterBook book =
      Open(date, {.by = revenue::ForecastNode::kRep, .correlation = &kCorrelation});
  const revenue::ForecastRequest request{.by = revenue::ForecastNode::kRep, .attribution = false};
  const revenue::ForecastReport computed = Report(book, date, request);
  revenue::ForecastRequest with_total = request;
  with_total.whole = whole;
  const revenue::ForecastReport taken = Report(book, date, with_total);
  EXPECT_EQ(taken.total.mean, computed.total.mean);
  EXPECT_EQ(taken.total.p10, computed.total.p10);
  EXPECT_EQ(taken.total.following->p90, computed.total.following->p90);
  EXPECT_EQ(taken.total.categories.size(), computed.total.categories.size());
  EXPECT_EQ(taken.curve_value, computed.curve_value);
  EXPECT_EQ(taken.curve_cumulative, computed.curve_cumulative);
  EXPECT_EQ(taken.diversification, computed.diversification);
  ASSERT_EQ(taken.nodes.size(), computed.nodes.size());
  for (std::size_t n = 0; n < taken.nodes.size(); ++n) {
    EXPECT_EQ(taken.nodes[n].name, computed.nodes[n].name);
    EXPECT_EQ(taken.nodes[n].p10, computed.nodes[n].p10);
    EXPECT_EQ(taken.nodes[n].following->p90, computed.nodes[n].following->p90);
  }
}

TEST_F(Forecast, AQuarterThatIsOverIsWhatWasBooked) {
  const domain::Quarter last = domain::Previous(company().calendar.QuarterOf(company().today));
  const revenue::QuarterBook book = Open(company().today, {.quarter = last});
  const revenue::ForecastReport report = Report(book, company().today, {});
  EXPECT_GT(report.total.booked, 0);
  EXPECT_DOUBLE_EQ(report.total.mean, report.total.booked);
  EXPECT_DOUBLE_EQ(report.total.p10, report.total.booked);
  EXPECT_DOUBLE_EQ(report.total.p90, report.total.booked);
  EXPECT_FALSE(report.following.has_value());
  EXPECT_FALSE(report.risk.has_value());
}

TEST_F(Forecast, WithoutOpenDealsAndHistoryNothingIsExpectedAndNothingFails) {
  const domain::Date before = company().today - days(4000);
  const revenue::QuarterBook book = Open(before, {.by = revenue::ForecastNode::kTeam});
  EXPECT_TRUE(book.open.empty());
  const revenue::ForecastReport report = Report(book, before, {.by = revenue::ForecastNode::kTeam});
  EXPECT_EQ(report.total.mean, 0);
  EXPECT_EQ(report.total.p90, 0);
  EXPECT_FALSE(report.notes.empty());
}

TEST_F(Forecast, AQuarterAheadIsForecastAsTheSecondStretch) {
  const domain::Date date = company().today;
  const domain::Quarter next = domain::Next(company().calendar.QuarterOf(date));
  const revenue::QuarterBook running = Open(date, {.correlation = &kCorrelation});
  const revenue::QuarterBook ahead = Open(date, {.quarter = next, .correlation = &kCorrelation});
  const revenue::ForecastReport a = Report(running, date, {.attribution = false});
  const revenue::ForecastReport b = Report(ahead, date, {.attribution = false});
  EXPECT_EQ(ahead.period(), forecasting::ForecastPeriod::kNext);
  // The chances are the same; how amounts end is learned at another distance.
  for (std::size_t i = 0; i < running.open.size(); ++i) {
    EXPECT_EQ(running.open[i].win_second, ahead.open[i].win_second);
  }
  EXPECT_NEAR(a.total.following->open_mean, b.total.open_mean, 0.2 * b.total.open_mean);
  EXPECT_EQ(b.total.booked, 0);
}

TEST_F(Forecast, WonAndNotWonTogetherGiveTheForecastBack) {
  const domain::Date date = company().today - days(30);
  const revenue::QuarterBook book = Open(date, {.correlation = &kCorrelation});
  const revenue::OpenPosition& deal = *std::ranges::max_element(
      book.open, {},
      [](const revenue::OpenPosition& p) { return p.win_first * (1 - p.win_first) * p.amount; });
  const auto given = [&](forecasting::PinKind kind) {
    return *Report(book, date,
                   {.scenario = {{.deal_id = deal.id, .kind = kind}}, .attribution = false})
                .scenario;
  };
  const revenue::ScenarioReport won = given(forecasting::PinKind::kWon);
  const revenue::ScenarioReport slipped = given(forecasting::PinKind::kSlipped);
  const revenue::ForecastReport report = Report(book, date, {.attribution = false});
  EXPECT_NEAR(won.probability, deal.win_first, 1e-9);
  EXPECT_NEAR(won.probability + slipped.probability, 1, 1e-9);
  EXPECT_NEAR(won.probability * won.total.mean + slipped.probability * slipped.total.mean,
              report.total.mean, 1e-6 * report.total.mean);
  EXPECT_GT(won.total.p10, slipped.total.p10);
  const auto unknown =
      revenue::ReportQuarter(company().At(date), book, {}, {.scenario = {{.deal_id = "nobody"}}});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().code(), ErrorCode::kNotFound);
}

TEST_F(Forecast, SharesOfVarianceAddUpAndTheDecidingDealsAreOrdered) {
  const domain::Date date = company().today - days(30);
  const revenue::QuarterBook book = Open(date, {.correlation = &kCorrelation});
  const revenue::ForecastReport report = Report(book, date, {});
  ASSERT_TRUE(report.risk.has_value());
  double share = report.risk->new_business_variance_share;
  double tail = report.risk->new_business_downside_mean + report.total.booked;
  for (const revenue::DealRiskLine& deal : report.risk->deals) {
    share += deal.variance_share;
    tail += deal.downside_mean;
  }
  EXPECT_NEAR(share, 1, 1e-6);
  EXPECT_NEAR(tail, report.risk->tail_mean, 1e-6 * report.risk->tail_mean);
  if (report.total.quota) {
    ASSERT_FALSE(report.risk->make_or_break.empty());
    for (const std::uint32_t index : report.risk->make_or_break) {
      EXPECT_GT(report.risk->deals[index].swing(), 0);
    }
  }
}

// Every pair of Mondays of a year that ends in the same quarter: bars add up to the cent at every
// node, nodes add up to the total in every bar, and both ends are the forecasts of those dates.
TEST_F(Forecast, MovementAddsUpToTheCentOnEveryPairOfMondays) {
  struct Monday {
    domain::Date date;
    revenue::ForecastView view;
    revenue::QuarterBook book;
    double mean = 0;
  };
  const domain::Date end =
      company().calendar.PeriodOf(company().calendar.QuarterOf(company().today)).begin;
  const domain::Date begin = end - days(364);
  std::map<domain::Quarter, std::vector<Monday>> mondays;
  for (domain::Date date = domain::MondayOnOrAfter(begin); date < end; date += days(7)) {
    Monday monday{.date = date, .view = company().At(date)};
    monday.book = Open(date, {.by = revenue::ForecastNode::kTeam,
                              .history = {.max_quarters = 3},
                              .correlation = &kCorrelation,
                              .max_cells = 256});
    monday.mean = Report(monday.book, date, {.attribution = false}).total.mean;
    mondays[company().calendar.QuarterOf(date)].push_back(std::move(monday));
  }
  std::size_t pairs = 0;
  for (const auto& [quarter, list] : mondays) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      for (std::size_t j = i + 1; j < list.size(); ++j) {
        const auto items = revenue::CollectItems({.earlier_view = &list[i].view,
                                                  .later_view = &list[j].view,
                                                  .earlier = &list[i].book,
                                                  .later = &list[j].book,
                                                  .by = revenue::ForecastNode::kTeam});
        ASSERT_TRUE(items.has_value()) << items.error().ToString();
        const std::size_t num_nodes = items->nodes.size();
        const auto bars = forecasting::ComputeWaterfall(items->items, items->expectations,
                                                        num_nodes + items->items.size());
        ASSERT_TRUE(bars.has_value()) << bars.error().ToString();
        forecasting::Waterfall sum;
        for (std::size_t n = 0; n < num_nodes; ++n) {
          const forecasting::Waterfall& node = (*bars)[n];
          std::int64_t at = node.begin;
          for (std::size_t k = 0; k < forecasting::kNumWaterfallSteps; ++k) {
            at += node.steps[k];
            sum.steps[k] += n > 0 ? node.steps[k] : 0;
          }
          ASSERT_EQ(at, node.end) << items->nodes[n];
          sum.begin += n > 0 ? node.begin : 0;
          sum.end += n > 0 ? node.end : 0;
        }
        ASSERT_EQ(sum.begin, (*bars)[0].begin);
        ASSERT_EQ(sum.end, (*bars)[0].end);
        // Amounts are whole cents before chances multiply them: half a cent per deal.
        const double tolerance = 0.01 * static_cast<double>(items->items.size() + 2);
        ASSERT_NEAR(static_cast<double>((*bars)[0].begin) / 100, list[i].mean, tolerance);
        ASSERT_NEAR(static_cast<double>((*bars)[0].end) / 100, list[j].mean, tolerance);
        ++pairs;
      }
    }
  }
  EXPECT_GT(pairs, 250U);
}

TEST_F(Forecast, PeopleAreJudgedAgainstTheModelAndWhatHappened) {
  const revenue::ForecastView view = company().At(company().today);
  const domain::Quarter running = company().calendar.QuarterOf(company().today);
  const domain::Quarter last = domain::Previous(running);
  const double outcome = *revenue::OutcomeOf(view, "total", last);
  ASSERT_GT(outcome, 0);
  EXPECT_FALSE(revenue::OutcomeOf(view, "total", running).has_value());
  EXPECT_FALSE(revenue::OutcomeOf(view, "team:nobody", last).has_value());
  const std::vector<revenue::ForecastSubmission> submissions = {
      {.person = "A",
       .reason = "deal_knowledge",
       .node = "total",
       .period = last,
       .amount = outcome * 1.1,
       .model_mean = outcome * 1.3},
      {.person = "A",
       .reason = "market",
       .node = "total",
       .period = domain::Previous(last),
       .amount = *revenue::OutcomeOf(view, "total", domain::Previous(last)) + 100,
       .model_mean = *revenue::OutcomeOf(view, "total", domain::Previous(last)) + 40},
      {.person = "B", .reason = "market", .node = "total", .period = running, .amount = 1}};
  const revenue::SubmissionsReport report = revenue::JudgeSubmissions(view, submissions);
  ASSERT_EQ(report.judged.size(), 2U);
  EXPECT_NEAR(report.judged[0].error, 0.1 * outcome, 1e-6 * outcome);
  EXPECT_NEAR(*report.judged[0].value_added, 0.2 * outcome, 1e-6 * outcome);
  EXPECT_NEAR(*report.judged[1].value_added, -60, 1e-6);
  ASSERT_EQ(report.people.size(), 2U);
  EXPECT_EQ(report.people[0].name, "A");
  EXPECT_EQ(report.people[0].judged, 2U);
  EXPECT_EQ(report.people[0].closer, 1U);
  EXPECT_NEAR(report.people[0].value_added, (0.2 * outcome - 60) / 2, 1e-6 * outcome);
  EXPECT_GT(report.people[0].value_added_error, 0);
  EXPECT_EQ(report.people[1].judged, 0U);
  EXPECT_EQ(report.reasons.size(), 2U);
}

TEST_F(Forecast, AReplayComesBackFromTheDatabaseAndMakesOnePage) {
  data::Store& store = company().workspace->store();
  EXPECT_FALSE(revenue::StoredBacktest(*company().workspace).has_value());
  const domain::Quarter last = domain::Previous(company().calendar.QuarterOf(company().today));
  revenue::ReplayedQuarter replay{.quarter = last,
                                  .fingerprint = "f",
                                  .model_version = "2026-07-01",
                                  .model_family = "trees",
                                  .outcome = 100,
                                  .rho_global = 0.01,
                                  .rho_team = 0.02,
                                  .cohort = {{0.25, true, 1}, {0.5, false, -1}}};
  const auto law = forecasting::Distribution::FromSamples(std::vector<double>{80, 100, 140});
  for (int week = 1; week <= 13; ++week) {
    for (const char* source : {"model", "stage-weighted"}) {
      replay.forecasts.push_back({.source = source,
                                  .node = "total",
                                  .week = week,
                                  .as_of = company().today,
                                  .p10 = 80,
                                  .p90 = 140,
                                  .score = forecasting::ScoreForecast(*law, 100)});
    }
  }
  ASSERT_TRUE(revenue::StoreReplay(store, replay).has_value());
  ASSERT_TRUE(revenue::StoreBacktestQuarters(store, std::vector{last}).has_value());
  const auto loaded = revenue::LoadReplay(store, last);
  ASSERT_TRUE(loaded.has_value() && loaded->has_value());
  EXPECT_EQ((*loaded)->forecasts.size(), replay.forecasts.size());
  EXPECT_EQ((*loaded)->forecasts[3].score.crps, replay.forecasts[3].score.crps);
  EXPECT_EQ((*loaded)->cohort[1].team, -1);
  const auto report = revenue::StoredBacktest(*company().workspace);
  ASSERT_TRUE(report.has_value()) << report.error().ToString();
  EXPECT_EQ(report->quarters.size(), 1U);
  EXPECT_EQ(report->lines.at({"model", 0}).num_forecasts, 13U);
  const std::string page = revenue::BacktestHtml(*report);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos) << "the page must stand alone";
  EXPECT_NE(page.find("lang=\"en\""), std::string::npos);
  for (std::size_t at = page.find("<svg"); at != std::string::npos;
       at = page.find("<svg", at + 1)) {
    EXPECT_NE(page.substr(at, 120).find("role=\"img\""), std::string::npos);
  }
  const auto evidence =
      revenue::LoadEvidence(store, company().calendar, company().calendar.PeriodOf(last).begin);
  EXPECT_EQ(evidence->width.num_quarters, 0U) << "a quarter teaches nothing before it is over";
}

TEST(ForecastPeriods, AFiftyThreeWeekYearHasALongLastQuarterAndAlignsAtTheEnd) {
  const auto calendar = domain::FiscalCalendar::FourFourFive(1, std::chrono::Saturday);
  bool found = false;
  for (int year = 2018; year < 2030; ++year) {
    const domain::Period dates = calendar.PeriodOf({year, 4});
    const auto weeks = (dates.end - dates.begin).count() / 7;
    EXPECT_TRUE(weeks == 13 || weeks == 14);
    if (weeks == 14) {
      found = true;
      const revenue::ForecastHorizon horizon =
          revenue::HorizonOf(calendar, dates.begin + days(3), std::nullopt);
      EXPECT_EQ(horizon.first, dates);
      EXPECT_EQ(horizon.second.begin, dates.end);
      EXPECT_EQ(revenue::SameStretch(calendar, dates, 4), calendar.PeriodOf({year - 1, 4}));
      const domain::Period last_weeks{dates.end - days(14), dates.end};
      EXPECT_EQ(revenue::SameStretch(calendar, last_weeks, 1).end,
                calendar.PeriodOf({year, 3}).end);
    }
  }
  EXPECT_TRUE(found);
}

TEST(ForecastPeriods, CommonFactorsAreLearnedOnFirstMondaysOfQuartersOnly) {
  const domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  const domain::Date begin = *domain::ParseIsoDate("2025-01-01");
  domain::Date before = revenue::FactorsLearnedOn(calendar, begin);
  int changes = 0;
  for (domain::Date day = begin; day < begin + days(730); day += days(1)) {
    const domain::Date monday = revenue::FactorsLearnedOn(calendar, day);
    EXPECT_LE(monday, day);
    EXPECT_EQ(monday, domain::MondayOnOrAfter(monday));
    EXPECT_LE(monday - calendar.PeriodOf(calendar.QuarterOf(monday)).begin, days(6));
    if (monday != before) {
      EXPECT_EQ(monday, day) << "the estimate changes on its own Monday only";
      ++changes;
    }
    before = monday;
  }
  EXPECT_EQ(changes, 8);
}

TEST(ForecastPeriods, AMonthIsComparedWithTheSameMonthOfEarlierQuarters) {
  const auto calendar = domain::FiscalCalendar::Monthly();
  const auto month = std::chrono::year(2017) / std::chrono::November;
  const revenue::ForecastHorizon horizon =
      revenue::HorizonOfMonth(calendar, domain::MakeDate(2017, 11, 1), month);
  EXPECT_FALSE(horizon.ahead);
  EXPECT_EQ(horizon.name, "2017-11");
  const domain::Period august = revenue::SameStretch(calendar, horizon.dates, 1);
  EXPECT_EQ(august.begin, domain::MakeDate(2017, 8, 1));
  EXPECT_EQ(august.end, domain::MakeDate(2017, 9, 1));
  EXPECT_TRUE(revenue::HorizonOfMonth(calendar, domain::MakeDate(2017, 10, 31), month).ahead);
  EXPECT_TRUE(revenue::HorizonOfMonth(calendar, domain::MakeDate(2017, 12, 1), month).over);
}

TEST(ScenarioPins, AreReadAndRefused) {
  EXPECT_EQ(revenue::ParseScenarioPin("0061=won")->kind, forecasting::PinKind::kWon);
  EXPECT_EQ(revenue::ParseScenarioPin("a=b=lost")->deal_id, "a=b");
  EXPECT_EQ(*revenue::ParseScenarioPin("0061=125000.5")->amount, 125000.5);
  EXPECT_EQ(revenue::ParseScenarioPin("0061=125000")->kind, forecasting::PinKind::kAmount);
  const auto resized = revenue::ParseScenarioPin("0061=won:5");
  EXPECT_EQ(resized->kind, forecasting::PinKind::kWon);
  EXPECT_EQ(*resized->amount, 5);
  for (const char* text : {"", "0061", "=won", "0061=", "0061=maybe", "0061=-5",
                           "0061=won:", "0061=nan", "0061=5x", "0061=soon:5"}) {
    EXPECT_FALSE(revenue::ParseScenarioPin(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace ri::service
