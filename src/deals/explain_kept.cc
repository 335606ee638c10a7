#include "deals/explain_kept.h"

#include <algorithm>

#include "deals/score_payload.h"
#include "explanations/probability_split.h"

namespace ri::deals {

Result<Explanation> ExplainKept(book::Workspace& workspace, std::int64_t run_id,
                                const std::string& deal_id) {
  RI_ASSIGN_OR_RETURN(const std::vector<data::ScoreRun> runs, workspace.store().ScoreRuns());
  const auto run = std::ranges::find(runs, run_id, &data::ScoreRun::id);
  if (run == runs.end()) {
    return Fail(ErrorCode::kNotFound, "There is no stored run " + std::to_string(run_id) + ".");
  }
  RI_ASSIGN_OR_RETURN(const std::vector<data::StoredScore> scores,
                      workspace.store().Scores(run_id));
  const auto score = std::ranges::find(scores, deal_id, &data::StoredScore::deal_id);
  if (score == scores.end()) {
    return Fail(ErrorCode::kNotFound,
                "Deal '" + deal_id + "' is not in run " + std::to_string(run_id) + ".");
  }
  RI_ASSIGN_OR_RETURN(const auto prepared, book::PrepareModel(workspace, run->model_version));
  const models::ModelParts& parts = prepared->model().parts();
  Explanation explanation{.model_version = run->model_version,
                          .model_family = prepared->loaded().family,
                          .refusal = prepared->loaded().refusal,
                          .background_rows = parts.background.num_rows()};
  book::ScoredDeal& deal = explanation.score;
  RI_ASSIGN_OR_RETURN(KeptReasons kept, UnpackPayload(score->payload, parts.features, deal));
  deal.deal_id = score->deal_id;
  deal.margin = score->margin;
  deal.win_probability = score->win_probability;
  deal.win_low = score->win_low;
  deal.win_high = score->win_high;
  deal.win_by_quarter_end = score->win_by_quarter_end;
  deal.feature_row_hash = score->feature_row_hash;
  explanation.moment = {.as_of = domain::TimestampFromMilliseconds(run->as_of), .note = ""};
  kept.contributions.margin = score->margin;
  explanations::ProbabilitySplit points = explanations::SplitProbability(
      kept.contributions.base_margin, kept.contributions.margin, kept.contributions.log_odds,
      [&](double margin) { return parts.calibrator(domain::LogOdds(margin)).value(); });
  RI_RETURN_IF_ERROR(FillReasons({.definitions = parts.features,
                                  .values = kept.values,
                                  .observations = kept.observations,
                                  .contributions = kept.contributions,
                                  .base_probability = points.base,
                                  .probability = points.probability,
                                  .probability_shares = std::move(points.contributions)},
                                 explanation));
  return explanation;
}

}  // namespace ri::deals
