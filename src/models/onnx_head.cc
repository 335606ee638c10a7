// Encoder, heads and calibrators in an ONNX graph.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "domain/probability.h"
#include "models/json_document.h"
#include "models/onnx_parts.h"

namespace ri::models {
namespace {

using Kind = EncodedColumn::Kind;

// Trees whose leaves are added in float32; the sums of such groups are added in double.
constexpr std::size_t kTreesPerSum = 32;
// As in Calibrator: margins beyond it say "certain".
constexpr double kLargestMargin = 13.815509557963774;

// 1 in the column of the category's value, 0 in the others: float [rows, end - begin].
std::string AddLabels(OnnxGraph& graph, const std::vector<EncodedColumn>& columns,
                      std::size_t begin, std::size_t end, const std::string& input) {
  std::vector<std::string> labels;
  std::vector<std::int64_t> codes;
  std::vector<std::int64_t> all;
  std::int64_t other = -1;
  std::int64_t missing = -1;
  for (std::size_t c = begin; c < end; ++c) {
    const auto code = static_cast<std::int64_t>(c - begin);
    all.push_back(code);
    if (columns[c].kind == Kind::kOther) {
      other = code;
    } else if (columns[c].kind == Kind::kMissing) {
      missing = code;
    } else {
      labels.push_back(columns[c].label);
      codes.push_back(code);
    }
  }
  labels.emplace_back();
  codes.push_back(missing);
  const std::string code = graph.Node("LabelEncoder", {input},
                                      {OnnxAttribute::Texts("keys_strings", labels),
                                       OnnxAttribute::Integers("values_int64s", codes),
                                       OnnxAttribute::Integer("default_int64", other)},
                                      "ai.onnx.ml");
  const std::string wanted = graph.Integers(all, {1, static_cast<std::int64_t>(all.size())});
  return graph.Cast(graph.Node("Equal", {code, wanted}), OnnxType::kFloat);
}

// `value` for every row of `rows`: double [n, 1].
std::string Everywhere(OnnxGraph& graph, double value, const std::string& rows) {
  const std::string count = graph.Node("Gather", {graph.Node("Shape", {rows}), graph.List({0})});
  const std::string shape =
      graph.Node("Concat", {count, graph.List({1})}, {OnnxAttribute::Integer("axis", 0)});
  return graph.Node("Expand", {graph.Doubles({&value, 1}, {1, 1}), shape});
}

std::string AddStageTable(OnnxGraph& graph, const StageTable& table, const std::string& rows) {
  std::string margin = Everywhere(graph, table.base_margin, rows);
  // From the last to the first, because the first chosen column that holds 1 decides.
  for (std::size_t i = table.columns.size(); i-- > 0;) {
    const std::string value =
        graph.Node("Gather", {rows, graph.List({static_cast<std::int64_t>(table.columns[i])})},
                   {OnnxAttribute::Integer("axis", 1)});
    const std::string lit =
        graph.Node("Equal", {graph.Cast(value, OnnxType::kDouble), graph.Double(1)});
    margin = graph.Node("Where", {lit, graph.Double(table.margins[i]), margin});
  }
  return margin;
}

// The ridge as two products: of the kept values and missing flags, and of the truncated cubes at
// the knots.
struct LinearSums {
  std::vector<double> median, lowest, highest;  ///< per column
  std::vector<double> value_weight, missing_weight;
  std::vector<std::int64_t> cube_column;
  std::vector<double> cube_knot, cube_weight;
  double constant = 0;
};

LinearSums SumsOf(const LinearModel& model) {
  LinearSums sums;
  sums.constant = model.intercept;
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    const LinearColumn& column = model.columns[c];
    sums.median.push_back(column.median);
    sums.lowest.push_back(column.lowest);
    sums.highest.push_back(column.highest);
    sums.value_weight.push_back(0);
    sums.missing_weight.push_back(0);
    for (std::size_t t = 0; t < column.terms.size(); ++t) {
      const LinearTerm& term = column.terms[t];
      const double weight = term.coefficient / term.scale;
      sums.constant -= weight * term.mean;
      if (t == 0) {
        sums.value_weight.back() = weight;
      } else if (column.has_missing && t + 1 == column.terms.size()) {
        sums.missing_weight.back() = weight;
      } else {
        const std::vector<double>& k = column.knots;
        const std::size_t last = k.size() - 1;
        const double gap = k[last] - k[last - 1];
        const double scale = weight / ((k[last] - k[0]) * (k[last] - k[0]));
        const auto add = [&](double knot, double factor) {
          sums.cube_column.push_back(static_cast<std::int64_t>(c));
          sums.cube_knot.push_back(knot);
          sums.cube_weight.push_back(scale * factor);
        };
        add(k[t - 1], 1);
        add(k[last - 1], -(k[last] - k[t - 1]) / gap);
        add(k[last], (k[last - 1] - k[t - 1]) / gap);
      }
    }
  }
  return sums;
}

std::string AddLinear(OnnxGraph& graph, const LinearModel& model, const std::string& rows) {
  const LinearSums sums = SumsOf(model);
  const auto width = static_cast<std::int64_t>(model.columns.size());
  const std::string missing = graph.Node("IsNaN", {rows});
  const std::string wide = graph.Cast(rows, OnnxType::kDouble);
  std::string value = graph.Node("Where", {missing, graph.Doubles(sums.median, {1, width}), wide});
  value = graph.Node("Max", {value, graph.Doubles(sums.lowest, {1, width})});
  value = graph.Node("Min", {value, graph.Doubles(sums.highest, {1, width})});
  std::string margin = graph.Node("MatMul", {value, graph.Doubles(sums.value_weight, {width, 1})});
  margin = graph.Node(
      "Add", {margin, graph.Node("MatMul", {graph.Cast(missing, OnnxType::kDouble),
                                            graph.Doubles(sums.missing_weight, {width, 1})})});
  if (!sums.cube_column.empty()) {
    const auto count = static_cast<std::int64_t>(sums.cube_column.size());
    const std::string picked =
        graph.Node("Gather", {value, graph.Integers(sums.cube_column, {count})},
                   {OnnxAttribute::Integer("axis", 1)});
    const std::string above = graph.Node(
        "Max",
        {graph.Node("Sub", {picked, graph.Doubles(sums.cube_knot, {1, count})}), graph.Double(0)});
    const std::string cube = graph.Node("Mul", {above, graph.Node("Mul", {above, above})});
    margin = graph.Node(
        "Add", {margin, graph.Node("MatMul", {cube, graph.Doubles(sums.cube_weight, {count, 1})})});
  }
  return graph.Node("Add", {margin, graph.Double(sums.constant)});
}

}  // namespace

