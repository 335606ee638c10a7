#pragma once

/// The exact split of a model's margin into its fields, whatever kind of head the model has.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/result.h"
#include "explanations/folding.h"
#include "explanations/interventional_explainer.h"
#include "explanations/shap_matrix.h"
#include "models/deal_outcome_model.h"

namespace ri::book {

/// Contributions in log-odds are interventional Shapley values against the model's stored
/// background; each row's are checked against its margin before they are returned.
/// Thread safety: const methods may run at the same time.
class DealExplainer {
 public:
  /// Tabulates a tree head against the background: seconds for a large bagged model.
  DealExplainer(std::shared_ptr<const models::DealOutcomeModel> model, int num_threads);

  /// Rows x fields (the encoder's feature_names()), columns of one field added up. kInternal when a
  /// row misses its margin, kRefused for trees without a stored background. Same bytes at any
  /// number of threads. `margins` are the model's for these rows, where the caller has them.
  [[nodiscard]] Result<explanations::ShapMatrix> Explain(
      base::MatrixView<const float> encoded, int num_threads,
      std::span<const double> margins = {}) const;

  /// Mean margin of the background in log-odds: where every explanation starts.
  [[nodiscard]] double base_margin() const { return base_margin_; }
  /// The margin as the probability people see.
  [[nodiscard]] double Calibrate(double margin) const;
  /// Business groups by name, and the group of every field.
  [[nodiscard]] const explanations::Folding& groups() const { return groups_; }

 private:
  [[nodiscard]] Result<explanations::ShapMatrix> Columns(base::MatrixView<const float> encoded,
                                                         int num_threads,
                                                         std::span<const double> margins) const;

  std::shared_ptr<const models::DealOutcomeModel> model_;
  std::optional<explanations::InterventionalExplainer> trees_;
  double base_margin_ = 0;
  /// Trees beside an additive part: the mean of that part over the background, by column.
  std::vector<double> background_mean_;
  std::string refusal_;  ///< empty, or why there are no reasons
  explanations::Folding fields_;
  explanations::Folding groups_;
};

}  // namespace ri::book
