#include "explanations/pattern_tables.h"

#include <algorithm>
#include <limits>

#include "base/assertion.h"
#include "base/sum.h"

namespace ri::explanations {
namespace {

using kernels::kTileRows;
using kernels::PatternTest;
using kernels::PatternUnit;

constexpr std::size_t kUnitBits = 7;   ///< 128 patterns: a table of 8 KiB stays in the first cache
constexpr std::size_t kMostBits = 10;  ///< larger leaves are not tabulated
constexpr std::size_t kMostFeatures = 31;

/// What a leaf of a unit asks of one column: the pattern bits in `mask` must equal `wanted`.
struct ColumnCondition {
  std::size_t column = 0;
  std::uint32_t mask = 0;
  std::uint32_t wanted = 0;
};

struct UnitLeaf {
  double value = 0;
  std::vector<ColumnCondition> conditions;
};

/// A unit while it is built.
struct Unit {
  std::vector<PatternTest> tests;
  std::vector<std::int32_t> features;  ///< of the columns
  std::vector<UnitLeaf> leaves;
};

class Tabulator {
 public:
  Tabulator(const models::Tree& tree, const PackedBackground& background,
            const kernels::KernelTable& kernels, PatternTables& tables)
      : tree_(tree),
        background_(background),
        kernels_(kernels),
        num_features_(background.rows().num_columns()),
        tables_(tables),
        splits_(tree.num_nodes(), 0),
        most_features_(tree.num_nodes(), 0) {}

  void Run() {
    Survey(0, {});
    Cut(0, {});
    const PatternTest* tests = tables_.tests.data();
    const std::int32_t* offsets = tables_.sum_offsets.data();
    const double* table = tables_.table.data();
    for (PatternUnit& unit : tables_.units) {
      unit.tests = tests;
      unit.sum_offsets = offsets;
      unit.table = table;
      tests += unit.num_tests;
      offsets += unit.num_columns;
      table += (std::size_t{1} << unit.num_tests) * static_cast<std::size_t>(unit.num_columns);
    }
    tables_.expected_value = expected_value_.value();
  }

 private:
  std::size_t Left(std::size_t node) const { return static_cast<std::size_t>(tree_.left[node]); }
  std::size_t Right(std::size_t node) const { return static_cast<std::size_t>(tree_.right[node]); }

  void Survey(std::size_t node, std::vector<std::int32_t> path) {
    if (tree_.is_leaf(node)) {
      most_features_[node] = path.size();
      RI_ASSERT(path.size() <= kMostFeatures);
      return;
    }
    if (std::ranges::find(path, tree_.feature[node]) == path.end()) {
      path.push_back(tree_.feature[node]);
    }
    Survey(Left(node), path);
    Survey(Right(node), path);
    splits_[node] = 1 + splits_[Left(node)] + splits_[Right(node)];
    most_features_[node] = std::max(most_features_[Left(node)], most_features_[Right(node)]);
  }

  void Cut(std::size_t node, const std::vector<PathCondition>& path) {
    const std::size_t bits = path.size() + splits_[node];
    if (bits <= kUnitBits || (bits <= most_features_[node] && bits <= kMostBits)) {
      AddUnit(node, path);
    } else if (tree_.is_leaf(node)) {
      AddUntabulated({tree_.value[node], path});
    } else {
      Cut(Left(node), Narrowed(path, tree_, node, true));
      Cut(Right(node), Narrowed(path, tree_, node, false));
    }
  }

  std::int32_t Offset(std::int32_t feature, bool missing_is_low) const {
    return ColumnOffset(static_cast<std::size_t>(feature), missing_is_low, num_features_);
  }

  /// Missing values are read from the copy with which the test fails where they leave the path.
  PatternTest TestOf(const PathCondition& condition) const {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const bool holds = condition.missing_holds;
    return {.x_low = Offset(condition.feature, !holds && condition.has_lower),
            .x_high = Offset(condition.feature, holds || !condition.has_upper),
            .low = condition.has_lower ? condition.lower : -kInfinity,
            .high = condition.has_upper ? std::nextafter(condition.upper, -kInfinity) : kInfinity};
  }

