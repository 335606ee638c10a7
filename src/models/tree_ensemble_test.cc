#include "models/tree_ensemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "domain/probability.h"

namespace ri::models {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

// x0 < 0.5 ? (missing goes right) : x1 < 2 (missing goes left).
Tree SmallTree() {
  return {.left = {1, -1, 3, -1, -1},
          .right = {2, -1, 4, -1, -1},
          .feature = {0, 0, 1, 0, 0},
          .threshold = {0.5F, 0, 2, 0, 0},
          .default_left = {0, 0, 1, 0, 0},
          .value = {0, -1, 0, 2, 4},
          .cover = {10, 4, 6, 3, 3}};
}

std::string SmallJson(const std::string& tree_changes = "", const std::string& base = "5E-1") {
  std::string json = R"({"learner":{"attributes":{},"feature_names":[],"feature_types":[],
    "gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1",
    "size_leaf_vector":"0"},"tree_info":[0],"trees":[{"base_weights":[0,0,0,0,0],"categories":[],
    "default_left":[0,0,1,0,0],"id":0,"left_children":[1,-1,3,-1,-1],"loss_changes":[1,0,1,0,0],
    "parents":[2147483647,0,0,2,2],"right_children":[2,-1,4,-1,-1],
    "split_conditions":[0.5,-1,2,2,4],"split_indices":[0,0,1,0,0],"split_type":[0,0,0,0,0],
    "sum_hessian":[10,4,6,3,3],"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"5",
    "size_leaf_vector":"0"}}]},"name":"gbtree"},"learner_model_param":{"base_score":"BASE",
    "num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"binary:logistic",
    "reg_loss_param":{"scale_pos_weight":"1"}}},"version":[1,7,4]})";
  json.replace(json.find("BASE"), 4, base);
  const std::size_t arrow = tree_changes.find("=>");
  if (arrow != std::string::npos) {
    const std::string from = tree_changes.substr(0, arrow);
    json.replace(json.find(from), from.size(), tree_changes.substr(arrow + 2));
  }
  return json;
}

TEST(TreeEnsemble, WalksSplitsAndDefaults) {
  const TreeEnsemble ensemble{{SmallTree()}, .25, 2};
  const auto margin = [&](float a, float b) { return ensemble.Margin(std::vector<float>{a, b}); };
  EXPECT_EQ(margin(0, 0), -.75);
  EXPECT_EQ(margin(.5F, 0), 2.25);  // equal goes right
  EXPECT_EQ(margin(1, 2), 4.25);
  EXPECT_EQ(margin(kMissing, 5), 4.25);
  EXPECT_EQ(margin(kMissing, kMissing), 2.25);
  EXPECT_EQ(ensemble.num_leaves(), 3U);
  EXPECT_EQ(ensemble.max_depth(), 2);
}

TEST(TreeEnsemble, AllRowsEqualOneByOne) {
  const TreeEnsemble ensemble{{SmallTree(), SmallTree()}, -1, 2};
  base::Matrix<float> rows(600, 2);
  for (std::size_t i = 0; i < 600; ++i) {
    rows(i, 0) = i % 3 == 0 ? kMissing : static_cast<float>(i % 7) / 6;
    rows(i, 1) = static_cast<float>(i % 5);
  }
  const std::vector<double> margins = ensemble.Margins(rows.view());
  for (std::size_t i = 0; i < 600; ++i) {
    EXPECT_EQ(margins[i], ensemble.Margin(rows.view().row(i)));
  }
  EXPECT_TRUE(ensemble.Margins({}).empty());
}

