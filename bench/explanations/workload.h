#pragma once

/// Models and rows the benchmark measures on.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "explanations/xgboost_reference.h"

namespace ri::bench {

struct ModelSpecification {
  std::string_view name;
  int trees = 0;
  int depth = 0;
  std::size_t features = 0;
};

/// A and B have few repeated features on a path, D and E the same sizes with many.
inline constexpr ModelSpecification kModels[] = {
    {"A", 300, 6, 40},
    {"B", 500, 8, 40},
    {"D", 300, 6, 10},
    {"E", 500, 8, 10},
};

struct Sample {
  base::Matrix<float> rows;   ///< every third column has 6 % missing values
  std::vector<float> labels;  ///< 0 or 1, from a noisy non-linear rule
};

[[nodiscard]] Sample MakeSample(std::size_t rows, std::size_t features, std::uint64_t seed);

/// Trains on 100,000 rows; with a folder, keeps the model there and reads it the next time.
[[nodiscard]] explanations::testing::XgboostReference TrainModel(
    const ModelSpecification& specification, const std::string& folder);

}  // namespace ri::bench
