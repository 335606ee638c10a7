#include "training/unlearnable_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <string_view>

namespace ri::training {
namespace {

constexpr std::array<std::string_view, 3> kSeasonal = {"fiscal_quarter", "month", "created_month"};
// And a month, so that every season is there twice.
constexpr std::chrono::days kTwoYears{760};
// Labels cover a category when all but so many rows have a column of their own.
constexpr double kUncovered = 0.05;

bool IsSeasonal(std::string_view name) {
  return std::ranges::find(kSeasonal, name) != kSeasonal.end();
}

bool SpansTwoYears(const SnapshotSet& set) {
  return !set.rows.empty() && set.rows.back().key.as_of - set.rows.front().key.as_of >= kTwoYears;
}

/// The category that a running rate or its count belongs to: "product" of "product_win_rate_n",
/// "custom.Scope" of "custom.Scope.win_rate"; empty for anything else.
std::string_view CategoryOf(std::string_view name) {
  for (const std::string_view ending : {"_win_rate_n", "_win_rate", ".win_rate_n", ".win_rate"}) {
    if (name.ends_with(ending)) {
      return name.substr(0, name.size() - ending.size());
    }
  }
  return {};
}

bool LabelsCover(const features::FeatureTable& table, std::size_t feature,
                 const models::EncoderOptions& encoder) {
  std::vector<std::size_t> counts(table.labels[feature].size());
  for (std::size_t i = 0; i < table.values.num_rows(); ++i) {
    const float value = table.values(i, feature);
    if (!std::isnan(value)) {
      ++counts[static_cast<std::size_t>(value)];
    }
  }
  std::ranges::sort(counts, std::greater<>());
  std::size_t uncovered = 0;
  for (std::size_t label = 0; label < counts.size(); ++label) {
    uncovered +=
        label >= encoder.max_labels || counts[label] < encoder.min_label_rows ? counts[label] : 0;
  }
  return static_cast<double>(uncovered) <=
         kUncovered * static_cast<double>(table.values.num_rows());
}

}  // namespace

UnlearnableFeatures FindUnlearnableFeatures(const features::FeatureTable& table,
                                            const SnapshotSet& set,
                                            const models::EncoderOptions& encoder) {
  UnlearnableFeatures found;
  std::size_t seasonal = 0;
  std::size_t rates = 0;
  const bool two_years = SpansTwoYears(set);
  const bool few = set.counts.closed_deals < kClosedForRates;
  for (const features::FeatureDefinition& feature : table.features) {
    if (!two_years && IsSeasonal(feature.name)) {
      found.names.push_back(feature.name);
      ++seasonal;
      continue;
    }
    const std::string_view category = few ? CategoryOf(feature.name) : std::string_view();
    const auto index = category.empty() ? std::nullopt : table.Find(category);
    if (index && table.features[*index].kind == features::FeatureKind::kCategory &&
        LabelsCover(table, *index, encoder)) {
      found.names.push_back(feature.name);
      ++rates;
    }
  }
  if (seasonal > 0) {
    found.reason =
        "The season is left out: less than two years of history cannot tell it from a trend.";
  }
  if (rates > 0) {
    found.reason += fmt::format(
        "{}{} running win rates and counts are left out: below {} closed deals the labels "
        "themselves say the same with less noise.",
        found.reason.empty() ? "" : " ", rates, kClosedForRates);
  }
  return found;
}

}  // namespace ri::training
