#pragma once

/// Margins of many rows by vector kernels.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "explanations/kernels/instruction_set.h"
#include "explanations/tile.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Evaluates an ensemble; the margins are the same bytes as TreeEnsemble::Margins(), because leaf
/// values are added in double in the order of the trees. Thread safety: const methods may run at
/// the same time.
class FastMargins {
 public:
  /// Copies what it needs. \pre thresholds are finite; `set` is supported
  explicit FastMargins(const models::TreeEnsemble& ensemble,
                       InstructionSet set = BestInstructionSet());

  [[nodiscard]] std::size_t num_features() const { return num_features_; }

  /// Log-odds per row. \pre rows have num_features() columns
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> rows, int threads) const;

 private:
  /// Margins of consecutive rows from `begin` on, a few tiles at most.
  void Predict(base::MatrixView<const float> rows, std::size_t begin,
               std::span<double> margins) const;

  struct TreeProgram {
    std::vector<std::int32_t> words;
    std::vector<double> leaf_values;
  };

  const kernels::KernelTable* kernels_;
  std::size_t num_features_;
  double base_margin_;
  std::vector<TreeProgram> programs_;
  std::vector<std::vector<float>> thresholds_;
  std::vector<kernels::RankColumn> columns_;
  /// Kept only when the model has more thresholds or leaves than ranks can hold.
  std::unique_ptr<const models::TreeEnsemble> walked_;
};

}  // namespace ri::explanations
