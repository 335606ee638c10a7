#include "service/explain_deal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "base/sum.h"
#include "explanations/probability_split.h"
#include "features/reason_sentence.h"

namespace ri::service {
namespace {

/// Sums of a hundred doubles of size 100 are exact to about 1e-13; a billionth of a point is far
/// above that and far below anything shown.
constexpr double kSumTolerance = 1e-9;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

bool Larger(const Reason& a, const Reason& b) {
  const double first = std::fabs(a.points);
  const double second = std::fabs(b.points);
  return first != second ? first > second : a.feature < b.feature;
}

Result<std::size_t> FindOpenDeal(const DealBook& book, const std::string& deal_id) {
  if (const auto position = book.Find(deal_id)) {
    return *position;
  }
  if (!book.knowledge()->log->Find(data::EntityKind::kDeal, deal_id)) {
    return Fail(ErrorCode::kNotFound, "There is no deal '" + deal_id + "' in the database.");
  }
  return Fail(ErrorCode::kNotFound, "Deal '" + deal_id + "' was not open on " +
                                        domain::FormatDate(domain::DateOf(book.moment().as_of)) +
                                        ". Choose another moment with --as-of.");
}

/// The sums a person would check, checked before anything is shown.
Status CheckSums(Explanation& explanation) {
  base::CompensatedSum points;
  base::CompensatedSum log_odds;
  points.Add(explanation.base_points);
  log_odds.Add(explanation.base_margin);
  for (const Reason& reason : explanation.reasons) {
    points.Add(reason.points);
    log_odds.Add(reason.log_odds);
  }
  explanation.additivity_error = std::max(std::fabs(points.value() - explanation.shown_points),
                                          std::fabs(log_odds.value() - explanation.margin));
  if (!(explanation.additivity_error < kSumTolerance)) {
    return Fail(
        ErrorCode::kInternal,
        fmt::format("The reasons of deal {} miss the shown number by {:.3g}; nothing is shown.",
                    explanation.score.deal_id, explanation.additivity_error));
  }
  return {};
}

}  // namespace

Result<Explanation> ExplainDeal(const DealBook& book, const std::string& deal_id) {
  RI_ASSIGN_OR_RETURN(const std::size_t row, FindOpenDeal(book, deal_id));
  const models::ModelParts& parts = book.prepared().model().parts();
  Explanation explanation{.score = book.deals()[row],
                          .model_version = book.model().version.text(),
                          .model_family = book.model().family,
                          .refusal = book.model().refusal,
                          .moment = book.moment(),
                          .margin = book.deals()[row].margin,
                          .background_rows = parts.background.num_rows()};
  const std::span<const float> encoded = book.encoded().row(row);
  const DealExplainer& explainer = book.explainer();
  RI_ASSIGN_OR_RETURN(
      const explanations::ShapMatrix shap,
      explainer.Explain(base::MatrixView<const float>(encoded.data(), 1, encoded.size()), 1));
  const std::span<const double> by_feature = shap.values.row(0);
  const explanations::ProbabilitySplit points =
      explanations::SplitProbability(shap.base_value, explanation.margin, by_feature,
                                     [&](double margin) { return explainer.Calibrate(margin); });
  explanation.base_margin = shap.base_value;
  explanation.base_points = 100 * points.base;
  explanation.shown_points = 100 * points.probability;

  const features::FeatureTable& table = book.table();
  std::map<std::string, Reason> groups;
  for (std::size_t j = 0; j < by_feature.size(); ++j) {
    if (by_feature[j] == 0 && points.contributions[j] == 0) {
      continue;
    }
    const features::FeatureDefinition& definition = parts.features[j];
    const auto column = table.Find(definition.name);
    // The words are those of this program; the model may be older than they are.
    const features::FeatureDefinition& words = column ? table.features[*column] : definition;
    const std::vector<std::string> labels =
        column ? table.labels[*column] : std::vector<std::string>();
    const float value = column ? table.values(row, *column) : kMissing;
    Reason reason{.feature = definition.name,
                  .group = definition.group,
                  .value = features::ValueText(words, labels, value),
                  .log_odds = by_feature[j],
                  .points = 100 * points.contributions[j]};
    reason.sentence = features::ReasonSentence(words, labels, value);
    Reason& group = groups[definition.group];
    group.group = group.feature = definition.group;
    group.log_odds += reason.log_odds;
    group.points += reason.points;
    explanation.reasons.push_back(std::move(reason));
  }
  std::ranges::sort(explanation.reasons, Larger);
  for (auto& [name, group] : groups) {
    explanation.groups.push_back(std::move(group));
  }
  std::ranges::sort(explanation.groups, Larger);
  RI_RETURN_IF_ERROR(CheckSums(explanation));
  return explanation;
}

}  // namespace ri::service
