#include "monitoring/feature_sketch.h"

#include <algorithm>
#include <cmath>

#include "base/assertion.h"

namespace ri::monitoring {

FeatureBins CutNumeric(std::string name, std::span<const float> reference, std::size_t max_bins) {
  RI_ASSERT(max_bins >= 2);
  std::vector<float> values;
  values.reserve(reference.size());
  std::ranges::copy_if(reference, std::back_inserter(values),
                       [](float value) { return !std::isnan(value); });
  std::ranges::sort(values);
  FeatureBins bins{.name = std::move(name)};
  if (values.empty()) {
    return bins;
  }
  bins.low = values[values.size() / 100];
  bins.high = values[values.size() - 1 - values.size() / 100];
  for (std::size_t k = 1; k < max_bins; ++k) {
    const float edge = values[k * values.size() / max_bins];
    // An edge at the least value would leave the bin below it empty for ever.
    if (edge > values.front() && (bins.edges.empty() || edge > bins.edges.back())) {
      bins.edges.push_back(edge);
    }
  }
  return bins;
}

FeatureBins CutCategorical(std::string name, std::vector<std::string> labels) {
  std::ranges::sort(labels);
  const auto repeated = std::ranges::unique(labels);
  labels.erase(repeated.begin(), repeated.end());
  return {.name = std::move(name), .labels = std::move(labels), .categorical = true};
}

FeatureSketch SketchNumeric(const FeatureBins& bins, const float* values, std::size_t num_rows,
                            std::size_t num_columns, std::size_t column) {
  RI_ASSERT(!bins.categorical);
  FeatureSketch counts(bins.num_slots(), 0);
  const float* const first = bins.edges.data();
  const std::size_t num_edges = bins.edges.size();
  for (std::size_t i = 0; i < num_rows; ++i) {
    const float value = values[i * num_columns + column];
    if (std::isnan(value)) {
      ++counts.back();
      continue;
    }
    // Branch-free upper bound: how many edges are not above the value.
    const float* base = first;
    std::size_t length = num_edges;
    while (length > 1) {
      const std::size_t half = length / 2;
      base += (base[half - 1] <= value) ? half : 0;
      length -= half;
    }
    const std::size_t below = static_cast<std::size_t>(base - first) +
                              static_cast<std::size_t>(length == 1 && *base <= value);
    ++counts[below];
  }
  return counts;
}

FeatureSketch SketchCategorical(const FeatureBins& bins, const float* values, std::size_t num_rows,
                                std::size_t num_columns, std::size_t column,
                                std::span<const std::string> labels) {
  RI_ASSERT(bins.categorical);
  std::vector<std::size_t> slot_of(labels.size());
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const auto found = std::ranges::lower_bound(bins.labels, labels[k]);
    slot_of[k] = found != bins.labels.end() && *found == labels[k]
                     ? static_cast<std::size_t>(found - bins.labels.begin())
                     : bins.unknown_slot();
  }
  FeatureSketch counts(bins.num_slots(), 0);
  for (std::size_t i = 0; i < num_rows; ++i) {
    const float value = values[i * num_columns + column];
    if (std::isnan(value)) {
      ++counts.back();
      continue;
    }
    const auto label = static_cast<std::size_t>(value);
    RI_ASSERT(label < slot_of.size());
    ++counts[slot_of[label]];
  }
  return counts;
}

void AddTo(FeatureSketch& sum, const FeatureSketch& sketch) {
  RI_ASSERT(sum.size() == sketch.size());
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] += sketch[i];
  }
}

}  // namespace ri::monitoring
