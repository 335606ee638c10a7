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

void PathDependentExplainer::ExplainTile(base::MatrixView<const float> rows, std::size_t begin,
                                         base::Matrix<double>& values) const {
  AlignedVector<float> tile(2 * num_features_ * kTileRows);
  AlignedVector<float> sums(num_features_ * kTileRows, 0.0F);
  AlignedVector<double> totals(sums.size(), 0.0);
  AlignedVector<float> scratch(scratch_size_);
  const std::size_t end = std::min(begin + kTileRows, rows.num_rows());
  PackTile(rows, begin, tile);
  for (std::size_t k = 0; k < programs_.size(); ++k) {
    kernels_->path_values(programs_[k].words.data(), programs_[k].points, tile.data(), sums.data(),
                          scratch.data());
    if ((k + 1) % kTreesPerFlush == 0) {
      Flush(sums, totals);
    }
  }
  Flush(sums, totals);
  for (std::size_t i = begin; i < end; ++i) {
    double* row = values.row(i).data();
    for (std::size_t j = 0; j < num_features_; ++j) {
      row[j] = totals[j * kTileRows + (i - begin)];
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
  base::ParallelFor(rows.num_rows(), kTileRows, threads,
                    [&](std::size_t begin, std::size_t) { ExplainTile(rows, begin, shap.values); });
  return shap;
}

}  // namespace ri::explanations
