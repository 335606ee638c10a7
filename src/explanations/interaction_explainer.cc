#include "explanations/interaction_explainer.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parallel.h"
#include "explanations/interaction_program.h"
#include "explanations/tile.h"

namespace ri::explanations {
namespace {

using kernels::kTileRows;

/// As for contributions: float sums are added to doubles before they lose digits.
constexpr std::size_t kTreesPerFlush = 32;

}  // namespace

InteractionExplainer::InteractionExplainer(const models::TreeEnsemble& ensemble, InstructionSet set)
    : kernels_(&KernelsFor(set)), num_features_(ensemble.num_features) {
  for (const models::Tree& tree : ensemble.trees) {
    programs_.push_back(CompileInteractions(tree, num_features_));
    const PathProgram& program = programs_.back();
    scratch_size_ =
        std::max(scratch_size_,
                 kernels::ScratchSize(program.levels, static_cast<std::size_t>(program.points)));
  }
}

void InteractionExplainer::ExplainTile(base::MatrixView<const float> rows, std::size_t begin,
                                       InteractionValues& result) const {
  const std::size_t columns = num_features_ + num_features_ * (num_features_ - 1) / 2;
  AlignedVector<float> tile(2 * num_features_ * kTileRows);
  AlignedVector<float> sums(columns * kTileRows, 0.0F);
  AlignedVector<double> totals(sums.size(), 0.0);
  AlignedVector<float> scratch(scratch_size_);
  AlignedVector<float> alphas(scratch_size_);
  PackTile(rows, begin, tile);
  for (std::size_t k = 0; k < programs_.size(); ++k) {
    kernels_->interaction_values(programs_[k].words.data(), programs_[k].points, tile.data(),
                                 sums.data(), scratch.data(), alphas.data());
    if ((k + 1) % kTreesPerFlush == 0 || k + 1 == programs_.size()) {
      for (std::size_t c = 0; c < sums.size(); ++c) {
        totals[c] += static_cast<double>(sums[c]);
        sums[c] = 0;
      }
    }
  }
  const std::size_t end = std::min(begin + kTileRows, rows.num_rows());
  for (std::size_t i = begin; i < end; ++i) {
    double* matrix = result.values.data() + i * num_features_ * num_features_;
    for (std::size_t a = 0; a < num_features_; ++a) {
      double own = totals[a * kTileRows + (i - begin)];
      for (std::size_t b = 0; b < num_features_; ++b) {
        if (a != b) {
          const double half =
              0.5 * totals[PairColumn(a, b, num_features_) * kTileRows + (i - begin)];
          matrix[a * num_features_ + b] = half;
          own -= half;
        }
      }
      matrix[a * num_features_ + a] = own;
    }
  }
}

Result<InteractionValues> InteractionExplainer::Explain(base::MatrixView<const float> rows,
                                                        int threads) const {
  if (rows.num_columns() != num_features_) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The rows have {} columns, the model was built for {} features.",
                            rows.num_columns(), num_features_));
  }
  InteractionValues result{
      .values = std::vector<double>(rows.num_rows() * num_features_ * num_features_),
      .num_features = num_features_};
  base::ParallelFor(rows.num_rows(), kTileRows, threads,
                    [&](std::size_t begin, std::size_t) { ExplainTile(rows, begin, result); });
  return result;
}

}  // namespace ri::explanations
