#pragma once

/// Every rung of the ladder served in turn, whatever the ladder would have chosen: where each
/// begins to pay.

#include <string>
#include <vector>

#include "base/result.h"
#include "company.h"
#include "features/feature_table.h"

namespace ri::bench {

struct RungResult {
  std::string name;
  double out_of_time = 0;  ///< log loss at the rolling origins, calibrated
  double truth = 0;        ///< log loss of what would be served, against the true chances
};

[[nodiscard]] Result<std::vector<RungResult>> JudgeRungs(const Company& company,
                                                         const features::FeatureTable& judged,
                                                         const std::vector<double>& truth);

}  // namespace ri::bench
