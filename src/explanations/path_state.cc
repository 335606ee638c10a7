#include "explanations/path_state.h"

#include <algorithm>
#include <cmath>

#include "explanations/cover.h"
#include "explanations/tile.h"

namespace ri::explanations {

std::vector<Met> AfterBranch(std::vector<Met> path, const models::Tree& tree, std::size_t node,
                             bool left) {
  auto met = std::ranges::find(path, tree.feature[node], &Met::feature);
  if (met == path.end()) {
    path.push_back({});
    met = path.end() - 1;
    met->feature = tree.feature[node];
  }
  const double right = RightShare(tree, node);
  const float threshold = tree.threshold[node];
  const bool missing_left = tree.default_left[node] != 0;
  if (left) {
    met->share *= 1 - right;
    // x < threshold is x <= the float before it; and +inf is not admitted by any finite bound.
    met->high =
        std::min(met->high, std::nextafterf(threshold, -std::numeric_limits<float>::infinity()));
    met->high_admits_missing = met->high_admits_missing && missing_left;
  } else {
    met->share *= right;
    met->low = std::max(met->low, threshold);
    met->low_admits_missing = met->low_admits_missing && !missing_left;
  }
  return path;
}

void AppendRepeat(const models::Tree& tree, std::size_t node, const Met& met,
                  std::size_t num_features, std::span<const double> absent,
                  std::vector<kernels::Word>& words) {
  const auto put = [&](double real) {
    kernels::Word word;
    word.real = static_cast<float>(real);
    words.push_back(word);
  };
  const auto put_column = [&](bool missing_is_low) {
    kernels::Word word;
    word.integer =
        ColumnOffset(static_cast<std::size_t>(tree.feature[node]), missing_is_low, num_features);
    words.push_back(word);
  };
  // A missing value reads as -inf or +inf: the copy is chosen so that the test fails where a
  // missing value leaves the path.
  put_column(!met.low_admits_missing);
  put(met.low);
  put_column(met.high_admits_missing);
  put(met.high);
  for (const double u : absent) {
    put(u * met.share / (1 - u + u * met.share));
  }
  for (const double u : absent) {
    const double weight = 1 - u + u * met.share;
    put(met.share / (weight * weight));
  }
}

}  // namespace ri::explanations
