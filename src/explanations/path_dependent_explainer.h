#pragma once

/// Exact path-dependent Shapley values of a tree ensemble: a feature outside a coalition is
/// averaged over the cover fractions stored in the trees, as in the contributions of XGBoost. Needs
/// no background. Computed in float by vector kernels, summed in double.

#include <cstddef>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "explanations/kernels/instruction_set.h"
#include "explanations/path_program.h"
#include "explanations/shap_matrix.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Largest |margin - (base + sum)| that a row explained in float may show, relative to
/// 1 + sum of |contributions|.
inline constexpr double kFloatAdditivityTolerance = 1e-5;

/// Thread safety: const methods may run at the same time.
class PathDependentExplainer {
 public:
  /// Compiles every tree; cost about one microsecond per leaf. \pre thresholds are finite; covers
  /// are sums of hessians for values equal to XGBoost's; `set` is supported
  explicit PathDependentExplainer(const models::TreeEnsemble& ensemble,
                                  InstructionSet set = BestInstructionSet());

  /// Margin expected under the cover fractions, in log-odds.
  [[nodiscard]] double base_value() const { return base_value_; }
  [[nodiscard]] std::size_t num_features() const { return num_features_; }

  /// Splits every row's margin; the error of a value against exact arithmetic is about 1e-6. kUsage
  /// when the number of columns is not num_features(). Same bytes at any number of threads; another
  /// instruction set may differ in the last bits of a float.
  [[nodiscard]] Result<ShapMatrix> Explain(base::MatrixView<const float> rows, int threads) const;

 private:
  void ExplainBlock(base::MatrixView<const float> rows, std::size_t begin, std::size_t end,
                    base::Matrix<double>& values) const;

  const kernels::KernelTable* kernels_;
  std::size_t num_features_ = 0;
  double base_value_ = 0;
  std::size_t scratch_size_ = 0;
  std::vector<PathProgram> programs_;
};

}  // namespace ri::explanations
