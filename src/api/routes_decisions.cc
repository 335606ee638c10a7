// What people decide about deals and call for periods.
#include <charconv>

#include "api/deal_documents.h"
#include "api/forecast_documents.h"
#include "api/permitted.h"
#include "api/routes.h"
#include "data/audit_entry.h"

namespace ri::api {
namespace {

constexpr std::size_t kLongestNote = 4000;

std::string NumberText(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return {buffer, end.ptr};
}

Result<Response> List(Call& call) {
  QueryInput query(call.request);
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  RI_ASSIGN_OR_RETURN([[maybe_unused]] const std::size_t position,
                      FindDeal(view, call.Path("deal_id")));
  RI_ASSIGN_OR_RETURN(const auto decisions,
                      call.services.operations.DecisionsOf(call.Path("deal_id")));
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredDecision& decision : decisions) {
    WriteDecision(json, decision, call.user());
  }
  json.EndArray().EndObject();
  return JsonResponse(json);
}

Result<Response> Add(Call& call) {
  BodyInput body(call.request);
  const auto kind = body.Word("kind", {"review", "note", "snooze", "follow_up", "disagree"});
  const auto note = body.Text("note", 0, kLongestNote);
  const auto until = body.Date("until");
  const auto reason = body.Word("reason_code", {"too_high", "too_low", "wrong_facts"});
  const auto as_of = body.Moment("as_of");
  if (!body.Has("kind")) {
    body.Complain("kind", "is missing.");
  }
  if (kind && (*kind == "snooze" || *kind == "follow_up") && !until) {
    body.Complain("until", "is missing.");
  }
  if (kind && *kind == "disagree" && !reason) {
    body.Complain("reason_code", "is missing.");
  }
  if (kind && *kind == "note" && note.value_or("").empty()) {
    body.Complain("note", "is missing.");
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, as_of, std::nullopt));
  RI_ASSIGN_OR_RETURN(const std::size_t position, FindDeal(view, call.Path("deal_id")));
  const book::ScoredDeal& deal = view.list->book().deals()[position];
  data::StoredDecision decision{
      .deal_id = deal.deal_id,
      .kind = *kind,
      .at = domain::Milliseconds(call.now),
      .user_id = call.user().user.id,
      .actor = call.user().user.name,
      .note = note && !note->empty() ? note : std::nullopt,
      .until_day = until ? std::optional(domain::DayNumber(*until)) : std::nullopt,
      .reason_code = reason,
      .seen_as_of = domain::Milliseconds(deal.as_of),
      .seen_win = NumberText(deal.win_probability),
      .seen_model = view.list->book().model().version.text(),
      .seen_row_hash = deal.feature_row_hash};
  RI_ASSIGN_OR_RETURN(decision.id, call.services.operations.AddDecision(decision));
  RI_RETURN_IF_ERROR(data::WriteAudit(
      call.services.operations, call.now, call.user().actor(), "decision",
      "deal " + decision.deal_id,
      "{\"kind\":\"" + *kind + "\",\"decision_id\":" + std::to_string(decision.id) + "}"));
  JsonWriter json;
  WriteDecision(json, decision, call.user());
  return JsonResponse(201, json);
}

Result<Response> Undo(Call& call) {
  const std::int64_t id = call.PathNumber("decision_id");
  RI_ASSIGN_OR_RETURN(
      const bool done,
      call.services.operations.TakeBack(id, call.user().user.id, domain::Milliseconds(call.now)));
  if (!done) {
    return Problem(404, "not-found", "There is no such decision of yours.");
  }
  RI_RETURN_IF_ERROR(data::WriteAudit(call.services.operations, call.now, call.user().actor(),
                                      "decision-undone", "decision " + std::to_string(id)));
  return NoContent();
}

/// Whether a submission about a node concerns what the reader sees.
bool SeesNode(const DealView& view, const std::string& node_id) {
  return view.visibility.everything() || NodeWithin(view, node_id);
}

