#include "deals/score_rows.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "book/deal_explainer.h"
#include "explanations/probability_split.h"

namespace ri::deals {
namespace {

using features::FeatureDefinition;
using features::FeatureKind;

}  // namespace

Result<base::Matrix<float>> EncodeRows(const book::PreparedModel& model,
                                       std::span<const PostedRow> rows) {
  const models::RowEncoder& encoder = model.row_encoder();
  base::Matrix<float> encoded(rows.size(), encoder.num_columns());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(encoder.empty_row(), encoded.row(i).begin());
    for (const auto& [name, value] : rows[i]) {
      const auto refuse = [&](const char* why) {
        return Fail(ErrorCode::kBadInput, "Row " + std::to_string(i) + ", '" + name + "': " + why);
      };
      const auto feature = encoder.Find(name);
      if (!feature) {
        return refuse("the model has no such feature.");
      }
      const bool is_category = encoder.kind(*feature) == FeatureKind::kCategory;
      const auto* number = std::get_if<double>(&value);
      if (is_category == (number != nullptr)) {
        return refuse(is_category ? "send a text." : "send a number.");
      }
      if (number == nullptr) {
        encoder.SetLabel(*feature, std::get<std::string>(value), encoded.row(i));
      } else if (std::fabs(*number) > std::numeric_limits<float>::max()) {
        return refuse("the number is too large.");
      } else {
        encoder.SetNumber(*feature, static_cast<float>(*number), encoded.row(i));
      }
    }
  }
  return encoded;
}

Result<std::vector<RowScore>> ScoreRows(const book::PreparedModel& prepared,
                                        base::MatrixView<const float> encoded, bool with_reasons,
                                        int num_threads) {
  const models::ModelParts& parts = prepared.model().parts();
  const std::vector<FeatureDefinition>& definitions = parts.features;
  const std::vector<double> margins = prepared.Margins(encoded, num_threads);
  const book::DealExplainer& explainer = prepared.explainer(num_threads);
  std::vector<RowScore> scores;
  std::optional<explanations::ShapMatrix> shap;
  if (with_reasons) {
    RI_ASSIGN_OR_RETURN(shap, explainer.Explain(encoded, num_threads, margins));
  }
  scores.reserve(margins.size());
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const models::Prediction prediction = models::PredictionOf(parts, domain::LogOdds(margins[i]));
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
      score.reasons.reserve(shares.size());
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

}  // namespace ri::deals