  static std::size_t ColumnOf(Unit& unit, std::int32_t feature) {
    const auto found = std::ranges::find(unit.features, feature);
    if (found != unit.features.end()) {
      return static_cast<std::size_t>(found - unit.features.begin());
    }
    unit.features.push_back(feature);
    return unit.features.size() - 1;
  }

  void CollectLeaves(Unit& unit, std::size_t node, const std::vector<ColumnCondition>& met) {
    if (tree_.is_leaf(node)) {
      unit.leaves.push_back({tree_.value[node], met});
      return;
    }
    const std::size_t column = ColumnOf(unit, tree_.feature[node]);
    const std::uint32_t bit = std::uint32_t{1} << unit.tests.size();
    PathCondition goes_left{.feature = tree_.feature[node],
                            .upper = tree_.threshold[node],
                            .has_upper = true,
                            .missing_holds = tree_.default_left[node] != 0};
    unit.tests.push_back(TestOf(goes_left));
    for (const bool left : {true, false}) {
      auto conditions = met;
      auto found = std::ranges::find(conditions, column, &ColumnCondition::column);
      if (found == conditions.end()) {
        conditions.push_back({.column = column});
        found = conditions.end() - 1;
      }
      found->mask |= bit;
      found->wanted |= left ? bit : 0;
      CollectLeaves(unit, left ? Left(node) : Right(node), conditions);
    }
  }

  void AddUnit(std::size_t node, const std::vector<PathCondition>& path) {
    Unit unit;
    std::vector<ColumnCondition> met;
    for (const PathCondition& condition : path) {
      const std::uint32_t bit = std::uint32_t{1} << unit.tests.size();
      met.push_back({ColumnOf(unit, condition.feature), bit, bit});
      unit.tests.push_back(TestOf(condition));
    }
    CollectLeaves(unit, node, met);

    const std::size_t columns = (unit.features.size() + 3) / 4 * 4;
    const std::size_t num_patterns = std::size_t{1} << unit.tests.size();
    PatternUnit packed{};
    packed.tests = unit.tests.data();
    packed.num_tests = static_cast<std::int32_t>(unit.tests.size());
    packed.num_at_most = static_cast<std::int32_t>(splits_[node]);  // the splits of the unit
    packed.num_columns = static_cast<std::int32_t>(columns);
    const std::vector<double> weights = CountPatterns(packed, num_patterns);

    const std::size_t start = tables_.table.size();
    tables_.table.resize(start + num_patterns * columns, 0.0);
    for (const UnitLeaf& leaf : unit.leaves) {
      AddLeaf(leaf, weights, {tables_.table.data() + start, num_patterns * columns}, columns);
    }
    tables_.units.push_back(packed);
    tables_.tests.insert(tables_.tests.end(), unit.tests.begin(), unit.tests.end());
    for (std::size_t k = 0; k < columns; ++k) {
      const std::size_t feature =
          k < unit.features.size() ? static_cast<std::size_t>(unit.features[k]) : num_features_;
      tables_.sum_offsets.push_back(static_cast<std::int32_t>(feature * kernels::kPartRows));
    }
  }

  /// Share of background rows per pattern.
  std::vector<double> CountPatterns(const PatternUnit& unit, std::size_t num_patterns) const {
    std::vector<std::size_t> counts(num_patterns, 0);
    alignas(64) std::int32_t patterns[kTileRows];
    std::size_t rows = background_.rows().num_rows();
    for (std::size_t t = 0; t < background_.num_tiles(); ++t) {
      kernels_.patterns(unit, background_.tile(t), patterns);
      const std::size_t count = std::min(kTileRows, rows - t * kTileRows);
      for (std::size_t i = 0; i < count; ++i) {
        ++counts[static_cast<std::size_t>(patterns[i])];
      }
    }
    std::vector<double> weights(num_patterns);
    for (std::size_t p = 0; p < num_patterns; ++p) {
      weights[p] = static_cast<double>(counts[p]) / static_cast<double>(rows);
    }
    return weights;
  }

