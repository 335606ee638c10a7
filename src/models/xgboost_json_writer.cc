#include "models/xgboost_json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "base/assertion.h"
#include "domain/probability.h"
#include "models/json_document.h"

namespace ri::models {
namespace {

// XGBoost's mark for the parent of the root.
constexpr std::int32_t kNoParent = std::numeric_limits<std::int32_t>::max();

Json TreeToJson(const Tree& tree, std::size_t id, std::size_t num_features) {
  const std::size_t n = tree.num_nodes();
  std::vector<std::int32_t> parents(n, kNoParent);
  std::vector<double> conditions(n);
  for (std::size_t node = 0; node < n; ++node) {
    // A leaf's condition is its value.
    conditions[node] = tree.is_leaf(node)
                           ? static_cast<double>(static_cast<float>(tree.value[node]))
                           : static_cast<double>(tree.threshold[node]);
    if (!tree.is_leaf(node)) {
      parents[static_cast<std::size_t>(tree.left[node])] = static_cast<std::int32_t>(node);
      parents[static_cast<std::size_t>(tree.right[node])] = static_cast<std::int32_t>(node);
    }
  }
  std::vector<double> base_weights(n, 0);
  for (std::size_t node = 0; node < n; ++node) {
    base_weights[node] = tree.is_leaf(node) ? conditions[node] : 0;
  }
  return {{"base_weights", base_weights},
          {"categories", Json::array()},
          {"categories_nodes", Json::array()},
          {"categories_segments", Json::array()},
          {"categories_sizes", Json::array()},
          {"default_left", tree.default_left},
          {"id", id},
          {"left_children", tree.left},
          {"loss_changes", std::vector<double>(n, 0)},
          {"parents", parents},
          {"right_children", tree.right},
          {"split_conditions", conditions},
          {"split_indices", tree.feature},
          {"split_type", std::vector<int>(n, 0)},
          {"sum_hessian", tree.cover},
          {"tree_param",
           {{"num_deleted", "0"},
            {"num_feature", std::to_string(num_features)},
            {"num_nodes", std::to_string(n)},
            {"size_leaf_vector", "0"}}}};
}

}  // namespace

std::vector<std::string> XgboostColumnNames(const FeatureEncoder& encoder) {
  std::vector<std::string> names = encoder.ColumnNames();
  std::set<std::string> taken;
  for (std::string& name : names) {
    std::ranges::replace(name, '[', '(');
    std::ranges::replace(name, ']', ')');
    std::ranges::replace(name, '<', '_');
    std::string unique = name;
    for (int k = 2; !taken.insert(unique).second; ++k) {
      unique = name + " #" + std::to_string(k);
    }
    name = unique;
  }
  return names;
}

std::string WriteXgboostJson(const TreeEnsemble& trees, std::span<const std::string> column_names) {
  RI_ASSERT(column_names.size() == trees.num_features);
  Json list = Json::array();
  for (std::size_t t = 0; t < trees.trees.size(); ++t) {
    list.push_back(TreeToJson(trees.trees[t], t, trees.num_features));
  }
  const std::string num_features = std::to_string(trees.num_features);
  const Json types(std::vector<std::string>(trees.num_features, "float"));
  const Json learner = {
      {"attributes", Json::object()},
      {"feature_names", std::vector<std::string>(column_names.begin(), column_names.end())},
      {"feature_types", types},
      {"gradient_booster",
       {{"model",
         {{"gbtree_model_param",
           {{"num_parallel_tree", "1"},
            {"num_trees", std::to_string(trees.trees.size())},
            {"size_leaf_vector", "0"}}},
          {"tree_info", std::vector<int>(trees.trees.size(), 0)},
          {"trees", std::move(list)}}},
        {"name", "gbtree"}}},
      // Kept in probability space, with the nine digits that a float32 needs.
      {"learner_model_param",
       {{"base_score", fmt::format("{:.8E}", domain::Logistic(trees.base_margin))},
        {"boost_from_average", "0"},
        {"num_class", "0"},
        {"num_feature", num_features},
        {"num_target", "1"}}},
      {"objective",
       {{"name", "binary:logistic"}, {"reg_loss_param", {{"scale_pos_weight", "1"}}}}}};
  return Write({{"learner", learner}, {"version", {1, 7, 4}}});
}

Result<std::vector<std::string>> XgboostJsonColumnNames(std::string_view text) {
  return Read("the XGBoost model", text, [](const Json& document) {
    const Json& learner = document.at("learner");
    return learner.contains("feature_names")
               ? learner.at("feature_names").get<std::vector<std::string>>()
               : std::vector<std::string>();
  });
}

}  // namespace ri::models
