#pragma once

/// A model as a function of the fields people see, so that rows of fields can be compared, edited
/// and split, also between models that encode them differently.

#include <memory>
#include <span>
#include <vector>

#include "book/row_encoder.h"
#include "explanations/reference_split.h"
#include "models/deal_outcome_model.h"

namespace ri::book {

/// Rows are rows of a feature table of the schema. Thread safety: const methods may run at the same
/// time.
class FieldModel final : public explanations::ReferenceModel {
 public:
  /// \pre as RowEncoder
  FieldModel(std::shared_ptr<const models::DealOutcomeModel> model,
             const features::FeatureTable& schema)
      : model_(std::move(model)), encoder_(model_->parts().encoder, schema) {}

  [[nodiscard]] std::size_t num_features() const override { return encoder_.num_fields(); }
  [[nodiscard]] double Margin(std::span<const float> row) const override;
  [[nodiscard]] std::vector<double> Split(std::span<const float> row,
                                          std::span<const float> reference) const override;

  [[nodiscard]] const models::DealOutcomeModel& model() const { return *model_; }
  [[nodiscard]] const RowEncoder& encoder() const { return encoder_; }
  /// The margin as the probability people see.
  [[nodiscard]] double Calibrate(double margin) const {
    return model_->parts().calibrator(domain::LogOdds(margin)).value();
  }

 private:
  std::shared_ptr<const models::DealOutcomeModel> model_;
  RowEncoder encoder_;
};

}  // namespace ri::book
