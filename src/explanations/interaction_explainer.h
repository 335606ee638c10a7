#pragma once

/// Pairwise Shapley interaction values of a tree ensemble, path-dependent, as XGBoost's
/// pred_interactions.

#include <cstddef>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "explanations/kernels/instruction_set.h"
#include "explanations/path_program.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Log-odds. Of each row a symmetric features x features matrix: off the diagonal half the
/// interaction of a pair, on it what remains of the feature's contribution, so that rows add up to
/// contributions.
struct InteractionValues {
  std::vector<double> values;  ///< rows x features x features
  std::size_t num_features = 0;

  [[nodiscard]] double at(std::size_t row, std::size_t a, std::size_t b) const {
    return values[(row * num_features + a) * num_features + b];
  }
};

/// Thread safety: const methods may run at the same time.
class InteractionExplainer {
 public:
  /// Compiles every tree. \pre as PathDependentExplainer
  explicit InteractionExplainer(const models::TreeEnsemble& ensemble,
                                InstructionSet set = BestInstructionSet());

  /// Memory: rows x features^2 doubles. Error of a value about 1e-6. kUsage when the number of
  /// columns is not the model's. Same bytes at any number of threads.
  [[nodiscard]] Result<InteractionValues> Explain(base::MatrixView<const float> rows,
                                                  int threads) const;

 private:
  void ExplainTile(base::MatrixView<const float> rows, std::size_t begin,
                   InteractionValues& result) const;

  const kernels::KernelTable* kernels_;
  std::size_t num_features_ = 0;
  std::size_t scratch_size_ = 0;
  std::vector<PathProgram> programs_;
};

}  // namespace ri::explanations
