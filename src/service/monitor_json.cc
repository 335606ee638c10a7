#include <cmath>
#include <nlohmann/json.hpp>

#include "service/monitor.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json Text(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }
template <typename T>
Json Time(const std::optional<T>& time) {
  return time ? Json(domain::FormatTimestamp(*time)) : Json(nullptr);
}

const char* KindName(monitoring::FindingKind kind) {
  switch (kind) {
    case monitoring::FindingKind::kDrift:
      return "drift";
    case monitoring::FindingKind::kJointDrift:
      return "joint_drift";
    case monitoring::FindingKind::kCalibration:
      return "calibration";
    case monitoring::FindingKind::kPerformance:
      return "performance";
    case monitoring::FindingKind::kFreshness:
      return "freshness";
  }
  return "";
}

Json DriftJson(const monitoring::DriftReport& drift) {
  Json features = Json::array();
  for (const monitoring::FeatureDrift& feature : drift.features) {
    features.push_back({{"feature", feature.name},
                        {"psi", Number(feature.stability_index)},
                        {"ordinary", Number(feature.ordinary)},
                        {"p_value", Number(feature.p_value)},
                        {"adjusted_p_value", Number(feature.adjusted_p_value)},
                        {"kolmogorov_smirnov", Number(feature.kolmogorov_smirnov)},
                        {"wasserstein_per_iqr", Number(feature.wasserstein_per_iqr)},
                        {"jensen_shannon", Number(feature.jensen_shannon)},
                        {"missing_before", Number(feature.missing_before)},
                        {"missing_now", Number(feature.missing_now)},
                        {"unknown_now", Number(feature.unknown_now)},
                        {"drifted", feature.drifted}});
  }
  return {{"deals_now", drift.deals_now},
          {"deals_before", drift.deals_before},
          {"reference_weeks", drift.reference_weeks},
          {"refusal", Text(drift.refusal)},
          {"features", std::move(features)}};
}

Json JointJson(const monitoring::JointDrift& joint) {
  Json reasons = Json::array();
  for (const monitoring::JointDriftReason& reason : joint.reasons) {
    reasons.push_back({{"feature", reason.feature}, {"share", reason.share}});
  }
  return {{"before", joint.before},
          {"now", joint.now},
          {"auc", Number(joint.auc)},
          {"auc_low", Number(joint.auc_low)},
          {"ordinary_auc", Number(joint.ordinary_auc)},
          {"drifted", joint.drifted},
          {"refusal", Text(joint.refusal)},
          {"reasons", std::move(reasons)}};
}

Json DecisionsJson(const DecisionDrifts& decisions) {
  Json features = Json::array();
  for (const DecisionDrift& drift : decisions.features) {
    features.push_back({{"feature", drift.feature},
                        {"points", Number(drift.points)},
                        {"crossed", drift.crossed},
                        {"reranked", drift.reranked}});
  }
  return {{"deals", decisions.deals},
          {"first", decisions.first},
          {"past", decisions.past},
          {"features", std::move(features)}};
}

Json QuarterJson(const QuarterEvidence& quarter) {
  return {{"weeks", quarter.weeks},
          {"deal_weeks", quarter.deal_weeks},
          {"expected_wins", quarter.expected_wins},
          {"wins", quarter.wins},
          {"expected_losses", quarter.expected_losses},
          {"losses", quarter.losses},
          {"log_evidence", quarter.log_evidence},
          {"alarm_at", quarter.alarm_at},
          {"alarm", quarter.alarm},
          {"likely_win_shift", quarter.likely_win_shift},
          {"likely_loss_shift", quarter.likely_loss_shift},
          {"early_z", quarter.early_z},
          {"early_sign_week",
           quarter.early_sign_week > 0 ? Json(quarter.early_sign_week) : Json(nullptr)},
          {"note", Text(quarter.note)}};
}

}  // namespace

std::string MonitorJson(const MonitorReport& report) {
  Json sources = Json::array();
  for (const monitoring::SourceFreshness& source : report.sources) {
    sources.push_back(
        {{"source", source.source},
         {"newest", Time(source.newest)},
         {"age_days", source.age_days},
         {"usual_gap_days", source.usual_gap_days ? Json(*source.usual_gap_days) : Json(nullptr)},
         {"late", source.late},
         {"text", source.text}});
  }
  Json cohorts = Json::array();
  for (const monitoring::MaturityCohort& cohort : report.cohorts) {
    cohorts.push_back({{"month", domain::FormatDate(cohort.month)},
                       {"forecasts", cohort.forecasts},
                       {"mature", cohort.mature},
                       {"open", cohort.open},
                       {"expected_wins", cohort.expected_wins},
                       {"won", cohort.won},
                       {"z", cohort.z},
                       {"log_loss", Number(cohort.log_loss)},
                       {"expected_log_loss", Number(cohort.expected_log_loss)}});
  }
  Json findings = Json::array();
  for (const monitoring::Finding& finding : report.findings) {
    findings.push_back({{"kind", KindName(finding.kind)},
                        {"subject", finding.subject},
                        {"text", finding.text},
                        {"page", finding.page}});
  }
  const Json document = {{"as_of", domain::FormatTimestamp(report.moment.as_of)},
                         {"note", Text(report.moment.note)},
                         {"model_version", report.model_version},
                         {"model_family", report.model_family},
                         {"refusal", Text(report.refusal)},
                         {"trained_on", Time(report.trained_on)},
                         {"newest_fact", Time(report.newest_fact)},
                         {"findings", std::move(findings)},
                         {"sources", std::move(sources)},
                         {"drift", DriftJson(report.drift)},
                         {"joint_drift", JointJson(report.joint)},
                         {"decisions", DecisionsJson(report.decisions)},
                         {"quarter", QuarterJson(report.quarter)},
                         {"expected_performance",
                          {{"open_deals", report.open_deals},
                           {"log_loss", Number(report.expected.log_loss)},
                           {"log_loss_deviation", Number(report.expected.log_loss_deviation)},
                           {"brier", Number(report.expected.brier)},
                           {"auc", Number(report.expected.auc)}}},
                         {"cohorts", std::move(cohorts)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::service
