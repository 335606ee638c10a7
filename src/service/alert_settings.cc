#include "service/alert_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "data/audit_entry.h"

namespace ri::service {
namespace {

using Json = nlohmann::json;

constexpr double kMostHoldout = 0.5;
constexpr const char* kDocument = "alerts.settings";

struct TypeTexts {
  std::string_view sentence;
  std::string_view unit;
  ThresholdRange range;
};
constexpr std::array<TypeTexts, kAlertTypes> kTexts = {{
    {"A deal the team counts on: the model sees a chance of at least {} in 100 that the promise is "
     "missed, and more than for comparable deals",
     "points",
     {1, 100}},
    {"The commit date passed at least {} days ago", "days", {1, 365}},
    {"In its stage at least {} times as long as the median won deal", "times", {0.5, 20}},
    {"The commit date was pushed out at least {} times", "times", {1, 50}},
    {"At most {} buyer contacts active in 28 days, late in the process", "contacts", {0, 20}},
    {"No two-way contact for at least {} days", "days", {1, 365}},
    {"Worth at most {} of its first amount", "share", {0.05, 0.99}},
    {"The owner is no longer active", "", {0, 0}},
    {"The chance to be won by the commit date is at most {}", "share", {0.001, 0.5}},
}};

double* ThresholdIn(AlertSettings& settings, std::size_t type) {
  if (type == kMissAlert) {
    return &settings.thresholds.red_risk;
  }
  scoring::RuleSettings& rules = settings.rules;
  switch (static_cast<scoring::DealRule>(type - 1)) {
    case scoring::DealRule::kOverdue:
      return &rules.overdue_days;
    case scoring::DealRule::kStalled:
      return &rules.stalled_factor;
    case scoring::DealRule::kPushed:
      return &rules.pushes;
    case scoring::DealRule::kSingleThreaded:
      return &rules.single_contact;
    case scoring::DealRule::kSilent:
      return &rules.silent_days;
    case scoring::DealRule::kShrunk:
      return &rules.shrunk_to;
    case scoring::DealRule::kOwnerLeft:
      return nullptr;
    case scoring::DealRule::kDateNotCredible:
      return &rules.credible_chance;
  }
  return nullptr;
}

}  // namespace

std::string_view AlertTypeName(std::size_t type) {
  return type == kMissAlert ? "miss" : scoring::RuleName(static_cast<scoring::DealRule>(type - 1));
}

std::optional<std::size_t> AlertTypeNamed(std::string_view name) {
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    if (AlertTypeName(type) == name) {
      return type;
    }
  }
  return std::nullopt;
}

std::string AlertTypeLabel(std::size_t type, const AlertSettings& settings) {
  return fmt::format(fmt::runtime(kTexts[type].sentence), settings.Threshold(type).value_or(0));
}

std::string_view AlertTypeUnit(std::size_t type) { return kTexts[type].unit; }

AlertSettings::AlertSettings() = default;

std::optional<double> AlertSettings::Threshold(std::size_t type) const {
  AlertSettings copy = *this;
  const double* value = ThresholdIn(copy, type);
  return value == nullptr ? std::nullopt : std::optional(*value);
}

ThresholdRange AlertSettings::RangeOf(std::size_t type) { return kTexts[type].range; }

Status AlertSettings::SetThreshold(std::size_t type, double value) {
  double* threshold = ThresholdIn(*this, type);
  const ThresholdRange range = RangeOf(type);
  if (threshold == nullptr) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The rule '{}' has no number to tune.", AlertTypeName(type)));
  }
  if (!(value >= range.least && value <= range.most)) {
    return Fail(ErrorCode::kUsage, fmt::format("The rule '{}' takes a number from {} to {}.",
                                               AlertTypeName(type), range.least, range.most));
  }
  *threshold = value;
  return {};
}

