#include "scoring/alert_policy.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace ri::scoring {
namespace {

using Json = nlohmann::json;

AlertEvent EventOf(AlertChange change, const WeeklyRisk& deal, domain::Date week) {
  return {.change = change,
          .deal_id = deal.deal_id,
          .rep = deal.rep,
          .date = week,
          .risk = deal.risk,
          .excess_risk = deal.excess_risk,
          .reason = deal.reason};
}

}  // namespace

RiskBand BandOf(double risk, double excess_risk, const AlertThresholds& thresholds) {
  if (excess_risk >= thresholds.red_excess && risk >= thresholds.red_risk) {
    return RiskBand::kRed;
  }
  return excess_risk >= thresholds.calm_excess ? RiskBand::kAmber : RiskBand::kGreen;
}

Result<std::vector<AlertEvent>> AlertBook::Advance(domain::Date week,
                                                   std::span<const WeeklyRisk> deals,
                                                   std::map<std::string, std::size_t>* spent) {
  if (last_week_ && week <= *last_week_) {
    return Fail(ErrorCode::kUsage, "Alerts of " + domain::FormatDate(week) +
                                       " were already drawn; they are only drawn forward.");
  }
  std::set<std::string_view> seen;
  for (const WeeklyRisk& deal : deals) {
    if (!seen.insert(deal.deal_id).second) {
      return Fail(ErrorCode::kUsage, "Deal '" + deal.deal_id + "' comes twice in one week.");
    }
  }
  last_week_ = week;
  std::vector<AlertEvent> events;
  std::vector<const WeeklyRisk*> candidates;
  for (const WeeklyRisk& deal : deals) {
    const bool is_new = !states_.contains(deal.deal_id);
    AlertState& state = states_[deal.deal_id];
    const bool red = BandOf(deal.risk, deal.excess_risk, thresholds_) == RiskBand::kRed;
    const bool jumped = red && !is_new && deal.risk - state.last_risk >= thresholds_.jump_points;
    const bool calm = !(deal.excess_risk >= thresholds_.calm_excess);
    state.red_weeks = red ? state.red_weeks + 1 : 0;
    state.calm_weeks = calm ? state.calm_weeks + 1 : 0;
    state.last_risk = std::isnan(deal.risk) ? 0 : deal.risk;
    if (state.active) {
      if (state.calm_weeks >= thresholds_.weeks_to_leave) {
        state.active = false;
        state.left_on = week;
        events.push_back(EventOf(AlertChange::kLeft, deal, week));
      }
      continue;
    }
    const bool resting =
        state.left_on && (week - *state.left_on).count() < thresholds_.cool_down_days;
    if (!resting && (state.red_weeks >= thresholds_.weeks_to_enter || jumped)) {
      candidates.push_back(&deal);
    }
  }
  std::ranges::sort(candidates, [](const WeeklyRisk* a, const WeeklyRisk* b) {
    return a->value != b->value ? a->value > b->value : a->deal_id < b->deal_id;
  });
  std::map<std::string, std::size_t> own;
  std::map<std::string, std::size_t>& fired_by_rep = spent != nullptr ? *spent : own;
  for (const WeeklyRisk* deal : candidates) {
    if (fired_by_rep[deal->rep] >= thresholds_.new_per_rep_and_week) {
      events.push_back(EventOf(AlertChange::kWaiting, *deal, week));
      continue;
    }
    ++fired_by_rep[deal->rep];
    AlertState& state = states_[deal->deal_id];
    state.active = true;
    state.fired_on = week;
    state.reason = deal->reason;
    ++state.fired;
    events.push_back(EventOf(AlertChange::kFired, *deal, week));
  }
  for (auto entry = states_.begin(); entry != states_.end();) {
    if (seen.contains(entry->first)) {
      ++entry;
      continue;
    }
    if (entry->second.active) {
      events.push_back({.change = AlertChange::kGone, .deal_id = entry->first, .date = week});
    }
    entry = states_.erase(entry);
  }
  std::ranges::sort(events, {}, &AlertEvent::deal_id);
  return events;
}

std::string AlertBook::ToJson() const {
  Json json = {{"last_week", last_week_ ? Json(domain::FormatDate(*last_week_)) : Json()},
               {"deals", Json::object()}};
  for (const auto& [deal, state] : states_) {
    json["deals"][deal] = {
        {"red_weeks", state.red_weeks},
        {"calm_weeks", state.calm_weeks},
        {"active", state.active},
        {"last_risk", state.last_risk},
        {"fired_on", domain::FormatDate(state.fired_on)},
        {"left_on", state.left_on ? Json(domain::FormatDate(*state.left_on)) : Json()},
        {"fired", state.fired},
        {"reason", state.reason}};
  }
  return json.dump();
}

Result<AlertBook> AlertBook::FromJson(std::string_view text, const AlertThresholds& thresholds) {
  const auto date = [](const Json& json) -> std::optional<domain::Date> {
    return json.is_null() ? std::nullopt : domain::ParseIsoDate(json.get<std::string>());
  };
  try {
    const Json json = Json::parse(text);
    AlertBook book(thresholds);
    book.last_week_ = date(json.at("last_week"));
    for (const auto& [deal, entry] : json.at("deals").items()) {
      book.states_[deal] = {.red_weeks = entry.at("red_weeks").get<int>(),
                            .calm_weeks = entry.at("calm_weeks").get<int>(),
                            .active = entry.at("active").get<bool>(),
                            .last_risk = entry.at("last_risk").get<double>(),
                            .fired_on = date(entry.at("fired_on")).value_or(domain::Date{}),
                            .left_on = date(entry.at("left_on")),
                            .fired = entry.at("fired").get<int>(),
                            .reason = entry.at("reason").get<std::string>()};
    }
    return book;
  } catch (const Json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                std::string("The stored alerts cannot be read: ") + error.what());
  }
}

}  // namespace ri::scoring
