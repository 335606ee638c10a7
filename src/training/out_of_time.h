#pragma once

/// What every candidate would have said at past moments about rows that came after them.

#include <cstddef>
#include <span>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "training/candidate.h"
#include "training/censoring.h"
#include "training/rolling_origins.h"
#include "training/training_matrix.h"

namespace ri::training {

/// Validated rows of all origins together, oldest first.
struct OutOfTimeRows {
  std::vector<std::size_t> rows;    ///< indices into the matrix
  std::vector<std::size_t> origin;  ///< which origin judged the row
  std::vector<double> label;        ///< 0 or 1
  /// Inverse of the chance that such an outcome would be known by the cutoff, so that quick deals
  /// do not stand for all; rows with a chance below one in five are left out.
  std::vector<double> weight;
  std::vector<std::uint32_t> cluster;
};

/// Margins of one candidate on those rows.
struct CandidateMargins {
  CandidateSpec spec;
  std::vector<double> margins;
  std::vector<int> rounds;  ///< trees: best number of rounds per origin
};

struct OutOfTimeResult {
  OutOfTimeRows rows;
  std::vector<CandidateMargins> candidates;  ///< in the order of the ladder
};

struct OutOfTimeOptions {
  domain::Timestamp cutoff{};
  std::uint64_t seed = 1;
  int bags = 2;
  int num_threads = 1;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
};

/// Fits every candidate at every origin and predicts. Empty rows when there is no origin. Fits run
/// in parallel, one thread each; the result does not depend on their order.
[[nodiscard]] Result<OutOfTimeResult> PredictOutOfTime(const TrainingMatrix& matrix,
                                                       const EpisodesOfDeals& episodes,
                                                       std::span<const Origin> origins,
                                                       std::span<const CandidateSpec> ladder,
                                                       const OutOfTimeOptions& options,
                                                       base::Progress& progress);

}  // namespace ri::training
