// The scores of the day, and those of the model that waits in the shadow.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "registry/registry.h"
#include "service/daily_step.h"
#include "service/score_deals.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

/// Scores with a version unless an earlier try of this day's run has.
Result<data::ScoreRun> ScoreOnce(DailyContext& context, const domain::ModelVersion& version) {
  const auto find = [&]() -> Result<std::optional<data::ScoreRun>> {
    RI_ASSIGN_OR_RETURN(const auto runs, context.workspace.store().ScoreRuns());
    const auto found = std::ranges::find_if(runs, [&](const data::ScoreRun& run) {
      return run.created_at == domain::Milliseconds(context.now) &&
             run.model_version == version.text();
    });
    return found == runs.end() ? std::nullopt : std::optional(*found);
  };
  RI_ASSIGN_OR_RETURN(auto run, find());
  if (!run) {
    RI_RETURN_IF_ERROR(ScoreDeals(context.workspace, {.model = version.text(), .now = context.now},
                                  context.progress));
    RI_ASSIGN_OR_RETURN(run, find());
  }
  if (!run) {
    return Fail(ErrorCode::kInternal, "The scores of the day were not stored.");
  }
  return *run;
}

Result<StepOutcome> OutcomeOf(DailyContext& context, const data::ScoreRun& run, const char* whose) {
  RI_ASSIGN_OR_RETURN(const auto scores, context.workspace.store().Scores(run.id));
  const std::string as_of =
      domain::FormatTimestamp(domain::TimestampFromMilliseconds(run.as_of)).substr(0, 16);
  const Json report = {
      {"run", run.id},
      {"model", run.model_version},
      {"as_of", domain::FormatTimestamp(domain::TimestampFromMilliseconds(run.as_of))},
      {"deals", scores.size()}};
  return StepOutcome{.status = "done",
                     .summary = fmt::format("{} deals scored by {} {}, as of {}.", scores.size(),
                                            whose, run.model_version, as_of),
                     .report = report.dump()};
}

}  // namespace

Result<StepOutcome> ScoreStep(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto champion,
                      registry::Registry(context.workspace.store()).Current(registry::kChampion));
  if (!champion) {
    return Skipped("There is no model yet.");
  }
  RI_ASSIGN_OR_RETURN(const data::ScoreRun run, ScoreOnce(context, *champion));
  return OutcomeOf(context, run, "model");
}

Result<StepOutcome> ShadowStep(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto challenger,
                      registry::Registry(context.workspace.store()).Current(registry::kChallenger));
  if (!challenger) {
    return Skipped("No challenger is in the shadow.");
  }
  RI_ASSIGN_OR_RETURN(const bool done, context.DoneThisWeek());
  if (done) {
    return Skipped("The challenger scored this week.");
  }
  RI_ASSIGN_OR_RETURN(const data::ScoreRun run, ScoreOnce(context, *challenger));
  return OutcomeOf(context, run, "challenger");
}

}  // namespace ri::service
