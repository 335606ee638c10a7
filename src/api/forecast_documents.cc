#include "api/forecast_documents.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "api/kept_values.h"
#include "book/organisation.h"
#include "revenue/backtest_store.h"
#include "revenue/opened_forecast.h"

namespace ri::api {
namespace {

/// The quarter asked for, by name; that of the moment when none is.
std::string QuarterKey(const DealView& view, const std::optional<domain::Quarter>& period) {
  const book::DealBook& book = view.list->book();
  return domain::FormatQuarter(
      period.value_or(book.calendar().QuarterOf(domain::DateOf(book.moment().as_of))));
}

std::string KeyOf(const DealView& view) {
  std::string key = view.list->book_tag() + (view.visibility.everything() ? " all" : " ");
  for (const bool seen : view.visibility.reps()) {
    key += seen ? '1' : '0';
  }
  return key;
}

/// The filter that leaves what the view sees.
std::vector<revenue::ForecastFilter> FiltersOf(const DealView& view) {
  if (view.visibility.everything()) {
    return {};
  }
  revenue::ForecastFilter filter{.field = "rep_id"};
  const auto& reps = view.visibility.reps();
  for (std::size_t rep = 0; rep < reps.size(); ++rep) {
    if (reps[rep]) {
      filter.values.push_back(view.list->RepKey(rep));
    }
  }
  return {filter};
}

std::pair<std::string, std::string> SplitNode(const std::string& node_id) {
  const std::size_t colon = node_id.find(':');
  return colon == std::string::npos
             ? std::pair(node_id, std::string())
             : std::pair(node_id.substr(0, colon), node_id.substr(colon + 1));
}

/// Reps of a node by index; empty when there is no such node.
std::vector<std::size_t> RepsOf(const DealView& view, const std::string& node_id) {
  const auto [level, name] = SplitNode(node_id);
  const book::Organisation& organisation = view.list->book().organisation();
  std::vector<std::size_t> reps;
  for (std::size_t rep = 0; rep < organisation.rep.size(); ++rep) {
    if ((level == "rep" && organisation.rep[rep] == name) ||
        (level == "team" && organisation.team[rep] == name) ||
        (level == "region" && organisation.region[rep] == name) ||
        (level == "people" && view.list->RepKey(rep) == name)) {
      reps.push_back(rep);
    }
  }
  return reps;
}

}  // namespace

std::string TopNode(const DealView& view, const identity::Principal& reader) {
  return view.visibility.everything() ? "total" : "people:" + reader.user.rep_id.value_or("-");
}

bool NodeWithin(const DealView& view, const std::string& node_id) {
  const std::vector<std::size_t> reps = RepsOf(view, node_id);
  return !reps.empty() &&
         std::ranges::all_of(reps, [&](std::size_t rep) { return view.visibility.Sees(rep); });
}

std::string NodeName(const DealView& view, const std::string& node_id) {
  if (node_id == "total") {
    return view.visibility.everything() ? "Whole company" : "";
  }
  const std::vector<std::size_t> reps = RepsOf(view, node_id);
  if (reps.empty()) {
    return "";
  }
  const auto [level, name] = SplitNode(node_id);
  return level == "people" ? view.list->book().organisation().rep[reps.front()] : name;
}

Result<std::shared_ptr<const revenue::ForecastReport>> ForecastOf(
    Call& call, const DealView& view, const std::optional<domain::Quarter>& period,
    revenue::ForecastNode by) {
  static Kept<revenue::ForecastReport, 128> kept;
  const std::string key =
      KeyOf(view) + " " + QuarterKey(view, period) + " " + std::to_string(static_cast<int>(by));
  if (auto found = kept.Find(key)) {
    return found;
  }
  std::shared_ptr<const revenue::ForecastReport> whole;
  if (by != revenue::ForecastNode::kTotal) {
    RI_ASSIGN_OR_RETURN(whole, ForecastOf(call, view, period, revenue::ForecastNode::kTotal));
  }
  return kept.Get(key, [&] {
    return revenue::ForecastQuarter(call.services.workspace, view.list->shared_book(),
                                    {.period = period,
                                     .by = by,
                                     .filters = FiltersOf(view),
                                     .attribution = by == revenue::ForecastNode::kTotal,
                                     .now = call.now,
                                     .whole = whole},
                                    base::Progress::Silent());
  });
}

Result<revenue::ScenarioReport> RunScenario(Call& call, const DealView& view,
                                            const std::optional<domain::Quarter>& period,
                                            const std::vector<revenue::ScenarioPin>& pins) {
  /// An opened quarter with what it points to.
  struct Opened {
    std::shared_ptr<const deals::DealList> list;
    revenue::OpenedForecast forecast;
  };
  static Kept<Opened, 6> kept;
  const std::string key = KeyOf(view) + " " + QuarterKey(view, period);
  RI_ASSIGN_OR_RETURN(const auto opened, kept.Get(key, [&]() -> Result<Opened> {
    RI_ASSIGN_OR_RETURN(revenue::OpenedForecast forecast,
                        revenue::OpenForecast(call.services.workspace.store(), view.list->book(),
                                              {.quarter = period, .filters = FiltersOf(view)},
                                              base::Progress::Silent()));
    return Opened{.list = view.list, .forecast = std::move(forecast)};
  }));
  RI_ASSIGN_OR_RETURN(
      const revenue::ForecastReport report,
      revenue::ReportQuarter(
          revenue::ViewOf(opened->list->book()), opened->forecast.book, opened->forecast.width,
          {.period = period, .filters = FiltersOf(view), .scenario = pins, .attribution = false}));
  return report.scenario.value_or(revenue::ScenarioReport{});
}

std::optional<revenue::PeriodForecast> NodeOutlook(Call& call, const DealView& view,
                                                   domain::Quarter period,
                                                   const std::string& node_id) {
  const auto [level, name] = SplitNode(node_id);
  const revenue::ForecastNode by = level == "rep"      ? revenue::ForecastNode::kRep
                                   : level == "team"   ? revenue::ForecastNode::kTeam
                                   : level == "region" ? revenue::ForecastNode::kRegion
                                                       : revenue::ForecastNode::kTotal;
  const auto report = ForecastOf(call, view, period, by);
  if (!report) {
    return std::nullopt;
  }
  if (by == revenue::ForecastNode::kTotal) {
    return node_id == TopNode(view, call.user()) ? std::optional((*report)->total) : std::nullopt;
  }
  for (const revenue::NodeForecast& node : (*report)->nodes) {
    if (node.name == name) {
      return node;
    }
  }
  return std::nullopt;
}

Result<std::shared_ptr<const revenue::WaterfallReport>> MovementOf(
    Call& call, const DealView& later, domain::Timestamp from,
    const std::optional<domain::Quarter>& period) {
  static Kept<revenue::WaterfallReport, 8> kept;
  RI_ASSIGN_OR_RETURN(const auto earlier, call.services.deals.Get(from, later.known_at, false));
  const std::string key =
      later.list->book_tag() + " " + earlier->book_tag() + " " + QuarterKey(later, period);
  return kept.Get(key, [&] {
    return revenue::ExplainMovement(call.services.workspace.store(), earlier->book(),
                                    later.list->book(),
                                    {.from = earlier->book().moment().as_of,
                                     .to = later.list->book().moment().as_of,
                                     .period = period,
                                     .now = call.now},
                                    base::Progress::Silent());
  });
}

Result<std::shared_ptr<const revenue::BacktestReport>> BacktestOf(Call& call) {
  static Kept<revenue::BacktestReport, 2> kept;
  RI_ASSIGN_OR_RETURN(const auto quarters,
                      revenue::BacktestQuarters(call.services.workspace.store()));
  RI_ASSIGN_OR_RETURN(const auto run, call.services.operations.Document("backtest"));
  std::string key = run ? std::to_string(run->first) : "";
  for (const domain::Quarter quarter : quarters) {
    key += " " + domain::FormatQuarter(quarter);
  }
  return kept.Get(key, [&] { return revenue::StoredBacktest(call.services.workspace); });
}

void WriteReplayed(JsonWriter& json, const revenue::ReplayedForecast& forecast,
                   const domain::Currency& currency) {
  WriteMajor(json, "mean", forecast.score.mean, currency);
  WriteQuantiles(json, "band", forecast.p10, forecast.p50, forecast.p90, currency);
}

void WriteQuantiles(JsonWriter& json, std::string_view name, double p10, double p50, double p90,
                    const domain::Currency& currency) {
  json.BeginObject(name);
  WriteMajor(json, "p10", p10, currency);
  WriteMajor(json, "p50", p50, currency);
  WriteMajor(json, "p90", p90, currency);
  json.EndObject();
}

void WriteCurve(JsonWriter& json, std::string_view name, const revenue::ForecastReport& report) {
  json.BeginArray(name);
  const std::size_t size = report.curve_value.size();
  const double range = size > 1 ? report.curve_value.back() - report.curve_value.front() : 0;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t before = i == 0 ? 0 : i - 1;
    const std::size_t after = std::min(size - 1, i + 1);
    const double width = report.curve_value[after] - report.curve_value[before];
    const double mass = report.curve_cumulative[after] - report.curve_cumulative[before];
    json.BeginObject()
        .Field("amount_minor", MinorOf(report.curve_value[i], report.currency))
        .Field("cumulative", report.curve_cumulative[i])
        .Field("density", width > 0 ? mass / width * range : 0.0)
        .EndObject();
  }
  json.EndArray();
}

