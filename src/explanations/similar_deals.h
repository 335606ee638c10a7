#pragma once

/// Past deals that the model saw for the same reasons: nearest neighbours in contribution space.

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/matrix.h"

namespace ri::explanations {

struct Neighbour {
  std::size_t index = 0;  ///< row of the past deals
  double distance = 0;    ///< Euclidean, in the unit of the contributions
};

/// Keeps contributions of past deals (fields or groups, log-odds) in float. Thread safety: const
/// methods may run at the same time.
class SimilarDeals {
 public:
  explicit SimilarDeals(base::MatrixView<const double> contributions);

  [[nodiscard]] std::size_t size() const { return contributions_.num_rows(); }

  /// The `count` nearest rows that `accept` lets through (an empty function lets all through, for
  /// example only snapshots of the same age), nearest first, ties by index; fewer when there are
  /// fewer. Exact; one pass over all rows. \pre as many contributions as columns
  [[nodiscard]] std::vector<Neighbour> Nearest(
      std::span<const double> contributions, std::size_t count,
      const std::function<bool(std::size_t)>& accept = {}) const;

 private:
  base::Matrix<float> contributions_;
};

}  // namespace ri::explanations
