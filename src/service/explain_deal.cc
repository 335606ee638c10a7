#include "service/explain_deal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/sum.h"
#include "explanations/folding.h"
#include "explanations/interventional_explainer.h"
#include "explanations/probability_split.h"

namespace ri::service {
namespace {

/// Sums of a hundred doubles of size 100 are exact to about 1e-13; a billionth of a point is far
/// above that and far below anything shown.
constexpr double kSumTolerance = 1e-9;

/// Contributions of the encoded columns in log-odds and the value they start from.
struct MarginSplit {
  double base = 0;
  std::vector<double> columns;
};

Result<MarginSplit> SplitMargin(const models::DealOutcomeModel& model, std::span<const float> row) {
  const models::ModelParts& parts = model.parts();
  MarginSplit split;
  split.columns.assign(row.size(), 0.0);
  if (const auto* trees = std::get_if<models::TreeEnsemble>(&parts.head)) {
    const explanations::InterventionalExplainer explainer(*trees, parts.background.view());
    RI_ASSIGN_OR_RETURN(
        const explanations::ShapMatrix shap,
        explainer.Explain(base::MatrixView<const float>(row.data(), 1, row.size()), 1));
    split.base = shap.base_value;
    std::ranges::copy(shap.values.row(0), split.columns.begin());
  } else if (const auto* linear = std::get_if<models::LinearModel>(&parts.head)) {
    split.base = linear->intercept;
    split.columns = linear->Contributions(row);
  } else if (const auto* table = std::get_if<models::StageTable>(&parts.head)) {
    split.base = table->base_margin;
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      if (row[table->columns[i]] == 1) {
        split.columns[table->columns[i]] = table->margins[i] - table->base_margin;
        break;
      }
    }
  } else {
    split.base = std::get<models::BaseRate>(parts.head).margin;
  }
  return split;
}

std::string ValueText(const features::FeatureTable& table, std::size_t feature) {
  const float value = table.values(0, feature);
  if (std::isnan(value)) {
    return "missing";
  }
  if (!table.labels[feature].empty()) {
    return table.labels[feature][static_cast<std::size_t>(value)];
  }
  if (value == std::round(value) && std::fabs(value) < 1e9F) {
    return fmt::format("{:.0f}", value);
  }
  return fmt::format("{:.3g}", value);
}

std::string SentenceOf(const features::FeatureDefinition& definition, const std::string& value) {
  if (value == "missing") {
    return definition.name + " is not known";
  }
  std::string sentence =
      definition.sentence.empty() ? definition.name + ": {value}" : definition.sentence;
  const std::size_t at = sentence.find("{value}");
  if (at != std::string::npos) {
    sentence.replace(at, std::string_view("{value}").size(), value);
  }
  return sentence;
}

bool Larger(const Reason& a, const Reason& b) {
  const double first = std::fabs(a.points);
  const double second = std::fabs(b.points);
  return first != second ? first > second : a.feature < b.feature;
}

Result<features::SnapshotKey> FindSnapshot(const Knowledge& knowledge,
                                           const ExplainRequest& request, const Moment& moment) {
  const auto deal = knowledge.log->Find(data::EntityKind::kDeal, request.deal_id);
  if (!deal) {
    return Fail(ErrorCode::kNotFound,
                "There is no deal '" + request.deal_id + "' in the database.");
  }
  const auto keys = request.as_of_created ? knowledge.engine->FirstSnapshots()
                                          : knowledge.engine->OpenAt(moment.as_of);
  std::optional<features::SnapshotKey> found;
  for (const features::SnapshotKey& key : keys) {
    if (key.deal == *deal) {
      found = key;  // the latest life of a reopened deal
    }
  }
  if (!found) {
    return Fail(ErrorCode::kNotFound, "Deal '" + request.deal_id + "' was not open on " +
                                          domain::FormatDate(domain::DateOf(moment.as_of)) +
                                          ". Choose another moment with --as-of.");
  }
  return *found;
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

Result<Explanation> ExplainDeal(Workspace& workspace, const ExplainRequest& request,
                                base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const LoadedModel loaded, LoadModel(workspace.store(), request.model));
  RI_ASSIGN_OR_RETURN(const Knowledge* knowledge, workspace.Load(request.known_at, progress));
  Explanation explanation{.model_version = loaded.version.text(),
                          .model_family = loaded.family,
                          .refusal = loaded.refusal};
  explanation.moment = request.as_of_created
                           ? Moment{.as_of = request.now, .note = ""}
                           : EffectiveMoment(*knowledge->log, request.as_of, request.now);
  RI_ASSIGN_OR_RETURN(const features::SnapshotKey key,
                      FindSnapshot(*knowledge, request, explanation.moment));
  const models::DealOutcomeModel& model = *loaded.model;
  const models::ModelParts& parts = model.parts();
  const std::vector<features::SnapshotKey> keys = {key};
  RI_ASSIGN_OR_RETURN(std::vector<ScoredDeal> scored,
                      ScoreSnapshots(workspace, *knowledge, model, keys, progress));
  explanation.score = std::move(scored.front());

  const features::FeatureTable table = knowledge->engine->Compute(keys, workspace.num_threads());
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  RI_ASSIGN_OR_RETURN(const MarginSplit split, SplitMargin(model, encoded.row(0)));

  const explanations::Folding folding{.names = parts.encoder.feature_names(),
                                      .target_of = parts.encoder.SourceFeatures()};
  const std::vector<double> by_feature = explanations::Fold(folding, split.columns);
  const double margin = model.Margin(encoded.row(0)).value();
  const auto calibrate = [&](double m) { return parts.calibrator(domain::LogOdds(m)).value(); };
  const explanations::ProbabilitySplit points =
      explanations::SplitProbability(split.base, margin, by_feature, calibrate);
  explanation.base_margin = split.base;
  explanation.margin = margin;
  explanation.base_points = 100 * points.base;
  explanation.shown_points = 100 * points.probability;
  explanation.background_rows = parts.background.num_rows();

  std::map<std::string, Reason> groups;
  for (std::size_t j = 0; j < by_feature.size(); ++j) {
    if (by_feature[j] == 0 && points.contributions[j] == 0) {
      continue;
    }
    const features::FeatureDefinition& definition = parts.features[j];
    const auto column = table.Find(definition.name);
    Reason reason{.feature = definition.name,
                  .group = definition.group,
                  .value = column ? ValueText(table, *column) : "missing",
                  .log_odds = by_feature[j],
                  .points = 100 * points.contributions[j]};
    reason.sentence = SentenceOf(definition, reason.value);
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
