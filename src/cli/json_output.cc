#include "cli/json_output.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "book/value_at_risk.h"
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

Json DealToJson(const book::ScoredDeal& deal, const domain::FiscalCalendar& calendar) {
  const double at_risk =
      deal.amount_minor
          ? book::QuarterValueAtRisk(deal, static_cast<double>(*deal.amount_minor), calendar)
          : std::nan("");
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
          {"quarter_value_at_risk_minor",
           std::isfinite(at_risk) ? Json(std::llround(at_risk)) : Json(nullptr)},
          {"feature_row_hash", deal.feature_row_hash}};
}

}  // namespace

std::string ToJson(const deals::ScoreReport& report, const domain::FiscalCalendar& calendar) {
  Json deals = Json::array();
  for (const book::ScoredDeal& deal : report.deals) {
    deals.push_back(DealToJson(deal, calendar));
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

}  // namespace ri::cli
