#pragma once

/// How far the chances of open deals move when nothing but the seed of the training changes.

#include <cstddef>

#include "base/result.h"
#include "company.h"

namespace ri::bench {

struct Churn {
  std::size_t closed_deals = 0;
  std::size_t open_deals = 0;
  double mean_change = 0;  ///< mean absolute change of the chance to win at all
  double largest = 0;
  double level = 0;  ///< mean change with its sign
  bool same_candidate = true;
};

/// Trains on what was known at the company's cutoff with `seed` and `seed + 1`, and asks both
/// models about the deals open there.
[[nodiscard]] Result<Churn> MeasureChurn(const Company& company, std::uint64_t seed);

}  // namespace ri::bench
