#include "deals/explain_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace ri::deals {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json Text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
Json Date(const std::optional<domain::Date>& date) {
  return date ? Json(domain::FormatDate(*date)) : Json(nullptr);
}

std::string Dump(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json Basis(const book::Moment& moment, const std::string& version, const std::string& family,
           const std::string& refusal, const Json& known_at) {
  return {{"as_of", domain::FormatTimestamp(moment.as_of)},
          {"known_at", known_at},
          {"model_version", Text(version)},
          {"model_family", Text(family)},
          {"refusal", Text(refusal)},
          {"note", Text(moment.note)}};
}

Json Basis(const book::DealBook& book) {
  return Basis(book.moment(), book.model().version.text(), book.model().family,
               book.model().refusal, domain::FormatTimestamp(book.knowledge()->newest_batch));
}

Json Probability(double value, double low, double high, std::size_t deals) {
  return {{"value", Number(value)},
          {"low", deals > 0 ? Number(low) : Json(nullptr)},
          {"high", deals > 0 ? Number(high) : Json(nullptr)},
          {"n", deals}};
}

Json Win(const book::ScoredDeal& deal) {
  return Probability(deal.win_probability, deal.win_low, deal.win_high, deal.band_deals);
}

Json Money(const std::optional<std::int64_t>& minor, const std::string& currency) {
  return minor ? Json{{"amount_minor", *minor}, {"currency", currency}} : Json(nullptr);
}

Json Quantiles(const std::array<double, kPeerLevels.size()>& quantiles) {
  return {{"p10", Number(quantiles[0])},
          {"p25", Number(quantiles[1])},
          {"p50", Number(quantiles[2])},
          {"p75", Number(quantiles[3])},
          {"p90", Number(quantiles[4])}};
}

Json Peers(const PeerValues& peers) {
  Json won = Quantiles(peers.won_quantiles);
  won["n"] = peers.won;
  won["share"] = Number(peers.won_share);
  Json lost = Quantiles(peers.lost_quantiles);
  lost["n"] = peers.lost;
  lost["share"] = Number(peers.lost_share);
  return {{"n", peers.won + peers.lost},
          {"own", Number(peers.own)},
          {"p10", Number(peers.won_quantiles[0])},
          {"p50", Number(peers.won_quantiles[2])},
          {"p90", Number(peers.won_quantiles[4])},
          {"won", std::move(won)},
          {"lost", std::move(lost)},
          {"text", Text(peers.text)}};
}

Json ReasonJson(const Reason& reason) {
  return {{"feature", reason.feature},
          {"group", reason.group},
          {"value", reason.value},
          {"sentence", reason.sentence},
          {"observation", reason.observation},
          {"log_odds", reason.log_odds},
          {"points", reason.points},
          {"peers", reason.peers ? Peers(*reason.peers) : Json(nullptr)}};
}

}  // namespace

std::string ReasonsJson(const Explanation& explanation) {
  Json groups = Json::array();
  for (const Reason& group : explanation.groups) {
    groups.push_back(
        {{"group", group.group}, {"log_odds", group.log_odds}, {"points", group.points}});
  }
  Json reasons = Json::array();
  for (const Reason& reason : explanation.reasons) {
    reasons.push_back(ReasonJson(reason));
  }
  Json peers = nullptr;
  if (explanation.peers) {
    peers = {{"text", Text(explanation.peers->text)},
             {"won", explanation.peers->won},
             {"lost", explanation.peers->lost},
             {"stage", Text(explanation.peers->stage)},
             {"age", book::AgeClassText(explanation.peers->age_class)}};
  }
  return Dump({{"basis", Basis(explanation.moment, explanation.model_version,
                               explanation.model_family, explanation.refusal, nullptr)},
               {"deal_id", explanation.score.deal_id},
               {"name", Text(explanation.score.name)},
               {"as_of", domain::FormatTimestamp(explanation.score.as_of)},
               {"win", Win(explanation.score)},
               {"base_points", explanation.base_points},
               {"shown_points", explanation.shown_points},
               {"base_log_odds", explanation.base_margin},
               {"log_odds", explanation.margin},
               {"additivity_error", explanation.additivity_error},
               {"background_rows", explanation.background_rows},
               {"peers", std::move(peers)},
               {"groups", std::move(groups)},
               {"reasons", std::move(reasons)},
               {"reading",
                "Reasons are associated with the outcome in past deals; they are not its cause."}});
}

