#include "service/monitor_calibration.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "lifecycle/model_versions.h"
#include "metrics/quantile.h"
#include "monitoring/early_sign.h"

namespace ri::service {
namespace {

constexpr int kDaysPerWeek = 7;
constexpr double kMatureShare = 0.9;

/// What the week after `monday` showed of an episode.
monitoring::WeekResult ResultOf(const features::Episode& episode, domain::Timestamp monday) {
  const domain::Timestamp end = monday + std::chrono::days(kDaysPerWeek);
  if (!episode.outcome_visible || *episode.outcome_visible >= end) {
    return monitoring::WeekResult::kStillOpen;
  }
  return episode.outcome == features::Outcome::kWon ? monitoring::WeekResult::kWon
                                                    : monitoring::WeekResult::kLost;
}

/// Days within which nine of ten closed episodes had ended; empty without any.
std::optional<int> MatureDays(const book::Knowledge& knowledge, domain::Timestamp as_of) {
  std::vector<double> days;
  for (const auto& episodes : knowledge.engine->episodes()) {
    for (const features::Episode& episode : episodes) {
      if (episode.closed && episode.outcome_visible && *episode.outcome_visible <= as_of) {
        days.push_back(static_cast<double>(domain::DaysBetween(episode.opened, *episode.closed)));
      }
    }
  }
  if (days.empty()) {
    return std::nullopt;
  }
  return static_cast<int>(std::ceil(metrics::Quantile(days, kMatureShare)));
}

}  // namespace

std::optional<domain::Timestamp> TrainedOn(const data::StoredModel& model) {
  const nlohmann::json manifest = nlohmann::json::parse(model.manifest, nullptr, false);
  if (!manifest.is_object() || !manifest.contains("cutoff") || !manifest["cutoff"].is_string()) {
    return std::nullopt;
  }
  return domain::ParseIsoTimestamp(manifest["cutoff"].get<std::string>());
}

Result<JudgedWeek> JudgeWeek(const book::Knowledge& knowledge, const book::PreparedModel& model,
                             domain::Timestamp monday, int num_threads) {
  std::vector<features::SnapshotKey> keys = knowledge.engine->OpenAt(monday);
  const auto& episodes = knowledge.engine->episodes();
  // An outcome without a date may lie in any week.
  std::erase_if(keys, [&](const features::SnapshotKey& key) {
    return episodes[key.deal][key.episode].undated || episodes[key.deal][key.episode].excluded;
  });
  const features::FeatureTable table = knowledge.engine->Compute(keys, num_threads);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.model().Encode(table));
  JudgedWeek week;
  const domain::Date today = domain::DateOf(monday);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const features::Episode& episode = episodes[keys[i].deal][keys[i].episode];
    const auto age = static_cast<int>((today - domain::DateOf(episode.opened)).count());
    const auto outlook = model.model().Look(encoded.row(i), {.as_of = today, .age_days = age});
    if (outlook) {
      week.deals.push_back(keys[i].deal);
      week.bets.push_back({.win_chance = outlook->WonWithin(kDaysPerWeek).value(),
                           .loss_chance = outlook->LostWithin(kDaysPerWeek).value(),
                           .result = ResultOf(episode, monday)});
    }
  }
  return week;
}