TEST(MeanOf, GivesTheMeanMargin) {
  TreeEnsemble other{{SmallTree()}, 1, 2};
  for (double& value : other.trees[0].value) {
    value *= -3;
  }
  const std::vector<TreeEnsemble> bags = {{{SmallTree(), SmallTree()}, .5, 2}, other, {{}, .1, 2}};
  const TreeEnsemble mean = MeanOf(bags);
  for (const float a : {0.F, 1.F, kMissing}) {
    const std::vector<float> row = {a, 3};
    double expected = 0;
    for (const TreeEnsemble& bag : bags) {
      expected += bag.Margin(row) / 3;
    }
    EXPECT_NEAR(mean.Margin(row), expected, 1e-15);
  }
}

TEST(ReadXgboostJson, ReadsNodesAndBaseScore) {
  const auto ensemble = ReadXgboostJson(SmallJson("", "2.5E-1"));
  ASSERT_TRUE(ensemble) << ensemble.error().message();
  EXPECT_EQ(ensemble->num_features, 2U);
  EXPECT_DOUBLE_EQ(ensemble->base_margin, domain::Logit(.25));
  const TreeEnsemble expected{{SmallTree()}, domain::Logit(.25), 2};
  for (const float a : {0.F, 1.F, kMissing}) {
    for (const float b : {0.F, 3.F, kMissing}) {
      const std::vector<float> row = {a, b};
      EXPECT_EQ(ensemble->Margin(row), expected.Margin(row));
    }
  }
  EXPECT_EQ(ensemble->trees[0].cover[0], 10);
}

TEST(ReadXgboostJson, RefusesWhatItCannotServe) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "not an XGBoost JSON model"},
      {"{}", "not an XGBoost JSON model"},
      {"[1,2]", "not an XGBoost JSON model"},
      {SmallJson("\"gbtree\"=>\"dart\""), "dart"},
      {SmallJson("binary:logistic=>reg:squarederror"), "reg:squarederror"},
      {SmallJson("[1,7,4]=>[3,0,0]"), "version 1"},
      {SmallJson("", "0"), "base_score"},
      {SmallJson("", "nan"), "base_score"},
      {SmallJson("", "abc"), "base_score"},
      {SmallJson("\"split_indices\":[0,0,1=>\"split_indices\":[0,0,2"), "feature number"},
      {SmallJson("\"split_indices\":[0,0,1=>\"split_indices\":[0,0,-1"), "feature number"},
      {SmallJson("[1,-1,3,-1,-1]=>[1,-1,9,-1,-1]"), "does not exist"},
      {SmallJson("[1,-1,3,-1,-1]=>[1,-1,0,-1,-1]"), "two parents"},
      {SmallJson("[1,-1,3,-1,-1]=>[2,-1,3,-1,-1]"), "two parents"},
      {SmallJson("[2,-1,4,-1,-1]=>[2,-1,-1,-1,-1]"), "one child"},
      {SmallJson("[1,-1,3,-1,-1]=>[1,-1,3,-1]"), "one entry per node"},
      {SmallJson("\"default_left\":[0,0,1,0,0]=>\"default_left\":[0]"), "one entry per node"},
      {SmallJson("\"split_type\":[0,0=>\"split_type\":[0,1"), "categories"},
      {SmallJson("\"num_trees\":\"1\"=>\"num_trees\":\"2\""), "as many trees"},
      {SmallJson("\"num_nodes\":\"5\"=>\"num_nodes\":\"0\""), "without nodes"},
      {SmallJson("\"num_class\":\"0\"=>\"num_class\":\"3\""), "one class"},
      {SmallJson("\"num_feature\":\"2\",\"num_target=>\"num_feature\":\"-2\",\"num_target"),
       "num_feature"},
      {SmallJson("[0.5,-1,2,2,4]=>[0.5,-1,1e999,2,4]"), "XGBoost"},
  };
  for (const auto& [json, part] : cases) {
    const auto result = ReadXgboostJson(json);
    ASSERT_FALSE(result) << part;
    EXPECT_EQ(result.error().code(), ErrorCode::kBadInput);
    EXPECT_THAT(result.error().message(), testing::HasSubstr(part)) << result.error().message();
  }
}

}  // namespace
}  // namespace ri::models
