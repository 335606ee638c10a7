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
#include "training/evaluation.h"
#include "training/gates.h"
#include "training/snapshot_set.h"

namespace ri::training {

struct TrainOptions {
  domain::Timestamp cutoff{};  ///< nothing visible at or after it is used for fitting
  std::uint64_t seed = 1;
  int num_threads = 1;
  std::size_t max_rows = 200'000;
  std::size_t origins = 4;
  int bags = 8;  ///< seeds averaged in the final trees
  int bags_at_origins = 2;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();  ///< as the engine's
  GateThresholds thresholds;
};

/// One rung of the ladder as judged at the rolling origins.
struct CandidateResult {
  std::string name;         ///< "trees, depth 4"
  double log_loss = 0;      ///< out of time, weighted
  double excess = 0;        ///< log loss above the best candidate's
  double excess_error = 0;  ///< its standard error, clustered
  bool chosen = false;
};

struct TrainingResult {
  models::DealOutcomeModel model;
  std::string family;   ///< "trees", "ridge", "stage table", "base rate"
  std::string refusal;  ///< empty, or the evidence of the gate that refused
  std::vector<Gate> gates;
  SnapshotCounts counts;
  std::vector<CandidateResult> ladder;    ///< simplest first
  std::optional<Evaluation> out_of_time;  ///< at the rolling origins, before the cutoff
  /// Rows after the cutoff whose outcome is known today: a test the fit never saw.
  std::optional<Evaluation> later;
  std::vector<std::string> notes;
};

/// kRefused never comes back from here: a refusal is part of the result. kBadInput when there is
/// no deal at all, kCancelled when the person stopped it.
[[nodiscard]] Result<TrainingResult> Train(const data::EventLog& log,
                                           const features::FeatureEngine& engine,
                                           const TrainOptions& options, base::Progress& progress);

}  // namespace ri::training
