#pragma once

/// Feature values of snapshots: what the models read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/matrix.h"
#include "domain/date.h"

namespace ri::features {

enum class FeatureKind {
  kNumeric,   ///< a number; NaN = missing
  kCategory,  ///< index into FeatureDefinition-specific labels; NaN = missing
};

/// One entry of the feature catalogue. Texts are shown to people.
struct FeatureDefinition {
  std::string name;  ///< "days_since_two_way_touch"
  FeatureKind kind = FeatureKind::kNumeric;
  std::string unit;          ///< "days", "log of currency units", "share", "count"
  std::string window;        ///< "now", "28 days", "ever"
  std::string meaning;       ///< one sentence
  std::string missing_rule;  ///< when the value is NaN
  std::string leak_note;     ///< what must not be read for it, or "none"
  std::string
      sentence;       ///< template for reasons, with {value}; "No two-way contact for {value} days"
  std::string group;  ///< business group: "deal terms", "stage and velocity", ...
  int monotone = 0;   ///< expected sign on the win probability: -1, 0, +1
};

/// One deal at one moment.
struct SnapshotKey {
  std::uint32_t deal = 0;     ///< index into EventLog::keys(kDeal)
  std::uint32_t episode = 0;  ///< which life of the deal, from 0
  domain::Timestamp as_of{};

  friend auto operator<=>(const SnapshotKey&, const SnapshotKey&) = default;
};

/// Rows are snapshots, columns are features; immutable once built.
struct FeatureTable {
  std::vector<FeatureDefinition> features;
  std::vector<SnapshotKey> rows;
  base::Matrix<float> values;  ///< [rows x features]; a category is its label's index
  /// Sorted labels per feature; empty for numeric features.
  std::vector<std::vector<std::string>> labels;

  [[nodiscard]] std::optional<std::size_t> Find(std::string_view feature_name) const;
};

}  // namespace ri::features