std::string AddSoftplus(OnnxGraph& graph, const std::string& x) {
  const std::string small = graph.Node("Exp", {graph.Node("Neg", {graph.Node("Abs", {x})})});
  return graph.Node("Add", {graph.Node("Max", {x, graph.Double(0)}),
                            graph.Node("Log", {graph.Node("Add", {small, graph.Double(1)})})});
}

std::string AddEncoder(OnnxGraph& graph, const ModelParts& parts, OnnxInputs inputs) {
  const std::vector<EncodedColumn>& columns = parts.encoder.columns();
  if (inputs == OnnxInputs::kColumns || columns.empty()) {
    return graph.Input("columns", OnnxType::kFloat, {"rows", std::to_string(columns.size())},
                       "encoded columns in the order of the metadata; NaN = missing");
  }
  OnnxGraph::Names pieces;
  for (std::size_t begin = 0; begin < columns.size();) {
    const std::size_t feature = columns[begin].feature;
    std::size_t end = begin;
    while (end < columns.size() && columns[end].feature == feature) {
      ++end;
    }
    const std::string& name = parts.encoder.feature_names()[feature];
    const std::string& meaning = parts.features[feature].meaning;
    if (columns[begin].kind == Kind::kNumber) {
      pieces.push_back(
          graph.Input(name, OnnxType::kFloat, {"rows", "1"}, meaning + " NaN = missing."));
    } else {
      const std::string input =
          graph.Input(name, OnnxType::kText, {"rows", "1"}, meaning + " Empty = missing.");
      pieces.push_back(AddLabels(graph, columns, begin, end, input));
    }
    begin = end;
  }
  return graph.Node("Concat", pieces, {OnnxAttribute::Integer("axis", 1)});
}

