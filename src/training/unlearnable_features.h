#pragma once

/// Features that this history is too short or too small to teach, found before any model sees them.

#include <cstddef>
#include <string>
#include <vector>

#include "features/feature_table.h"
#include "models/feature_encoder.h"
#include "training/snapshot_set.h"

namespace ri::training {

struct UnlearnableFeatures {
  std::vector<std::string> names;  ///< in table order
  std::string reason;              ///< for people; empty = none
};

/// Left out are
/// - the month and the fiscal quarter, unless the rows span two years: a season that was seen once
///   cannot be told from a trend, and the model will be asked about the next one;
/// - running win rates of a category and the counts behind them, below `kClosedForRates` closed
///   deals, where the category's own labels cover nearly all rows: they repeat the labels with the
///   noise of small numbers.
/// Only the number of closed deals is used of their outcomes. `table.rows` are `set.rows`;
/// `encoder` says which labels get columns.
[[nodiscard]] UnlearnableFeatures FindUnlearnableFeatures(const features::FeatureTable& table,
                                                          const SnapshotSet& set,
                                                          const models::EncoderOptions& encoder);

inline constexpr std::size_t kClosedForRates = 1000;

}  // namespace ri::training
