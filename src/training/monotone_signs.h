#pragma once

/// Which expected directions the data agree with.

#include <cstddef>
#include <vector>

#include "training/censoring.h"
#include "training/training_matrix.h"

namespace ri::training {

struct MonotoneSigns {
  std::vector<int> signs;   ///< per encoded column: -1, 0, +1
  std::size_t held = 0;     ///< columns with a sign
  std::size_t refused = 0;  ///< columns whose expected sign the data speak against
};

/// The catalogue's expected sign of a column, kept where the rank correlation of the column with
/// the labels known at a past cut has that sign (over rows where the column is not missing, at
/// least 100 of them).
[[nodiscard]] MonotoneSigns AgreedSigns(const TrainingMatrix& matrix, const LabelsAtCut& labels);

}  // namespace ri::training
