#include "explanations/similar_deals.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/assertion.h"

namespace ri::explanations {
namespace {

constexpr std::size_t kStep = 8;  ///< independent sums, so that the additions overlap

/// Squared distance, or any number above `limit` once it is sure to be above.
float SquaredDistance(std::span<const float> a, std::span<const float> b, float limit) {
  float total = 0;
  std::size_t j = 0;
  for (; j + kStep <= a.size(); j += kStep) {
    std::array<float, kStep> squares;
    for (std::size_t k = 0; k < kStep; ++k) {
      const float difference = a[j + k] - b[j + k];
      squares[k] = difference * difference;
    }
    total += ((squares[0] + squares[1]) + (squares[2] + squares[3])) +
             ((squares[4] + squares[5]) + (squares[6] + squares[7]));
    if (total > limit) {
      return total;
    }
  }
  for (; j < a.size(); ++j) {
    const float difference = a[j] - b[j];
    total += difference * difference;
  }
  return total;
}

}  // namespace

SimilarDeals::SimilarDeals(base::MatrixView<const double> contributions)
    : contributions_(contributions.num_rows(), contributions.num_columns()) {
  for (std::size_t i = 0; i < contributions.num_rows(); ++i) {
    std::ranges::transform(contributions.row(i), contributions_.row(i).begin(),
                           [](double value) { return static_cast<float>(value); });
  }
}

std::vector<Neighbour> SimilarDeals::Nearest(std::span<const double> contributions,
                                             std::size_t count,
                                             const std::function<bool(std::size_t)>& accept) const {
  RI_ASSERT(contributions.size() == contributions_.num_columns());
  const std::vector<float> query(contributions.begin(), contributions.end());
  struct Found {
    float squared;
    std::size_t index;
    bool operator<(const Found& other) const {
      return squared < other.squared || (squared == other.squared && index < other.index);
    }
  };
  std::vector<Found> heap;  // the farthest kept on top
  for (std::size_t i = 0; i < size() && count > 0; ++i) {
    if (accept && !accept(i)) {
      continue;
    }
    const bool full = heap.size() == count;
    const float limit = full ? heap.front().squared : std::numeric_limits<float>::infinity();
    const Found found{SquaredDistance(query, contributions_.row(i), limit), i};
    if (full && !(found < heap.front())) {
      continue;
    }
    if (full) {
      std::pop_heap(heap.begin(), heap.end());
      heap.pop_back();
    }
    heap.push_back(found);
    std::push_heap(heap.begin(), heap.end());
  }
  std::sort(heap.begin(), heap.end());
  std::vector<Neighbour> neighbours;
  for (const Found& found : heap) {
    neighbours.push_back({found.index, std::sqrt(static_cast<double>(found.squared))});
  }
  return neighbours;
}

}  // namespace ri::explanations
