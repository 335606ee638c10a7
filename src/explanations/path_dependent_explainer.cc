#include "explanations/path_dependent_explainer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parallel.h"
#include "base/sum.h"
#include "explanations/tile.h"

namespace ri::explanations {
namespace {

using kernels::kTileRows;

/// Float sums lose digits with the number of trees; after so many they are added to doubles.
constexpr std::size_t kTreesPerFlush = 32;

/// Tiles that pass one tree before the next: its program is fetched from a far cache once for all,
/// and the processor has learnt the order of its operations after the first.
constexpr std::size_t kTilesPerBlock = 8;

/// Fewer when all threads would not find work.
std::size_t TilesPerBlock(std::size_t rows, int threads) {
  const std::size_t tiles = (rows + kTileRows - 1) / kTileRows;
  const auto sharers = static_cast<std::size_t>(std::max(1, threads));
  return std::clamp((tiles + sharers - 1) / sharers, std::size_t{1}, kTilesPerBlock);
}

void Flush(AlignedVector<float>& sums, AlignedVector<double>& totals) {
  for (std::size_t k = 0; k < sums.size(); ++k) {
    totals[k] += static_cast<double>(sums[k]);
    sums[k] = 0;
  }
}

}  // namespace

PathDependentExplainer::PathDependentExplainer(const models::TreeEnsemble& ensemble,
                                               InstructionSet set)
    : kernels_(&KernelsFor(set)), num_features_(ensemble.num_features) {
  base::CompensatedSum base_value;
  base_value.Add(ensemble.base_margin);
  for (const models::Tree& tree : ensemble.trees) {
    programs_.push_back(CompilePaths(tree, num_features_));
    const PathProgram& program = programs_.back();
    base_value.Add(program.expected_value);
    scratch_size_ =
        std::max(scratch_size_,
                 kernels::ScratchSize(program.levels, static_cast<std::size_t>(program.points)));
  }
  base_value_ = base_value.value();
}

void PathDependentExplainer::ExplainBlock(base::MatrixView<const float> rows, std::size_t begin,
                                          std::size_t end, base::Matrix<double>& values) const {
  const std::size_t tiles = (end - begin + kTileRows - 1) / kTileRows;
  const std::size_t tile_size = 2 * num_features_ * kTileRows;
  const std::size_t sums_size = num_features_ * kTileRows;
  AlignedVector<float> packed(tiles * tile_size);
  AlignedVector<float> sums(tiles * sums_size, 0.0F);
  AlignedVector<double> totals(sums.size(), 0.0);
  AlignedVector<float> scratch(scratch_size_);
  for (std::size_t t = 0; t < tiles; ++t) {
    PackTile(rows, begin + t * kTileRows, {packed.data() + t * tile_size, tile_size});
  }
  for (std::size_t k = 0; k < programs_.size(); ++k) {
    for (std::size_t t = 0; t < tiles; ++t) {
      kernels_->path_values(programs_[k].words.data(), programs_[k].points,
                            packed.data() + t * tile_size, sums.data() + t * sums_size,
                            scratch.data());
    }
    if ((k + 1) % kTreesPerFlush == 0) {
      Flush(sums, totals);
    }
  }
  Flush(sums, totals);
  for (std::size_t i = 0; i < end - begin; ++i) {
    double* row = values.row(begin + i).data();
    const double* total = totals.data() + i / kTileRows * sums_size + i % kTileRows;
    for (std::size_t j = 0; j < num_features_; ++j) {
      row[j] = total[j * kTileRows];
    }
  }
}

Result<ShapMatrix> PathDependentExplainer::Explain(base::MatrixView<const float> rows,
                                                   int threads) const {
  if (rows.num_columns() != num_features_) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The rows have {} columns, the model was built for {} features.",
                            rows.num_columns(), num_features_));
  }
  ShapMatrix shap{.values = base::Matrix<double>(rows.num_rows(), num_features_),
                  .base_value = base_value_};
  base::ParallelFor(
      rows.num_rows(), TilesPerBlock(rows.num_rows(), threads) * kTileRows, threads,
      [&](std::size_t begin, std::size_t end) { ExplainBlock(rows, begin, end, shap.values); });
  return shap;
}

}  // namespace ri::explanations