void WriteOutlook(JsonWriter& json, std::string_view name, const revenue::PeriodForecast& forecast,
                  const std::optional<double>& quota_probability,
                  const revenue::ForecastReport* curve_of, const domain::Currency& currency) {
  json.BeginObject(name);
  WriteMajor(json, "mean", forecast.mean, currency);
  WriteQuantiles(json, "band", forecast.p10, forecast.p50, forecast.p90, currency);
  json.Field("quota_probability", quota_probability);
  if (curve_of != nullptr) {
    WriteCurve(json, "curve", *curve_of);
  }
  json.EndObject();
}

namespace {

constexpr std::size_t kDealsPerBar = 50;

std::string CauseOf(forecasting::WaterfallStep step) {
  std::string cause(forecasting::StepName(step));
  std::ranges::replace(cause, '-', '_');
  return cause;
}

constexpr base::Phrase kExpectedRevenue("Expected revenue", "Erwarteter Umsatz");
constexpr base::Phrase kNineOfTen("P10: reached nine times of ten",
                                  "P10: in neun von zehn Fällen erreicht");
constexpr base::Phrase kChance("Chance to reach the quota", "Chance auf die Quota");

/// Bars of the deals the reader sees; the total's own when that is everything.
forecasting::Waterfall VisibleBars(const revenue::WaterfallReport& report, const DealView& view,
                                   std::vector<const revenue::WaterfallDeal*>& deals) {
  const data::EventLog& log = *view.list->book().knowledge()->log;
  forecasting::Waterfall bars;
  for (const revenue::WaterfallDeal& deal : report.deals) {
    if (!view.visibility.everything()) {
      // A closed deal belongs to whoever owns it now.
      const std::string key = deal.deal_id.substr(0, deal.deal_id.find('#'));
      const auto index = log.Find(data::EntityKind::kDeal, key);
      const auto owner =
          index ? book::LatestValue(log, data::EntityKind::kDeal, *index, data::attribute::kOwner,
                                    view.list->book().moment().as_of)
                : std::nullopt;
      if (!view.visibility.Sees(owner ? std::optional(static_cast<std::size_t>(*owner))
                                      : std::nullopt)) {
        continue;
      }
    }
    deals.push_back(&deal);
    bars.begin += deal.bars.begin;
    bars.end += deal.bars.end;
    for (std::size_t k = 0; k < forecasting::kNumWaterfallSteps; ++k) {
      bars.steps.at(k) += deal.bars.steps.at(k);
    }
  }
  return view.visibility.everything() ? report.total.bars : bars;
}

const forecasting::QuantityWaterfall* QuantityOf(const revenue::WaterfallReport& report,
                                                 const std::string& quantity) {
  if (!report.quantities) {
    return nullptr;
  }
  return quantity == "p10"                 ? &report.quantities->p10
         : quantity == "quota_probability" ? &report.quantities->quota_probability
                                           : &report.quantities->mean;
}

}  // namespace

