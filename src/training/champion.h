#pragma once

/// The model in force beside a candidate: on outcomes that neither had seen, and on open deals.

#include <optional>
#include <vector>

#include "base/result.h"
#include "models/deal_outcome_model.h"
#include "training/gates.h"
#include "training/out_of_time.h"
#include "training/segments.h"

namespace ri::training {

struct Champion {
  const models::DealOutcomeModel* model = nullptr;
  domain::Timestamp cutoff{};  ///< what it was trained with lies before
};

/// Rows of `sample` (positions `judged` in judged.rows) from the champion's cutoff on. The
/// candidate's probabilities are those of its rolling origins, which saw no more than that.
[[nodiscard]] Result<ChampionSample> CompareWithChampion(const TrainingMatrix& matrix,
                                                         const OutOfTimeRows& rows,
                                                         const OutOfTimeSample& sample,
                                                         std::span<const SegmentRows> segments,
                                                         const Champion& champion, int num_threads);

/// Win chances of both models for the newest snapshot of every deal that is open at the cutoff.
struct BothScores {
  std::vector<double> champion;
  std::vector<double> candidate;
};
[[nodiscard]] Result<BothScores> ScoreOpenDeals(const TrainingMatrix& matrix,
                                                domain::Timestamp cutoff,
                                                const models::DealOutcomeModel& champion,
                                                const models::DealOutcomeModel& candidate,
                                                int num_threads);

}  // namespace ri::training
