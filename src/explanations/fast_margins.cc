#include "explanations/fast_margins.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "base/assertion.h"
#include "base/parallel.h"

namespace ri::explanations {
namespace {

using kernels::Choice;
using kernels::kTileRows;

/// Ranks and leaf numbers are 16 bits wide; the highest rank is that of a missing value.
constexpr std::size_t kMostThresholds = 16383;
constexpr std::size_t kMostLeaves = 32767;
constexpr int kBlockLevels = 3;
constexpr std::size_t kTilesTogether = 4;  ///< their ranks fit the first cache for 40 features

std::vector<std::vector<float>> SortedThresholds(const models::TreeEnsemble& ensemble) {
  std::vector<std::vector<float>> thresholds(ensemble.num_features);
  for (const models::Tree& tree : ensemble.trees) {
    for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
      if (!tree.is_leaf(node)) {
        thresholds[static_cast<std::size_t>(tree.feature[node])].push_back(tree.threshold[node]);
      }
    }
  }
  for (auto& column : thresholds) {
    std::ranges::sort(column);
    const auto repeated = std::ranges::unique(column);
    column.erase(repeated.begin(), repeated.end());
  }
  return thresholds;
}

class Compiler {
 public:
  Compiler(const models::Tree& tree, const std::vector<std::vector<float>>& thresholds)
      : tree_(tree), thresholds_(thresholds), heights_(tree.num_nodes(), 0) {
    Survey(0);
  }

  void Compile(std::vector<std::int32_t>& words, std::vector<double>& leaf_values) {
    words_ = &words;
    leaf_values_ = &leaf_values;
    Emit(0, 0);
    words.push_back(Choice::kChooseEnd);
  }

 private:
  static constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();

  int Survey(std::size_t node) {
    if (!tree_.is_leaf(node)) {
      heights_[node] = 1 + std::max(Survey(static_cast<std::size_t>(tree_.left[node])),
                                    Survey(static_cast<std::size_t>(tree_.right[node])));
    }
    return heights_[node];
  }

  std::int32_t LeafNumber(std::size_t leaf) {
    leaf_values_->push_back(tree_.value[leaf]);
    return Twin(leaf_values_->size() - 1);
  }

  /// A number of at most 15 bits in both halves of a word.
  static std::int32_t Twin(std::size_t number) {
    return static_cast<std::int32_t>(number << 16 | number);
  }

  void PutOperation(int operation, int slot) { words_->push_back(operation | slot << 8); }

  void PutTest(std::size_t node) {
    if (tree_.is_leaf(node)) {  // padding: both sides hold the same
      words_->insert(words_->end(), {0, 0});
      return;
    }
    const auto feature = static_cast<std::size_t>(tree_.feature[node]);
    const auto& column = thresholds_[feature];
    const auto rank = std::ranges::lower_bound(column, tree_.threshold[node]) - column.begin();
    words_->push_back(ColumnOffset(feature, tree_.default_left[node] != 0, thresholds_.size()));
    words_->push_back(Twin(static_cast<std::size_t>(rank) + 1));
  }

  /// A block takes what is left over three-level blocks below it, so that those are full.
  void Emit(std::size_t node, int slot) {
    if (tree_.is_leaf(node)) {
      PutOperation(Choice::kChooseLeaf, slot);
      words_->push_back(LeafNumber(node));
      return;
    }
    const int levels = (heights_[node] - 1) % kBlockLevels + 1;
    // Breadth-first; below a leaf its copies stand on both sides.
    std::vector<std::size_t> nodes = {node};
    for (std::size_t i = 0; nodes.size() + 1 < std::size_t{2} << levels; ++i) {
      const bool leaf = tree_.is_leaf(nodes[i]);
      const std::size_t parent = nodes[i];
      nodes.push_back(leaf ? parent : static_cast<std::size_t>(tree_.left[parent]));
      nodes.push_back(leaf ? parent : static_cast<std::size_t>(tree_.right[parent]));
    }
    const std::size_t tests = (std::size_t{1} << levels) - 1;
    const bool bottom = heights_[node] <= kBlockLevels;
    if (!bottom) {
      for (std::size_t i = tests; i < nodes.size(); ++i) {
        Emit(nodes[i], slot + static_cast<int>(i - tests));
      }
    }
    PutOperation((bottom ? Choice::kChooseLeaves1 : Choice::kChooseSlots1) + levels - 1, slot);
    for (std::size_t i = 0; i < tests; ++i) {
      PutTest(nodes[i]);
    }
    if (bottom) {
      for (std::size_t i = tests; i < nodes.size(); ++i) {
        words_->push_back(LeafNumber(nodes[i]));
      }
    }
  }

