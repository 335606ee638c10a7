#pragma once

/// What the model said on past Mondays against what followed.

#include <optional>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/prepared_model.h"
#include "book/workspace.h"
#include "monitoring/calibration_evidence.h"
#include "monitoring/maturity.h"

namespace ri::service {

/// The running quarter as judged week by week.
struct QuarterEvidence {
  int weeks = 0;  ///< weeks judged: begun in this quarter, after training, and over
  std::size_t deal_weeks = 0;
  double expected_wins = 0, wins = 0;
  double expected_losses = 0, losses = 0;
  double log_evidence = 0;  ///< against the model; the alarm is at `alarm_at`
  double alarm_at = 0;
  bool alarm = false;
  double likely_win_shift = 0, likely_loss_shift = 0;  ///< log-odds
  double early_z = 0;       ///< wins against what was said, standard deviations with ordinary luck
  int early_sign_week = 0;  ///< first judged week in which that was a sign; 0 = none
  std::string note;         ///< why nothing was judged; empty otherwise
};

/// What a model says on a Monday about the week to come, and what came. Deals whose outcome has no
/// date, and those the model says nothing about, are left out.
struct JudgedWeek {
  std::vector<std::uint32_t> deals;  ///< index into the log, one per bet; a deal may come twice
  std::vector<monitoring::WeeklyBet> bets;
};
/// \pre the week is over at the moment from which `knowledge` is looked at
[[nodiscard]] Result<JudgedWeek> JudgeWeek(const book::Knowledge& knowledge,
                                           const book::PreparedModel& model,
                                           domain::Timestamp monday, int num_threads);

/// Judges every Monday of the quarter of `as_of` from `trained_on` on, whose week is over at
/// `as_of`. A model is not judged on weeks it was trained with.
[[nodiscard]] Result<QuarterEvidence> JudgeQuarter(const book::Knowledge& knowledge,
                                                   const book::PreparedModel& model,
                                                   const domain::FiscalCalendar& calendar,
                                                   domain::Timestamp trained_on,
                                                   domain::Timestamp as_of, int num_threads);

/// Cohorts of the scores that were really given, from the stored runs up to `as_of`: the last run
/// of each as-of day by the champion of its time. What a challenger said in its shadow is not
/// counted. A forecast is mature after the time within which nine of ten known deals
/// had ended.
[[nodiscard]] Result<std::vector<monitoring::MaturityCohort>> JudgeStoredScores(
    data::Store& store, const book::Knowledge& knowledge, domain::Timestamp as_of);

/// The training date in a stored model's manifest; empty when it has none.
[[nodiscard]] std::optional<domain::Timestamp> TrainedOn(const data::StoredModel& model);

}  // namespace ri::service