std::string AlertSettingsJson(const AlertSettings& settings) {
  Json types = Json::object();
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    const auto threshold = settings.Threshold(type);
    types[std::string(AlertTypeName(type))] = {
        {"muted", settings.muted[type]}, {"threshold", threshold ? Json(*threshold) : Json()}};
  }
  return Json{{"types", std::move(types)},
              {"red_excess", settings.thresholds.red_excess},
              {"counted_categories", settings.counted_categories},
              {"least_days_ahead", settings.least_days_ahead},
              {"new_per_rep_and_week", settings.thresholds.new_per_rep_and_week},
              {"cool_down_days", settings.thresholds.cool_down_days},
              {"holdout_share", settings.holdout_share},
              {"holdout_seed", settings.holdout_seed},
              {"holdout_since", settings.holdout_since}}
      .dump();
}

Result<AlertSettings> LoadAlertSettings(data::OperationsStore& operations) {
  RI_ASSIGN_OR_RETURN(const auto document, operations.Document(kDocument));
  AlertSettings settings;
  if (!document) {
    return settings;
  }
  const Json json = Json::parse(document->second, nullptr, false);
  if (!json.is_object()) {
    return Fail(ErrorCode::kStorage, "The stored settings of the alerts cannot be read.");
  }
  const Json types = json.value("types", Json::object());
  for (std::size_t type = 0; type < kAlertTypes; ++type) {
    const auto entry = types.find(std::string(AlertTypeName(type)));
    if (entry == types.end()) {
      continue;
    }
    settings.muted[type] = entry->value("muted", false);
    if (entry->contains("threshold") && (*entry)["threshold"].is_number()) {
      RI_RETURN_IF_ERROR(settings.SetThreshold(type, (*entry)["threshold"].get<double>()));
    }
  }
  scoring::AlertThresholds& thresholds = settings.thresholds;
  thresholds.red_excess = json.value("red_excess", thresholds.red_excess);
  thresholds.new_per_rep_and_week =
      json.value("new_per_rep_and_week", thresholds.new_per_rep_and_week);
  thresholds.cool_down_days = json.value("cool_down_days", thresholds.cool_down_days);
  settings.counted_categories = json.value("counted_categories", settings.counted_categories);
  settings.least_days_ahead = json.value("least_days_ahead", settings.least_days_ahead);
  settings.holdout_share = json.value("holdout_share", 0.0);
  settings.holdout_since = json.value("holdout_since", std::int64_t{0});
  settings.holdout_seed = json.value("holdout_seed", settings.holdout_seed);
  return settings;
}

Status StoreAlertSettings(data::OperationsStore& operations, const AlertSettings& settings,
                          std::int64_t at) {
  return operations.SetDocument(kDocument, at, AlertSettingsJson(settings));
}

Status ChangeAlertSettings(data::OperationsStore& operations, const AlertSettingsChange& change,
                           const std::string& actor, domain::Timestamp now,
                           AlertSettings& settings) {
  const std::string before = AlertSettingsJson(settings);
  AlertSettings changed = settings;
  if (change.type && change.muted) {
    changed.muted[*change.type] = *change.muted;
  }
  if (change.type && change.threshold) {
    RI_RETURN_IF_ERROR(changed.SetThreshold(*change.type, *change.threshold));
  }
  if (change.new_per_rep_and_week) {
    changed.thresholds.new_per_rep_and_week = *change.new_per_rep_and_week;
  }
  if (change.counted_categories) {
    changed.counted_categories = *change.counted_categories;
  }
  if (change.holdout_share && *change.holdout_share != settings.holdout_share) {
    if (!(*change.holdout_share >= 0 && *change.holdout_share <= kMostHoldout)) {
      return Fail(ErrorCode::kUsage, "A hold-out takes a share from 0 to 0.5.");
    }
    changed.holdout_share = *change.holdout_share;
    changed.holdout_since = domain::DayNumber(domain::DateOf(now));
  }
  const std::string after = AlertSettingsJson(changed);
  if (after == before) {
    return {};
  }
  RI_RETURN_IF_ERROR(StoreAlertSettings(operations, changed, domain::Milliseconds(now)));
  std::string detail = "{\"before\":" + before + ",\"after\":" + after;
  if (!change.reason.empty()) {
    detail +=
        ",\"reason\":" + Json(change.reason).dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  RI_RETURN_IF_ERROR(data::WriteAudit(operations, now, actor, std::string(kAlertAuditAction),
                                      "alerts", detail + "}"));
  settings = changed;
  return {};
}

}  // namespace ri::service
