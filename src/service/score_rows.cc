#include "service/score_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "explanations/probability_split.h"
#include "service/deal_explainer.h"

namespace ri::service {
namespace {

using features::FeatureDefinition;
using features::FeatureKind;

/// Position of every feature of the model by name.
std::unordered_map<std::string_view, std::size_t> PositionsOf(
    const std::vector<FeatureDefinition>& definitions) {
  std::unordered_map<std::string_view, std::size_t> positions;
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    positions.emplace(definitions[i].name, i);
  }
  return positions;
}

features::FeatureTable TableOf(const std::vector<FeatureDefinition>& definitions,
                               std::span<const PostedRow> rows) {
  const auto positions = PositionsOf(definitions);
  features::FeatureTable table;
  table.features = definitions;
  table.rows.resize(rows.size());
  table.labels.resize(definitions.size());
  table.values = base::Matrix<float>(rows.size(), definitions.size());
  for (const PostedRow& row : rows) {
    for (const auto& [name, value] : row) {
      if (const auto* label = std::get_if<std::string>(&value)) {
        table.labels[positions.at(name)].push_back(*label);
      }
    }
  }
  for (auto& labels : table.labels) {
    std::ranges::sort(labels);
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::fill(table.values.row(i), std::numeric_limits<float>::quiet_NaN());
    for (const auto& [name, value] : rows[i]) {
      const std::size_t column = positions.at(name);
      if (const auto* number = std::get_if<double>(&value)) {
        table.values(i, column) = static_cast<float>(*number);
      } else {
        const auto& labels = table.labels[column];
        table.values(i, column) = static_cast<float>(
            std::ranges::lower_bound(labels, std::get<std::string>(value)) - labels.begin());
      }
    }
  }
  return table;
}

}  // namespace

Status CheckRows(const PreparedModel& model, std::span<const PostedRow> rows) {
  const std::vector<FeatureDefinition>& definitions = model.model().parts().features;
  const auto positions = PositionsOf(definitions);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const auto& [name, value] : rows[i]) {
      const auto found = positions.find(name);
      const std::string where = "Row " + std::to_string(i) + ", '" + name + "'";
      if (found == positions.end()) {
        return Fail(ErrorCode::kBadInput, where + ": the model has no such feature.");
      }
      const bool is_category = definitions[found->second].kind == FeatureKind::kCategory;
      const auto* number = std::get_if<double>(&value);
      if (is_category == (number != nullptr)) {
        return Fail(ErrorCode::kBadInput,
                    where + (is_category ? ": send a text." : ": send a number."));
      }
      if (number != nullptr && std::fabs(*number) > std::numeric_limits<float>::max()) {
        return Fail(ErrorCode::kBadInput, where + ": the number is too large.");
      }
    }
  }
  return {};
}

Result<std::vector<RowScore>> ScoreRows(const PreparedModel& prepared,
                                        std::span<const PostedRow> rows, bool with_reasons,
                                        int num_threads) {
  const models::DealOutcomeModel& model = prepared.model();
  const std::vector<FeatureDefinition>& definitions = model.parts().features;
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(TableOf(definitions, rows)));
  const std::vector<models::Prediction> predictions = prepared.Predict(encoded.view(), num_threads);
  const DealExplainer& explainer = prepared.explainer(num_threads);
  std::vector<RowScore> scores;
  std::optional<explanations::ShapMatrix> shap;
  if (with_reasons) {
    RI_ASSIGN_OR_RETURN(shap, explainer.Explain(encoded.view(), num_threads));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const models::Prediction& prediction = predictions[i];
    RowScore score{.log_odds = prediction.margin.value(),
                   .win = prediction.win.value(),
                   .win_low = prediction.band.low,
                   .win_high = prediction.band.high,
                   .band_deals = prediction.band.deals,
                   .base_log_odds = explainer.base_margin(),
                   .base_points = 100 * explainer.Calibrate(explainer.base_margin())};
    if (shap) {
      const std::span<const double> shares = shap->values.row(i);
      const explanations::ProbabilitySplit split = explanations::SplitProbability(
          shap->base_value, score.log_odds, shares,
          [&](double margin) { return explainer.Calibrate(margin); });
      score.base_points = 100 * split.base;
      for (std::size_t j = 0; j < shares.size(); ++j) {
        if (shares[j] != 0 || split.contributions[j] != 0) {
          score.reasons.push_back({.feature = definitions[j].name,
                                   .log_odds = shares[j],
                                   .points = 100 * split.contributions[j]});
        }
      }
      std::ranges::sort(score.reasons, [](const RowReason& a, const RowReason& b) {
        const double first = std::fabs(a.points);
        const double second = std::fabs(b.points);
        return first != second ? first > second : a.feature < b.feature;
      });
    }
    scores.push_back(std::move(score));
  }
  return scores;
}

}  // namespace ri::service
