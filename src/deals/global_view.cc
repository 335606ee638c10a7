#include "deals/global_view.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "base/random.h"
#include "book/additive_head.h"
#include "explanations/folding.h"
#include "explanations/interaction_explainer.h"
#include "explanations/interventional_explainer.h"
#include "features/reason_sentence.h"
#include "metrics/ranking.h"

namespace ri::deals {
namespace {

constexpr std::size_t kBags = 8;  // what training joins
constexpr std::size_t kCurvePoints = 20;
constexpr std::size_t kInteractionRows = 128;
constexpr std::size_t kCurveRows = 300;

std::vector<std::size_t> ChooseRows(const book::DealBook& book, std::size_t most) {
  std::vector<std::size_t> rows(book.deals().size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  std::ranges::sort(rows, {}, [&](std::size_t row) {
    const std::string& id = book.deals()[row].deal_id;
    return std::pair(base::HashText(id), id);
  });
  rows.resize(std::min(rows.size(), most));
  return rows;
}

base::Matrix<float> RowsOf(const base::Matrix<float>& all, const std::vector<std::size_t>& rows) {
  base::Matrix<float> chosen(rows.size(), all.num_columns());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(all.row(rows[i]), chosen.row(i).begin());
  }
  return chosen;
}

std::vector<double> MeanAbsolute(const base::Matrix<double>& values) {
  std::vector<double> means(values.num_columns(), 0.0);
  for (std::size_t i = 0; i < values.num_rows(); ++i) {
    for (std::size_t j = 0; j < means.size(); ++j) {
      means[j] += std::fabs(values(i, j)) / static_cast<double>(values.num_rows());
    }
  }
  return means;
}

std::vector<GlobalShare> Ranked(const std::vector<std::string>& names,
                                const std::vector<std::string>& groups,
                                const std::vector<double>& means) {
  const double total = std::accumulate(means.begin(), means.end(), 0.0);
  std::vector<GlobalShare> shares;
  for (std::size_t j = 0; j < names.size(); ++j) {
    if (means[j] > 0) {
      shares.push_back({.name = names[j],
                        .group = groups[j],
                        .mean_log_odds = means[j],
                        .share = means[j] / total});
    }
  }
  std::ranges::sort(shares, [](const GlobalShare& a, const GlobalShare& b) {
    return a.mean_log_odds != b.mean_log_odds ? a.mean_log_odds > b.mean_log_odds : a.name < b.name;
  });
  return shares;
}

/// Which way a field leans: its values against its contributions.
double DirectionOf(const book::DealBook& book, const std::vector<std::size_t>& rows,
                   const base::Matrix<double>& contributions, const std::string& name) {
  const std::vector<std::string>& names = book.prepared().model().parts().encoder.feature_names();
  const auto field = static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
  const auto column = book.table().Find(name);
  if (!column || book.table().features[*column].kind != features::FeatureKind::kNumeric) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  std::vector<double> values;
  std::vector<double> effects;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const float value = book.table().values(rows[i], *column);
    if (!std::isnan(value)) {
      values.push_back(static_cast<double>(value));
      effects.push_back(contributions(i, field));
    }
  }
  return values.size() < 2 ? std::numeric_limits<double>::quiet_NaN()
                           : metrics::SpearmanCorrelation(values, effects);
}

/// Mean rank correlation of the groups' importance between each bag and the whole.
Result<std::optional<double>> RankStability(const models::ModelParts& parts,
                                            const explanations::Folding& to_groups,
                                            const std::vector<double>& whole,
                                            base::MatrixView<const float> rows, int num_threads) {
  const models::TreeEnsemble* trees = models::TreesOf(parts.head);
  if (trees == nullptr || trees->trees.size() < kBags || trees->trees.size() % kBags != 0) {
    return std::optional<double>();
  }
  const std::size_t size = trees->trees.size() / kBags;
  double sum = 0;
  for (std::size_t bag = 0; bag < kBags; ++bag) {
    const auto begin = trees->trees.begin() + static_cast<std::ptrdiff_t>(bag * size);
    const models::TreeEnsemble one{.trees = {begin, begin + static_cast<std::ptrdiff_t>(size)},
                                   .base_margin = trees->base_margin,
                                   .num_features = trees->num_features};
    const explanations::InterventionalExplainer explainer(one, parts.background.view(),
                                                          num_threads);
    RI_ASSIGN_OR_RETURN(explanations::ShapMatrix shap, explainer.Explain(rows, num_threads));
    for (std::size_t i = 0; i < rows.num_rows(); ++i) {
      const std::vector<double> added = book::AdditiveContributions(parts.head, rows.row(i));
      for (std::size_t j = 0; j < added.size(); ++j) {
        shap.values(i, j) += added[j];
      }
    }
    const auto folded = explanations::FoldRows(to_groups, shap.values.view());
    sum += metrics::SpearmanCorrelation(MeanAbsolute(folded), whole);
  }
  return std::optional(sum / static_cast<double>(kBags));
}

/// Distinct quantiles of the known values of one column.
std::vector<float> GridOf(const base::Matrix<float>& rows, std::size_t column) {
  std::vector<float> known;
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    if (!std::isnan(rows(i, column))) {
      known.push_back(rows(i, column));
    }
  }
  std::ranges::sort(known);
  std::vector<float> grid;
  for (std::size_t k = 0; k <= kCurvePoints && !known.empty(); ++k) {
    grid.push_back(known[k * (known.size() - 1) / kCurvePoints]);
  }
  grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
  return grid;
}

