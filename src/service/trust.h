#pragma once

/// Use case: whether stated probabilities can be believed, on deals the model had not seen.

#include <string>
#include <vector>

#include "book/prepared_model.h"

namespace ri::service {

struct CalibrationBin {
  double stated = 0;    ///< mean stated probability
  double happened = 0;  ///< share won
  /// Where the share would fall nine of ten times if the stated probabilities were right.
  double low = 0, high = 1;
  std::size_t deals = 0;
};

/// Ten groups of equally many deals by stated probability, lowest first; fewer when there are few
/// deals. The deals are those the band of every score is made of: one snapshot per deal, scored by
/// a model that had not seen it.
[[nodiscard]] std::vector<CalibrationBin> CalibrationOf(const book::PreparedModel& model);

}  // namespace ri::service
