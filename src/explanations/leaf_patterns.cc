#include "explanations/leaf_patterns.h"

#include <array>
#include <bit>
#include <cstddef>

#include "base/assertion.h"

namespace ri::explanations {
namespace {

constexpr int kMaxConditions = 32;
using ShareTable = std::array<std::array<double, kMaxConditions + 1>, kMaxConditions + 1>;

/// share[a][b] = 1 / (a * binomial(a + b, a)).
ShareTable MakeShares() {
  ShareTable shares{};
  for (int a = 1; a <= kMaxConditions; ++a) {
    double binomial = 1;
    for (int b = 0; a + b <= kMaxConditions; ++b) {
      if (b > 0) {
        binomial = binomial * (a + b) / b;
      }
      shares[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)] = 1 / (a * binomial);
    }
  }
  return shares;
}

const ShareTable& Shares() {
  static const ShareTable shares = MakeShares();
  return shares;
}

}  // namespace

double PatternShare(int a, int b) {
  RI_ASSERT(a >= 1 && b >= 0 && a + b <= kMaxConditions);
  return Shares()[static_cast<std::size_t>(a)][static_cast<std::size_t>(b)];
}

void AddPatternContributions(std::uint32_t row_pattern, int num_conditions, double leaf_value,
                             std::span<const PatternShareOfBackground> background,
                             std::span<double> contributions) {
  RI_ASSERT(num_conditions < kMaxConditions);
  const std::uint32_t all = (std::uint32_t{1} << num_conditions) - 1;
  const ShareTable& shares = Shares();
  for (const auto& [pattern, weight] : background) {
    if ((row_pattern | pattern) != all) {
      continue;
    }
    const std::uint32_t row_only = row_pattern & ~pattern;
    const std::uint32_t background_only = pattern & ~row_pattern;
    const auto p = static_cast<std::size_t>(std::popcount(row_only));
    const auto n = static_cast<std::size_t>(std::popcount(background_only));
    const double gain = leaf_value * weight * shares[p][n];
    const double loss = leaf_value * weight * shares[n][p];
    for (std::uint32_t rest = row_only; rest != 0; rest &= rest - 1) {
      contributions[static_cast<std::size_t>(std::countr_zero(rest))] += gain;
    }
    for (std::uint32_t rest = background_only; rest != 0; rest &= rest - 1) {
      contributions[static_cast<std::size_t>(std::countr_zero(rest))] -= loss;
    }
  }
}

std::vector<double> TabulatePatterns(int num_conditions, double leaf_value,
                                     std::span<const PatternShareOfBackground> background) {
  RI_ASSERT(num_conditions <= 16);
  const auto width = static_cast<std::size_t>(num_conditions);
  const std::size_t num_patterns = std::size_t{1} << width;
  const ShareTable& shares = Shares();
  std::vector<double> table(num_patterns * width, 0.0);
  // Conditions that only the background meets all lose the same.
  std::vector<double> losses(num_patterns, 0.0);
  for (const auto& [pattern, weight] : background) {
    // Only row patterns that meet whatever this background pattern misses are paid: the misses are
    // P, and every subset of the hits may be N.
    const std::uint32_t misses = ~pattern & static_cast<std::uint32_t>(num_patterns - 1);
    const auto p = static_cast<std::size_t>(std::popcount(misses));
    const double scale = leaf_value * weight;
    std::uint32_t background_only = pattern;
    while (true) {
      const auto n = static_cast<std::size_t>(std::popcount(background_only));
      const std::size_t row = misses | (pattern & ~background_only);
      const double gain = scale * shares[p][n];
      for (std::uint32_t rest = misses; rest != 0; rest &= rest - 1) {
        table[row * width + static_cast<std::size_t>(std::countr_zero(rest))] += gain;
      }
      losses[row] += scale * shares[n][p];
      if (background_only == 0) {
        break;
      }
      background_only = (background_only - 1) & pattern;
    }
  }
  for (std::size_t row = 0; row < num_patterns; ++row) {
    for (std::size_t k = 0; k < width; ++k) {
      if (((row >> k) & 1) == 0) {
        table[row * width + k] = -losses[row];
      }
    }
  }
  return table;
}

}  // namespace ri::explanations
