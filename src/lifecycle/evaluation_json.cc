#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lifecycle/train_model.h"

namespace ri::lifecycle {
namespace {

using Json = nlohmann::ordered_json;

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json EstimateToJson(const training::Estimate& estimate) {
  return {{"value", Number(estimate.value)},
          {"low", Number(estimate.low)},
          {"high", Number(estimate.high)}};
}

/// Flat pieces of the recalibration curve; neighbouring ones are joined when there are many, so
/// that a plot stays small.
Json CurveToJson(const std::vector<metrics::ReliabilityStep>& curve) {
  constexpr std::size_t kMostSteps = 100;
  const std::size_t stride = curve.size() / kMostSteps + 1;
  Json steps = Json::array();
  for (std::size_t begin = 0; begin < curve.size(); begin += stride) {
    const std::size_t end = std::min(begin + stride, curve.size());
    double weight = 0;
    double observed = 0;
    for (std::size_t i = begin; i < end; ++i) {
      weight += curve[i].weight;
      observed += curve[i].weight * curve[i].observed;
    }
    steps.push_back({{"from", curve[begin].lowest_forecast},
                     {"to", curve[end - 1].highest_forecast},
                     {"observed", Number(observed / weight)},
                     {"weight", weight}});
  }
  return steps;
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
          {"level_error", Number(evaluation.level_error)},
          {"calibration_error_limit", evaluation.calibration_error_limit},
          {"spiegelhalter_z", Number(evaluation.spiegelhalter_z)},
          {"spiegelhalter_p", Number(evaluation.spiegelhalter_p)},
          {"curve", CurveToJson(evaluation.curve)},
          {"consistency_band",
           {{"forecast", evaluation.band.forecast},
            {"low", evaluation.band.low},
            {"high", evaluation.band.high}}}};
}

Json OptionalToJson(const std::optional<training::Evaluation>& evaluation) {
  return evaluation ? EvaluationToJson(*evaluation) : Json(nullptr);
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
  Json comparisons = Json::array();
  for (const training::Comparison& other : result.comparisons) {
    comparisons.push_back({{"name", other.name},
                           {"rows", other.rows},
                           {"log_loss", EstimateToJson(other.log_loss)},
                           {"difference", EstimateToJson(other.difference)},
                           {"auc", Number(other.auc)},
                           {"brier", Number(other.brier)},
                           {"calibration_error", Number(other.calibration_error)}});
  }
  Json segments = Json::array();
  for (const training::SegmentEvaluation& segment : result.segments) {
    segments.push_back({{"segment", segment.segment},
                        {"deals", segment.deals},
                        {"rows", segment.rows},
                        {"told", Number(segment.told)},
                        {"observed", Number(segment.observed)},
                        {"log_loss", Number(segment.log_loss)},
                        {"baseline_log_loss", Number(segment.baseline_log_loss)},
                        {"p_value", Number(segment.p_value)}});
  }
  const Json document = {{"family", result.family},
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
                         {"out_of_time", OptionalToJson(result.out_of_time)},
                         {"comparisons", std::move(comparisons)},
                         {"segments", std::move(segments)},
                         {"in_quarter", OptionalToJson(result.in_quarter)},
                         {"slip", OptionalToJson(result.slip)},
                         {"later", OptionalToJson(result.later)},
                         {"notes", result.notes}};
  return document.dump(1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace ri::lifecycle
