#pragma once

/// What every candidate would have said at past moments about rows that came after them.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
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
  std::vector<std::uint32_t> deal;
};

/// Rows of the same windows whose quarter had ended by the cutoff, whatever became of the deal:
/// what timing is judged on. No weights are needed, because nothing about them is unknown.
struct TimedRows {
  std::vector<std::size_t> rows;    ///< indices into the matrix
  std::vector<std::size_t> origin;  ///< which origin judged the row
  std::vector<std::uint32_t> cluster;
  std::vector<int> days_to_quarter_end;  ///< the as-of day included
  std::vector<double> won_in_quarter;    ///< 0 or 1
  /// Days to the promised close; negative = none, or it lies before the row or after the cutoff.
  std::vector<int> days_to_commit;
  std::vector<double> slipped;  ///< 1 = still open after that day; 0 where there is none
};

/// Everything the fits of one origin share.
struct OriginData {
  LabelsAtCut labels;
  base::Matrix<float> training;
  std::vector<double> weights;
  std::vector<std::uint32_t> deals;
  std::vector<std::size_t> validated;  ///< positions in OutOfTimeRows
  base::Matrix<float> validation;
  std::vector<double> validation_labels;
  std::vector<double> validation_weights;
  std::vector<std::size_t> timed;  ///< positions in TimedRows
  base::Matrix<float> timed_rows;
};

/// Margins of one candidate on those rows.
struct CandidateMargins {
  CandidateSpec spec;
  std::vector<double> margins;        ///< of OutOfTimeRows
  std::vector<double> timed_margins;  ///< of TimedRows
  std::vector<int> rounds;            ///< trees: best number of rounds per origin
};

struct OutOfTimeResult {
  OutOfTimeRows rows;
  TimedRows timed;  ///< empty where outcomes have no dates
  std::vector<OriginData> origins;
  std::vector<CandidateMargins> candidates;  ///< in the order they were judged
};

/// Keeps finished fits of a training that may be stopped, by a key that names everything they
/// depend on. Calls come from several threads.
class FitStore {
 public:
  virtual ~FitStore() = default;
  virtual std::optional<std::string> Find(const std::string& key) = 0;
  virtual void Keep(const std::string& key, const std::string& value) = 0;
};

struct OutOfTimeOptions {
  domain::Timestamp cutoff{};
  std::uint64_t seed = 1;
  int bags = 2;
  /// With more training rows than this one bag is grown: bags differ little there, and take
  /// longest.
  std::size_t rows_for_one_bag = 50'000;
  int num_threads = 1;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  /// Timed rows beyond so many are thinned by a coin per deal and moment.
  std::size_t max_timed_rows = 4000;
  FitStore* fits = nullptr;  ///< may be null
};

/// All rows whose outcome is known at the cutoff, as one origin, with the weights of OutOfTimeRows.
[[nodiscard]] OutOfTimeRows KnownRows(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                                      const OutOfTimeOptions& options);

/// The rows and what was known at each origin; no candidates yet. Empty rows when there is no
/// origin.
[[nodiscard]] Result<OutOfTimeResult> CollectOutOfTime(const TrainingMatrix& matrix,
                                                       const EpisodesOfDeals& episodes,
                                                       std::span<const Origin> origins,
                                                       const OutOfTimeOptions& options,
                                                       base::Progress& progress);

/// Fits every candidate at every origin, predicts and appends to `result.candidates` (a stage table
/// only where there are stages). Fits run in parallel, one thread each; the result does not depend
/// on their order.
[[nodiscard]] Status JudgeCandidates(const TrainingMatrix& matrix,
                                     std::span<const CandidateSpec> candidates,
                                     const OutOfTimeOptions& options, OutOfTimeResult& result,
                                     base::Progress& progress);

}  // namespace ri::training
