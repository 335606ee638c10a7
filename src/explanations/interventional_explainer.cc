#include "explanations/interventional_explainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/assertion.h"
#include "base/parallel.h"
#include "base/sum.h"
#include "explanations/fast_margins.h"
#include "explanations/leaf_path.h"
#include "explanations/leaf_patterns.h"
#include "explanations/pattern_tables.h"
#include "explanations/tile.h"

namespace ri::explanations {
namespace {

using kernels::kPartRows;
using kernels::kTileRows;

/// Rows that pass one tree before the next: enough that its tables, which come from a far cache,
/// are used many times, and few enough that rows and sums stay in a near one; fewer when all
/// threads would not find work.
std::size_t RowsPerBlock(std::size_t rows, int threads) {
  constexpr std::size_t kMostTiles = 40;
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  const auto sharers = static_cast<std::size_t>(std::max(1, threads));
  return std::clamp((tiles + sharers - 1) / sharers, std::size_t{1}, kMostTiles) * kTileRows;
}

/// One block of rows on its way through the trees.
class Block {
 public:
  Block(base::MatrixView<const float> rows, std::size_t begin, std::size_t end)
      : rows_(rows), begin_(begin), end_(end), features_(rows.num_columns()) {
    const std::size_t tiles = (end - begin + kTileRows - 1) / kTileRows;
    tiles_.resize(tiles * tile_size());
    sums_.resize(tiles * sums_size(), 0.0);
    for (std::size_t t = 0; t < tiles; ++t) {
      PackTile(rows, begin + t * kTileRows, {tiles_.data() + t * tile_size(), tile_size()});
    }
  }

  /// `next` is the tree after this one, null after the last: its tables are fetched meanwhile.
  void Add(const PatternTables& tables, const PatternTables* next,
           const kernels::KernelTable& kernels) {
    const std::size_t tiles = num_tiles();
    if (end_ - begin_ <= kFewRows) {
      for (const kernels::PatternUnit& unit : tables.units) {
        AddOneByOne(unit);
      }
    }
    for (std::size_t t = 0; t < tiles && end_ - begin_ > kFewRows; ++t) {
      if (next != nullptr) {
        Fetch(*next, t, tiles);
      }
      for (const kernels::PatternUnit& unit : tables.units) {
        kernels.pattern_values(unit, tiles_.data() + t * tile_size(),
                               sums_.data() + t * sums_size(), features_ + 1);
      }
    }
    for (const UntabulatedLeaf& leaf : tables.untabulated) {
      for (std::size_t i = begin_; i < end_; ++i) {
        AddUntabulated(leaf, i);
      }
    }
  }

  void CopyTo(base::Matrix<double>& values) const {
    for (std::size_t i = begin_; i < end_; ++i) {
      double* row = values.row(i).data();
      for (std::size_t j = 0; j < features_; ++j) {
        row[j] = sums_[SumIndex(i, j)];
      }
    }
  }

 private:
  /// So few rows of a tile are cheaper one by one than as a whole tile; the sums are the same.
  static constexpr std::size_t kFewRows = 8;
  static_assert(kFewRows <= kPartRows);

  /// Rows of the first part alone.
  void AddOneByOne(const kernels::PatternUnit& unit) {
    for (std::size_t lane = 0; lane < end_ - begin_; ++lane) {
      const float* const x = tiles_.data() + lane;
      std::size_t pattern = 0;
      for (std::int32_t k = 0; k < unit.num_tests; ++k) {
        const kernels::PatternTest& test = unit.tests[k];
        const bool met = x[test.x_high] <= test.high &&
                         (k >= unit.num_tests - unit.num_at_most || x[test.x_low] >= test.low);
        pattern |= static_cast<std::size_t>(met) << static_cast<unsigned>(k);
      }
      const double* const values =
          unit.table + pattern * static_cast<std::size_t>(unit.num_columns);
      for (std::int32_t c = 0; c < unit.num_columns; ++c) {
        sums_[static_cast<std::size_t>(unit.sum_offsets[c]) + lane] += values[c];
      }
    }
  }

  std::size_t num_tiles() const { return (end_ - begin_ + kTileRows - 1) / kTileRows; }
  std::size_t tile_size() const { return 2 * features_ * kTileRows; }
  /// One column more, which takes what padding adds.
  std::size_t sums_size() const { return (features_ + 1) * kTileRows; }
  std::size_t SumIndex(std::size_t row, std::size_t feature) const {
    const std::size_t i = row - begin_;
    return (i / kPartRows * (features_ + 1) + feature) * kPartRows + i % kPartRows;
  }

