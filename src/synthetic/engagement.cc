#include "synthetic/engagement.h"

#include <cmath>
#include <vector>

#include "base/assertion.h"

namespace ri::synthetic {
namespace {

using Square = std::vector<std::vector<double>>;

/// Rouwenhorst's recursion from n-1 to n levels; `stay` is (1 + persistence) / 2.
Square Grow(const Square& small, double stay) {
  const std::size_t n = small.size() + 1;
  Square large(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i + 1 < n; ++i) {
    for (std::size_t j = 0; j + 1 < n; ++j) {
      large[i][j] += stay * small[i][j];
      large[i][j + 1] += (1 - stay) * small[i][j];
      large[i + 1][j] += (1 - stay) * small[i][j];
      large[i + 1][j + 1] += stay * small[i][j];
    }
  }
  for (std::size_t i = 1; i + 1 < n; ++i) {
    for (double& p : large[i]) {
      p /= 2;
    }
  }
  return large;
}

}  // namespace

EngagementChain::EngagementChain(double persistence) {
  RI_ASSERT(persistence >= 0 && persistence < 1);
  const double stay = (1 + persistence) / 2;
  Square matrix = {{stay, 1 - stay}, {1 - stay, stay}};
  while (matrix.size() < kEngagementLevels) {
    matrix = Grow(matrix, stay);
  }
  for (std::size_t i = 0; i < kEngagementLevels; ++i) {
    for (std::size_t j = 0; j < kEngagementLevels; ++j) {
      transition_[i][j] = matrix[i][j];
    }
  }
}

double EngagementChain::Value(int level) {
  const double half = (kEngagementLevels - 1) / 2.0;
  return (level - half) / half * std::sqrt(kEngagementLevels - 1.0);
}

int EngagementChain::DrawNext(int level, base::RandomStream& stream) const {
  double u = stream.Uniform();
  const Row& row = Next(level);
  for (int next = 0; next + 1 < kEngagementLevels; ++next) {
    u -= row[static_cast<std::size_t>(next)];
    if (u < 0) {
      return next;
    }
  }
  return kEngagementLevels - 1;
}

int EngagementChain::DrawStationary(base::RandomStream& stream) {
  int level = 0;
  for (int coin = 0; coin + 1 < kEngagementLevels; ++coin) {
    level += stream.Bernoulli(0.5) ? 1 : 0;
  }
  return level;
}

}  // namespace ri::synthetic
