#include "cli/json_output.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/formatting.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json OptionalDate(const std::optional<domain::Date>& date) {
  return date ? Json(domain::FormatDate(*date)) : Json(nullptr);
}

Json OptionalText(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

std::string Dump(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json DealToJson(const service::ScoredDeal& deal) {
  return {{"deal_id", deal.deal_id},
          {"name", OptionalText(deal.name)},
          {"owner", OptionalText(deal.owner)},
          {"account", OptionalText(deal.account)},
          {"stage", OptionalText(deal.stage)},
          {"as_of", domain::FormatTimestamp(deal.as_of)},
          {"amount_minor", deal.amount_minor ? Json(*deal.amount_minor) : Json(nullptr)},
          {"currency", OptionalText(deal.currency)},
          {"commit_date", OptionalDate(deal.commit_date)},
          {"margin", Number(deal.margin)},
          {"win_probability", Number(deal.win_probability)},
          {"win_low", Number(deal.win_low)},
          {"win_high", Number(deal.win_high)},
          {"band_deals", deal.band_deals},
          {"win_by_quarter_end", Number(deal.win_by_quarter_end)},
          {"win_by_next_quarter_end", Number(deal.win_by_next_quarter_end)},
          {"win_by_commit_date", Number(deal.win_by_commit_date)},
          {"slip", Number(deal.slip)},
          {"loss", Number(deal.loss)},
          {"stall", Number(deal.stall)},
          {"shrink", Number(deal.shrink)},
          {"expected_close_p10", OptionalDate(deal.expected_close_p10)},
          {"expected_close_p50", OptionalDate(deal.expected_close_p50)},
          {"expected_close_p90", OptionalDate(deal.expected_close_p90)},
          {"risk", Number(deal.risk)},
          {"excess_risk", Number(deal.excess_risk)},
          {"priority", Number(deal.priority)},
          {"feature_row_hash", deal.feature_row_hash}};
}

Json ReasonToJson(const service::Reason& reason) {
  return {{"feature", reason.feature},   {"group", reason.group},       {"value", reason.value},
          {"sentence", reason.sentence}, {"log_odds", reason.log_odds}, {"points", reason.points}};
}

}  // namespace

std::string ToJson(const service::ScoreReport& report) {
  Json deals = Json::array();
  for (const service::ScoredDeal& deal : report.deals) {
    deals.push_back(DealToJson(deal));
  }
  return Dump({{"as_of", report.as_of_created ? Json("created")
                                              : Json(domain::FormatTimestamp(report.moment.as_of))},
               {"note", OptionalText(report.moment.note)},
               {"model_version", report.model_version},
               {"model_family", report.model_family},
               {"refusal", OptionalText(report.refusal)},
               {"run_id", report.run_id ? Json(*report.run_id) : Json(nullptr)},
               {"num_deals", report.deals.size()},
               {"deals", std::move(deals)}});
}

std::string ToJson(const service::Explanation& explanation) {
  Json reasons = Json::array();
  for (const service::Reason& reason : explanation.reasons) {
    reasons.push_back(ReasonToJson(reason));
  }
  Json groups = Json::array();
  for (const service::Reason& group : explanation.groups) {
    groups.push_back(
        {{"group", group.group}, {"log_odds", group.log_odds}, {"points", group.points}});
  }
  return Dump({{"deal", DealToJson(explanation.score)},
               {"model_version", explanation.model_version},
               {"model_family", explanation.model_family},
               {"refusal", OptionalText(explanation.refusal)},
               {"note", OptionalText(explanation.moment.note)},
               {"base_points", explanation.base_points},
               {"shown_points", explanation.shown_points},
               {"base_margin", explanation.base_margin},
               {"margin", explanation.margin},
               {"additivity_error", explanation.additivity_error},
               {"background_rows", explanation.background_rows},
               {"groups", std::move(groups)},
               {"reasons", std::move(reasons)}});
}

}  // namespace ri::cli
