#include "deals/explain_deal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/sum.h"
#include "explanations/probability_split.h"
#include "features/reason_sentence.h"

namespace ri::deals {
namespace {

/// Sums of a hundred doubles of size 100 are exact to about 1e-13; a billionth of a point is far
/// above that and far below anything shown.
constexpr double kSumTolerance = 1e-9;

bool Larger(const Reason& a, const Reason& b) {
  const double first = std::fabs(a.points);
  const double second = std::fabs(b.points);
  return first != second ? first > second : a.feature < b.feature;
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

Status ComparePeersOf(const book::DealBook& book, std::size_t row, const ExplainOptions& options,
                      Explanation& explanation) {
  RI_ASSIGN_OR_RETURN(const book::PastDeals* past, book.past());
  if (past->snapshots().empty()) {
    return {};
  }
  const book::ScoredDeal& deal = book.deals()[row];
  const std::size_t age_class = book::AgeClassOf(book.AgeDays(row));
  const book::PeerGroup& group = past->PeersOf(deal.stage, age_class);
  explanation.peers = PeerBasis{.text = book::PlaceOf(group, options.language),
                                .won = group.won.size(),
                                .lost = group.lost.size(),
                                .stage = deal.stage,
                                .age_class = age_class};
  for (std::size_t i = 0; i < std::min(options.compared_reasons, explanation.reasons.size()); ++i) {
    Reason& reason = explanation.reasons[i];
    // Both tables come from the same engine, so that columns and labels are the same.
    const auto column = book.table().Find(reason.feature);
    if (!column) {
      continue;
    }
    reason.peers = ComparePeers(past->table().features[*column], past->column(*column), group,
                                book.table().values(row, *column), reason.points, options.language);
    if (!reason.peers->text.empty()) {
      reason.sentence += "; " + reason.peers->text;
    }
  }
  return {};
}

}  // namespace

Status FillReasons(const ExplanationBasis& basis, Explanation& explanation) {
  explanation.base_margin = basis.contributions.base_margin;
  explanation.margin = basis.contributions.margin;
  explanation.base_points = 100 * basis.base_probability;
  explanation.shown_points = 100 * basis.probability;
  std::map<std::string, Reason> groups;
  for (std::size_t j = 0; j < basis.definitions.size(); ++j) {
    const double log_odds = basis.contributions.log_odds[j];
    const double share = basis.probability_shares[j];
    if (log_odds == 0 && share == 0) {
      continue;
    }
    const features::FeatureDefinition& definition = basis.definitions[j];
    Reason reason{.feature = definition.name,
                  .group = definition.group,
                  .value = basis.values[j],
                  .observation = basis.observations[j],
                  .log_odds = log_odds,
                  .points = 100 * share};
    reason.sentence = reason.observation;
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
  return CheckSums(explanation);
}

Result<Explanation> ExplainDeal(const book::DealBook& book, const std::string& deal_id,
                                const ExplainOptions& options) {
  RI_ASSIGN_OR_RETURN(const std::size_t row, book::FindOpenDeal(book, deal_id));
  const models::ModelParts& parts = book.prepared().model().parts();
  Explanation explanation{.score = book.deals()[row],
                          .model_version = book.model().version.text(),
                          .model_family = book.model().family,
                          .refusal = book.model().refusal,
                          .moment = book.moment(),
                          .background_rows = parts.background.num_rows()};
  const std::span<const float> encoded = book.encoded().row(row);
  const book::DealExplainer& explainer = book.explainer();
  RI_ASSIGN_OR_RETURN(
      const explanations::ShapMatrix shap,
      explainer.Explain(base::MatrixView<const float>(encoded.data(), 1, encoded.size()), 1));
  const FieldContributions contributions{
      .base_margin = shap.base_value,
      .margin = book.deals()[row].margin,
      .log_odds = {shap.values.row(0).begin(), shap.values.row(0).end()}};
  explanations::ProbabilitySplit points = explanations::SplitProbability(
      contributions.base_margin, contributions.margin, contributions.log_odds,
      [&](double margin) { return explainer.Calibrate(margin); });
  const features::FeatureTable& table = book.table();
  std::vector<std::string> values;
  std::vector<std::string> observations;
  for (const features::FeatureDefinition& definition : parts.features) {
    const auto column = table.Find(definition.name);
    const std::span<const std::string> labels =
        column ? std::span<const std::string>(table.labels[*column])
               : std::span<const std::string>();
    const float value = column ? table.values(row, *column) : std::nanf("");
    values.push_back(features::ValueText(definition, labels, value, options.language));
    observations.push_back(features::ReasonSentence(definition, labels, value, options.language));
  }
  RI_RETURN_IF_ERROR(FillReasons({.definitions = parts.features,
                                  .values = values,
                                  .observations = observations,
                                  .contributions = contributions,
                                  .base_probability = points.base,
                                  .probability = points.probability,
                                  .probability_shares = std::move(points.contributions)},
                                 explanation));
  if (options.compared_reasons > 0 && book.has_past()) {
    RI_RETURN_IF_ERROR(ComparePeersOf(book, row, options, explanation));
  }
  return explanation;
}

}  // namespace ri::deals
