#pragma once

/// Features made of a customer's own columns.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "features/feature_table.h"
#include "features/sources.h"

namespace ri::features {

/// Where the features of one custom column stand.
struct CustomOutput {
  std::size_t column = 0;  ///< in Sources::custom_columns()
  std::size_t first = 0;   ///< first of its features among the custom features
  bool has_rate = false;   ///< a category followed by its win rate and count
};

/// Days between two custom date columns of deals: trees cannot subtract.
struct CustomDatePair {
  std::size_t from = 0;  ///< in Sources::custom_columns()
  std::size_t to = 0;
  std::size_t output = 0;  ///< among the custom features
};

/// The features that the custom columns of a log become.
struct CustomFeatures {
  CustomFeatures(const Sources& sources, bool has_outcomes);

  std::vector<FeatureDefinition> definitions;
  std::vector<CustomOutput> outputs;
  std::vector<CustomDatePair> date_pairs;
};

/// What the documentation shows: the rules, with "<column>" in the place of a name.
[[nodiscard]] std::vector<FeatureDefinition> CustomFeatureTemplates();

}  // namespace ri::features
