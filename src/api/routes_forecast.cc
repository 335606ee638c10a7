// Where the quarter will land.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "api/forecast_documents.h"
#include "api/known_sentences.h"
#include "api/permitted.h"
#include "api/routes.h"

namespace ri::api {
namespace {

constexpr base::Phrase kWholeView("Whole view", "Ganze Sicht");
constexpr base::Phrase kNoQuota(
    "There is no quota: the risk is told as half the way from the median to P10.",
    "Es gibt keine Quota: Das Risiko ist der halbe Weg vom Median zum P10.");

using revenue::ForecastNode;
using revenue::NodeForecast;

constexpr std::size_t kMostPins = 1000;

/// What most routes here begin with.
struct Asked {
  DealView view;
  std::optional<domain::Quarter> period;
  std::optional<std::string> node;
};

Result<std::variant<Asked, Response>> Ask(Call& call, QueryInput& query, bool with_node) {
  const auto period = query.Quarter("period");
  const auto node = with_node ? query.Text("node", 300) : std::nullopt;
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return std::variant<Asked, Response>(*std::move(refusal));
  }
  RI_ASSIGN_OR_RETURN(DealView view, OpenView(call, query));
  return std::variant<Asked, Response>(
      Asked{.view = std::move(view), .period = period, .node = node});
}

void WriteCategories(JsonWriter& json, const NodeForecast& node, const domain::Currency& currency) {
  json.BeginArray("categories");
  for (const revenue::CategoryForecast& category : node.categories) {
    json.BeginObject().Field("category", category.name).Field("n", category.deals);
    WriteMajor(json, "amount", category.amount, currency);
    WriteMajor(json, "expected", category.model_mean, currency);
    if (category.past_rate) {
      json.BeginObject("closed_before")
          .Field("value", *category.past_rate)
          .NullField("low")
          .NullField("high")
          .EndObject();
    }
    json.EndObject();
  }
  json.EndArray();
}

/// Newest call of the period by node, of nodes that lie within the view as a whole: a call about a
/// team tells of everybody's deals in it.
std::map<std::string, data::StoredSubmission> NewestCalls(Call& call, const DealView& view,
                                                          const domain::Quarter& period) {
  std::map<std::string, data::StoredSubmission> newest;
  const auto submissions =
      call.services.operations.Submissions(domain::FormatQuarter(period), 0, 10000);
  if (submissions) {
    for (const data::StoredSubmission& submission : *submissions) {
      if (view.visibility.everything() || NodeWithin(view, submission.node_id)) {
        newest.try_emplace(submission.node_id, submission);
      }
    }
  }
  return newest;
}

struct TreeNode {
  std::string id, parent, level;
  const NodeForecast* node = nullptr;
};

void WriteNode(JsonWriter& json, const TreeNode& node, const domain::Currency& currency,
               const std::map<std::string, data::StoredSubmission>& calls,
               const identity::Principal& reader, base::Language language) {
  json.BeginObject()
      .Field("node_id", node.id)
      .TextOrNull("parent_id", node.parent)
      .Field("level", node.level)
      .Field("name", node.level == "total" ? std::string(kWholeView.In(language)) : node.node->name)
      .Field("open_deals", node.node->open_deals);
  WriteMajor(json, "booked", node.node->booked, currency);
  WriteMajor(json, "open_mean", node.node->open_mean, currency);
  WriteMajor(json, "new_mean", node.node->new_mean, currency);
  WriteMajor(json, "mean", node.node->mean, currency);
  WriteQuantiles(json, "band", node.node->p10, node.node->p50, node.node->p90, currency);
  WriteMajor(json, "quota", node.node->quota.value_or(std::nan("")), currency);
  json.Field("quota_probability", node.node->quota_probability);
  WriteCategories(json, *node.node, currency);
  json.Key("call");
  if (const auto found = calls.find(node.id); found != calls.end()) {
    WriteSubmission(json, found->second, reader);
  } else {
    json.Null();
  }
  json.EndObject();
}

/// Regions with their teams with their reps, as they stand at the moment. Parents come first.
Result<std::vector<TreeNode>> TreeOf(
    Call& call, const Asked& asked,
    std::vector<std::shared_ptr<const revenue::ForecastReport>>& reports) {
  const book::Organisation& organisation = asked.view.list->book().organisation();
  const std::string top = TopNode(asked.view, call.user());
  std::map<std::string, std::string> team_of, region_of;
  for (std::size_t rep = 0; rep < organisation.rep.size(); ++rep) {
    team_of.try_emplace(organisation.rep[rep], organisation.team[rep]);
    region_of.try_emplace(organisation.team[rep], organisation.region[rep]);
  }
  for (const ForecastNode by :
       {ForecastNode::kTotal, ForecastNode::kRegion, ForecastNode::kTeam, ForecastNode::kRep}) {
    RI_ASSIGN_OR_RETURN(auto report, ForecastOf(call, asked.view, asked.period, by));
    reports.push_back(std::move(report));
  }
  std::vector<TreeNode> tree{{.id = top, .level = "total", .node = &reports[0]->total}};
  const auto add = [&](const revenue::ForecastReport& report, const std::string& level,
                       const auto& parent_of) {
    for (const NodeForecast& node : report.nodes) {
      tree.push_back({.id = level + ":" + node.name,
                      .parent = parent_of(node.name),
                      .level = node.name.starts_with('(') ? "other" : level,
                      .node = &node});
    }
  };
  const auto parent_in = [&top](const std::map<std::string, std::string>& parents,
                                const std::string& level, const std::string& name) {
    const auto found = parents.find(name);
    return found == parents.end() ? top : level + ":" + found->second;
  };
  add(*reports[1], "region", [&](const std::string&) { return top; });
  add(*reports[2], "team",
      [&](const std::string& name) { return parent_in(region_of, "region", name); });
  add(*reports[3], "rep",
      [&](const std::string& name) { return parent_in(team_of, "team", name); });
  return tree;
}

Result<Response> Forecast(Call& call) {
  QueryInput query(call.request);
  RI_ASSIGN_OR_RETURN(auto input, Ask(call, query, true));
  if (auto* refusal = std::get_if<Response>(&input)) {
    return std::move(*refusal);
  }
  const Asked& asked = std::get<Asked>(input);
  std::vector<std::shared_ptr<const revenue::ForecastReport>> reports;
  RI_ASSIGN_OR_RETURN(const std::vector<TreeNode> tree, TreeOf(call, asked, reports));
  const revenue::ForecastReport& whole = *reports[0];
  std::string top = asked.node.value_or(tree.front().id);
  if (top == "total") {
    top = tree.front().id;
  }
  const auto found = std::ranges::find(tree, top, &TreeNode::id);
  if (found == tree.end()) {
    return Problem(404, "not-found", "There is no such node that you can see.");
  }
  const auto calls = NewestCalls(call, asked.view, whole.period);
  const domain::Date today = domain::DateOf(asked.view.list->book().moment().as_of);
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, asked.view);
  json.Field("period", domain::FormatQuarter(whole.period));
  DateField(json, "period_begin", std::optional(whole.dates.begin));
  DateField(json, "period_end", std::optional(whole.dates.end));
  json.Key("week");
  whole.dates.Contains(today) ? json.Value(asked.view.list->book().calendar().WeekOfQuarter(today))
                              : json.Null();
  json.Field("currency", whole.currency.code()).Key("top");
  WriteNode(json, *found, whole.currency, calls, call.user(), call.language());
  // The node and everything below it.
  std::set<std::string_view> below{top};
  json.BeginArray("nodes");
  for (const TreeNode& node : tree) {
    const bool inside = node.id == top || below.contains(node.parent);
    if (inside) {
      below.insert(node.id);
      WriteNode(json, node, whole.currency, calls, call.user(), call.language());
    }
  }
  json.EndArray();
  if (top == tree.front().id) {
    WriteCurve(json, "curve", whole);
  } else {
    json.BeginArray("curve").EndArray();
  }
  WriteMajor(json, "diversification", reports[2]->diversification, whole.currency);
  json.BeginObject("common_factors")
      .Field("company", whole.correlation.rho_global)
      .Field("team", whole.correlation.rho_team)
      .Field("low", whole.correlation.rho_low)
      .Field("high", whole.correlation.rho_high)
      .Field("quarters", whole.correlation.num_cohorts)
      .Field("as_published", whole.published_cohorts)
      .EndObject();
  json.BeginArray("notes");
  for (const std::string& note : whole.notes) {
    json.Value(InLanguage(asked.view.language, note));
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

void WriteFanPoint(JsonWriter& json, const revenue::ForecastReport& report, domain::Timestamp as_of,
                   int week) {
  json.BeginObject();
  TimeField(json, "as_of", std::optional(as_of));
  json.Field("week", week);
  WriteMajor(json, "booked", report.total.booked, report.currency);
  WriteMajor(json, "mean", report.total.mean, report.currency);
  WriteQuantiles(json, "band", report.total.p10, report.total.p50, report.total.p90,
                 report.currency);
  json.Field("quota_probability", report.total.quota_probability).EndObject();
}

/// Past quarters of the last backtest; they are about the whole company.
void WritePast(JsonWriter& json, Call& call, const DealView& view) {
  json.BeginArray("past");
  const auto backtest = view.visibility.everything()
                            ? BacktestOf(call)
                            : Result<std::shared_ptr<const revenue::BacktestReport>>(nullptr);
  if (backtest && *backtest) {
    for (const revenue::BacktestQuarter& quarter : (*backtest)->quarters) {
      json.BeginObject().Field("period", domain::FormatQuarter(quarter.quarter));
      WriteMajor(json, "actual", quarter.outcome, (*backtest)->currency);
      json.BeginArray("points");
      for (const revenue::ReplayedForecast& forecast : quarter.model) {
        json.BeginObject().Field("week", forecast.week);
        WriteMajor(json, "booked", 0, (*backtest)->currency);
        WriteReplayed(json, forecast, (*backtest)->currency);
        json.EndObject();
      }
      json.EndArray().EndObject();
    }
  }
  json.EndArray();
}

Result<Response> Fan(Call& call) {
  QueryInput query(call.request);
  RI_ASSIGN_OR_RETURN(auto input, Ask(call, query, true));
  if (auto* refusal = std::get_if<Response>(&input)) {
    return std::move(*refusal);
  }
  const Asked& asked = std::get<Asked>(input);
  const book::DealBook& book = asked.view.list->book();
  RI_ASSIGN_OR_RETURN(const auto now,
                      ForecastOf(call, asked.view, asked.period, ForecastNode::kTotal));
  const domain::Date today = domain::DateOf(book.moment().as_of);
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, asked.view);
  json.Field("period", domain::FormatQuarter(now->period));
  DateField(json, "period_begin", std::optional(now->dates.begin));
  DateField(json, "period_end", std::optional(now->dates.end));
  json.Field("node_id", TopNode(asked.view, call.user()));
  WriteMajor(json, "quota", now->total.quota.value_or(std::nan("")), now->currency);
  json.BeginArray("points");
  // Every Monday since the quarter began, each with what was known then.
  for (domain::Date monday = domain::MondayOnOrAfter(now->dates.begin);
       monday < std::min(today, now->dates.end); monday += std::chrono::days(7)) {
    const auto then = OpenViewAt(call, domain::StartOf(monday), asked.view.known_at, false);
    if (!then) {
      continue;
    }
    const auto report = ForecastOf(call, *then, now->period, ForecastNode::kTotal);
    if (report) {
      WriteFanPoint(json, **report, domain::StartOf(monday), book.calendar().WeekOfQuarter(monday));
    }
  }
  // A quarter that is over ends with its last Monday: what came after is no forecast of it.
  if (today < now->dates.end) {
    WriteFanPoint(json, *now, book.moment().as_of,
                  now->dates.Contains(today) ? book.calendar().WeekOfQuarter(today) : 0);
  }
  json.EndArray();
  WritePast(json, call, asked.view);
  json.EndObject();
  return JsonResponse(json);
}

Result<Response> Waterfall(Call& call) {
  QueryInput query(call.request);
  const auto period = query.Quarter("period");
  const auto from = query.Moment("from");
  const auto to = query.Moment("to");
  const auto known_at = query.Moment("known_at");
  const auto node = query.Text("node", 300);
  if (from && to && *from >= *to) {
    query.Complain("from", "must lie before 'to'.");
  }
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, to, known_at));
  const domain::Timestamp end = view.list->book().moment().as_of;
  const domain::Timestamp begin = from.value_or(DefaultSince(end));
  if (begin >= end) {
    return Problem(400, "usage", "The earlier moment must lie before the later one.",
                   {{"from", "must lie before 'to'."}});
  }
  const std::string top = TopNode(view, call.user());
  if (node && *node != top && *node != "total") {
    return Problem(404, "not-found", "Movements are told for the whole view only.");
  }
  RI_ASSIGN_OR_RETURN(const auto report, MovementOf(call, view, begin, period));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.Field("period", domain::FormatQuarter(report->period)).Field("node_id", top);
  TimeField(json, "from", std::optional(report->from));
  TimeField(json, "to", std::optional(report->to));
  json.Field("currency", report->currency.code()).BeginArray("quantities");
  for (const char* quantity : {"mean", "p10", "quota_probability"}) {
    if (HasQuantity(*report, quantity, view)) {
      WriteMovement(json, *report, quantity, view);
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Scenario(Call& call) {
  QueryInput query(call.request);
  BodyInput body(call.request);
  const auto period_text = body.Text("period", 6, 6);
  const auto period = period_text ? domain::ParseQuarter(*period_text) : std::nullopt;
  if (period_text && !period) {
    body.Complain("period", "must be a quarter such as 2026Q4.");
  }
  if (!body.Has("pins")) {
    body.Complain("pins", "is missing.");
  }
  std::vector<revenue::ScenarioPin> pins;
  for (const auto& object : body.Objects("pins", 0, kMostPins)) {
    revenue::ScenarioPin pin;
    bool right = object.size() == 2;
    for (const auto& [name, value] : object) {
      const auto* text = std::get_if<std::string>(&value);
      if (name == "deal_id" && text != nullptr && !text->empty()) {
        pin.deal_id = *text;
      } else if (name == "outcome" && text != nullptr &&
                 (*text == "won" || *text == "lost" || *text == "slipped")) {
        pin.kind = *text == "won"    ? forecasting::PinKind::kWon
                   : *text == "lost" ? forecasting::PinKind::kLost
                                     : forecasting::PinKind::kSlipped;
      } else {
        right = false;
      }
    }
    if (!right) {
      body.Complain("pins", "each is {deal_id, outcome: won, lost or slipped}.");
      break;
    }
    pins.push_back(std::move(pin));
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenView(call, query));
  for (const revenue::ScenarioPin& pin : pins) {
    RI_ASSIGN_OR_RETURN([[maybe_unused]] const std::size_t position, FindDeal(view, pin.deal_id));
  }
  RI_ASSIGN_OR_RETURN(const auto before, ForecastOf(call, view, period, ForecastNode::kTotal));
  revenue::PeriodForecast after = before->total;
  std::optional<double> quota_after = before->total.quota_probability;
  if (!pins.empty()) {
    RI_ASSIGN_OR_RETURN(const revenue::ScenarioReport scenario,
                        RunScenario(call, view, period, pins));
    after = scenario.total;
    quota_after = scenario.quota_probability;
  }
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.Field("period", domain::FormatQuarter(before->period));
  WriteMajor(json, "quota", before->total.quota.value_or(std::nan("")), before->currency);
  json.Field("pins", pins.size());
  WriteOutlook(json, "before", before->total, before->total.quota_probability, before.get(),
               before->currency);
  WriteOutlook(json, "after", after, quota_after, nullptr, before->currency);
  json.EndObject();
  return JsonResponse(json);
}

Result<Response> Attribution(Call& call) {
  QueryInput query(call.request);
  const auto limit = query.Integer("limit", 1, 500);
  RI_ASSIGN_OR_RETURN(auto input, Ask(call, query, false));
  if (auto* refusal = std::get_if<Response>(&input)) {
    return std::move(*refusal);
  }
  const Asked& asked = std::get<Asked>(input);
  RI_ASSIGN_OR_RETURN(const auto report,
                      ForecastOf(call, asked.view, asked.period, ForecastNode::kTotal));
  const RiskShares shares = SharesOf(*report, asked.view);
  // Without a quota the risk is that of ending below the median.
  const double shortfall =
      report->total.expected_shortfall.value_or((report->total.p50 - report->total.p10) / 2);
  const std::size_t shown =
      std::min(shares.deals.size(), static_cast<std::size_t>(limit.value_or(20)));
  double listed = 0;
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, asked.view);
  json.Field("period", domain::FormatQuarter(report->period));
  WriteMajor(json, "quota", report->total.quota.value_or(std::nan("")), report->currency);
  json.Field("quota_probability", report->total.quota_probability);
  WriteMajor(json, "expected_shortfall", shortfall, report->currency);
  json.TextOrNull("message", report->total.quota ? "" : kNoQuota.In(asked.view.language));
  json.BeginArray("deals");
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [index, share] = shares.deals[i];
    listed += share;
    WriteDealRisk(json, report->risk->deals[index], shortfall, share, *report, asked.view);
  }
  json.EndArray().BeginArray("teams");
  for (const auto& [team, share] : shares.teams) {
    json.BeginObject().Field("team", team);
    WriteMajor(json, "shortfall", shortfall * share, report->currency);
    json.Field("share", share).EndObject();
  }
  json.EndArray();
  WriteMajor(json, "rest", shortfall * (1 - listed), report->currency);
  json.EndObject();
  return JsonResponse(json);
}

}  // namespace

domain::Timestamp DefaultSince(domain::Timestamp as_of) {
  const domain::Date monday = domain::MondayOnOrBefore(domain::DateOf(as_of));
  return domain::StartOf(monday - std::chrono::days(7));
}

void AddForecastRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/forecast", Permission::kRead, Forecast));
  router.Add(Permitted("GET", "/api/v1/forecast/fan", Permission::kRead, Fan));
  router.Add(Permitted("GET", "/api/v1/forecast/waterfall", Permission::kRead, Waterfall));
  router.Add(Permitted("POST", "/api/v1/forecast/scenario", Permission::kRead, Scenario));
  router.Add(Permitted("GET", "/api/v1/forecast/attribution", Permission::kRead, Attribution));
}

}  // namespace ri::api