std::string ChangeJson(const book::DealBook& now, const ChangeExplanation& change) {
  Json causes = Json::array();
  for (const FieldOfChange& field : change.fields) {
    const char* kind = "field";
    if (field.cause == ChangeCause::kTimePassed) {
      kind = "time";
    } else if (field.cause == ChangeCause::kOthersMoved) {
      kind = "peers";
    } else if (field.cause == ChangeCause::kModelChanged) {
      kind = "model";
    }
    causes.push_back({{"cause", kind},
                      {"mover", CauseKey(field.cause)},
                      {"label", field.label},
                      {"field", Text(field.field)},
                      {"before", field.before},
                      {"after", field.after},
                      {"points", field.points}});
  }
  Json movers = Json::array();
  for (std::size_t k = 0; k < change.by_cause.size(); ++k) {
    const auto cause = static_cast<ChangeCause>(k);
    movers.push_back(
        {{"mover", CauseKey(cause)}, {"label", CauseText(cause)}, {"points", change.by_cause[k]}});
  }
  return Dump({{"basis", Basis(now)},
               {"deal_id", change.after.deal_id},
               {"since", domain::FormatTimestamp(change.before.as_of)},
               {"model_then", change.model_before},
               {"then", Win(change.before)},
               {"now", Win(change.after)},
               {"points", change.after_points - change.before_points},
               {"movers", std::move(movers)},
               {"causes", std::move(causes)},
               {"additivity_error", change.additivity_error}});
}

std::string LeversJson(const book::DealBook& book, std::size_t position) {
  Json levers = Json::array();
  for (const Lever& lever : LeversOf(book, position)) {
    levers.push_back({{"field", lever.field},
                      {"label", lever.label},
                      {"kind", lever.kind},
                      {"value", Text(lever.value)},
                      {"choices", lever.choices},
                      {"actionable", lever.actionable}});
  }
  return Dump({{"basis", Basis(book)},
               {"deal_id", book.deals()[position].deal_id},
               {"win", Win(book.deals()[position])},
               {"levers", std::move(levers)}});
}

std::string WhatIfJson(const book::DealBook& book, const WhatIfAnswer& answer) {
  Json causes = Json::array();
  for (const WhatIfShare& share : answer.shares) {
    causes.push_back({{"field", share.field}, {"label", share.label}, {"points", share.points}});
  }
  return Dump({{"basis", Basis(book)},
               {"deal_id", answer.before.deal_id},
               {"before", Win(answer.before)},
               {"after", Probability(answer.after_probability, answer.after_band.low,
                                     answer.after_band.high, answer.after_band.deals)},
               {"points", answer.after_points - answer.before_points},
               {"win_by_quarter_end_before", Number(answer.before.win_by_quarter_end)},
               {"win_by_quarter_end_after", Number(answer.after_win_by_quarter_end)},
               {"causes", std::move(causes)},
               {"notes", answer.notes},
               {"additivity_error", answer.additivity_error},
               {"reading", "What the model would say; not what would happen."}});
}

std::string CounterfactualsJson(const book::DealBook& book, const std::string& deal_id,
                                const CounterfactualReport& report) {
  Json items = Json::array();
  for (const CounterfactualOption& option : report.options) {
    Json edits = Json::array();
    for (const CounterfactualEdit& edit : option.edits) {
      edits.push_back(
          {{"field", edit.field}, {"label", edit.label}, {"from", edit.from}, {"to", edit.to}});
    }
    items.push_back({{"edits", std::move(edits)},
                     {"win", option.win_probability},
                     {"points", option.points},
                     {"precedents",
                      {{"n", option.precedents.deals},
                       {"won", option.precedents.won},
                       {"expected", Number(option.precedents.expected)}}}});
  }
  const auto position = book.Find(deal_id);
  return Dump({{"basis", Basis(book)},
               {"deal_id", deal_id},
               {"target", report.target},
               {"now", position ? Win(book.deals()[*position]) : Json(nullptr)},
               {"reachable", report.reachable},
               {"best", Number(report.best)},
               {"message", report.message},
               {"fields", report.fields},
               {"items", std::move(items)},
               {"reading", "An association in past deals, not an effect."}});
}

std::string SimilarDealsJson(const book::DealBook& book, const std::string& deal_id,
                             const SimilarDealsReport& report) {
  Json items = Json::array();
  for (const SimilarPastDeal& deal : report.deals) {
    items.push_back(
        {{"deal_id", deal.deal_id},
         {"name", Text(deal.name)},
         {"account", Text(deal.account)},
         {"owner", Text(deal.owner)},
         {"as_of", domain::FormatTimestamp(deal.as_of)},
         {"outcome", deal.won ? "won" : "lost"},
         {"closed_on", Date(deal.closed_on)},
         {"days_to_close", deal.days_to_close ? Json(*deal.days_to_close) : Json(nullptr)},
         {"amount", Money(deal.amount_minor, deal.currency)},
         {"distance", Number(deal.distance)},
         {"win", Number(deal.win_probability)},
         {"shared", deal.shared}});
  }
  const double rate = report.compared == 0
                          ? std::nan("")
                          : static_cast<double>(report.won) / static_cast<double>(report.compared);
  return Dump({{"basis", Basis(book)},
               {"deal_id", deal_id},
               {"age", report.age},
               {"won_rate",
                {{"value", Number(rate)},
                 {"low", report.won_low},
                 {"high", report.won_high},
                 {"n", report.compared}}},
               {"items", std::move(items)}});
}

}  // namespace ri::deals
