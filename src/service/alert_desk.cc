#include "service/alert_desk.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_map>

namespace ri::service {
namespace {

using Json = nlohmann::json;

/// Just below red where no alert may be raised, so that neither a streak nor a jump is told.
double RiskToDraw(const DealWeek& row, const AlertSettings& settings) {
  return MayFire(kMissAlert, row, settings) ? row.risk
                                            : std::min(row.risk, settings.thresholds.red_risk - 1);
}

/// A rule holds or does not: as a risk it is far above the thresholds or far below, and one week
/// suffices.
constexpr double kHolds = 100;

scoring::AlertThresholds ThresholdsOf(std::size_t type, const AlertSettings& settings) {
  scoring::AlertThresholds thresholds = settings.thresholds;
  if (type != kMissAlert) {
    thresholds.weeks_to_enter = 1;
  }
  return thresholds;
}

}  // namespace

bool MayFire(std::size_t type, const DealWeek& row, const AlertSettings& settings) {
  if (type != kMissAlert) {
    return true;
  }
  const std::vector<std::string>& counted = settings.counted_categories;
  if (!row.category.empty() && !counted.empty() &&
      std::ranges::find(counted, row.category) == counted.end()) {
    return false;
  }
  // Close to its date a deal is no early warning any more: a new alert would come too late, while
  // one that was raised stays until the deal is calm.
  return !row.commit_date || (*row.commit_date - row.week).count() >= settings.least_days_ahead;
}

bool AlertHolds(std::size_t type, const DealWeek& row, const AlertSettings& settings) {
  if (type == kMissAlert) {
    return MayFire(type, row, settings) &&
           scoring::BandOf(row.risk, row.excess_risk, settings.thresholds) ==
               scoring::RiskBand::kRed;
  }
  scoring::RuleSettings only = settings.rules;
  only.muted.fill(true);
  only.muted[type - 1] = false;
  return !scoring::RulesThatHold(row.facts, only).empty();
}

AlertDesk::AlertDesk(const AlertSettings& settings) : settings_(settings) {
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    books_.emplace_back(ThresholdsOf(type, settings));
  }
}

Result<std::vector<DeskEvent>> AlertDesk::Advance(domain::Date week,
                                                  std::span<const DealWeek> rows) {
  if (last_week_ && week <= *last_week_) {
    return Fail(ErrorCode::kUsage, "Alerts of " + domain::FormatDate(week) +
                                       " were already drawn; they are only drawn forward.");
  }
  last_week_ = week;
  // The latest life of a reopened deal stands for it.
  std::unordered_map<std::string_view, std::size_t> position;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [entry, fresh] = position.emplace(rows[i].deal_id, i);
    if (!fresh && rows[i].episode > rows[entry->second].episode) {
      entry->second = i;
    }
  }
  std::map<std::string, std::size_t> spent;
  std::vector<DeskEvent> events;
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    if (settings_.muted[type]) {
      books_[type] = scoring::AlertBook(ThresholdsOf(type, settings_));
      continue;
    }
    std::vector<scoring::WeeklyRisk> risks;
    risks.reserve(position.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const DealWeek& row = rows[i];
      if (position.at(row.deal_id) != i) {
        continue;
      }
      const bool holds = type != kMissAlert && AlertHolds(type, row, settings_);
      risks.push_back(
          {.deal_id = row.deal_id,
           .rep = row.owner ? std::to_string(*row.owner) : std::string(),
           .risk = type == kMissAlert ? RiskToDraw(row, settings_) : (holds ? kHolds : 0),
           .excess_risk = type == kMissAlert ? row.excess_risk : (holds ? kHolds : 0),
           .value = std::isnan(row.amount) ? 0 : row.amount,
           .reason = {}});
    }
    RI_ASSIGN_OR_RETURN(const auto changes, books_[type].Advance(week, risks, &spent));
    for (const scoring::AlertEvent& change : changes) {
      const auto row = position.find(change.deal_id);
      events.push_back({.type = type,
                        .change = change.change,
                        .row = row == position.end() ? 0 : row->second,
                        .deal_id = change.deal_id});
    }
  }
  return events;
}

std::string AlertDesk::ToJson() const {
  Json books = Json::array();
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    Json book = Json::parse(books_[type].ToJson());
    if (type != kMissAlert) {
      // A rule that neither held nor fired says nothing about the next week.
      Json kept = Json::object();
      for (const auto& [deal, state] : book["deals"].items()) {
        if (state.at("active").get<bool>() || state.at("red_weeks").get<int>() > 0 ||
            state.at("fired").get<int>() > 0) {
          kept[deal] = state;
        }
      }
      book["deals"] = std::move(kept);
    }
    books.push_back(std::move(book));
  }
  return Json{{"last_week", last_week_ ? Json(domain::FormatDate(*last_week_)) : Json()},
              {"books", std::move(books)}}
      .dump();
}

Result<AlertDesk> AlertDesk::FromJson(std::string_view text, const AlertSettings& settings) {
  AlertDesk desk(settings);
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("books") || json["books"].size() != kAlertTypes) {
    return Fail(ErrorCode::kStorage, "The stored state of the alerts cannot be read.");
  }
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    RI_ASSIGN_OR_RETURN(
        desk.books_[type],
        scoring::AlertBook::FromJson(json["books"][type].dump(), ThresholdsOf(type, settings)));
  }
  if (json["last_week"].is_string()) {
    desk.last_week_ = domain::ParseIsoDate(json["last_week"].get<std::string>());
  }
  return desk;
}

}  // namespace ri::service
