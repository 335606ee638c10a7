#pragma once

/// Exact Shapley values of one leaf against a background, by patterns.
///
/// A pattern of a row at a leaf is a bit mask: bit k is set when the row meets the k-th condition
/// of the leaf's path. The game "which features come from the row, the others from a background
/// row" pays the leaf's value only when every condition is met by the row or the background row.
/// With P = conditions only the row meets and N = conditions only the background row meets, a
/// condition in P earns (|P|-1)! |N|! / (|P|+|N|)! of the value, one in N loses |P|! (|N|-1)! /
/// (|P|+|N|)!, any other earns nothing. If neither meets some condition, nothing is paid.

#include <cstdint>
#include <span>
#include <vector>

namespace ri::explanations {

/// (a-1)! b! / (a+b)!: the share of one of `a` members against `b`. \pre 1 <= a, a + b <= 32
[[nodiscard]] double PatternShare(int a, int b);

/// How often each pattern occurs in the background; only those that occur, by ascending pattern.
struct PatternShareOfBackground {
  std::uint32_t pattern = 0;
  double weight = 0;  ///< fraction of background rows
};

/// Adds the contributions of the `num_conditions` conditions for a row with pattern `row_pattern`
/// to `contributions`. Cost: number of background patterns times num_conditions.
void AddPatternContributions(std::uint32_t row_pattern, int num_conditions, double leaf_value,
                             std::span<const PatternShareOfBackground> background,
                             std::span<double> contributions);

/// Contributions for every row pattern: 2^num_conditions rows of num_conditions values.
/// Cost about 3^num_conditions. \pre num_conditions <= 16
[[nodiscard]] std::vector<double> TabulatePatterns(
    int num_conditions, double leaf_value, std::span<const PatternShareOfBackground> background);

}  // namespace ri::explanations