  /// Asks for one of `parts` parts of a tree's tables, which are read in no order the processor
  /// could foresee.
  static void Fetch(const PatternTables& tables, std::size_t part, std::size_t parts) {
    constexpr std::size_t kDoublesPerLine = 8;
    const std::size_t lines = tables.table.size() / kDoublesPerLine;
    for (std::size_t line = lines * part / parts; line < lines * (part + 1) / parts; ++line) {
      __builtin_prefetch(tables.table.data() + line * kDoublesPerLine);
    }
  }

  void AddUntabulated(const UntabulatedLeaf& leaf, std::size_t row) {
    const auto& conditions = leaf.path.conditions;
    std::array<double, 32> contributions{};
    AddPatternContributions(PatternOf(conditions, rows_.row(row)),
                            static_cast<int>(conditions.size()), leaf.path.value, leaf.background,
                            contributions);
    for (std::size_t k = 0; k < conditions.size(); ++k) {
      sums_[SumIndex(row, static_cast<std::size_t>(conditions[k].feature))] += contributions[k];
    }
  }

  base::MatrixView<const float> rows_;
  std::size_t begin_;
  std::size_t end_;
  std::size_t features_;
  AlignedVector<float> tiles_;
  AlignedVector<double> sums_;
};

}  // namespace

struct InterventionalExplainer::Tables {
  Tables(const models::TreeEnsemble& ensemble, InstructionSet set)
      : margins(ensemble, set), kernels(&KernelsFor(set)) {}

  FastMargins margins;
  const kernels::KernelTable* kernels;
  double base_value = 0;
  std::vector<std::unique_ptr<PatternTables>> trees;
};

InterventionalExplainer::InterventionalExplainer(const models::TreeEnsemble& ensemble,
                                                 base::MatrixView<const float> background,
                                                 int threads, InstructionSet set) {
  RI_ASSERT(background.num_rows() > 0 && background.num_columns() == ensemble.num_features);
  auto tables = std::make_unique<Tables>(ensemble, set);
  tables->trees.resize(ensemble.trees.size());
  const PackedBackground packed(background);
  base::ParallelFor(ensemble.trees.size(), 1, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      tables->trees[k] = TabulateTree(ensemble.trees[k], packed, *tables->kernels);
    }
  });
  base::CompensatedSum base_value;
  base_value.Add(ensemble.base_margin);
  for (const auto& tree : tables->trees) {
    base_value.Add(tree->expected_value);
  }
  tables->base_value = base_value.value();
  tables_ = std::move(tables);
}

InterventionalExplainer::~InterventionalExplainer() = default;
InterventionalExplainer::InterventionalExplainer(InterventionalExplainer&&) noexcept = default;
InterventionalExplainer& InterventionalExplainer::operator=(InterventionalExplainer&&) noexcept =
    default;

double InterventionalExplainer::base_value() const { return tables_->base_value; }
std::size_t InterventionalExplainer::num_features() const {
  return tables_->margins.num_features();
}

std::size_t InterventionalExplainer::memory_bytes() const {
  std::size_t bytes = 0;
  for (const auto& tree : tables_->trees) {
    bytes += tree->table.size() * sizeof(double);
  }
  return bytes;
}

Result<ShapMatrix> InterventionalExplainer::Explain(base::MatrixView<const float> rows, int threads,
                                                    std::span<const double> margins) const {
  RI_ASSERT(margins.empty() || margins.size() == rows.num_rows());
  if (rows.num_columns() != num_features()) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The rows have {} columns, the model was built for {} features.",
                            rows.num_columns(), num_features()));
  }
  ShapMatrix shap{.values = base::Matrix<double>(rows.num_rows(), num_features()),
                  .base_value = base_value()};
  base::ParallelFor(rows.num_rows(), RowsPerBlock(rows.num_rows(), threads), threads,
                    [&](std::size_t begin, std::size_t end) {
                      Block block(rows, begin, end);
                      const auto& trees = tables_->trees;
                      for (std::size_t k = 0; k < trees.size(); ++k) {
                        const PatternTables* next =
                            k + 1 < trees.size() ? trees[k + 1].get() : nullptr;
                        block.Add(*trees[k], next, *tables_->kernels);
                      }
                      block.CopyTo(shap.values);
                    });
  if (margins.empty()) {
    RI_RETURN_IF_ERROR(CheckAdditivity(shap, tables_->margins.Margins(rows, threads)));
  } else {
    RI_RETURN_IF_ERROR(CheckAdditivity(shap, margins));
  }
  return shap;
}

}  // namespace ri::explanations
