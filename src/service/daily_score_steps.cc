// The scores of the day, and those of the model that waits in the shadow.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "book/deal_book.h"
#include "book/score_snapshots.h"
#include "deals/score_deals.h"
#include "registry/registry.h"
#include "service/daily_step.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

/// Deals, evenly taken, whose score is computed a second time on one thread.
constexpr std::size_t kComputedAgain = 64;

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
    RI_RETURN_IF_ERROR(deals::ScoreDeals(
        context.workspace, {.model = version.text(), .now = context.now}, context.progress));
    RI_ASSIGN_OR_RETURN(run, find());
  }
  if (!run) {
    return Fail(ErrorCode::kInternal, "The scores of the day were not stored.");
  }
  return *run;
}

/// Stored scores computed again on one thread, and how many came out with the same bytes.
struct Recomputed {
  std::size_t deals = 0;
  std::size_t identical = 0;
};

Result<Recomputed> ComputeAgain(DailyContext& context, const data::ScoreRun& run,
                                const std::vector<data::StoredScore>& scores) {
  RI_ASSIGN_OR_RETURN(
      const auto book,
      book::OpenBook(context.workspace, {.model = run.model_version, .now = context.now},
                     context.progress));
  std::vector<features::SnapshotKey> keys;
  std::vector<const data::StoredScore*> stored;
  const std::size_t step = std::max<std::size_t>(1, scores.size() / kComputedAgain);
  for (std::size_t i = 0; i < scores.size(); i += step) {
    const auto position = book->Find(scores[i].deal_id);
    if (position && domain::Milliseconds(book->moment().as_of) == run.as_of) {
      const book::ScoredDeal& deal = book->deals()[*position];
      keys.push_back({.deal = deal.deal, .episode = deal.episode, .as_of = deal.as_of});
      stored.push_back(&scores[i]);
    }
  }
  RI_ASSIGN_OR_RETURN(const book::SnapshotScores again,
                      book::ScoreSnapshots({.knowledge = *book->knowledge(),
                                            .model = book->prepared(),
                                            .amounts = book->amounts(),
                                            .calendar = book->calendar(),
                                            .num_threads = 1},
                                           keys, context.progress));
  Recomputed recomputed{.deals = keys.size()};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const book::ScoredDeal& deal = again.deals[i];
    const bool same = deal.feature_row_hash == stored[i]->feature_row_hash &&
                      std::bit_cast<std::uint64_t>(deal.win_probability) ==
                          std::bit_cast<std::uint64_t>(stored[i]->win_probability);
    recomputed.identical += same ? 1 : 0;
  }
  return recomputed;
}

Result<StepOutcome> OutcomeOf(DailyContext& context, const data::ScoreRun& run, const char* whose) {
  RI_ASSIGN_OR_RETURN(const auto scores, context.workspace.store().Scores(run.id));
  RI_ASSIGN_OR_RETURN(const Recomputed recomputed, ComputeAgain(context, run, scores));
  const std::string as_of =
      domain::FormatTimestamp(domain::TimestampFromMilliseconds(run.as_of)).substr(0, 16);
  const Json report = {
      {"run", run.id},
      {"model", run.model_version},
      {"as_of", domain::FormatTimestamp(domain::TimestampFromMilliseconds(run.as_of))},
      {"deals", scores.size()},
      {"computed_again", recomputed.deals},
      {"identical", recomputed.identical}};
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
