// Monday: where the quarter stands, why it moved, what decides it, what to do.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "api/forecast_documents.h"
#include "api/routes.h"
#include "deals/worklist.h"

namespace ri::api {
namespace {

using revenue::ForecastNode;
using revenue::ForecastReport;
using revenue::WaterfallReport;

constexpr std::size_t kCarriers = 3;
constexpr std::size_t kReasonsPerDeal = 3;
constexpr std::size_t kLeversPerDeal = 2;

constexpr base::Phrase kNothingEarlier("There is no earlier forecast to compare with yet.",
                                       "Es gibt noch keine frühere Prognose zum Vergleich.");
constexpr base::Phrase kChanceSame("The chance to reach the quota is unchanged at {now} %.",
                                   "Die Chance auf die Quota ist unverändert bei {now} %.");
constexpr base::Phrase kChanceRose(
    "The chance to reach the quota rose from {then} to {now} %.",
    "Die Chance auf die Quota ist von {then} auf {now} % gestiegen.");
constexpr base::Phrase kChanceFell("The chance to reach the quota fell from {then} to {now} %.",
                                   "Die Chance auf die Quota ist von {then} auf {now} % gefallen.");
constexpr base::Phrase kRevenueSame("The expected revenue is unchanged.",
                                    "Der erwartete Umsatz ist unverändert.");
constexpr base::Phrase kRevenueRose("The expected revenue rose by {change} %.",
                                    "Der erwartete Umsatz ist um {change} % gestiegen.");
constexpr base::Phrase kRevenueFell("The expected revenue fell by {change} %.",
                                    "Der erwartete Umsatz ist um {change} % gefallen.");
constexpr base::Phrase kLargest(" The largest movement is \"{cause}\".",
                                " Die größte Bewegung ist \"{cause}\".");

std::string Percent(double share) { return fmt::format("{:.0f}", 100 * share); }

/// One sentence on what moved, from the bars themselves.
std::string Headline(const ForecastReport& now, const ForecastReport* then,
                     const WaterfallReport* movement, const DealView& view) {
  const base::Language language = view.language;
  if (then == nullptr) {
    return std::string(kNothingEarlier.In(language));
  }
  const auto& p_now = now.total.quota_probability;
  const auto& p_then = then->total.quota_probability;
  std::string text;
  if (p_now && p_then) {
    const double change = 100 * (*p_now - *p_then);
    const base::Phrase& phrase = std::fabs(change) < 0.5 ? kChanceSame
                                 : change > 0            ? kChanceRose
                                                         : kChanceFell;
    text = base::Say(phrase, language, {{"now", Percent(*p_now)}, {"then", Percent(*p_then)}});
  } else {
    const double before = std::max(1.0, std::fabs(then->total.mean));
    const double change = (now.total.mean - then->total.mean) / before;
    const base::Phrase& phrase = std::fabs(change) < 0.005 ? kRevenueSame
                                 : change > 0              ? kRevenueRose
                                                           : kRevenueFell;
    text = base::Say(phrase, language, {{"change", Percent(std::fabs(change))}});
  }
  if (movement != nullptr && view.visibility.everything()) {
    const auto& steps = movement->total.bars.steps;
    const auto largest =
        std::ranges::max_element(steps, {}, [](std::int64_t step) { return std::abs(step); });
    if (*largest != 0) {
      const auto step = static_cast<forecasting::WaterfallStep>(largest - steps.begin());
      text += base::Say(kLargest, language, {{"cause", StepLabel(step, language)}});
    }
  }
  return text;
}

/// What could move the deal, says the model.
void WriteLevers(JsonWriter& json, const deals::PlannedWork& work) {
  json.BeginArray("levers");
  for (std::size_t i = 0; i < std::min(kLeversPerDeal, work.options.size()); ++i) {
    const deals::CounterfactualOption& option = work.options[i];
    std::string label;
    for (const deals::CounterfactualEdit& edit : option.edits) {
      label += (label.empty() ? "" : "; ") + edit.label + ": " + edit.to;
    }
    json.BeginObject()
        .Field("label", label)
        .Field("points", option.points)
        .Field("precedents", option.precedents.deals)
        .EndObject();
  }
  json.EndArray();
}

void WriteWork(JsonWriter& json, const DealView& view, domain::Timestamp since, std::size_t limit,
               std::span<const data::StoredAlert> alerts) {
  const book::DealBook& book = view.list->book();
  const domain::Currency currency = book.amounts().currency();
  const auto open = [&](std::size_t i) {
    const auto marks = view.marks->find(book.deals()[i].deal_id);
    const bool done = marks != view.marks->end() &&
                      (marks->second.snoozed_until ||
                       (marks->second.reviewed_at && *marks->second.reviewed_at > since));
    return !done && view.visibility.Sees(view.list->listed(i).owner);
  };
  const auto first = [&](deals::DealOrder order, std::size_t most) {
    std::vector<std::size_t> positions;
    for (const std::uint32_t i : *view.list->Order(order, true)) {
      if (positions.size() == most) {
        break;
      }
      if (open(i)) {
        positions.push_back(i);
      }
    }
    return positions;
  };
  const deals::WorkPlan plan =
      deals::PlanWork(book, first(deals::DealOrder::kAtStake, deals::kLookedAtPerPlace * limit),
                      first(deals::DealOrder::kAmount, limit), limit, view.language);
  json.BeginObject("work_plan");
  WriteMajor(json, "gain", plan.gain, currency);
  WriteMajor(json, "gain_by_amount", plan.gain_by_amount, currency);
  json.Field("helped", plan.helped)
      .Field("considered", plan.considered)
      .TextOrNull("message", plan.message)
      .EndObject()
      .BeginArray("worklist");
  for (const deals::PlannedWork& work : plan.items) {
    const std::size_t i = work.position;
    const book::ScoredDeal& deal = book.deals()[i];
    json.BeginObject().Key("deal");
    WriteDealRow(json, view, i);
    json.BeginArray("why");
    const auto explanation = deals::ExplainDeal(book, deal.deal_id, {.language = view.language});
    if (explanation) {
      for (std::size_t r = 0; r < std::min(kReasonsPerDeal, explanation->reasons.size()); ++r) {
        WriteReason(json, explanation->reasons[r]);
      }
    }
    json.EndArray().BeginArray("changed");
    for (const deals::DealChange& change :
         deals::ChangesOf(book, deal.deal, deal.as_of - std::chrono::days(7), view.language)) {
      WriteDealChange(json, change);
    }
    json.EndArray();
    WriteLevers(json, work);
    WriteMajor(json, "gain", work.gain > 0 ? work.gain : std::nan(""), currency);
    json.BeginArray("alerts");
    for (const data::StoredAlert& alert : alerts) {
      if (alert.deal_id == deal.deal_id && !alert.withheld) {
        WriteAlert(json, view, alert);
      }
    }
    json.EndArray().EndObject();
  }
  json.EndArray();
}

void WriteCalls(JsonWriter& json, Call& call, const DealView& view, const ForecastReport& teams) {
  const auto submissions =
      call.services.operations.Submissions(domain::FormatQuarter(teams.period), 0, 10000);
  json.BeginArray("calls");
  for (const revenue::NodeForecast& node : teams.nodes) {
    if (node.name.starts_with('(')) {
      continue;
    }
    const std::string id = "team:" + node.name;
    const data::StoredSubmission* newest = nullptr;
    // A call about a team tells of everybody's deals in it.
    if (submissions && (view.visibility.everything() || NodeWithin(view, id))) {
      const auto found = std::ranges::find(*submissions, id, &data::StoredSubmission::node_id);
      newest = found == submissions->end() ? nullptr : &*found;
    }
    const revenue::CategoryForecast* commit = nullptr;
    for (const revenue::CategoryForecast& category : node.categories) {
      commit = category.name == "Commit" ? &category : commit;
    }
    json.BeginObject().Field("node_id", id).Field("name", node.name);
    if (newest != nullptr) {
      WriteMoney(json, "called", newest->amount_minor, teams.currency);
    } else {
      WriteMajor(json, "called", node.commit ? node.commit->committed : std::nan(""),
                 teams.currency);
    }
    json.TextOrNull("called_by", newest == nullptr ? "" : newest->actor);
    WriteMajor(json, "model", node.mean, teams.currency);
    WriteMajor(json, "model_of_commit", commit == nullptr ? std::nan("") : commit->model_mean,
               teams.currency);
    if (node.commit) {
      json.BeginObject("closed_before")
          .Field("value", node.commit->realisation)
          .NullField("low")
          .NullField("high")
          .Field("n", node.commit->quarters)
          .EndObject();
    }
    WriteMajor(json, "quota", node.quota.value_or(std::nan("")), teams.currency);
    json.Field("quota_probability", node.quota_probability).EndObject();
  }
  json.EndArray();
}

void WriteNextQuarter(JsonWriter& json, const ForecastReport& now) {
  if (!now.following || !now.total.following) {
    json.NullField("next_quarter");
    return;
  }
  const revenue::PeriodForecast& next = *now.total.following;
  json.BeginObject("next_quarter").Field("period", domain::FormatQuarter(*now.following));
  WriteMajor(json, "mean", next.mean, now.currency);
  WriteMajor(json, "new_mean", next.new_mean, now.currency);
  WriteQuantiles(json, "band", next.p10, next.p50, next.p90, now.currency);
  json.EndObject();
}

/// The same week of past quarters, for those who see the whole company.
void WritePast(JsonWriter& json, Call& call, const DealView& view, int week) {
  json.BeginArray("past");
  const bool may =
      view.visibility.everything() && call.user().permissions.Has(identity::Permission::kInsight);
  const auto backtest =
      may ? BacktestOf(call) : Result<std::shared_ptr<const revenue::BacktestReport>>(nullptr);
  if (backtest && *backtest) {
    for (const revenue::BacktestQuarter& quarter : (*backtest)->quarters) {
      const auto found = std::ranges::find(quarter.model, week, &revenue::ReplayedForecast::week);
      if (found != quarter.model.end()) {
        json.BeginObject().Field("period", domain::FormatQuarter(quarter.quarter));
        WriteReplayed(json, *found, (*backtest)->currency);
        WriteMajor(json, "actual", quarter.outcome, (*backtest)->currency);
        json.EndObject();
      }
    }
  }
  json.EndArray();
}

void WriteCarriers(JsonWriter& json, const ForecastReport& now, const DealView& view) {
  const RiskShares shares = SharesOf(now, view);
  const double shortfall =
      now.total.expected_shortfall.value_or((now.total.p50 - now.total.p10) / 2);
  json.BeginArray("carriers");
  for (std::size_t i = 0; i < std::min(kCarriers, shares.deals.size()); ++i) {
    const auto& [index, share] = shares.deals[i];
    WriteDealRisk(json, now.risk->deals[index], shortfall, share, now, view);
  }
  json.EndArray().BeginArray("teams");
  for (const auto& [team, share] : shares.teams) {
    json.BeginObject().Field("team", team);
    WriteMajor(json, "shortfall", shortfall * share, now.currency);
    json.Field("share", share).EndObject();
  }
  json.EndArray();
}

/// What stands there when nothing can be said about a quarter.
void WriteWithoutForecast(JsonWriter& json, const book::DealBook& book, const std::string& reason) {
  const domain::Date today = domain::DateOf(book.moment().as_of);
  const domain::Quarter quarter = book.calendar().QuarterOf(today);
  const domain::Period dates = book.calendar().PeriodOf(quarter);
  json.Field("period", domain::FormatQuarter(quarter));
  DateField(json, "period_begin", std::optional(dates.begin));
  DateField(json, "period_end", std::optional(dates.end));
  json.Field("week", book.calendar().WeekOfQuarter(today))
      .Field("currency", book.amounts().currency().code())
      .NullField("quota")
      .NullField("booked")
      .NullField("now")
      .NullField("then")
      .Field("forecast_refusal", reason)
      .Field("headline", reason)
      .NullField("movement")
      .BeginArray("carriers")
      .EndArray()
      .BeginArray("teams")
      .EndArray()
      .BeginArray("calls")
      .EndArray()
      .NullField("next_quarter")
      .BeginArray("past")
      .EndArray();
}

Status WriteForecast(JsonWriter& json, Call& call, const DealView& view,
                     std::shared_ptr<const ForecastReport> now, domain::Timestamp since) {
  const book::DealBook& book = view.list->book();
  RI_ASSIGN_OR_RETURN(const auto teams, ForecastOf(call, view, now->period, ForecastNode::kTeam));
  std::shared_ptr<const ForecastReport> then;
  if (const auto earlier = OpenViewAt(call, since, view.known_at, false)) {
    then = ForecastOf(call, *earlier, now->period, ForecastNode::kTotal).value_or(nullptr);
  }
  const auto movement = MovementOf(call, view, since, now->period).value_or(nullptr);
  const domain::Date today = domain::DateOf(book.moment().as_of);
  const int week = now->dates.Contains(today) ? book.calendar().WeekOfQuarter(today) : 0;
  json.Field("period", domain::FormatQuarter(now->period));
  DateField(json, "period_begin", std::optional(now->dates.begin));
  DateField(json, "period_end", std::optional(now->dates.end));
  json.Field("week", week).Field("currency", now->currency.code());
  WriteMajor(json, "quota", now->total.quota.value_or(std::nan("")), now->currency);
  WriteMajor(json, "booked", now->total.booked, now->currency);
  WriteOutlook(json, "now", now->total, now->total.quota_probability, now.get(), now->currency);
  if (then) {
    WriteOutlook(json, "then", then->total, then->total.quota_probability, nullptr, then->currency);
  } else {
    json.NullField("then");
  }
  json.NullField("forecast_refusal")
      .Field("headline", Headline(*now, then.get(), movement.get(), view));
  if (movement) {
    json.Key("movement");
    WriteMovement(json, *movement,
                  HasQuantity(*movement, "quota_probability", view) ? "quota_probability" : "mean",
                  view);
  } else {
    json.NullField("movement");
  }
  WriteCarriers(json, *now, view);
  WriteCalls(json, call, view, *teams);
  WriteNextQuarter(json, *now);
  WritePast(json, call, view, week);
  return {};
}

Result<Response> Overview(Call& call) {
  QueryInput query(call.request);
  const auto period = query.Quarter("period");
  const auto since_asked = query.Moment("since");
  const auto work = query.Integer("worklist", 1, 50);
  [[maybe_unused]] const auto as_of = query.Moment("as_of");
  [[maybe_unused]] const auto known_at = query.Moment("known_at");
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenView(call, query));
  const book::DealBook& book = view.list->book();
  const domain::Timestamp since = since_asked.value_or(DefaultSince(book.moment().as_of));
  if (since >= book.moment().as_of) {
    return Problem(400, "usage", "The moment to compare with must lie before the other.",
                   {{"since", "must lie before 'as_of'."}});
  }
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, view);
  json.Field("role", call.user().user.role);
  TimeField(json, "since", std::optional(since));
  auto now = ForecastOf(call, view, period, ForecastNode::kTotal);
  if (now) {
    RI_RETURN_IF_ERROR(WriteForecast(json, call, view, *now, since));
  } else if (now.error().code() == ErrorCode::kRefused) {
    WriteWithoutForecast(json, book, now.error().message());
  } else {
    return std::unexpected(now.error());
  }
  RI_ASSIGN_OR_RETURN(const auto alerts, call.services.operations.Alerts(0, true));
  WriteWork(json, view, since, static_cast<std::size_t>(work.value_or(5)), alerts);
  json.EndObject();
  return JsonResponse(json);
}

}  // namespace

void AddOverviewRoutes(Router& router) {
  router.Add({.method = "GET",
              .pattern = "/api/v1/overview",
              .gate = Gate::kPermission,
              .permission = identity::Permission::kRead,
              .handler = Handled(Overview)});
}

}  // namespace ri::api
