#pragma once

/// Which candidate serves: the simplest whose log loss, calibrated, is above the best one's by at
/// most 0.002 and at most one standard error, on rows it has not seen.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "training/calibration.h"
#include "training/gates.h"
#include "training/out_of_time.h"

namespace ri::training {

/// Log loss that simplicity may cost. One standard error alone would be too generous where data are
/// few: it is many times what a better model gains there.
inline constexpr double kSmallLoss = 0.002;

inline constexpr std::string_view kBaseRateName = "base rate";

/// One rung of the ladder as judged at the rolling origins.
struct CandidateResult {
  std::string name;         ///< "trees, depth 4"
  double log_loss = 0;      ///< out of time, weighted
  double excess = 0;        ///< log loss above the best candidate's
  double excess_error = 0;  ///< its standard error, clustered
  bool chosen = false;
};

/// Positions of the rows that are judged: those of the second and later origins, where a
/// calibration learned at earlier origins existed. The first origin only teaches it, unless there
/// is no other.
[[nodiscard]] std::vector<std::size_t> JudgedRows(const OutOfTimeRows& rows);

/// Index of the chosen one of the first `calibrated.size()` candidates, which stand in order of
/// complexity; `ladder` is filled in that order.
[[nodiscard]] std::size_t ChooseCandidate(const OutOfTimeResult& judged,
                                          std::span<const CalibratedMargins> calibrated,
                                          int num_threads, std::vector<CandidateResult>& ladder);

/// The chosen candidate beside the best baseline. A baseline may be served raw or calibrated like
/// the model, whichever is better: a model gets no credit for a level that a constant could have
/// too.
[[nodiscard]] OutOfTimeSample SampleOf(const TrainingMatrix& matrix, const OutOfTimeResult& judged,
                                       std::span<const CalibratedMargins> calibrated,
                                       std::size_t chosen);

/// The same rows and baseline, but each told by the candidate that the origins before its own would
/// have chosen. Judging the chosen one on the rows it was chosen on flatters it: of many candidates
/// without any skill one looks skilled.
[[nodiscard]] OutOfTimeSample NestedSampleOf(const TrainingMatrix& matrix,
                                             const OutOfTimeResult& judged,
                                             std::span<const CalibratedMargins> calibrated,
                                             std::size_t chosen);

/// The same rows, labels and told chances beside the base rate alone.
[[nodiscard]] OutOfTimeSample AgainstBaseRate(const OutOfTimeResult& judged,
                                              std::span<const CalibratedMargins> calibrated,
                                              OutOfTimeSample sample);

/// G3 against the base rate alone, for a sample whose log loss is more than kSmallLoss below that
/// of the win rate by stage, which is its baseline: passed, or nothing.
[[nodiscard]] std::optional<Gate> ProvenAgainstBaseRate(
    const OutOfTimeResult& judged, std::span<const CalibratedMargins> calibrated,
    const OutOfTimeSample& nested, const GateThresholds& thresholds, int num_threads);

/// True when `candidate` is worse than `other` by more than one standard error, clustered.
[[nodiscard]] bool IsClearlyWorse(const OutOfTimeResult& judged, const CalibratedMargins& candidate,
                                  const CalibratedMargins& other, int num_threads);

/// Copies the given positions, in their order.
template <typename T>
[[nodiscard]] std::vector<T> Pick(const std::vector<T>& values,
                                  std::span<const std::size_t> positions) {
  std::vector<T> picked;
  picked.reserve(positions.size());
  for (const std::size_t position : positions) {
    picked.push_back(values[position]);
  }
  return picked;
}

}  // namespace ri::training
