#pragma once

/// What others would have answered on the rows that judge a model: baselines, ridge, plain XGBoost
/// and the CRM itself.

#include <span>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/event_log.h"
#include "training/candidate_choice.h"
#include "training/evaluation.h"
#include "training/out_of_time.h"

namespace ri::training {

/// Each beside `sample`, which holds the rows of JudgedRows(judged.rows). Plain XGBoost is fitted
/// at every origin of `judged`, whose candidates are the same afterwards; without a ridge among
/// them it is left out, as are probabilities that the CRM never showed. Errors of the fits.
[[nodiscard]] Result<std::vector<Comparison>> CompareAnswers(
    const data::EventLog& log, const TrainingMatrix& matrix, OutOfTimeResult& judged,
    std::span<const CalibratedMargins> calibrated, const OutOfTimeSample& sample,
    const OutOfTimeOptions& options, base::Progress& progress);

}  // namespace ri::training