Result<QuarterEvidence> JudgeQuarter(const book::Knowledge& knowledge,
                                     const book::PreparedModel& model,
                                     const domain::FiscalCalendar& calendar,
                                     domain::Timestamp trained_on, domain::Timestamp as_of,
                                     int num_threads) {
  const monitoring::EvidenceOptions options;
  QuarterEvidence judged{.alarm_at = -std::log(options.alpha)};
  if (!model.model().parts().timing && !model.model().parts().hazards) {
    judged.note = "The model says whether, not when: weeks cannot be judged.";
    return judged;
  }
  monitoring::CalibrationEvidence evidence(options);
  monitoring::EarlySign early;
  const domain::Period quarter = calendar.PeriodOf(calendar.QuarterOf(domain::DateOf(as_of)));
  for (domain::Date monday = domain::MondayOnOrAfter(quarter.begin);
       domain::StartOf(monday + std::chrono::days(kDaysPerWeek)) <= as_of;
       monday += std::chrono::days(kDaysPerWeek)) {
    if (domain::StartOf(monday) < trained_on) {
      continue;
    }
    RI_ASSIGN_OR_RETURN(const JudgedWeek week,
                        JudgeWeek(knowledge, model, domain::StartOf(monday), num_threads));
    for (const monitoring::WeeklyBet& bet : week.bets) {
      judged.expected_wins += bet.win_chance;
      judged.expected_losses += bet.loss_chance;
      judged.wins += bet.result == monitoring::WeekResult::kWon ? 1 : 0;
      judged.losses += bet.result == monitoring::WeekResult::kLost ? 1 : 0;
    }
    judged.deal_weeks += week.bets.size();
    evidence.AddWeek(week.bets);
    early.AddWeek(week.bets);
    if (early.seen() && judged.early_sign_week == 0) {
      judged.early_sign_week = evidence.weeks();
    }
  }
  judged.weeks = evidence.weeks();
  judged.log_evidence = evidence.log_evidence();
  judged.alarm = evidence.alarm();
  judged.early_z = early.z();
  judged.likely_win_shift = evidence.likely_win_shift();
  judged.likely_loss_shift = evidence.likely_loss_shift();
  if (judged.weeks == 0) {
    judged.note = "No week of this quarter has ended since the model was trained.";
  }
  return judged;
}

Result<std::vector<monitoring::MaturityCohort>> JudgeStoredScores(data::Store& store,
                                                                  const book::Knowledge& knowledge,
                                                                  domain::Timestamp as_of) {
  const std::optional<int> mature_days = MatureDays(knowledge, as_of);
  if (!mature_days) {
    return std::vector<monitoring::MaturityCohort>{};
  }
  RI_ASSIGN_OR_RETURN(const std::vector<data::ScoreRun> runs, store.ScoreRuns());
  RI_ASSIGN_OR_RETURN(const auto changes, store.AliasChanges());
  std::map<domain::Date, std::int64_t> run_of_day;  // runs come newest first
  for (const data::ScoreRun& run : runs) {
    const domain::Timestamp scored = domain::TimestampFromMilliseconds(run.as_of);
    const domain::Timestamp made = domain::TimestampFromMilliseconds(run.created_at);
    if (scored <= as_of && lifecycle::VersionAt(changes, "champion", made) == run.model_version) {
      run_of_day.emplace(domain::DateOf(scored), run.id);
    }
  }
  std::vector<monitoring::PastForecast> forecasts;
  for (const auto& [day, run] : run_of_day) {
    RI_ASSIGN_OR_RETURN(const std::vector<data::StoredScore> scores, store.Scores(run));
    for (const data::StoredScore& score : scores) {
      const auto deal = knowledge.log->Find(data::EntityKind::kDeal, score.deal_id);
      if (!deal || std::isnan(score.win_probability)) {
        continue;
      }
      const auto& episodes = knowledge.engine->episodes()[*deal];
      // The life that was running on that day.
      const auto later = std::ranges::find_if(episodes, [&](const features::Episode& episode) {
        return domain::DateOf(episode.opened) > day;
      });
      if (later == episodes.begin()) {
        continue;
      }
      const features::Episode& episode = *(later - 1);
      const bool ended = episode.outcome_visible && *episode.outcome_visible <= as_of;
      forecasts.push_back({.scored_on = day,
                           .chance = score.win_probability,
                           .mature_on = day + std::chrono::days(*mature_days),
                           .ended = ended,
                           .won = ended && episode.outcome == features::Outcome::kWon,
                           .cluster = static_cast<std::uint32_t>(*deal)});
    }
  }
  return monitoring::JudgeCohorts(forecasts, domain::DateOf(as_of));
}

}  // namespace ri::service
