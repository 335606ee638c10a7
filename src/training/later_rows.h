#pragma once

#include <optional>

#include "base/result.h"
#include "training/evaluation.h"
#include "training/trainer.h"

namespace ri::training {

/// Judges a model on snapshots at or after its cutoff whose outcome is known by now: a test the fit
/// never saw. Only deals that have closed since can be judged, so that slow ones are missing; the
/// baseline is the base rate before the cutoff. Empty when there are fewer than 50 such rows, one
/// outcome only, or outcomes without dates (the win rates of later deals would know the answers).
[[nodiscard]] Result<std::optional<Evaluation>> JudgeLaterRows(
    const data::EventLog& log, const features::FeatureEngine& engine,
    const models::DealOutcomeModel& model, const TrainOptions& options);

}  // namespace ri::training
