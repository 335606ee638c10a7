#include "deals/counterfactuals.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "book/additive_head.h"
#include "features/reason_sentence.h"

namespace ri::deals {
namespace {

using Direction = explanations::MovableField::Direction;

struct Actionable {
  std::string_view feature;
  Direction direction;
  bool whole_numbers;
};

constexpr std::array kActionable = {
    Actionable{"next_meeting_planned", Direction::kUp, true},
    Actionable{"active_contacts_28d", Direction::kUp, true},
    Actionable{"executive_contact", Direction::kUp, true},
    Actionable{"economic_buyer_known", Direction::kUp, true},
    Actionable{"days_since_two_way_touch", Direction::kDown, true},
    Actionable{"next_step_present", Direction::kUp, true},
    Actionable{"days_to_commit", Direction::kAny, true},
    Actionable{"discount", Direction::kAny, false},
};

constexpr double kLowLevel = 0.05;
constexpr double kHighLevel = 0.95;
constexpr std::size_t kLeastPeers = 20;
constexpr std::size_t kMostOptions = 8;
constexpr int kGridSteps = 64;
constexpr double kFurthestMargin = 14;  // calibrators hold margins within +-13.8

std::vector<float> PeerValuesOf(const book::PastDeals& past, const book::PeerGroup& group,
                                std::size_t column) {
  std::vector<float> values;
  for (const std::uint32_t row : group.won) {
    const float value = past.column(column)[row];
    if (!std::isnan(value)) {
      values.push_back(value);
    }
  }
  std::ranges::sort(values);
  return values;
}

float LevelOf(const std::vector<float>& sorted, double level) {
  const auto rank = static_cast<std::size_t>(level * static_cast<double>(sorted.size() - 1));
  return sorted[rank];
}

/// The smallest margin whose calibrated probability reaches the target; empty when none does.
std::optional<double> MarginFor(const book::DealBook& book, double target) {
  const auto reaches = [&](double margin) {
    return book.field_model().Calibrate(margin) >= target;
  };
  double low = -kFurthestMargin;
  double high = kFurthestMargin;
  if (!reaches(high)) {
    return std::nullopt;
  }
  if (reaches(low)) {
    return low;
  }
  for (int step = 0; step < 100 && low < std::nextafter(high, low); ++step) {
    const double middle = low + (high - low) / 2;
    (reaches(middle) ? high : low) = middle;
  }
  return high;
}

/// A chain of splits that gives the contribution of one column on a grid of its allowed values.
models::Tree ChainOf(std::size_t column, const std::vector<float>& grid,
                     const std::vector<double>& values, bool missing_first) {
  models::Tree tree;
  const auto add = [&](std::int32_t feature, float threshold, double value) {
    tree.left.push_back(-1);
    tree.right.push_back(-1);
    tree.feature.push_back(feature);
    tree.threshold.push_back(threshold);
    tree.default_left.push_back(missing_first ? 1 : 0);
    tree.value.push_back(value);
    tree.cover.push_back(1);
    return static_cast<std::int32_t>(tree.left.size() - 1);
  };
  std::int32_t parent = -1;
  for (std::size_t k = 0; k + 1 < grid.size(); ++k) {
    const std::int32_t split = add(static_cast<std::int32_t>(column), grid[k + 1], 0);
    if (parent >= 0) {
      tree.right[static_cast<std::size_t>(parent)] = split;
    }
    const std::int32_t leaf = add(0, 0, values[k]);
    tree.left[static_cast<std::size_t>(split)] = leaf;
    parent = split;
  }
  const std::int32_t last = add(0, 0, values.back());
  if (parent >= 0) {
    tree.right[static_cast<std::size_t>(parent)] = last;
  }
  return tree;
}

/// The additive part of a head as trees over the movable columns: exact at whole numbers and at the
/// grid.
models::TreeEnsemble AdditiveAsTrees(const models::Head& head, std::span<const float> row,
                                     const std::vector<explanations::MovableField>& fields) {
  models::TreeEnsemble ensemble{.num_features = row.size()};
  const std::vector<double> own = book::AdditiveContributions(head, row);
  ensemble.base_margin = book::AdditiveBaseMargin(head);
  for (const double contribution : own) {
    ensemble.base_margin += contribution;
  }
  for (const explanations::MovableField& field : fields) {
    std::vector<float> grid;
    const float step = field.whole_numbers ? 1.0F : (field.high - field.low) / kGridSteps;
    for (float value = field.whole_numbers ? std::ceil(field.low) : field.low;
         value <= field.high && step > 0; value += step) {
      grid.push_back(value);
    }
    const float present = row[field.feature];
    if (!std::isnan(present)) {
      grid.push_back(present);
    }
    std::ranges::sort(grid);
    grid.erase(std::unique(grid.begin(), grid.end()), grid.end());
    if (std::isnan(present)) {
      // Below everything: the place of a missing value, which adds what it adds now.
      grid.insert(grid.begin(), std::numeric_limits<float>::lowest());
    }
    if (grid.size() < 2) {
      continue;
    }
    std::vector<double> values;
    std::vector<float> changed(row.begin(), row.end());
    for (const float value : grid) {
      changed[field.feature] = value == std::numeric_limits<float>::lowest() ? present : value;
      values.push_back(book::AdditiveContributions(head, changed)[field.feature] -
                       own[field.feature]);
    }
    ensemble.trees.push_back(ChainOf(field.feature, grid, values, true));
  }
  return ensemble;
}

/// Deals of the same stage that were short of every suggestion and reached all of them later.
Precedents PrecedentsOf(const book::PastDeals& past, const std::string& stage,
                        const std::vector<CounterfactualEdit>& edits) {
  std::vector<std::size_t> columns;
  for (const CounterfactualEdit& edit : edits) {
    columns.push_back(*past.table().Find(edit.field));
  }
  const auto all_on_side = [&](std::size_t row, bool reached) {
    for (std::size_t k = 0; k < edits.size(); ++k) {
      const float value = past.column(columns[k])[row];
      const CounterfactualEdit& edit = edits[k];
      const bool up = std::isnan(edit.from_value) || edit.to_value > edit.from_value;
      const bool is_there =
          !std::isnan(value) && (up ? value >= edit.to_value : value <= edit.to_value);
      if (is_there != reached) {
        return false;
      }
    }
    return true;
  };
  const std::vector<book::PastSnapshot>& snapshots = past.snapshots();
  Precedents precedents;
  for (std::size_t begin = 0; begin < snapshots.size();) {
    // Snapshots of one life stand together, youngest first.
    std::size_t end = begin + 1;
    while (end < snapshots.size() && snapshots[end].key.deal == snapshots[begin].key.deal &&
           snapshots[end].key.episode == snapshots[begin].key.episode) {
      ++end;
    }
    std::optional<std::size_t> short_of;
    for (std::size_t row = begin; row < end; ++row) {
      if (!short_of && snapshots[row].stage == stage && all_on_side(row, false)) {
        short_of = row;
      } else if (short_of && all_on_side(row, true)) {
        ++precedents.deals;
        precedents.won += snapshots[row].won ? 1 : 0;
        precedents.expected += snapshots[*short_of].win_probability;
        break;
      }
    }
    begin = end;
  }
  return precedents;
}

constexpr base::Phrase kAlready("The model gives {chance} already.",
                                "Das Modell gibt schon {chance}.");
constexpr base::Phrase kNothingKnown(
    "Nothing is known that a seller could change and the model looks at.",
    "Es ist nichts bekannt, was der Verkauf ändern könnte und das Modell betrachtet.");
constexpr base::Phrase kReachable(
    "The model would say {chance} or more with the changes below.",
    "Mit diesen Änderungen würde das Modell {chance} oder mehr sagen.");
constexpr base::Phrase kUnreachable("Nothing you can change moves this above {chance}.",
                                    "Nichts, was sich ändern lässt, hebt das über {chance}.");

std::string Percent(double probability) { return fmt::format("{:.0f} %", 100 * probability); }

}  // namespace

std::vector<std::string> ActionableFeatures() {
  std::vector<std::string> names;
  for (const Actionable& actionable : kActionable) {
    names.emplace_back(actionable.feature);
  }
  return names;
}

Result<std::vector<explanations::MovableField>> MovableFieldsOf(const book::DealBook& book,
                                                                std::size_t position) {
  RI_ASSIGN_OR_RETURN(const book::PastDeals* past, book.past());
  const book::PeerGroup& peers =
      past->PeersOf(book.deals()[position].stage, book::AgeClassOf(book.AgeDays(position)));
  const models::FeatureEncoder& encoder = book.prepared().model().parts().encoder;
  std::vector<explanations::MovableField> fields;
  for (const Actionable& actionable : kActionable) {
    const auto column = past->table().Find(std::string(actionable.feature));
    const auto& columns = encoder.columns();
    const auto encoded = std::ranges::find_if(columns, [&](const models::EncodedColumn& candidate) {
      return candidate.kind == models::EncodedColumn::Kind::kNumber &&
             encoder.feature_names()[candidate.feature] == actionable.feature;
    });
    if (!column || encoded == columns.end()) {
      continue;
    }
    const std::vector<float> values = PeerValuesOf(*past, peers, *column);
    if (values.size() < kLeastPeers) {
      continue;
    }
    explanations::MovableField field{.feature = static_cast<std::size_t>(encoded - columns.begin()),
                                     .low = LevelOf(values, kLowLevel),
                                     .high = LevelOf(values, kHighLevel),
                                     .direction = actionable.direction,
                                     .whole_numbers = actionable.whole_numbers};
    // A close date in the past is no plan.
    if (actionable.feature == "days_to_commit") {
      field.low = std::max(field.low, 0.0F);
    }
    const auto spread = static_cast<double>(LevelOf(values, 0.75) - LevelOf(values, 0.25));
    field.scale = spread > 0 ? spread : std::max(1.0, static_cast<double>(field.high - field.low));
    if (field.low <= field.high) {
      fields.push_back(field);
    }
  }
  return fields;
}

Result<CounterfactualReport> FindCounterfactual(const book::DealBook& book,
                                                const std::string& deal_id,
                                                const CounterfactualRequest& request) {
  RI_ASSIGN_OR_RETURN(const std::size_t position, book::FindOpenDeal(book, deal_id));
  RI_ASSIGN_OR_RETURN(const book::PastDeals* past, book.past());
  const book::ScoredDeal& deal = book.deals()[position];
  CounterfactualReport report{.now = deal.win_probability};
  report.target = request.target.value_or(
      std::min(0.95, std::ceil((deal.win_probability + 0.05) * 10 - 1e-9) / 10));
  if (!(report.target > 0 && report.target < 1)) {
    return Fail(ErrorCode::kUsage, "The target is a chance between 0 and 1, such as 0.5.");
  }
  RI_ASSIGN_OR_RETURN(const std::vector<explanations::MovableField> fields,
                      MovableFieldsOf(book, position));
  report.fields = fields.size();
  report.best = deal.win_probability;
  if (deal.win_probability >= report.target) {
    report.reachable = true;
    report.message =
        base::Say(kAlready, request.language, {{"chance", Percent(deal.win_probability)}});
    return report;
  }
  if (fields.empty()) {
    report.message = kNothingKnown.In(request.language);
    return report;
  }
  const std::span<const float> row = book.encoded().row(position);
  const models::Head& head = book.prepared().model().parts().head;
  const auto* trees = std::get_if<models::TreeEnsemble>(&head);
  models::TreeEnsemble additive =
      trees == nullptr ? AdditiveAsTrees(head, row, fields) : models::TreeEnsemble{};
  if (const auto* both = std::get_if<models::RidgeAndTrees>(&head)) {
    additive.base_margin += both->trees.base_margin;
    std::ranges::copy(both->trees.trees, std::back_inserter(additive.trees));
  }
  const std::optional<double> target_margin = MarginFor(book, report.target);
  RI_ASSIGN_OR_RETURN(
      const explanations::CounterfactualAnswer answer,
      explanations::FindCounterfactuals(
          trees != nullptr ? *trees : additive,
          {.row = row,
           .fields = fields,
           .target_margin = target_margin.value_or(std::numeric_limits<double>::max()),
           .most_changes = request.most_changes}));
  const auto& encoder = book.prepared().model().parts().encoder;
  for (const explanations::Counterfactual& found : answer.options) {
    if (report.options.size() == kMostOptions) {
      break;
    }
    CounterfactualOption option{.win_probability = book.field_model().Calibrate(found.margin)};
    option.points = 100 * (option.win_probability - deal.win_probability);
    for (const explanations::FieldChange& change : found.changes) {
      const std::string& name = encoder.feature_names()[encoder.columns()[change.feature].feature];
      const auto column = book.table().Find(name);
      const features::FeatureDefinition& definition = book.table().features[*column];
      option.edits.push_back(
          {.field = name,
           .label = features::FeatureLabel(definition, request.language),
           .from = features::ValueText(definition, {}, change.from, request.language),
           .to = features::ValueText(definition, {}, change.to, request.language),
           .from_value = change.from,
           .to_value = change.to});
    }
    option.precedents = PrecedentsOf(*past, deal.stage, option.edits);
    report.best = std::max(report.best, option.win_probability);
    report.options.push_back(std::move(option));
  }
  report.reachable = !report.options.empty();
  if (report.reachable) {
    report.message = base::Say(kReachable, request.language, {{"chance", Percent(report.target)}});
    return report;
  }
  report.best = std::max(report.best,
                         book.field_model().Calibrate(answer.highest_margin.value_or(deal.margin)));
  report.message = base::Say(kUnreachable, request.language,
                             {{"chance", Percent(std::ceil(100 * report.best) / 100)}});
  return report;
}

}  // namespace ri::deals