std::string_view StepLabel(forecasting::WaterfallStep step, base::Language language) {
  // In the order of WaterfallStep.
  static constexpr std::array<base::Phrase, forecasting::kNumWaterfallSteps> kLabels = {{
      {"New deals", "Neue Deals"},
      {"Won, against what was expected", "Gewonnen, gegen die Erwartung"},
      {"Lost", "Verloren"},
      {"Deleted or merged", "Gelöscht oder zusammengelegt"},
      {"Reopened", "Wieder geöffnet"},
      {"Pushed out of the quarter", "Aus dem Quartal verschoben"},
      {"Pulled into the quarter", "Ins Quartal vorgezogen"},
      {"Amount raised", "Beträge erhöht"},
      {"Amount lowered", "Beträge gesenkt"},
      {"Chances changed with the facts", "Chancen durch Fakten bewegt"},
      {"Time passed", "Zeit vergangen"},
      {"Another model version", "Andere Modellversion"},
      {"Exchange rates", "Wechselkurse"},
      {"Changed owner or team", "Inhaber oder Team gewechselt"},
      {"Deals not created yet", "Noch nicht angelegte Deals"},
      {"Strength of common factors", "Wie stark Deals gemeinsam ausgehen"},
  }};
  return kLabels.at(static_cast<std::size_t>(step)).In(language);
}

