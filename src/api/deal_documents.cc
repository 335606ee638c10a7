#include "api/deal_documents.h"

#include <charconv>
#include <cmath>

#include "api/known_sentences.h"
#include "book/value_at_risk.h"

namespace ri::api {

Result<std::shared_ptr<const deals::MarksByDeal>> CurrentMarks(Call& call) {
  struct Cache {
    std::mutex mutex;
    const data::OperationsStore* store = nullptr;
    std::string tag;
    domain::Date day;
    std::shared_ptr<const deals::MarksByDeal> marks;
  };
  static Cache cache;
  const domain::Date today = domain::DateOf(call.now);
  RI_ASSIGN_OR_RETURN(const std::string tag, call.services.operations.DecisionsTag());
  {
    const std::lock_guard lock(cache.mutex);
    if (cache.marks && cache.store == &call.services.operations && cache.tag == tag &&
        cache.day == today) {
      return cache.marks;
    }
  }
  RI_ASSIGN_OR_RETURN(const auto decisions, call.services.operations.DecisionsInForce());
  auto marks = std::make_shared<const deals::MarksByDeal>(deals::MarksOf(decisions, today));
  const std::lock_guard lock(cache.mutex);
  cache.store = &call.services.operations;
  cache.tag = tag;
  cache.day = today;
  cache.marks = marks;
  return marks;
}

Result<DealView> OpenViewAt(Call& call, std::optional<domain::Timestamp> as_of,
                            std::optional<domain::Timestamp> known_at, bool with_changes) {
  RI_ASSIGN_OR_RETURN(auto list, call.services.deals.Get(as_of, known_at, with_changes));
  RI_ASSIGN_OR_RETURN(auto marks, CurrentMarks(call));
  auto visibility = list->VisibilityFor(call.user().user);
  return DealView{.list = std::move(list),
                  .visibility = std::move(visibility),
                  .marks = std::move(marks),
                  .known_at = known_at,
                  .language = call.language()};
}

Result<DealView> OpenView(Call& call, QueryInput& query) {
  const auto as_of = query.Moment("as_of");
  const auto known_at = query.Moment("known_at");
  return OpenViewAt(call, as_of, known_at);
}

std::unexpected<Error> NoSuchDeal(const std::string& deal_id) {
  return Fail(ErrorCode::kNotFound, "There is no open deal '" + deal_id + "' that you can see.");
}

Result<std::size_t> FindDeal(const DealView& view, const std::string& deal_id) {
  const auto position = view.list->book().Find(deal_id);
  if (!position || !view.visibility.Sees(view.list->listed(*position).owner)) {
    return NoSuchDeal(deal_id);
  }
  return *position;
}

void WriteBasis(JsonWriter& json, const DealView& view) {
  const book::DealBook& book = view.list->book();
  json.BeginObject("basis");
  TimeField(json, "as_of", std::optional(book.moment().as_of));
  TimeField(json, "known_at", view.known_at);
  json.Field("model_version", book.model().version.text())
      .Field("model_family", book.model().family)
      .TextOrNull("refusal", InLanguage(view.language, book.model().refusal))
      .TextOrNull("note", InLanguage(view.language, book.moment().note))
      .EndObject();
}

void WriteBasis(JsonWriter& json, domain::Timestamp as_of, const book::LoadedModel* model) {
  json.BeginObject("basis");
  TimeField(json, "as_of", std::optional(as_of));
  json.NullField("known_at");
  if (model == nullptr) {
    json.NullField("model_version").NullField("model_family").NullField("refusal");
  } else {
    json.Field("model_version", model->version.text())
        .Field("model_family", model->family)
        .TextOrNull("refusal", model->refusal);
  }
  json.NullField("note").EndObject();
}

std::int64_t MinorOf(double major, const domain::Currency& currency) {
  return std::llround(major * std::pow(10.0, currency.minor_digits()));
}

void WriteMoney(JsonWriter& json, std::string_view name, std::int64_t minor,
                const domain::Currency& currency) {
  json.BeginObject(name)
      .Field("amount_minor", minor)
      .Field("currency", currency.code())
      .EndObject();
}

void WriteMajor(JsonWriter& json, std::string_view name, double major,
                const domain::Currency& currency) {
  if (std::isfinite(major) && std::abs(major) < 1e15) {
    WriteMoney(json, name, MinorOf(major, currency), currency);
  } else {
    json.NullField(name);
  }
}

void WriteProbability(JsonWriter& json, std::string_view name, const book::ScoredDeal& deal) {
  json.BeginObject(name)
      .Field("value", deal.win_probability)
      .Field("low", deal.win_low)
      .Field("high", deal.win_high)
      .Key("n");
  deal.band_deals > 0 ? json.Value(deal.band_deals) : json.Null();
  json.EndObject();
}

namespace {

void WriteMarks(JsonWriter& json, const DealView& view, const std::string& deal_id) {
  static const deals::DealMarks kNone;
  const auto found = view.marks->find(deal_id);
  const deals::DealMarks& marks = found == view.marks->end() ? kNone : found->second;
  json.BeginObject("marks");
  TimeField(json, "reviewed_at", marks.reviewed_at);
  DateField(json, "snoozed_until", marks.snoozed_until);
  DateField(json, "follow_up_on", marks.follow_up_on);
  json.TextOrNull("disagreement", marks.disagreement).Field("notes", marks.notes).EndObject();
}

}  // namespace

void WriteDealRow(JsonWriter& json, const DealView& view, std::size_t position) {
  const deals::DealList& list = *view.list;
  const book::DealBook& book = list.book();
  const book::ScoredDeal& deal = book.deals()[position];
  const deals::ListedDeal& listed = list.listed(position);
  const domain::Currency reporting = book.amounts().currency();
  json.BeginObject()
      .Field("deal_id", deal.deal_id)
      .TextOrNull("name", deal.name)
      .TextOrNull("account", deal.account);
  if (listed.owner) {
    json.BeginObject("owner")
        .Field("rep_id", list.RepKey(*listed.owner))
        .Field("name", book.organisation().rep[*listed.owner])
        .EndObject();
  } else {
    json.NullField("owner");
  }
  json.TextOrNull("team", list.word(listed.team))
      .TextOrNull("region", list.word(listed.region))
      .TextOrNull("stage", deal.stage)
      .TextOrNull("forecast_category", deal.forecast_category);
  const auto currency = domain::Currency::FromCode(deal.currency).value_or(reporting);
  if (deal.amount_minor) {
    WriteMoney(json, "amount", *deal.amount_minor, currency);
  } else {
    json.NullField("amount");
  }
  WriteMajor(json, "amount_reporting", listed.amount_reporting, reporting);
  DateField(json, "commit_date", deal.commit_date);
  TimeField(json, "as_of", std::optional(deal.as_of));
  json.Field("age_days", listed.age_days);
  WriteProbability(json, "win", deal);
  json.Field("win_by_quarter_end", deal.win_by_quarter_end)
      .Field("win_by_next_quarter_end", deal.win_by_next_quarter_end)
      .Field("win_by_commit_date", deal.win_by_commit_date)
      .Field("slip", deal.slip)
      .Field("loss", deal.loss)
      .Field("stall", deal.stall)
      .Field("shrink", deal.shrink);
  DateField(json, "close_p10", deal.expected_close_p10);
  DateField(json, "close_p50", deal.expected_close_p50);
  DateField(json, "close_p90", deal.expected_close_p90);
  json.Field("risk", deal.risk)
      .Field("excess_risk", deal.excess_risk)
      .Field("risk_band", deals::RiskBandName(listed.band));
  WriteMajor(json, "at_stake", deal.priority, reporting);
  WriteMajor(json, "quarter_value_at_risk",
             book::QuarterValueAtRisk(deal, listed.amount_reporting, book.calendar()), reporting);
  json.Field("change_points", listed.change_points);
  WriteMarks(json, view, deal.deal_id);
  json.EndObject();
}

void WriteReason(JsonWriter& json, const deals::Reason& reason) {
  json.BeginObject()
      .Field("feature", reason.feature)
      .Field("group", reason.group)
      .Field("value", reason.value)
      .Field("sentence", reason.sentence)
      .Field("log_odds", reason.log_odds)
      .Field("points", reason.points);
  if (reason.peers) {
    // Ten, fifty and ninety of a hundred deals that were won from the same place.
    json.BeginObject("peers")
        .Field("n", reason.peers->won + reason.peers->lost)
        .Field("p10", reason.peers->won_quantiles.front())
        .Field("p50", reason.peers->won_quantiles.at(2))
        .Field("p90", reason.peers->won_quantiles.back())
        .Field("own", reason.peers->own)
        .EndObject();
  }
  json.EndObject();
}

void WriteDecision(JsonWriter& json, const data::StoredDecision& decision,
                   const identity::Principal& reader) {
  json.BeginObject()
      .Field("decision_id", decision.id)
      .Field("deal_id", decision.deal_id)
      .Field("kind", decision.kind);
  TimeField(json, "at", std::optional(decision.at));
  json.Field("actor", decision.actor)
      .Field("own", decision.user_id == reader.user.id)
      .Field("note", decision.note);
  DateField(json, "until",
            decision.until_day
                ? std::optional<domain::Date>(domain::DateFromDayNumber(*decision.until_day))
                : std::nullopt);
  json.Field("reason_code", decision.reason_code).BeginObject("seen");
  TimeField(json, "as_of", std::optional(decision.seen_as_of));
  json.Key("win");
  decision.seen_win ? json.Raw(*decision.seen_win) : json.Null();
  json.Field("model_version", decision.seen_model)
      .Field("feature_row_hash", decision.seen_row_hash)
      .EndObject()
      .Field("taken_back", decision.taken_back_at.has_value())
      .EndObject();
}

}  // namespace ri::api