class CurveMaker {
 public:
  CurveMaker(const book::DealBook& book, const base::Matrix<float>& rows)
      : book_(book), rows_(rows) {}

  void Fill(std::size_t column, const std::vector<float>& grid, DependenceCurve& curve) const {
    const std::size_t n = rows_.num_rows();
    base::Matrix<float> moved = rows_;
    std::vector<std::vector<double>> at(grid.size());
    for (std::size_t k = 0; k < grid.size(); ++k) {
      for (std::size_t i = 0; i < n; ++i) {
        moved(i, column) = grid[k];
      }
      at[k] = Probabilities(moved);
      curve.value.push_back(static_cast<double>(grid[k]));
      curve.partial.push_back(Mean(at[k]));
    }
    // Deals between two grid values are moved to both ends; the mean differences add up.
    std::vector<double> effect = {0};
    std::vector<double> weight(grid.size(), 0.0);
    for (std::size_t k = 1; k < grid.size(); ++k) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) {
        const float value = rows_(i, column);
        if (value <= grid[k] && (value > grid[k - 1] || k == 1)) {
          sum += at[k][i] - at[k - 1][i];
          weight[k] += 1;
        }
      }
      effect.push_back(effect.back() + (weight[k] > 0 ? sum / weight[k] : 0));
    }
    double centre = 0;
    double total = 0;
    for (std::size_t k = 1; k < grid.size(); ++k) {
      centre += weight[k] * (effect[k] + effect[k - 1]) / 2;
      total += weight[k];
    }
    const double mean = Mean(Probabilities(rows_));
    for (const double value : effect) {
      curve.local.push_back(value - (total > 0 ? centre / total : 0) + mean);
    }
  }

 private:
  static double Mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) /
           static_cast<double>(std::max<std::size_t>(1, values.size()));
  }
  std::vector<double> Probabilities(const base::Matrix<float>& rows) const {
    std::vector<double> values = book_.prepared().Margins(rows.view(), book_.num_threads());
    for (double& value : values) {
      value = book_.explainer().Calibrate(value);
    }
    return values;
  }

  const book::DealBook& book_;
  const base::Matrix<float>& rows_;
};

Result<std::vector<GlobalInteraction>> InteractionsOf(const book::DealBook& book,
                                                      const base::Matrix<float>& rows,
                                                      std::size_t most) {
  const models::ModelParts& parts = book.prepared().model().parts();
  const models::TreeEnsemble* trees = models::TreesOf(parts.head);  // a ridge has none
  std::vector<GlobalInteraction> interactions;
  if (trees == nullptr || most == 0) {
    return interactions;
  }
  const base::MatrixView<const float> some(
      rows.view().data(), std::min(rows.num_rows(), kInteractionRows), rows.num_columns());
  RI_ASSIGN_OR_RETURN(const explanations::InteractionValues values,
                      explanations::InteractionExplainer(*trees).Explain(some, book.num_threads()));
  const std::vector<std::size_t> field_of = parts.encoder.SourceFeatures();
  const std::size_t fields = parts.encoder.feature_names().size();
  std::vector<double> sums(fields * fields, 0.0);
  std::vector<double> of_row(fields * fields);
  for (std::size_t i = 0; i < some.num_rows(); ++i) {
    std::ranges::fill(of_row, 0.0);
    for (std::size_t a = 0; a < field_of.size(); ++a) {
      for (std::size_t b = a + 1; b < field_of.size(); ++b) {
        const auto [low, high] = std::minmax(field_of[a], field_of[b]);
        if (low != high) {
          of_row[low * fields + high] += 2 * values.at(i, a, b);
        }
      }
    }
    for (std::size_t k = 0; k < sums.size(); ++k) {
      sums[k] += std::fabs(of_row[k]) / static_cast<double>(some.num_rows());
    }
  }
  for (std::size_t a = 0; a < fields; ++a) {
    for (std::size_t b = a + 1; b < fields; ++b) {
      if (sums[a * fields + b] > 0) {
        interactions.push_back({.first = parts.encoder.feature_names()[a],
                                .second = parts.encoder.feature_names()[b],
                                .mean_log_odds = sums[a * fields + b]});
      }
    }
  }
  std::ranges::sort(interactions, [](const GlobalInteraction& a, const GlobalInteraction& b) {
    return a.mean_log_odds != b.mean_log_odds
               ? a.mean_log_odds > b.mean_log_odds
               : std::tie(a.first, a.second) < std::tie(b.first, b.second);
  });
  interactions.resize(std::min(interactions.size(), most));
  return interactions;
}

