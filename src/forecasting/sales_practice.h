#pragma once

/// What people's own numbers have been worth: pipeline conversion as of a week, and how commits
/// came true. Shown beside the model, never mixed in silently.

#include <cstddef>
#include <span>
#include <vector>

#include "forecasting/distribution.h"

namespace ri::forecasting {

/// One past period at one distance from its end.
struct ConversionRecord {
  double weeks_left = 0;
  double open_amount = 0;  ///< pipeline open then, not negative
  double won_amount = 0;   ///< of that pipeline, won before the period's end
};

/// Money won per unit of open pipeline at `weeks_left`: a mean weighted by pipeline and by a normal
/// kernel of deviation `bandwidth` weeks. Empty history, or none near, gives 0.
[[nodiscard]] double ConversionAt(std::span<const ConversionRecord> history, double weeks_left,
                                  double bandwidth = 1);

/// New pipeline needed now to close `gap` by the end of the period; 0 when there is no gap,
/// infinity when nothing converts any more.
[[nodiscard]] double RequiredPipeline(double gap, double conversion);

/// One period of one person: what was called and what came.
struct CommitRecord {
  std::size_t person = 0;
  double committed = 0;  ///< positive
  double realised = 0;
};

struct CommitRealisation {
  double rate = 1;              ///< expected realised / committed, shrunk to everybody's
  double credibility = 0;       ///< weight of the person's own history
  std::size_t num_periods = 0;  ///< below 4 it is not shown by name
};

/// Empirical-Bayes ratio per person 0 .. num_people-1, weighted by the committed amounts.
[[nodiscard]] std::vector<CommitRealisation> FitCommitRealisation(
    std::span<const CommitRecord> records, std::size_t num_people);

/// Law whose quantiles are the weighted means of the quantiles (Vincent averaging), on a grid of
/// `num_points` levels: keeps the shape that a mixture would blur. \pre weights are not negative
/// and sum to 1; both lists have the same positive length
[[nodiscard]] Distribution AverageQuantiles(std::span<const Distribution> laws,
                                            std::span<const double> weights,
                                            std::size_t num_points = 4096);

}  // namespace ri::forecasting