std::string AddTrees(OnnxGraph& graph, const TreeEnsemble& trees, const std::string& rows) {
  if (trees.trees.empty()) {
    return Everywhere(graph, trees.base_margin, rows);
  }
  std::vector<std::int64_t> tree_ids, node_ids, features, true_ids, false_ids, missing_true;
  std::vector<std::int64_t> leaf_trees, leaf_nodes, leaf_targets;
  std::vector<float> thresholds, leaf_values;
  std::vector<std::string> modes;
  for (std::size_t t = 0; t < trees.trees.size(); ++t) {
    const Tree& tree = trees.trees[t];
    for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
      const bool leaf = tree.is_leaf(node);
      tree_ids.push_back(static_cast<std::int64_t>(t));
      node_ids.push_back(static_cast<std::int64_t>(node));
      features.push_back(tree.feature[node]);
      thresholds.push_back(tree.threshold[node]);
      modes.emplace_back(leaf ? "LEAF" : "BRANCH_LT");
      true_ids.push_back(leaf ? 0 : tree.left[node]);
      false_ids.push_back(leaf ? 0 : tree.right[node]);
      missing_true.push_back(leaf ? 0 : tree.default_left[node]);
      if (leaf) {
        leaf_trees.push_back(static_cast<std::int64_t>(t));
        leaf_nodes.push_back(static_cast<std::int64_t>(node));
        leaf_targets.push_back(static_cast<std::int64_t>(t / kTreesPerSum));
        leaf_values.push_back(static_cast<float>(tree.value[node]));
      }
    }
  }
  const std::string sums = graph.Node(
      "TreeEnsembleRegressor", {rows},
      {OnnxAttribute::Text("aggregate_function", "SUM"),
       OnnxAttribute::Text("post_transform", "NONE"),
       OnnxAttribute::Integer(
           "n_targets",
           static_cast<std::int64_t>((trees.trees.size() + kTreesPerSum - 1) / kTreesPerSum)),
       OnnxAttribute::Integers("nodes_treeids", tree_ids),
       OnnxAttribute::Integers("nodes_nodeids", node_ids),
       OnnxAttribute::Integers("nodes_featureids", features),
       OnnxAttribute::Texts("nodes_modes", modes), OnnxAttribute::Reals("nodes_values", thresholds),
       OnnxAttribute::Integers("nodes_truenodeids", true_ids),
       OnnxAttribute::Integers("nodes_falsenodeids", false_ids),
       OnnxAttribute::Integers("nodes_missing_value_tracks_true", missing_true),
       OnnxAttribute::Integers("target_treeids", leaf_trees),
       OnnxAttribute::Integers("target_nodeids", leaf_nodes),
       OnnxAttribute::Integers("target_ids", leaf_targets),
       OnnxAttribute::Reals("target_weights", leaf_values)},
      "ai.onnx.ml");
  const std::string total =
      graph.Node("ReduceSum", {graph.Cast(sums, OnnxType::kDouble), graph.List({1})},
                 {OnnxAttribute::Integer("keepdims", 1)});
  return graph.Node("Add", {total, graph.Double(trees.base_margin)});
}

std::string AddHead(OnnxGraph& graph, const Head& head, const std::string& rows) {
  if (const auto* both = std::get_if<RidgeAndTrees>(&head)) {
    return graph.Node("Add",
                      {AddLinear(graph, both->ridge, rows), AddTrees(graph, both->trees, rows)});
  }
  if (const auto* trees = std::get_if<TreeEnsemble>(&head)) {
    return AddTrees(graph, *trees, rows);
  }
  if (const auto* linear = std::get_if<LinearModel>(&head)) {
    return AddLinear(graph, *linear, rows);
  }
  if (const auto* table = std::get_if<StageTable>(&head)) {
    return AddStageTable(graph, *table, rows);
  }
  return Everywhere(graph, std::get<BaseRate>(head).margin, rows);
}

Result<std::string> AddCalibrator(OnnxGraph& graph, const Calibrator& calibrator,
                                  const std::string& margin) {
  const Json document = Json::parse(calibrator.ToJson());
  const auto parameters = document.at("parameters").get<std::vector<double>>();
  const auto kept = [&] {
    return graph.Node("Min", {graph.Node("Max", {margin, graph.Double(-kLargestMargin)}),
                              graph.Double(kLargestMargin)});
  };
  std::string mapped;
  switch (calibrator.kind()) {
    case Calibrator::Kind::kIdentity:
      mapped = margin;
      break;
    case Calibrator::Kind::kIntercept:
      mapped = graph.Node("Add", {kept(), graph.Double(parameters[0])});
      break;
    case Calibrator::Kind::kBeta: {
      const std::string m = kept();
      const std::string lost = AddSoftplus(graph, m);
      const std::string won = AddSoftplus(graph, graph.Node("Neg", {m}));
      mapped = graph.Node(
          "Add", {graph.Node("Sub", {graph.Node("Mul", {lost, graph.Double(parameters[1])}),
                                     graph.Node("Mul", {won, graph.Double(parameters[0])})}),
                  graph.Double(parameters[2])});
      break;
    }
    case Calibrator::Kind::kSpline: {
      // A spline of one column is what the ridge has already.
      const auto knots = document.at("knots").get<std::vector<double>>();
      LinearColumn column;
      column.lowest = -kLargestMargin;
      column.highest = kLargestMargin;
      column.knots = knots;
      column.terms.push_back({1 + parameters[1], 0, 1});
      for (std::size_t j = 2; j < parameters.size(); ++j) {
        column.terms.push_back({parameters[j], 0, 1});
      }
      mapped = AddLinear(graph, {parameters[0], {column}}, margin);
      break;
    }
  }
  if (mapped.empty()) {
    return Fail(ErrorCode::kRefused, "The calibrator of this model (" + calibrator.Describe() +
                                         ") cannot be written as ONNX. Use --format json.");
  }
  // The logistic of x is exp(-ln(1 + e^-x)).
  const std::string chance =
      graph.Node("Exp", {graph.Node("Neg", {AddSoftplus(graph, graph.Node("Neg", {mapped}))})});
  return graph.Node("Min", {graph.Node("Max", {chance, graph.Double(calibrator.clip())}),
                            graph.Double(1 - calibrator.clip())});
}

}  // namespace ri::models