Result<Response> Submissions(Call& call) {
  QueryInput query(call.request);
  const auto period = query.Quarter("period");
  const auto limit = query.Integer("limit", 1, 1000);
  const auto before = query.Integer("cursor", 1, std::numeric_limits<std::int64_t>::max());
  if (auto refusal = query.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  const std::int64_t size = limit.value_or(100);
  RI_ASSIGN_OR_RETURN(const auto submissions,
                      call.services.operations.Submissions(
                          period ? domain::FormatQuarter(*period) : "", before.value_or(0), size));
  JsonWriter json;
  json.BeginObject().BeginArray("items");
  for (const data::StoredSubmission& submission : submissions) {
    if (submission.user_id == call.user().user.id || SeesNode(view, submission.node_id)) {
      WriteSubmission(json, submission, call.user());
    }
  }
  json.EndArray().TextOrNull("next_cursor", static_cast<std::int64_t>(submissions.size()) == size
                                                ? std::to_string(submissions.back().id)
                                                : std::string());
  json.EndObject();
  return JsonResponse(json);
}

/// The amount of the body: a whole number of minor units and a currency.
std::optional<std::pair<std::int64_t, std::string>> ReadAmount(BodyInput& body) {
  const auto amount = body.Member("amount");
  if (!amount) {
    if (!body.Has("amount")) {
      body.Complain("amount", "is missing.");
    }
    return std::nullopt;
  }
  std::optional<std::int64_t> minor;
  std::string currency;
  bool right = amount->size() == 2;
  for (const auto& [name, value] : *amount) {
    if (const auto* number = std::get_if<double>(&value);
        name == "amount_minor" && number != nullptr) {
      right = right && *number >= 0 && *number <= 1e15 && *number == std::floor(*number);
      minor = right ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
    } else if (const auto* text = std::get_if<std::string>(&value);
               name == "currency" && text != nullptr) {
      currency = *text;
    } else {
      right = false;
    }
  }
  const auto known = domain::Currency::FromCode(currency);
  if (!right || !minor || !known || known->code() != currency) {
    body.Complain("amount", "must be {amount_minor, currency}.");
    return std::nullopt;
  }
  return std::pair(*minor, currency);
}

Result<Response> Submit(Call& call) {
  BodyInput body(call.request);
  const std::string period = body.RequiredText("period", 6, 6);
  const std::string node_id = body.RequiredText("node_id", 1, 300);
  const auto kind = body.Word("kind", {"call", "override"});
  const auto category = body.Word("category", {"commit", "best_case", "most_likely"});
  const auto amount = ReadAmount(body);
  const auto note = body.Text("note", 0, kLongestNote);
  const auto reason = body.Text("reason_code", 0, 64);
  if (!body.Has("kind")) {
    body.Complain("kind", "is missing.");
  }
  const auto quarter = domain::ParseQuarter(period);
  if (!quarter && !period.empty()) {
    body.Complain("period", "must be a quarter such as 2026Q4.");
  }
  if (auto refusal = body.Refusal()) {
    return *std::move(refusal);
  }
  RI_ASSIGN_OR_RETURN(const DealView view, OpenViewAt(call, std::nullopt, std::nullopt));
  if (!SeesNode(view, node_id)) {
    return Problem(403, "forbidden", "A call is made for the own node or one below it.");
  }
  if (amount->second != view.list->book().amounts().currency().code()) {
    return Problem(400, "bad-input", "The amount must be in the reporting currency.",
                   {{"amount", "must be in the reporting currency."}});
  }
  data::StoredSubmission submission{.period = domain::FormatQuarter(*quarter),
                                    .node_id = node_id,
                                    .node_name = NodeName(view, node_id),
                                    .kind = *kind,
                                    .category = category,
                                    .amount_minor = amount->first,
                                    .currency = amount->second,
                                    .note = note,
                                    .reason_code = reason,
                                    .at = domain::Milliseconds(call.now),
                                    .user_id = call.user().user.id,
                                    .actor = call.user().user.name};
  if (submission.node_name.empty()) {
    return Problem(404, "not-found", "There is no such node.");
  }
  // The model's number of this moment stays beside the person's.
  if (const auto outlook = NodeOutlook(call, view, *quarter, node_id)) {
    const domain::Currency currency = view.list->book().amounts().currency();
    submission.model_mean = MinorOf(outlook->mean, currency);
    submission.model_p10 = MinorOf(outlook->p10, currency);
    submission.model_p50 = MinorOf(outlook->p50, currency);
    submission.model_p90 = MinorOf(outlook->p90, currency);
  }
  RI_ASSIGN_OR_RETURN(submission.id, call.services.operations.AddSubmission(submission));
  JsonWriter detail;
  detail.BeginObject()
      .Field("period", submission.period)
      .Field("amount_minor", submission.amount_minor)
      .Field("kind", submission.kind)
      .EndObject();
  RI_RETURN_IF_ERROR(data::WriteAudit(call.services.operations, call.now, call.user().actor(),
                                      "submission", "node " + node_id, detail.Take()));
  JsonWriter json;
  WriteSubmission(json, submission, call.user());
  return JsonResponse(201, json);
}

}  // namespace

void AddDecisionRoutes(Router& router) {
  using identity::Permission;
  router.Add(Permitted("GET", "/api/v1/deals/{deal_id}/decisions", Permission::kRead, List));
  router.Add(Permitted("POST", "/api/v1/deals/{deal_id}/decisions", Permission::kDecide, Add));
  router.Add(Permitted("DELETE", "/api/v1/decisions/{decision_id}", Permission::kDecide, Undo));
  router.Add(Permitted("GET", "/api/v1/forecast/submissions", Permission::kRead, Submissions));
  router.Add(Permitted("POST", "/api/v1/forecast/submissions", Permission::kSubmit, Submit));
}

}  // namespace ri::api
