#pragma once

/// The exact difference of one model between two rows, split over the features that differ: the
/// interventional game with one background row.

#include <span>
#include <vector>

#include "models/tree_ensemble.h"

namespace ri::explanations {

/// A model that can say its margin and split the difference of two margins. Rows are as in the
/// feature table: float, NaN = missing. Thread safety: const methods may run at the same time.
class ReferenceModel {
 public:
  virtual ~ReferenceModel() = default;
  [[nodiscard]] virtual std::size_t num_features() const = 0;
  /// Log-odds.
  [[nodiscard]] virtual double Margin(std::span<const float> row) const = 0;
  /// One value per feature, adding up to Margin(row) - Margin(reference) within rounding; exactly 0
  /// for a feature that is the same in both rows.
  [[nodiscard]] virtual std::vector<double> Split(std::span<const float> row,
                                                  std::span<const float> reference) const = 0;
};

/// Trees; the ensemble must outlive it. A split walks only the branches that a mix of the two rows
/// can reach: the fewer features differ, the cheaper.
class TreeReferenceModel final : public ReferenceModel {
 public:
  explicit TreeReferenceModel(const models::TreeEnsemble& ensemble) : ensemble_(&ensemble) {}
  [[nodiscard]] std::size_t num_features() const override { return ensemble_->num_features; }
  [[nodiscard]] double Margin(std::span<const float> row) const override;
  [[nodiscard]] std::vector<double> Split(std::span<const float> row,
                                          std::span<const float> reference) const override;

 private:
  const models::TreeEnsemble* ensemble_;
};

}  // namespace ri::explanations
