#include "book/deal_explainer.h"

#include <algorithm>
#include <set>

#include "base/sum.h"
#include "book/additive_head.h"

namespace ri::book {
namespace {

explanations::Folding GroupsOf(const models::ModelParts& parts) {
  std::set<std::string> names;
  for (const features::FeatureDefinition& definition : parts.features) {
    names.insert(definition.group);
  }
  explanations::Folding groups{.names = {names.begin(), names.end()}, .target_of = {}};
  for (const features::FeatureDefinition& definition : parts.features) {
    const auto at = std::ranges::lower_bound(groups.names, definition.group);
    groups.target_of.push_back(static_cast<std::size_t>(at - groups.names.begin()));
  }
  return groups;
}

}  // namespace

DealExplainer::DealExplainer(std::shared_ptr<const models::DealOutcomeModel> model, int num_threads)
    : model_(std::move(model)),
      fields_{.names = model_->parts().encoder.feature_names(),
              .target_of = model_->parts().encoder.SourceFeatures()},
      groups_(GroupsOf(model_->parts())) {
  const models::ModelParts& parts = model_->parts();
  const models::TreeEnsemble* trees = models::TreesOf(parts.head);
  if (trees != nullptr && parts.background.num_rows() == 0) {
    refusal_ =
        "The model version keeps no background rows, so that its reasons cannot be computed. "
        "Train a new version.";
  } else if (trees != nullptr) {
    trees_.emplace(*trees, parts.background.view(), num_threads);
    base_margin_ = trees_->base_value() + AdditiveBaseMargin(parts.head);
    // Both parts are told from the same background.
    const auto rows = static_cast<double>(parts.background.num_rows());
    background_mean_.assign(parts.background.num_columns(), 0.0);
    for (std::size_t i = 0; i < parts.background.num_rows(); ++i) {
      const std::vector<double> added = AdditiveContributions(parts.head, parts.background.row(i));
      for (std::size_t j = 0; j < added.size(); ++j) {
        background_mean_[j] += added[j] / rows;
      }
    }
    base_margin_ += base::Sum(background_mean_);
  } else {
    base_margin_ = AdditiveBaseMargin(parts.head);
  }
}

Result<explanations::ShapMatrix> DealExplainer::Columns(base::MatrixView<const float> encoded,
                                                        int num_threads,
                                                        std::span<const double> margins) const {
  if (!refusal_.empty()) {
    return Fail(ErrorCode::kRefused, refusal_);
  }
  const models::Head& head = model_->parts().head;
  if (std::holds_alternative<models::TreeEnsemble>(head)) {
    return trees_->Explain(encoded, num_threads, margins);
  }
  explanations::ShapMatrix shap{
      .values = base::Matrix<double>(encoded.num_rows(), encoded.num_columns())};
  if (trees_) {
    RI_ASSIGN_OR_RETURN(shap, trees_->Explain(encoded, num_threads));
  }
  shap.base_value = base_margin_;
  for (std::size_t i = 0; i < encoded.num_rows(); ++i) {
    const std::vector<double> added = AdditiveContributions(head, encoded.row(i));
    const std::span<double> row = shap.values.row(i);
    for (std::size_t j = 0; j < added.size(); ++j) {
      row[j] += added[j] - (trees_ ? background_mean_[j] : 0);
    }
  }
  RI_RETURN_IF_ERROR(margins.empty() ? explanations::CheckAdditivity(shap, model_->Margins(encoded))
                                     : explanations::CheckAdditivity(shap, margins));
  return shap;
}

Result<explanations::ShapMatrix> DealExplainer::Explain(base::MatrixView<const float> encoded,
                                                        int num_threads,
                                                        std::span<const double> margins) const {
  RI_ASSIGN_OR_RETURN(const explanations::ShapMatrix columns,
                      Columns(encoded, num_threads, margins));
  return explanations::ShapMatrix{.values = explanations::FoldRows(fields_, columns.values.view()),
                                  .base_value = columns.base_value};
}

double DealExplainer::Calibrate(double margin) const {
  return model_->parts().calibrator(domain::LogOdds(margin)).value();
}

}  // namespace ri::book
