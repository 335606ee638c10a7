#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/deal_outcome_model.h"
#include "models/json_document.h"
#include "models/restricted_spline.h"

namespace ri::models {
namespace {

// Raised when a reader of older documents could no longer read new ones.
constexpr int kFormat = 1;
// Protects recursion over trees from hostile documents.
constexpr int kDeepestTree = 512;

using features::FeatureDefinition;
using features::FeatureKind;

template <typename T>
T Part(Result<T> result) {
  if (!result) {
    throw WrongDocument{"a wrong part: " + result.error().message()};
  }
  return *std::move(result);
}

Json ToJson(const Tree& tree) {
  return {{"left", tree.left},
          {"right", tree.right},
          {"feature", tree.feature},
          {"threshold", tree.threshold},
          {"default_left", tree.default_left},
          {"value", tree.value},
          {"cover", tree.cover}};
}

template <typename T>
std::vector<T> WholeNumbers(const Json& array) {
  std::vector<T> numbers;
  for (const Json& entry : array) {
    Require(entry.is_number_integer(), "a fraction where a whole number belongs");
    const auto number = entry.get<std::int64_t>();
    Require(std::in_range<T>(number), "a number that is too large");
    numbers.push_back(static_cast<T>(number));
  }
  return numbers;
}

Tree TreeFromJson(const Json& document, std::size_t num_features) {
  Tree tree;
  tree.left = WholeNumbers<std::int32_t>(document.at("left"));
  tree.right = WholeNumbers<std::int32_t>(document.at("right"));
  tree.feature = WholeNumbers<std::int32_t>(document.at("feature"));
  tree.default_left = WholeNumbers<std::uint8_t>(document.at("default_left"));
  tree.value = FiniteNumbers(document.at("value"));
  tree.cover = FiniteNumbers(document.at("cover"));
  for (const double threshold : FiniteNumbers(document.at("threshold"))) {
    tree.threshold.push_back(static_cast<float>(threshold));
  }
  const std::size_t n = tree.left.size();
  Require(n > 0 && tree.right.size() == n && tree.feature.size() == n &&
              tree.threshold.size() == n && tree.default_left.size() == n &&
              tree.value.size() == n && tree.cover.size() == n,
          "a tree whose arrays differ in length");
  // Splits on the way to each node, -1 before its parent was seen.
  std::vector<int> depth(n, -1);
  depth[0] = 0;
  for (std::size_t node = 0; node < n; ++node) {
    Require(depth[node] >= 0, "a node without a parent before it");
    Require(depth[node] <= kDeepestTree, "a tree that is too deep");
    Require((tree.left[node] < 0) == (tree.right[node] < 0), "a node with one child");
    Require(tree.feature[node] >= 0 &&
                (tree.is_leaf(node) || static_cast<std::size_t>(tree.feature[node]) < num_features),
            "a split on a column that does not exist");
    if (tree.is_leaf(node)) {
      continue;
    }
    for (const std::int32_t child : {tree.left[node], tree.right[node]}) {
      const auto at = static_cast<std::size_t>(child);
      // Children behind their parents, one parent each: no cycles.
      Require(at > node && at < n && depth[at] < 0, "a tree that is not a tree");
      depth[at] = depth[node] + 1;
    }
  }
  return tree;
}

Json ToJson(const TreeEnsemble& ensemble) {
  Json trees = Json::array();
  for (const Tree& tree : ensemble.trees) {
    trees.push_back(ToJson(tree));
  }
  return {{"base_margin", ensemble.base_margin},
          {"num_features", ensemble.num_features},
          {"trees", std::move(trees)}};
}

TreeEnsemble EnsembleFromJson(const Json& document) {
  TreeEnsemble ensemble;
  ensemble.base_margin = Finite(document.at("base_margin"));
  ensemble.num_features = Index(document.at("num_features"));
  for (const Json& tree : document.at("trees")) {
    ensemble.trees.push_back(TreeFromJson(tree, ensemble.num_features));
  }
  return ensemble;
}

Json ToJson(const HazardTiming& hazards) {
  return {{"calendar", hazards.calendar.Describe()},
          {"horizon_days", hazards.horizon_days},
          {"commit_column", hazards.commit_column ? Json(*hazards.commit_column) : Json()},
          {"won", ToJson(hazards.won)},
          {"lost", ToJson(hazards.lost)}};
}

HazardTiming HazardsFromJson(const Json& document) {
  HazardTiming hazards;
  const auto calendar =
      domain::FiscalCalendar::FromDescription(document.at("calendar").get<std::string>());
  Require(calendar.has_value(), "an unknown calendar");
  hazards.calendar = *calendar;
  const std::size_t horizon = Index(document.at("horizon_days"));
  // A century: keeps a hostile number from filling the memory.
  Require(horizon >= 1 && horizon <= 36'525, "a horizon that is no number of days");
  hazards.horizon_days = static_cast<int>(horizon);
  if (const Json& column = document.at("commit_column"); !column.is_null()) {
    hazards.commit_column = Index(column);
  }
  hazards.won = EnsembleFromJson(document.at("won"));
  hazards.lost = EnsembleFromJson(document.at("lost"));
  return hazards;
}

Json ToJson(const LinearModel& model) {
  Json columns = Json::array();
  for (const LinearColumn& column : model.columns) {
    Json terms = Json::array();
    for (const LinearTerm& term : column.terms) {
      terms.push_back(
          {{"coefficient", term.coefficient}, {"mean", term.mean}, {"scale", term.scale}});
    }
    columns.push_back({{"median", column.median},
                       {"lowest", column.lowest},
                       {"highest", column.highest},
                       {"knots", column.knots},
                       {"has_missing", column.has_missing},
                       {"terms", std::move(terms)}});
  }
  return {{"intercept", model.intercept}, {"columns", std::move(columns)}};
}

LinearModel LinearFromJson(const Json& document) {
  LinearModel model;
  model.intercept = Finite(document.at("intercept"));
  for (const Json& entry : document.at("columns")) {
    LinearColumn column;
    column.median = Finite(entry.at("median"));
    column.lowest = Finite(entry.at("lowest"));
    column.highest = Finite(entry.at("highest"));
    column.knots = FiniteNumbers(entry.at("knots"));
    column.has_missing = entry.at("has_missing").get<bool>();
    for (const Json& term : entry.at("terms")) {
      column.terms.push_back(
          {Finite(term.at("coefficient")), Finite(term.at("mean")), Finite(term.at("scale"))});
      Require(column.terms.back().scale > 0, "a term without scale");
    }
    Require(column.lowest <= column.highest, "a column with an empty range");
    Require(column.knots.empty() || AreKnots(column.knots), "knots that do not ascend");
    const std::size_t expected =
        1 + (column.knots.empty() ? 0 : column.knots.size() - 2) + (column.has_missing ? 1 : 0);
    Require(column.terms.empty() || column.terms.size() == expected,
            "a column with a wrong number of terms");
    model.columns.push_back(std::move(column));
  }
  return model;
}

Json ToJson(const StageTable& table) {
  return {{"base_margin", table.base_margin},
          {"num_columns", table.num_columns},
          {"columns", table.columns},
          {"margins", table.margins}};
}

StageTable StageTableFromJson(const Json& document) {
  StageTable table;
  table.base_margin = Finite(document.at("base_margin"));
  table.num_columns = Index(document.at("num_columns"));
  for (const Json& column : document.at("columns")) {
    table.columns.push_back(Index(column));
    Require(table.columns.back() < table.num_columns, "a stage column that does not exist");
  }
  table.margins = FiniteNumbers(document.at("margins"));
  Require(table.margins.size() == table.columns.size(), "stages without rates");
  return table;
}

Json ToJson(const RidgeAndTrees& both) {
  return {{"ridge", ToJson(both.ridge)}, {"trees", ToJson(both.trees)}};
}

Json ToJson(const BaseRate& rate) { return {{"margin", rate.margin}}; }

Head HeadFromJson(const std::string& kind, const Json& document) {
  if (kind == HeadName(BaseRate())) {
    return BaseRate{Finite(document.at("margin"))};
  }
  if (kind == HeadName(StageTable())) {
    return StageTableFromJson(document);
  }
  if (kind == HeadName(LinearModel())) {
    return LinearFromJson(document);
  }
  if (kind == HeadName(RidgeAndTrees())) {
    return RidgeAndTrees{.ridge = LinearFromJson(document.at("ridge")),
                         .trees = EnsembleFromJson(document.at("trees"))};
  }
  Require(kind == HeadName(TreeEnsemble()), "an unknown kind of head");
  return EnsembleFromJson(document);
}

Json ToJson(const FeatureDefinition& feature) {
  return {{"name", feature.name},
          {"kind", feature.kind == FeatureKind::kCategory ? "category" : "number"},
          {"unit", feature.unit},
          {"window", feature.window},
          {"meaning", feature.meaning},
          {"missing_rule", feature.missing_rule},
          {"leak_note", feature.leak_note},
          {"sentence", feature.sentence},
          {"group", feature.group},
          {"monotone", feature.monotone}};
}

FeatureDefinition FeatureFromJson(const Json& document) {
  FeatureDefinition feature;
  const auto kind = document.at("kind").get<std::string>();
  Require(kind == "category" || kind == "number", "an unknown kind of feature");
  feature.kind = kind == "category" ? FeatureKind::kCategory : FeatureKind::kNumeric;
  for (const auto& [key, field] : {std::pair{"name", &feature.name},
                                   {"unit", &feature.unit},
                                   {"window", &feature.window},
                                   {"meaning", &feature.meaning},
                                   {"missing_rule", &feature.missing_rule},
                                   {"leak_note", &feature.leak_note},
                                   {"sentence", &feature.sentence},
                                   {"group", &feature.group}}) {
    *field = document.at(key).get<std::string>();
  }
  feature.monotone = document.at("monotone").get<int>();
  return feature;
}

}  // namespace

std::string DealOutcomeModel::ToJson() const {
  Json features = Json::array();
  for (const FeatureDefinition& feature : parts_.features) {
    features.push_back(models::ToJson(feature));
  }
  return Write({
      {"format", kFormat},
      {"features", std::move(features)},
      {"encoder", Json::parse(parts_.encoder.ToJson())},
      {"head",
       {{"kind", HeadName(parts_.head)},
        {"model", std::visit([](const auto& head) { return models::ToJson(head); }, parts_.head)}}},
      {"calibrator", Json::parse(parts_.calibrator.ToJson())},
      {"band", {{"margins", parts_.band.margins()}, {"labels", parts_.band.labels()}}},
      {"timing", parts_.timing ? Json::parse(parts_.timing->ToJson()) : Json()},
      {"hazards", parts_.hazards ? models::ToJson(*parts_.hazards) : Json()},
      {"quarter", Json::parse(parts_.quarter.ToJson())},
      {"background", MatrixToJson(parts_.background)},
  });
}

Result<DealOutcomeModel> DealOutcomeModel::FromJson(std::string_view text) {
  return Read("the model", text, [](const Json& document) {
    const Json& format = document.at("format");
    Require(format.is_number_integer() && format.get<std::int64_t>() == kFormat,
            "another format than this program reads");
    ModelParts parts;
    for (const Json& feature : document.at("features")) {
      parts.features.push_back(FeatureFromJson(feature));
    }
    const Json& encoder = document.at("encoder");
    // A model without features (a base rate) has an encoder without columns.
    if (!encoder.at("columns").empty()) {
      parts.encoder = Part(FeatureEncoder::FromJson(encoder.dump()));
    }
    const Json& head = document.at("head");
    parts.head = HeadFromJson(head.at("kind").get<std::string>(), head.at("model"));
    parts.calibrator = Part(Calibrator::FromJson(document.at("calibrator").dump()));
    const Json& band = document.at("band");
    parts.band = Part(NeighbourBand::FromColumns(FiniteNumbers(band.at("margins")),
                                                 FiniteNumbers(band.at("labels"))));
    if (const Json& timing = document.at("timing"); !timing.is_null()) {
      parts.timing = Part(TimeToClose::FromJson(timing.dump()));
    }
    if (const Json& hazards = document.at("hazards"); !hazards.is_null()) {
      parts.hazards = HazardsFromJson(hazards);
    }
    parts.quarter = Part(QuarterCalibrator::FromJson(document.at("quarter").dump()));
    parts.background = MatrixFromJson(document.at("background"));
    return Part(Assemble(std::move(parts)));
  });
}

}  // namespace ri::models
