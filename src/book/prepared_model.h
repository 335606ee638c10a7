#pragma once

/// A model version made ready to score and explain many deals: read, compiled and tabulated once,
/// then shared by everything that asks for it.

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "book/active_model.h"
#include "book/deal_explainer.h"
#include "book/workspace.h"
#include "explanations/fast_margins.h"
#include "models/row_encoder.h"

namespace ri::book {

/// Immutable to its users; safe to share between threads.
class PreparedModel {
 public:
  explicit PreparedModel(LoadedModel loaded);

  [[nodiscard]] const LoadedModel& loaded() const { return loaded_; }
  [[nodiscard]] const models::DealOutcomeModel& model() const { return *loaded_.model; }

  /// For rows whose values are named.
  [[nodiscard]] const models::RowEncoder& row_encoder() const { return row_encoder_; }

  /// What DealOutcomeModel::Predict gives, same bytes, by the vector kernels where the head is
  /// trees.
  [[nodiscard]] std::vector<models::Prediction> Predict(base::MatrixView<const float> encoded,
                                                        int num_threads) const;
  /// Margins alone, same bytes as DealOutcomeModel::Margins.
  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> encoded,
                                            int num_threads) const;

  /// Tabulates the model's leaves at the first call (seconds for a large bagged model); later calls
  /// return at once.
  [[nodiscard]] const DealExplainer& explainer(int num_threads) const;

 private:
  LoadedModel loaded_;
  models::RowEncoder row_encoder_;
  std::unique_ptr<const explanations::FastMargins> fast_margins_;  ///< of the trees, if any
  mutable std::once_flag tabulated_;
  mutable std::unique_ptr<const DealExplainer> explainer_;
};

/// Resolves `name` ("champion", "challenger", a version or its prefix) anew, so that a promotion
/// counts at once, and takes the version from the workspace's cache or reads it. Errors as
/// LoadModel.
[[nodiscard]] Result<std::shared_ptr<const PreparedModel>> PrepareModel(Workspace& workspace,
                                                                        const std::string& name);

}  // namespace ri::book
