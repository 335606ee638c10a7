#pragma once

/// Exact interventional Shapley values of a tree ensemble in double. The game: features in a
/// coalition take the row's values, all others take those of a background row, averaged over the
/// background. A feature the model does not use gets exactly 0, and so does one that equals the
/// background everywhere.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/matrix.h"
#include "base/result.h"
#include "explanations/kernels/instruction_set.h"
#include "explanations/shap_matrix.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// Holds the model's leaves tabulated against a background; the cost of a row does not depend on
/// the number of background rows. Building costs about background rows x nodes + leaves x 3^depth.
/// Thread safety: const methods may run at the same time.
class InterventionalExplainer {
 public:
  /// Copies what it needs from both. NaN = missing. \pre at least one background row, as many
  /// columns as the ensemble has features, at most 31 distinct features on a path, finite
  /// thresholds, `set` supported. The result depends neither on `threads` nor on `set`.
  InterventionalExplainer(const models::TreeEnsemble& ensemble,
                          base::MatrixView<const float> background, int threads = 1,
                          InstructionSet set = BestInstructionSet());
  ~InterventionalExplainer();
  InterventionalExplainer(InterventionalExplainer&&) noexcept;
  InterventionalExplainer& operator=(InterventionalExplainer&&) noexcept;

  /// Mean margin of the background in log-odds.
  [[nodiscard]] double base_value() const;
  [[nodiscard]] std::size_t num_features() const;
  /// Size of the tables.
  [[nodiscard]] std::size_t memory_bytes() const;

  /// Splits every row's margin; each row is held against the model's own margin
  /// (kInternal when they differ by kAdditivityTolerance or more). kUsage when the number of
  /// columns is not num_features(). Same bytes at any number of threads.
  /// `margins` are those of the rows as FastMargins or the ensemble gives them, for the check of
  /// the sum, where the caller has them; otherwise they are computed.
  [[nodiscard]] Result<ShapMatrix> Explain(base::MatrixView<const float> rows, int threads,
                                           std::span<const double> margins = {}) const;

 private:
  struct Tables;
  std::unique_ptr<const Tables> tables_;
};

}  // namespace ri::explanations
