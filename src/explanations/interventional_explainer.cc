#include "explanations/interventional_explainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/assertion.h"
#include "base/parallel.h"
#include "base/sum.h"
#include "explanations/leaf_path.h"
#include "explanations/leaf_patterns.h"

namespace ri::explanations {
namespace {

/// Up to this many conditions a leaf is tabulated for every row pattern (8 KiB x 10); above, which
/// takes trees deeper than any that is trained here, the background patterns are kept instead.
constexpr std::size_t kMaxTabulated = 10;
constexpr std::size_t kMaxPathFeatures = 31;

struct TabulatedLeaf {
  double value = 0;
  std::vector<PathCondition> conditions;
  std::vector<double> table;                         ///< empty when not tabulated
  std::vector<PatternShareOfBackground> background;  ///< empty when tabulated
};

std::uint32_t PatternOf(std::span<const PathCondition> conditions, std::span<const float> row) {
  std::uint32_t pattern = 0;
  for (std::size_t k = 0; k < conditions.size(); ++k) {
    const float x = row[static_cast<std::size_t>(conditions[k].feature)];
    pattern |= std::uint32_t{conditions[k].Holds(x)} << k;
  }
  return pattern;
}

std::vector<PatternShareOfBackground> CountPatterns(std::span<const PathCondition> conditions,
                                                    base::MatrixView<const float> background) {
  std::vector<std::uint32_t> patterns(background.num_rows());
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    patterns[i] = PatternOf(conditions, background.row(i));
  }
  std::ranges::sort(patterns);
  std::vector<PatternShareOfBackground> shares;
  const auto total = static_cast<double>(patterns.size());
  for (auto begin = patterns.begin(); begin != patterns.end();) {
    const auto end = std::upper_bound(begin, patterns.end(), *begin);
    shares.push_back({*begin, static_cast<double>(end - begin) / total});
    begin = end;
  }
  return shares;
}

void AddLeaf(const TabulatedLeaf& leaf, std::span<const float> row, std::span<double> values) {
  const std::size_t width = leaf.conditions.size();
  const std::uint32_t pattern = PatternOf(leaf.conditions, row);
  std::array<double, kMaxPathFeatures> sums{};
  const double* contributions = leaf.table.data() + pattern * width;
  if (!leaf.background.empty()) {
    AddPatternContributions(pattern, static_cast<int>(width), leaf.value, leaf.background, sums);
    contributions = sums.data();
  }
  for (std::size_t k = 0; k < width; ++k) {
    values[static_cast<std::size_t>(leaf.conditions[k].feature)] += contributions[k];
  }
}

}  // namespace

struct InterventionalExplainer::Tables {
  models::TreeEnsemble ensemble;
  double base_value = 0;
  std::vector<TabulatedLeaf> leaves;
};

InterventionalExplainer::InterventionalExplainer(const models::TreeEnsemble& ensemble,
                                                 base::MatrixView<const float> background) {
  RI_ASSERT(background.num_rows() > 0 && background.num_columns() == ensemble.num_features);
  auto tables = std::make_unique<Tables>();
  tables->ensemble = ensemble;
  base::CompensatedSum base_value;
  base_value.Add(ensemble.base_margin);
  for (const models::Tree& tree : ensemble.trees) {
    for (LeafPath& path : CollectLeafPaths(tree)) {
      RI_ASSERT(path.conditions.size() <= kMaxPathFeatures);
      const auto all = (std::uint32_t{1} << path.conditions.size()) - 1;
      TabulatedLeaf leaf{path.value, std::move(path.conditions), {}, {}};
      leaf.background = CountPatterns(leaf.conditions, background);
      if (leaf.background.back().pattern == all) {
        base_value.Add(leaf.value * leaf.background.back().weight);
      }
      if (leaf.conditions.size() <= kMaxTabulated) {
        leaf.table =
            TabulatePatterns(static_cast<int>(leaf.conditions.size()), leaf.value, leaf.background);
        leaf.background.clear();
      }
      tables->leaves.push_back(std::move(leaf));
    }
  }
  tables->base_value = base_value.value();
  tables_ = std::move(tables);
}

InterventionalExplainer::~InterventionalExplainer() = default;
InterventionalExplainer::InterventionalExplainer(InterventionalExplainer&&) noexcept = default;
InterventionalExplainer& InterventionalExplainer::operator=(InterventionalExplainer&&) noexcept =
    default;

double InterventionalExplainer::base_value() const { return tables_->base_value; }
std::size_t InterventionalExplainer::num_features() const { return tables_->ensemble.num_features; }

Result<ShapMatrix> InterventionalExplainer::Explain(base::MatrixView<const float> rows,
                                                    int threads) const {
  if (rows.num_columns() != num_features()) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The rows have {} columns, the model was built for {} features.",
                            rows.num_columns(), num_features()));
  }
  ShapMatrix shap{.values = base::Matrix<double>(rows.num_rows(), num_features()),
                  .base_value = base_value()};
  std::vector<double> margins(rows.num_rows());
  constexpr std::size_t kRowsPerBlock = 64;
  base::ParallelFor(rows.num_rows(), kRowsPerBlock, threads,
                    [&](std::size_t begin, std::size_t end) {
                      // Leaves outside, rows inside: a leaf's table stays in the cache.
                      for (const TabulatedLeaf& leaf : tables_->leaves) {
                        for (std::size_t i = begin; i < end; ++i) {
                          AddLeaf(leaf, rows.row(i), shap.values.row(i));
                        }
                      }
                      for (std::size_t i = begin; i < end; ++i) {
                        margins[i] = WalkMargin(tables_->ensemble, rows.row(i));
                      }
                    });
  RI_RETURN_IF_ERROR(CheckAdditivity(shap, margins));
  return shap;
}

}  // namespace ri::explanations
