#include <cmath>
#include <nlohmann/json.hpp>

#include "service/train_model.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json EstimateToJson(const training::Estimate& estimate) {
  return {{"value", Number(estimate.value)},
          {"low", Number(estimate.low)},
          {"high", Number(estimate.high)}};
}

Json EvaluationToJson(const training::Evaluation& evaluation) {
  return {{"rows", evaluation.rows},
          {"clusters", evaluation.clusters},
          {"base_rate", evaluation.base_rate},
          {"log_loss", EstimateToJson(evaluation.log_loss)},
          {"baseline", evaluation.baseline_name},
          {"baseline_log_loss", EstimateToJson(evaluation.baseline_log_loss)},
          {"brier", EstimateToJson(evaluation.brier)},
          {"baseline_brier", evaluation.baseline_brier},
          {"auc", EstimateToJson(evaluation.auc)},
          {"miscalibration", evaluation.miscalibration},
          {"discrimination", evaluation.discrimination},
          {"uncertainty", evaluation.uncertainty},
          {"calibration_error", evaluation.calibration_error},
          {"raw_calibration_error", evaluation.raw_calibration_error},
          {"calibration_error_floor", evaluation.calibration_error_floor},
          {"slope", Number(evaluation.slope)},
          {"slope_error", Number(evaluation.slope_error)},
          {"level", Number(evaluation.level)},
          {"level_error", Number(evaluation.level_error)}};
}

}  // namespace

std::string EvaluationJson(const training::TrainingResult& result) {
  Json gates = Json::array();
  for (const training::Gate& gate : result.gates) {
    gates.push_back({{"id", gate.id},
                     {"question", gate.question},
                     {"passed", gate.passed},
                     {"blocking", gate.blocking},
                     {"evidence", gate.evidence}});
  }
  Json ladder = Json::array();
  for (const training::CandidateResult& candidate : result.ladder) {
    ladder.push_back({{"name", candidate.name},
                      {"log_loss", Number(candidate.log_loss)},
                      {"excess", Number(candidate.excess)},
                      {"excess_error", Number(candidate.excess_error)},
                      {"chosen", candidate.chosen}});
  }
  const Json document = {
      {"family", result.family},
      {"refusal", result.refusal},
      {"counts",
       {{"closed_deals", result.counts.closed_deals},
        {"won_deals", result.counts.won_deals},
        {"open_deals", result.counts.open_deals},
        {"excluded_deals", result.counts.excluded_deals},
        {"rows", result.counts.rows},
        {"kept_share", result.counts.kept_share}}},
      {"gates", std::move(gates)},
      {"ladder", std::move(ladder)},
      {"out_of_time", result.out_of_time ? EvaluationToJson(*result.out_of_time) : Json(nullptr)},
      {"later", result.later ? EvaluationToJson(*result.later) : Json(nullptr)},
      {"notes", result.notes}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ri::service
