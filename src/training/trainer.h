#pragma once

/// Training of the deal outcome model: rows from the past, candidates judged at rolling origins,
/// the simplest good one refitted on everything, calibrated on what it predicted out of time, and
/// put through the gates. When a gate refuses, the result serves base rates and says why.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event_log.h"
#include "domain/date.h"
#include "features/feature_engine.h"
#include "models/deal_outcome_model.h"
#include "training/candidate_choice.h"
#include "training/champion.h"
#include "training/evaluation.h"
#include "training/gates.h"
#include "training/out_of_time.h"
#include "training/snapshot_set.h"

namespace ri::training {

struct TrainOptions {
  domain::Timestamp cutoff{};  ///< nothing visible at or after it is used for fitting
  std::uint64_t seed = 1;
  int num_threads = 1;
  std::size_t max_rows = kMaxTrainingRows;  ///< about; see SnapshotOptions
  std::size_t origins = 4;
  int bags = 8;  ///< seeds averaged in the final trees
  int bags_at_origins = 2;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();  ///< as the engine's
  GateThresholds thresholds;
  /// Variants of the chosen candidate that may be tried at the rolling origins; 0 = none.
  std::size_t tuning_budget = 0;
  /// Finished fits of a training that was stopped; may be null.
  FitStore* fits = nullptr;
  /// False leaves out what only people read (other answers on the same rows, segments): for replays
  /// of the past, which train once per quarter.
  bool compare = true;
  /// What is in force now, for the gates that compare; none at the first training.
  std::optional<Champion> champion;
};

struct TrainingResult {
  models::DealOutcomeModel model;
  std::string family;   ///< "trees", "ridge and trees", "ridge", "stage table", "base rate"
  std::string refusal;  ///< empty, or the evidence of the gate that refused
  std::vector<Gate> gates;
  SnapshotCounts counts;
  std::vector<CandidateResult> ladder;    ///< simplest first
  std::optional<Evaluation> out_of_time;  ///< at the rolling origins, before the cutoff
  std::vector<Comparison> comparisons;    ///< other answers on the rows of out_of_time
  std::vector<SegmentEvaluation> segments;
  /// "Won before the quarter ends" and "open after the promised day" on all snapshots whose quarter
  /// has ended; the baseline is pooled timing with the base rate.
  std::optional<Evaluation> in_quarter;
  std::optional<Evaluation> slip;
  /// Rows after the cutoff whose outcome is known today: a test the fit never saw.
  std::optional<Evaluation> later;
  std::vector<std::string> notes;
};

/// By number, for callers that add gates of their own. \pre ids are G1, G2, ...
void SortGates(std::vector<Gate>& gates);

/// kRefused never comes back from here: a refusal is part of the result. kBadInput when there is
/// no deal at all, kCancelled when the person stopped it.
[[nodiscard]] Result<TrainingResult> Train(const data::EventLog& log,
                                           const features::FeatureEngine& engine,
                                           const TrainOptions& options, base::Progress& progress);

}  // namespace ri::training