std::vector<GlobalSegment> SegmentsOf(const book::DealBook& book,
                                      const std::vector<std::size_t>& rows,
                                      const base::Matrix<double>& by_group) {
  std::map<std::string, GlobalSegment> by_stage;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const book::ScoredDeal& deal = book.deals()[rows[i]];
    GlobalSegment& segment = by_stage[deal.stage];
    segment.stage = deal.stage;
    segment.group_log_odds.resize(by_group.num_columns(), 0.0);
    ++segment.deals;
    segment.mean_probability += deal.win_probability;
    for (std::size_t g = 0; g < by_group.num_columns(); ++g) {
      segment.group_log_odds[g] += by_group(i, g);
    }
  }
  std::vector<GlobalSegment> segments;
  for (auto& [stage, segment] : by_stage) {
    const auto deals = static_cast<double>(segment.deals);
    segment.mean_probability /= deals;
    for (double& value : segment.group_log_odds) {
      value /= deals;
    }
    segments.push_back(std::move(segment));
  }
  std::ranges::stable_sort(segments, std::greater<>(), &GlobalSegment::deals);
  return segments;
}

}  // namespace

Result<GlobalView> ExplainModel(const book::DealBook& book, const GlobalOptions& options) {
  if (book.deals().empty()) {
    return Fail(ErrorCode::kRefused,
                "No deal is open at this moment; choose another with --as-of.");
  }
  const models::ModelParts& parts = book.prepared().model().parts();
  const std::vector<std::size_t> chosen = ChooseRows(book, options.rows);
  const base::Matrix<float> rows = RowsOf(book.encoded(), chosen);
  RI_ASSIGN_OR_RETURN(const explanations::ShapMatrix shap,
                      book.explainer().Explain(rows.view(), book.num_threads()));
  const explanations::Folding& groups = book.explainer().groups();
  const base::Matrix<double> by_group = explanations::FoldRows(groups, shap.values.view());

  GlobalView view{.rows = chosen.size()};
  const std::vector<double> group_means = MeanAbsolute(by_group);
  view.groups = Ranked(groups.names, groups.names, group_means);
  std::vector<std::string> group_of_field;
  for (const features::FeatureDefinition& definition : parts.features) {
    group_of_field.push_back(definition.group);
  }
  view.fields = Ranked(parts.encoder.feature_names(), group_of_field, MeanAbsolute(shap.values));
  for (GlobalShare& field : view.fields) {
    field.direction = DirectionOf(book, chosen, shap.values, field.name);
  }

  const explanations::Folding columns_to_fields{.names = parts.encoder.feature_names(),
                                                .target_of = parts.encoder.SourceFeatures()};
  RI_ASSIGN_OR_RETURN(view.rank_stability,
                      RankStability(parts, explanations::Compose(columns_to_fields, groups),
                                    group_means, rows.view(), book.num_threads()));
  view.bags = view.rank_stability ? kBags : 0;

  const std::vector<std::size_t> few(
      chosen.begin(),
      chosen.begin() + static_cast<std::ptrdiff_t>(std::min(chosen.size(), kCurveRows)));
  const base::Matrix<float> curve_rows = RowsOf(book.encoded(), few);
  const CurveMaker maker(book, curve_rows);
  const auto& columns = parts.encoder.columns();
  for (const GlobalShare& field : view.fields) {
    if (view.curves.size() == options.curves) {
      break;
    }
    const auto column = std::ranges::find_if(columns, [&](const models::EncodedColumn& candidate) {
      return candidate.kind == models::EncodedColumn::Kind::kNumber &&
             parts.encoder.feature_names()[candidate.feature] == field.name;
    });
    if (column == columns.end()) {
      continue;
    }
    const auto index = static_cast<std::size_t>(column - columns.begin());
    const std::vector<float> grid = GridOf(curve_rows, index);
    if (grid.size() < 2) {
      continue;
    }
    DependenceCurve curve{.field = field.name,
                          .label = features::FeatureLabel(parts.features[column->feature])};
    maker.Fill(index, grid, curve);
    for (const float value : grid) {
      curve.text.push_back(features::ValueText(parts.features[column->feature], {}, value));
    }
    view.curves.push_back(std::move(curve));
  }
  RI_ASSIGN_OR_RETURN(view.interactions, InteractionsOf(book, rows, options.interactions));
  view.segments = SegmentsOf(book, chosen, by_group);
  // Segments list groups in the order in which they are ranked.
  for (GlobalSegment& segment : view.segments) {
    std::vector<double> ordered;
    for (const GlobalShare& group : view.groups) {
      const auto at = std::ranges::find(groups.names, group.name);
      ordered.push_back(
          segment.group_log_odds[static_cast<std::size_t>(at - groups.names.begin())]);
    }
    segment.group_log_odds = std::move(ordered);
  }
  return view;
}

}  // namespace ri::deals