bool HasQuantity(const revenue::WaterfallReport& report, const std::string& quantity,
                 const DealView& view) {
  if (quantity == "mean") {
    return true;
  }
  return view.visibility.everything() && report.quantities &&
         (quantity != "quota_probability" || report.quota);
}

void WriteMovement(JsonWriter& json, const revenue::WaterfallReport& report,
                   const std::string& quantity, const DealView& view) {
  std::vector<const revenue::WaterfallDeal*> deals;
  const forecasting::Waterfall bars = VisibleBars(report, view, deals);
  const auto* shares = quantity == "mean" ? nullptr : QuantityOf(report, quantity);
  const double unit =
      quantity == "quota_probability" ? 100 : std::pow(10.0, report.currency.minor_digits());
  json.BeginObject()
      .Field("quantity", quantity)
      .Field("label", (quantity == "mean"  ? kExpectedRevenue
                       : quantity == "p10" ? kNineOfTen
                                           : kChance)
                          .In(view.language))
      .Field("unit", quantity == "quota_probability" ? "points" : "minor")
      .Field("start", shares != nullptr ? shares->begin * unit : static_cast<double>(bars.begin))
      .Field("end", shares != nullptr ? shares->end * unit : static_cast<double>(bars.end))
      .BeginArray("bars");
  for (std::size_t k = 0; k < forecasting::kNumWaterfallSteps; ++k) {
    const double change =
        shares != nullptr ? shares->steps.at(k) * unit : static_cast<double>(bars.steps.at(k));
    if (change == 0) {
      continue;
    }
    const auto step = static_cast<forecasting::WaterfallStep>(k);
    std::vector<const revenue::WaterfallDeal*> moved;
    for (const revenue::WaterfallDeal* deal : deals) {
      if (deal->bars[step] != 0) {
        moved.push_back(deal);
      }
    }
    std::ranges::stable_sort(moved, [&](const auto* a, const auto* b) {
      return std::abs(a->bars[step]) > std::abs(b->bars[step]);
    });
    json.BeginObject()
        .Field("cause", CauseOf(step))
        .Field("label", StepLabel(step, view.language))
        .Field("change", change)
        .Field("num_deals", moved.size())
        .BeginArray("deals");
    for (std::size_t i = 0; i < std::min(kDealsPerBar, moved.size()); ++i) {
      json.BeginObject()
          .Field("deal_id", moved[i]->deal_id)
          .TextOrNull("name", moved[i]->name)
          .Field("change", static_cast<double>(moved[i]->bars[step]))
          .EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
}

/// The spread of the total by deal: shares of its variance, which add up to one with those of the
/// deals not created yet. A deal's part of the expected shortfall is that share of it.
RiskShares SharesOf(const revenue::ForecastReport& report, const DealView& view) {
  RiskShares shares;
  if (!report.risk) {
    return shares;
  }
  shares.rest = report.risk->new_business_variance_share;
  std::map<std::string, double> teams;
  const book::DealBook& book = view.list->book();
  for (std::size_t i = 0; i < report.risk->deals.size(); ++i) {
    const revenue::DealRiskLine& line = report.risk->deals[i];
    shares.deals.emplace_back(static_cast<std::uint32_t>(i), line.variance_share);
    const auto position = book.Find(line.deal_id.substr(0, line.deal_id.find('#')));
    const std::string team =
        position ? view.list->word(view.list->listed(*position).team) : std::string();
    teams[team.empty() ? "(no team)" : team] += line.variance_share;
  }
  const auto larger = [](const auto& a, const auto& b) { return a.second > b.second; };
  std::ranges::stable_sort(shares.deals, larger);
  shares.teams.assign(teams.begin(), teams.end());
  std::ranges::stable_sort(shares.teams, larger);
  return shares;
}

void WriteDealRisk(JsonWriter& json, const revenue::DealRiskLine& line, double expected_shortfall,
                   double share, const revenue::ForecastReport& report, const DealView& view) {
  const auto position = view.list->book().Find(line.deal_id.substr(0, line.deal_id.find('#')));
  json.BeginObject()
      .Field("deal_id", line.deal_id)
      .TextOrNull("name", line.name)
      .TextOrNull("account", position ? view.list->book().deals()[*position].account : "")
      .TextOrNull("owner", line.owner);
  WriteMajor(json, "amount", line.amount, report.currency);
  json.Field("win_in_period", line.win_probability);
  WriteMajor(json, "shortfall", expected_shortfall * share, report.currency);
  json.Field("share", share)
      .Field("quota_if_won", line.quota_if_won)
      .Field("quota_if_not", line.quota_if_not)
      .EndObject();
}

void WriteSubmission(JsonWriter& json, const data::StoredSubmission& submission,
                     const identity::Principal& reader) {
  const auto currency =
      domain::Currency::FromCode(submission.currency).value_or(domain::Currency::Usd());
  json.BeginObject()
      .Field("submission_id", submission.id)
      .Field("period", submission.period)
      .Field("node_id", submission.node_id)
      .Field("node_name", submission.node_name)
      .Field("kind", submission.kind)
      .Field("category", submission.category);
  WriteMoney(json, "amount", submission.amount_minor, currency);
  json.Field("note", submission.note).Field("reason_code", submission.reason_code);
  TimeField(json, "at", std::optional(submission.at));
  json.Field("actor", submission.actor).Field("own", submission.user_id == reader.user.id);
  if (submission.model_mean && submission.model_p10 && submission.model_p50 &&
      submission.model_p90) {
    WriteMoney(json, "model_mean", *submission.model_mean, currency);
    json.BeginObject("model_band");
    WriteMoney(json, "p10", *submission.model_p10, currency);
    WriteMoney(json, "p50", *submission.model_p50, currency);
    WriteMoney(json, "p90", *submission.model_p90, currency);
    json.EndObject();
  } else {
    json.NullField("model_mean").NullField("model_band");
  }
  json.EndObject();
}

}  // namespace ri::api
