// Why a number changed, what would change it, who was alike.
#include <charconv>
#include <cmath>

#include "api/deal_documents.h"
#include "api/forecast_documents.h"
#include "api/opened_deal.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "deals/counterfactuals.h"
#include "deals/deal_edits.h"
#include "deals/explain_change.h"
#include "deals/missing_facts.h"
#include "deals/similar_past_deals.h"
#include "deals/what_if.h"

namespace ri::api {
namespace {

/// Past deals looked at before those the reader may not see are left out.
constexpr std::size_t kSimilarLooked = 400;

std::string_view CauseOf(deals::ChangeCause cause) {
  using enum deals::ChangeCause;
  switch (cause) {
    case kTimePassed:
      return "time";
    case kOthersMoved:
      return "peers";
    case kModelChanged:
      return "model";
    default:
      return "field";
  }
}

constexpr base::Phrase kOtherModel("Another model version", "Eine andere Modellversion");
constexpr base::Phrase kNow("{field}: {before}, now {after}", "{field}: {before}, jetzt {after}");

std::string LabelOf(const deals::FieldOfChange& field, base::Language language) {
  if (field.field.empty()) {
    return field.label.empty() ? std::string(kOtherModel.In(language)) : field.label;
  }
  return base::Say(kNow, language,
                   {{"field", field.label}, {"before", field.before}, {"after", field.after}});
}

Result<Response> Change(Call& call) {
  QueryInput query(call.request);
  const auto since_asked = query.Moment("since");
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDeal(call, query));
  const domain::Timestamp as_of = opened.book().moment().as_of;
  const domain::Timestamp since = since_asked.value_or(DefaultSince(as_of));
  if (since >= as_of) {
    return Problem(400, "usage", "The moment to compare with must lie before the other.",
                   {{"since", "must lie before 'as_of'."}});
  }
  RI_ASSIGN_OR_RETURN(
      const auto earlier,
      deals::OpenEarlierBook(call.services.workspace,
                             {.as_of = as_of, .known_at = opened.view.known_at, .now = call.now},
                             since, base::Progress::Silent()));
  JsonWriter json;
  BeginAnswer(json, opened);
  TimeField(json, "since", std::optional(since));
  if (!earlier->Find(opened.deal().deal_id)) {
    json.NullField("then");
    WriteProbability(json, "now", opened.deal());
    json.NullField("points")
        .BeginArray("causes")
        .EndArray()
        .Field("additivity_error", 0.0)
        .EndObject();
    return JsonResponse(json);
  }
  RI_ASSIGN_OR_RETURN(
      const deals::ChangeExplanation change,
      deals::ExplainChange(*earlier, opened.book(), opened.deal().deal_id, call.language()));
  WriteProbability(json, "then", change.before);
  WriteProbability(json, "now", change.after);
  json.Field("points", change.after_points - change.before_points).BeginArray("causes");
  for (const deals::FieldOfChange& field : change.fields) {
    json.BeginObject()
        .Field("cause", CauseOf(field.cause))
        .Field("detail", deals::CauseKey(field.cause))
        .Field("label", LabelOf(field, call.language()))
        .TextOrNull("field", field.field)
        .TextOrNull("before", field.before)
        .TextOrNull("after", field.after)
        .Field("points", field.points)
        .EndObject();
  }
  json.EndArray().Field("additivity_error", change.additivity_error).EndObject();
  return JsonResponse(json);
}

void WriteTyped(JsonWriter& json, std::string_view name, const deals::Lever& lever) {
  json.Key(name);
  double number = 0;
  const char* end = lever.value.data() + lever.value.size();
  if (lever.value.empty()) {
    json.Null();
  } else if (lever.kind == "number" &&
             std::from_chars(lever.value.data(), end, number).ptr == end) {
    json.Value(number);
  } else if (lever.kind == "flag") {
    json.Value(lever.value == "true" || lever.value == "yes" || lever.value == "1");
  } else {
    json.Value(lever.value);
  }
}

Result<Response> Levers(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDeal(call, query));
  JsonWriter json;
  BeginAnswer(json, opened);
  WriteProbability(json, "win", opened.deal());
  json.BeginArray("levers");
  for (const deals::Lever& lever : deals::LeversOf(opened.book(), opened.position)) {
    json.BeginObject()
        .Field("field", lever.field)
        .Field("label", lever.label)
        .Field("kind", lever.kind);
    WriteTyped(json, "value", lever);
    json.BeginArray("choices");
    for (const std::string& choice : lever.choices) {
      json.Value(choice);
    }
    json.EndArray()
        .NullField("min")
        .NullField("max")
        .NullField("step")
        .Field("actionable", lever.actionable)
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// The value of an edit as it would be typed.
std::string Typed(const JsonScalar& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return *text;
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  if (const auto* number = std::get_if<double>(&value)) {
    char buffer[400];
    const auto end =
        std::to_chars(buffer, buffer + sizeof(buffer), *number, std::chars_format::fixed);
    return {buffer, end.ptr};
  }
  return {};
}

Result<Response> Ask(Call& call) {
  QueryInput query(call.request);
  BodyInput body(call.request);
  std::vector<deals::FieldEdit> edits;
  for (const auto& object : body.Objects("edits", 1, 50)) {
    deals::FieldEdit edit;
    bool has_value = false;
    for (const auto& [name, value] : object) {
      const auto* text = std::get_if<std::string>(&value);
      if (name == "field" && text != nullptr) {
        edit.field = *text;
      } else if (name == "value") {
        edit.value = Typed(value);
        has_value = true;
      } else {
        body.Complain("edits", "each is {field, value}.");
      }
    }
    if (edit.field.empty() || edit.field.size() > 200 || !has_value) {
      body.Complain("edits", "each is {field, value}.");
    }
    edits.push_back(std::move(edit));
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDeal(call, query));
  RI_ASSIGN_OR_RETURN(const deals::WhatIfAnswer answer,
                      deals::WhatIf(opened.book(), opened.deal().deal_id, edits, call.language()));
  JsonWriter json;
  BeginAnswer(json, opened);
  WriteProbability(json, "before", answer.before);
  json.BeginObject("after")
      .Field("value", answer.after_probability)
      .Field("low", answer.after_band.low)
      .Field("high", answer.after_band.high)
      .Field("n", answer.after_band.deals)
      .EndObject()
      .Field("points", answer.after_points - answer.before_points)
      .Field("win_by_quarter_end_before", answer.before.win_by_quarter_end)
      .Field("win_by_quarter_end_after", answer.after_win_by_quarter_end)
      .BeginArray("causes");
  for (const deals::WhatIfShare& share : answer.shares) {
    json.BeginObject()
        .Field("field", share.field)
        .Field("label", share.label)
        .Field("points", share.points)
        .EndObject();
  }
  json.EndArray().BeginArray("notes");
  for (const std::string& note : answer.notes) {
    json.Value(note);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Counterfactuals(Call& call) {
  QueryInput query(call.request);
  const auto target = query.Number("target", 0.001, 0.999);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDeal(call, query));
  RI_ASSIGN_OR_RETURN(const deals::CounterfactualReport report,
                      deals::FindCounterfactual(opened.book(), opened.deal().deal_id,
                                                {.target = target, .language = call.language()}));
  JsonWriter json;
  BeginAnswer(json, opened);
  json.Field("target", report.target);
  WriteProbability(json, "now", opened.deal());
  json.Field("reachable", report.reachable)
      .Field("best", report.best)
      .Field("message", report.message)
      .BeginArray("items");
  for (const deals::CounterfactualOption& option : report.options) {
    json.BeginObject().BeginArray("edits");
    for (const deals::CounterfactualEdit& edit : option.edits) {
      json.BeginObject()
          .Field("field", edit.field)
          .Field("label", edit.label)
          .Field("from", edit.from)
          .Field("to", edit.to)
          .EndObject();
    }
    json.EndArray()
        .Field("win", option.win_probability)
        .Field("points", option.points)
        .BeginObject("precedents")
        .Field("n", option.precedents.deals)
        .Field("won", option.precedents.won)
        .Field("expected", option.precedents.expected)
        .EndObject()
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

/// A past deal belongs to whoever owns it at the moment looked from.
bool Sees(const DealView& view, const std::string& deal_id) {
  const data::EventLog& log = *view.list->book().knowledge()->log;
  const auto deal = log.Find(data::EntityKind::kDeal, deal_id);
  const auto owner =
      deal ? book::LatestValue(log, data::EntityKind::kDeal, *deal, data::attribute::kOwner,
                               view.list->book().moment().as_of)
           : std::nullopt;
  return view.visibility.Sees(owner ? std::optional(static_cast<std::size_t>(*owner))
                                    : std::nullopt);
}

void WriteSimilar(JsonWriter& json, const deals::SimilarPastDeal& deal) {
  json.BeginObject()
      .Field("deal_id", deal.deal_id)
      .TextOrNull("name", deal.name)
      .TextOrNull("account", deal.account)
      .TextOrNull("owner", deal.owner);
  TimeField(json, "as_of", std::optional(deal.as_of));
  json.Field("outcome", deal.won ? "won" : "lost");
  DateField(json, "closed_on", deal.closed_on);
  json.Field("days_to_close", deal.days_to_close);
  const auto currency = domain::Currency::FromCode(deal.currency);
  if (deal.amount_minor && currency) {
    WriteMoney(json, "amount", *deal.amount_minor, *currency);
  } else {
    json.NullField("amount");
  }
  json.Field("distance", deal.distance).Field("win", deal.win_probability).BeginArray("shared");
  for (const std::string& group : deal.shared) {
    json.Value(group);
  }
  json.EndArray().EndObject();
}

Result<Response> Similar(Call& call) {
  QueryInput query(call.request);
  const auto limit = query.Integer("limit", 1, 50);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDeal(call, query));
  const auto shown = static_cast<std::size_t>(limit.value_or(10));
  const bool everything = opened.view.visibility.everything();
  RI_ASSIGN_OR_RETURN(deals::SimilarDealsReport report,
                      deals::FindSimilarDeals(opened.book(), opened.deal().deal_id,
                                              everything ? shown : kSimilarLooked));
  if (!everything) {
    std::erase_if(report.deals, [&](const deals::SimilarPastDeal& deal) {
      return !Sees(opened.view, deal.deal_id);
    });
    report.deals.resize(std::min(report.deals.size(), shown));
    report.compared = report.deals.size();
    report.won = static_cast<std::size_t>(
        std::ranges::count(report.deals, true, &deals::SimilarPastDeal::won));
    report.won_low = report.won_high = std::nan("");
  }
  JsonWriter json;
  BeginAnswer(json, opened);
  json.BeginObject("won_rate")
      .Field("value", report.compared == 0
                          ? std::nan("")
                          : static_cast<double>(report.won) / static_cast<double>(report.compared))
      .Field("low", report.won_low)
      .Field("high", report.won_high)
      .Field("n", report.compared)
      .EndObject()
      .BeginArray("items");
  for (const deals::SimilarPastDeal& deal : report.deals) {
    WriteSimilar(json, deal);
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

void WriteRecord(JsonWriter& json, std::string_view name, const deals::FactRecord& record) {
  json.BeginObject(name)
      .Field("n", record.deals)
      .Field("won", record.won)
      .Field("low", record.low)
      .Field("high", record.high)
      .EndObject();
}

Result<Response> MissingFacts(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = CheckMoment(query)) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const OpenedDeal opened, OpenDeal(call, query));
  RI_ASSIGN_OR_RETURN(
      const deals::MissingFacts found,
      deals::FindMissingFacts(opened.book(), opened.deal().deal_id, call.language()));
  JsonWriter json;
  BeginAnswer(json, opened);
  WriteProbability(json, "win", opened.deal());
  json.Field("band_width", found.band_width)
      .TextOrNull("place", found.place)
      .Field("peers", found.peers)
      .Field("facts", found.facts)
      .BeginArray("items");
  for (const deals::MissingFact& fact : found.empty) {
    json.BeginObject().Field("fact", fact.fact).Field("label", fact.label);
    WriteRecord(json, "with", fact.with);
    WriteRecord(json, "without", fact.without);
    json.Field("enough", fact.enough)
        .Field("low", fact.low)
        .Field("middle", fact.middle)
        .Field("high", fact.high)
        .Field("moved", fact.moved)
        .Field("band_width", fact.band_width)
        .EndObject();
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

}  // namespace

void AddExplanationRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/change", Permission::kRead, Change));
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/what-if", Permission::kRead, Levers));
  router.Add(Permitted("POST", "/api/v1/deals/{deal_id}/what-if", Permission::kRead, Ask));
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/counterfactuals", Permission::kRead,
                       Counterfactuals));
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/similar", Permission::kRead, Similar));
  router.Add(
      Permitted("GET", "/api/v1/deals/{deal_id}/missing-facts", Permission::kRead, MissingFacts));
}

}  // namespace ri::api
