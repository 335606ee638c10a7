#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "domain/probability.h"
#include "models/tree_ensemble.h"

namespace ri::models {
namespace {

using nlohmann::json;

// Deeper trees than any sane training makes; protects recursion over trees from hostile files.
constexpr int kDeepestTree = 512;

// The model document is wrong; `what` completes the sentence "The XGBoost model ...".
struct Malformed {
  std::string what;
};

// XGBoost writes numbers of its parameter blocks as texts.
template <typename T>
T NumberOf(const json& object, const char* name) {
  const auto text = object.at(name).get<std::string>();
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw Malformed{std::string("has a ") + name + " that is no number: '" + text + "'"};
  }
  return value;
}

template <typename T>
std::vector<T> Column(const json& tree, const char* name, std::size_t size) {
  auto values = tree.at(name).get<std::vector<T>>();
  if (values.size() != size) {
    throw Malformed{std::string("has a tree whose ") + name + " does not have one entry per node"};
  }
  return values;
}

Tree ReadTree(const json& document, std::size_t num_features) {
  const auto size = NumberOf<std::size_t>(document.at("tree_param"), "num_nodes");
  if (size == 0) {
    throw Malformed{"has a tree without nodes"};
  }
  for (const int type : document.value("split_type", std::vector<int>{})) {
    if (type != 0) {
      throw Malformed{
          "splits on categories; only numeric splits can be served. Train it with "
          "one-hot columns"};
    }
  }
  const auto left = Column<std::int64_t>(document, "left_children", size);
  const auto right = Column<std::int64_t>(document, "right_children", size);
  const auto feature = Column<std::int64_t>(document, "split_indices", size);
  const auto condition = Column<double>(document, "split_conditions", size);
  const auto cover = Column<double>(document, "sum_hessian", size);
  std::vector<int> default_left;
  for (const json& value : document.at("default_left")) {
    default_left.push_back(value.is_boolean() ? static_cast<int>(value.get<bool>())
                                              : value.get<int>());
  }
  if (default_left.size() != size) {
    throw Malformed{"has a tree whose default_left does not have one entry per node"};
  }

  // Pruned nodes stay in the file; only what the root reaches is kept, parents before children.
  std::vector<std::size_t> reached = {0};
  std::vector<int> depth = {0};
  std::vector<bool> seen(size, false);
  seen[0] = true;
  Tree tree;
  for (std::size_t k = 0; k < reached.size(); ++k) {
    const std::size_t node = reached[k];
    if (depth[k] > kDeepestTree) {
      throw Malformed{"has a tree deeper than 512 splits"};
    }
    if (!std::isfinite(condition[node]) || !std::isfinite(cover[node])) {
      throw Malformed{"has a node with a number that is not finite"};
    }
    const bool leaf = left[node] < 0;
    if (leaf != (right[node] < 0)) {
      throw Malformed{"has a node with one child only"};
    }
    tree.cover.push_back(cover[node]);
    if (leaf) {
      tree.left.push_back(-1);
      tree.right.push_back(-1);
      tree.feature.push_back(0);
      tree.threshold.push_back(0);
      tree.default_left.push_back(0);
      tree.value.push_back(condition[node]);
      continue;
    }
    if (feature[node] < 0 || static_cast<std::size_t>(feature[node]) >= num_features) {
      throw Malformed{"splits on a feature number it does not have"};
    }
    for (const std::int64_t child : {left[node], right[node]}) {
      if (static_cast<std::size_t>(child) >= size || seen[static_cast<std::size_t>(child)]) {
        throw Malformed{"has a node with two parents or a child that does not exist"};
      }
      seen[static_cast<std::size_t>(child)] = true;
      (child == left[node] ? tree.left : tree.right)
          .push_back(static_cast<std::int32_t>(reached.size()));
      reached.push_back(static_cast<std::size_t>(child));
      depth.push_back(depth[k] + 1);
    }
    tree.feature.push_back(static_cast<std::int32_t>(feature[node]));
    tree.threshold.push_back(static_cast<float>(condition[node]));
    tree.default_left.push_back(default_left[node] != 0 ? 1 : 0);
    tree.value.push_back(0);
  }
  return tree;
}

TreeEnsemble ReadDocument(const json& document) {
  const json& version = document.at("version");
  if (version.at(0).get<int>() != 1) {
    throw Malformed{"was saved by XGBoost " + version.dump() +
                    "; only the format of version 1 can be read. Save it with XGBoost 1.7"};
  }
  const json& learner = document.at("learner");
  const auto objective = learner.at("objective").at("name").get<std::string>();
  if (objective != "binary:logistic") {
    throw Malformed{"was trained for '" + objective + "'; only binary:logistic can be served"};
  }
  const json& booster = learner.at("gradient_booster");
  const auto kind = booster.at("name").get<std::string>();
  if (kind != "gbtree") {
    throw Malformed{"is a '" + kind + "' booster; only gbtree can be served"};
  }
  const json& model = booster.at("model");
  const json& parameters = learner.at("learner_model_param");
  if (NumberOf<int>(parameters, "num_class") > 1) {
    throw Malformed{"has more than one class"};
  }
  TreeEnsemble ensemble;
  ensemble.num_features = NumberOf<std::size_t>(parameters, "num_feature");
  // XGBoost keeps the score as float32, in probability space.
  const auto base_score = static_cast<double>(NumberOf<float>(parameters, "base_score"));
  if (!(base_score > 0 && base_score < 1)) {
    throw Malformed{"has a base_score outside (0, 1)"};
  }
  ensemble.base_margin = domain::Logit(base_score);
  for (const json& tree : model.at("trees")) {
    ensemble.trees.push_back(ReadTree(tree, ensemble.num_features));
  }
  if (ensemble.trees.size() != NumberOf<std::size_t>(model.at("gbtree_model_param"), "num_trees")) {
    throw Malformed{"does not have as many trees as it says"};
  }
  return ensemble;
}

}  // namespace

Result<TreeEnsemble> ReadXgboostJson(std::string_view text) {
  // The library reports by exception; this function is the border where they become values.
  try {
    return ReadDocument(json::parse(text));
  } catch (const Malformed& malformed) {
    return Fail(ErrorCode::kBadInput, "The XGBoost model " + malformed.what + ".");
  } catch (const json::exception& error) {
    return Fail(ErrorCode::kBadInput,
                std::string("The text is not an XGBoost JSON model: ") + error.what() + ".");
  }
}

}  // namespace ri::models
