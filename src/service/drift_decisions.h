#pragma once

/// Use case: what the shift of a feature does to decisions. A histogram may move far without any
/// deal being judged differently, and the other way round.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "book/deal_book.h"

namespace ri::service {

/// Against open deals of the past at the same ages: the feature's mean contribution to the margin
/// has moved by so much, and without that move some deals would be judged differently.
struct DecisionDrift {
  std::string feature;
  double points = 0;         ///< mean movement of the chance to win, percentage points
  std::size_t crossed = 0;   ///< deals on the other side of even odds without it
  std::size_t reranked = 0;  ///< of the deals that come first, those that would not without it
};

struct DecisionDrifts {
  std::size_t deals = 0;  ///< open ones looked at: all, or an even sample of kMostJudged
  std::size_t first = 0;  ///< how many deals "come first"
  std::size_t past = 0;   ///< snapshots of past deals that say what was usual
  std::vector<DecisionDrift> features;  ///< in the order asked
};
inline constexpr std::size_t kMostJudged = 2000;
inline constexpr std::size_t kComeFirst = 20;

/// Empty without past deals or where the model gives no reasons. Cost: the reasons of the deals
/// looked at, and one sorting of them per feature.
[[nodiscard]] Result<DecisionDrifts> MeasureDecisionDrift(const book::DealBook& book,
                                                          std::span<const std::string> features);

}  // namespace ri::service