  const models::Tree& tree_;
  const std::vector<std::vector<float>>& thresholds_;
  std::vector<int> heights_;
  std::vector<std::int32_t>* words_ = nullptr;
  std::vector<double>* leaf_values_ = nullptr;
};

/// Deeper trees need more slots than there are; padding may multiply leaves.
bool FitsRanks(const models::TreeEnsemble& ensemble,
               const std::vector<std::vector<float>>& thresholds) {
  constexpr int kMostLevels = 14;
  return ensemble.max_depth() <= kMostLevels &&
         std::ranges::all_of(thresholds,
                             [](const auto& column) { return column.size() <= kMostThresholds; });
}

}  // namespace

FastMargins::FastMargins(const models::TreeEnsemble& ensemble, InstructionSet set)
    : kernels_(&KernelsFor(set)),
      num_features_(ensemble.num_features),
      base_margin_(ensemble.base_margin),
      thresholds_(SortedThresholds(ensemble)) {
  if (!FitsRanks(ensemble, thresholds_)) {
    walked_ = std::make_unique<models::TreeEnsemble>(ensemble);
    return;
  }
  for (const models::Tree& tree : ensemble.trees) {
    programs_.emplace_back();
    Compiler(tree, thresholds_).Compile(programs_.back().words, programs_.back().leaf_values);
    RI_ASSERT(programs_.back().leaf_values.size() <= kMostLeaves);
  }
  for (auto& column : thresholds_) {
    const std::size_t padded = std::bit_ceil(column.size() + 1);
    column.resize(padded - 1, std::numeric_limits<float>::infinity());
    columns_.push_back({column.data(), static_cast<std::int32_t>(std::bit_width(padded) - 1)});
  }
}

std::vector<double> FastMargins::Margins(base::MatrixView<const float> rows, int threads) const {
  RI_ASSERT(rows.num_columns() == num_features_ || rows.num_rows() == 0);
  if (walked_ != nullptr) {
    return walked_->Margins(rows);
  }
  std::vector<double> margins(rows.num_rows());
  base::ParallelFor(rows.num_rows(), kTilesTogether * kTileRows, threads,
                    [&](std::size_t begin, std::size_t end) {
                      Predict(rows, begin, {margins.data() + begin, end - begin});
                    });
  return margins;
}

void FastMargins::Predict(base::MatrixView<const float> rows, std::size_t begin,
                          std::span<double> margins) const {
  const std::size_t columns = 2 * num_features_ * kTileRows;
  AlignedVector<float> tile(columns);
  AlignedVector<std::int16_t> ranks(kTilesTogether * columns);
  AlignedVector<std::int16_t> slots(kTilesTogether * kernels::kMostChoiceSlots * kTileRows);
  AlignedVector<double> sums(kTilesTogether * kTileRows, base_margin_);
  const kernels::PredictTiles tiles{.count = (margins.size() + kTileRows - 1) / kTileRows,
                                    .ranks = ranks.data(),
                                    .rank_stride = columns,
                                    .slots = slots.data(),
                                    .margins = sums.data()};
  for (std::size_t t = 0; t < tiles.count; ++t) {
    PackTile(rows, begin + t * kTileRows, tile);
    kernels_->ranks(columns_.data(), num_features_, tile.data(), ranks.data() + t * columns);
  }
  for (const TreeProgram& program : programs_) {
    kernels_->predict(program.words.data(), program.leaf_values.data(), tiles);
  }
  std::copy_n(sums.begin(), margins.size(), margins.begin());
}

}  // namespace ri::explanations