  static std::size_t LeafPattern(const UnitLeaf& leaf, std::size_t unit_pattern) {
    std::size_t pattern = 0;
    for (std::size_t k = 0; k < leaf.conditions.size(); ++k) {
      const ColumnCondition& condition = leaf.conditions[k];
      pattern |= std::size_t{(unit_pattern & condition.mask) == condition.wanted} << k;
    }
    return pattern;
  }

  void AddLeaf(const UnitLeaf& leaf, const std::vector<double>& weights, std::span<double> table,
               std::size_t columns) {
    const std::size_t width = leaf.conditions.size();
    std::vector<double> leaf_weights(std::size_t{1} << width, 0.0);
    std::vector<std::size_t> leaf_pattern(weights.size());
    for (std::size_t p = 0; p < weights.size(); ++p) {
      leaf_pattern[p] = LeafPattern(leaf, p);
      leaf_weights[leaf_pattern[p]] += weights[p];
    }
    expected_value_.Add(leaf.value * leaf_weights.back());
    std::vector<PatternShareOfBackground> shares;
    for (std::size_t p = 0; p < leaf_weights.size(); ++p) {
      if (leaf_weights[p] != 0) {
        shares.push_back({static_cast<std::uint32_t>(p), leaf_weights[p]});
      }
    }
    const auto values = TabulatePatterns(static_cast<int>(width), leaf.value, shares);
    for (std::size_t p = 0; p < weights.size(); ++p) {
      for (std::size_t k = 0; k < width; ++k) {
        table[p * columns + leaf.conditions[k].column] += values[leaf_pattern[p] * width + k];
      }
    }
  }

  void AddUntabulated(LeafPath path) {
    UntabulatedLeaf leaf{.path = std::move(path), .background = {}};
    const auto rows = background_.rows();
    std::vector<std::uint32_t> patterns(rows.num_rows());
    for (std::size_t i = 0; i < patterns.size(); ++i) {
      patterns[i] = PatternOf(leaf.path.conditions, rows.row(i));
    }
    std::ranges::sort(patterns);
    const auto total = static_cast<double>(patterns.size());
    for (auto begin = patterns.begin(); begin != patterns.end();) {
      const auto end = std::upper_bound(begin, patterns.end(), *begin);
      leaf.background.push_back({*begin, static_cast<double>(end - begin) / total});
      begin = end;
    }
    const auto all = (std::uint32_t{1} << leaf.path.conditions.size()) - 1;
    if (leaf.background.back().pattern == all) {
      expected_value_.Add(leaf.path.value * leaf.background.back().weight);
    }
    tables_.untabulated.push_back(std::move(leaf));
  }

  const models::Tree& tree_;
  const PackedBackground& background_;
  const kernels::KernelTable& kernels_;
  std::size_t num_features_;
  PatternTables& tables_;
  std::vector<std::size_t> splits_;
  std::vector<std::size_t> most_features_;
  base::CompensatedSum expected_value_;
};

}  // namespace

PackedBackground::PackedBackground(base::MatrixView<const float> rows) : rows_(rows) {
  for (std::size_t begin = 0; begin < rows.num_rows(); begin += kTileRows) {
    tiles_.emplace_back(2 * rows.num_columns() * kTileRows);
    PackTile(rows, begin, tiles_.back());
  }
}

std::unique_ptr<PatternTables> TabulateTree(const models::Tree& tree,
                                            const PackedBackground& background,
                                            const kernels::KernelTable& kernels) {
  auto tables = std::make_unique<PatternTables>();
  Tabulator(tree, background, kernels, *tables).Run();
  return tables;
}

}  // namespace ri::explanations
