#pragma once

/// The chosen candidate refitted on everything before the cutoff, and what is served beside it.

#include <cstdint>
#include <span>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"
#include "models/deal_outcome_model.h"
#include "training/out_of_time.h"

namespace ri::training {

struct FinalFitOptions {
  std::uint64_t seed = 1;
  int bags = 8;
  int num_threads = 1;
};

struct FinalHead {
  models::Head head;
  /// A part of the fit was made twice, on different numbers of threads, with the same bytes.
  bool same_bytes = true;
  std::string checked;  ///< what was made twice: "the first of 8 bags"
};

/// Trees grow the median of the best numbers of rounds at the origins.
[[nodiscard]] Result<FinalHead> FitFinalHead(const TrainingMatrix& matrix,
                                             const LabelsAtCut& labels,
                                             const CandidateMargins& chosen,
                                             const FinalFitOptions& options,
                                             base::Progress& progress);

/// Log-odds of the mean label, with half a row of each outcome.
[[nodiscard]] double BaseRateMargin(const LabelsAtCut& labels);

/// Up to 1,000 rows that explanations compare with: drawn by a hash, so that the same data gives
/// the same rows.
[[nodiscard]] base::Matrix<float> BackgroundOf(const TrainingMatrix& matrix, std::uint64_t seed);

/// Past deals by their out-of-time margin.
[[nodiscard]] Result<models::NeighbourBand> BandOf(const TrainingMatrix& matrix,
                                                   const OutOfTimeRows& rows,
                                                   std::span<const double> margins,
                                                   std::uint64_t seed);

}  // namespace ri::training
