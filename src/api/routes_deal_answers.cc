// What is said about one deal.
#include <cmath>

#include "api/deal_documents.h"
#include "api/opened_deal.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "deals/deal_changes.h"
#include "deals/deal_facts.h"

namespace ri::api {
namespace {

constexpr int kCurveWeeks = 52;

Result<Response> Detail(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDealOrClosed(call, query));
  RI_ASSIGN_OR_RETURN(const auto decisions,
                      call.services.operations.DecisionsOf(opened.deal().deal_id));
  JsonWriter json;
  json.BeginObject();
  WriteBasis(json, opened.view);
  json.Key("deal");
  WriteDealRow(json, opened.view, opened.position);
  json.Field("status", opened.status);
  DateField(json, "closed_on", opened.closed_on);
  json.BeginArray("facts");
  for (const deals::DealFact& fact :
       deals::FactsOf(opened.book(), opened.deal().deal, call.language())) {
    json.BeginObject().Field("field", fact.field).TextOrNull("value", fact.value);
    TimeField(json, "since", std::optional(fact.since));
    json.EndObject();
  }
  json.EndArray().BeginArray("close_curve");
  for (const deals::CloseShare& share :
       deals::CloseCurveOf(opened.book(), opened.position, kCurveWeeks)) {
    json.BeginObject();
    DateField(json, "date", std::optional(share.date));
    json.Field("won", share.won).Field("lost", share.lost).Field("open", share.open).EndObject();
  }
  json.EndArray().BeginObject("calibration").Key("n");
  const book::ScoredDeal& deal = opened.deal();
  deal.band_deals > 0 ? json.Value(deal.band_deals) : json.Null();
  json.BeginObject("won")
      .Field("value", deal.win_probability)
      .Field("low", deal.win_low)
      .Field("high", deal.win_high)
      .EndObject()
      .EndObject()
      .BeginArray("decisions");
  for (const data::StoredDecision& decision : decisions) {
    if (!decision.taken_back_at) {
      WriteDecision(json, decision, call.user());
    }
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Reasons(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDealOrClosed(call, query));
  RI_ASSIGN_OR_RETURN(
      const deals::Explanation explanation,
      deals::ExplainDeal(opened.book(), opened.deal().deal_id, {.language = call.language()}));
  JsonWriter json;
  BeginAnswer(json, opened);
  WriteProbability(json, "win", explanation.score);
  json.Field("base_points", explanation.base_points)
      .Field("shown_points", explanation.shown_points)
      .Field("base_log_odds", explanation.base_margin)
      .Field("log_odds", explanation.margin)
      .Field("additivity_error", explanation.additivity_error)
      .Field("background_rows", explanation.background_rows)
      .BeginArray("groups");
  for (const deals::Reason& group : explanation.groups) {
    json.BeginObject()
        .Field("group", group.group)
        .Field("log_odds", group.log_odds)
        .Field("points", group.points)
        .EndObject();
  }
  json.EndArray().BeginArray("reasons");
  for (const deals::Reason& reason : explanation.reasons) {
    WriteReason(json, reason);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> History(Call& call) {
  QueryInput query(call.request);
  const auto weeks = query.Integer("weeks", 1, 260);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDealOrClosed(call, query));
  RI_ASSIGN_OR_RETURN(const auto points, deals::ScoreHistory(opened.book(), opened.position,
                                                             static_cast<int>(weeks.value_or(52))));
  JsonWriter json;
  BeginAnswer(json, opened);
  json.BeginArray("points");
  for (const book::ScoredDeal& point : points) {
    json.BeginObject();
    TimeField(json, "as_of", std::optional(point.as_of));
    WriteProbability(json, "win", point);
    json.Field("win_by_quarter_end", point.win_by_quarter_end).TextOrNull("stage", point.stage);
    const auto currency = domain::Currency::FromCode(point.currency);
    if (point.amount_minor && currency) {
      WriteMoney(json, "amount", *point.amount_minor, *currency);
    } else {
      json.NullField("amount");
    }
    DateField(json, "commit_date", point.commit_date);
    json.EndObject();
  }
  json.EndArray().BeginArray("events");
  const domain::Timestamp begin =
      points.front().as_of - std::chrono::days(7 * (points.size() > 1 ? 1 : 52));
  for (const deals::DealChange& change :
       deals::ChangesOf(opened.book(), opened.deal().deal, begin, call.language())) {
    WriteDealChange(json, change);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

}  // namespace

void WriteDealChange(JsonWriter& json, const deals::DealChange& change) {
  json.BeginObject();
  TimeField(json, "at", std::optional(change.at));
  json.Field("kind", change.kind)
      .Field("label", change.label)
      .TextOrNull("field", change.field)
      .TextOrNull("from", change.from)
      .TextOrNull("to", change.to)
      .EndObject();
}

void AddDealAnswerRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}", Permission::kRead, Detail));
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/reasons", Permission::kRead, Reasons));
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/history", Permission::kRead, History));
}

}  // namespace ri::api
