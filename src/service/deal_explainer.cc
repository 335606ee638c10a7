#include "service/deal_explainer.h"

#include <algorithm>
#include <set>

namespace ri::service {
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

double BaseMargin(const models::Head& head) {
  if (const auto* linear = std::get_if<models::LinearModel>(&head)) {
    return linear->intercept;
  }
  if (const auto* table = std::get_if<models::StageTable>(&head)) {
    return table->base_margin;
  }
  const auto* rate = std::get_if<models::BaseRate>(&head);
  return rate != nullptr ? rate->margin : 0;
}

/// Contributions of one row to a head that is additive over its columns.
void AdditiveContributions(const models::Head& head, std::span<const float> row,
                           std::span<double> contributions) {
  if (const auto* linear = std::get_if<models::LinearModel>(&head)) {
    std::ranges::copy(linear->Contributions(row), contributions.begin());
  } else if (const auto* table = std::get_if<models::StageTable>(&head)) {
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      if (row[table->columns[i]] == 1) {
        contributions[table->columns[i]] = table->margins[i] - table->base_margin;
        break;
      }
    }
  }
}

}  // namespace

DealExplainer::DealExplainer(std::shared_ptr<const models::DealOutcomeModel> model, int num_threads)
    : model_(std::move(model)),
      fields_{.names = model_->parts().encoder.feature_names(),
              .target_of = model_->parts().encoder.SourceFeatures()},
      groups_(GroupsOf(model_->parts())) {
  const models::ModelParts& parts = model_->parts();
  if (const auto* trees = std::get_if<models::TreeEnsemble>(&parts.head)) {
    trees_.emplace(*trees, parts.background.view(), num_threads);
    base_margin_ = trees_->base_value();
  } else {
    base_margin_ = BaseMargin(parts.head);
  }
}

Result<explanations::ShapMatrix> DealExplainer::Columns(base::MatrixView<const float> encoded,
                                                        int num_threads) const {
  if (trees_) {
    return trees_->Explain(encoded, num_threads);
  }
  explanations::ShapMatrix shap{
      .values = base::Matrix<double>(encoded.num_rows(), encoded.num_columns()),
      .base_value = base_margin_};
  for (std::size_t i = 0; i < encoded.num_rows(); ++i) {
    AdditiveContributions(model_->parts().head, encoded.row(i), shap.values.row(i));
  }
  RI_RETURN_IF_ERROR(explanations::CheckAdditivity(shap, model_->Margins(encoded)));
  return shap;
}

Result<explanations::ShapMatrix> DealExplainer::Explain(base::MatrixView<const float> encoded,
                                                        int num_threads) const {
  RI_ASSIGN_OR_RETURN(const explanations::ShapMatrix columns, Columns(encoded, num_threads));
  return explanations::ShapMatrix{.values = explanations::FoldRows(fields_, columns.values.view()),
                                  .base_value = columns.base_value};
}

double DealExplainer::Calibrate(double margin) const {
  return model_->parts().calibrator(domain::LogOdds(margin)).value();
}

}  // namespace ri::service
