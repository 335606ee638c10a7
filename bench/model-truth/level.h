#pragma once

/// What the outcomes before the cutoff say about the level, whoever draws the shape.

#include <cstddef>
#include <vector>

#include "base/result.h"
#include "company.h"
#include "training/training_matrix.h"

namespace ri::bench {

/// An observer who knows the exact chance of every past and judged Monday but for one number, the
/// level, and learns that from the outcomes that the model learns from.
struct KnownShape {
  std::size_t rows = 0;          ///< whose outcome was known before the cutoff
  double shift = 0;              ///< log-odds that the outcomes ask to be added to the true chances
  std::vector<double> win_ever;  ///< of the judged Mondays, with that shift
};

/// Only Mondays more than half a year before the cutoff take part: nearly all of their deals have
/// ended, so that none is missing because it takes long. kBadInput when there are no such rows.
[[nodiscard]] Result<KnownShape> LearnLevelOnly(const Company& company,
                                                const training::TrainingMatrix& matrix);

}  // namespace ri::bench
