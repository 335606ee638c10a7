#include "models/feature_encoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace ri::models {
namespace {

using features::FeatureKind;
using features::FeatureTable;
using testing::ElementsAre;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

FeatureTable Table(const std::vector<std::pair<std::string, FeatureKind>>& features,
                   std::vector<std::vector<std::string>> labels, std::vector<float> values) {
  FeatureTable table;
  for (const auto& [name, kind] : features) {
    features::FeatureDefinition definition;
    definition.name = name;
    definition.kind = kind;
    table.features.push_back(definition);
  }
  table.labels = std::move(labels);
  const std::size_t rows = values.size() / features.size();
  table.rows.resize(rows);
  table.values = base::Matrix<float>(std::move(values), rows, features.size());
  return table;
}

std::vector<std::size_t> AllRows(const FeatureTable& table) {
  std::vector<std::size_t> rows(table.rows.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  return rows;
}

FeatureTable Training() {
  FeatureTable table = Table({{"amount", FeatureKind::kNumeric},
                              {"industry", FeatureKind::kCategory},
                              {"constant", FeatureKind::kNumeric},
                              {"empty", FeatureKind::kNumeric}},
                             {{}, {"Bank", "Food", "Rare", "Steel"}, {}, {}},
                             {
                                 1,        1,        7, kMissing,  //
                                 2,        1,        7, kMissing,  //
                                 3,        3,        7, kMissing,  //
                                 4,        1,        7, kMissing,  //
                                 5,        0,        7, kMissing,  //
                                 6,        0,        7, kMissing,  //
                                 7,        2,        7, kMissing,  //
                                 kMissing, kMissing, 7, kMissing,
                             });
  table.features[0].monotone = 1;
  return table;
}

TEST(FeatureEncoder, LearnsColumnsByFrequencyAndDropsWhatNeverVaries) {
  const FeatureTable table = Training();
  const auto encoder = FeatureEncoder::Fit(table, AllRows(table), {2, 2});
  ASSERT_TRUE(encoder);
  EXPECT_THAT(encoder->ColumnNames(), ElementsAre("amount", "industry = Food", "industry = Bank",
                                                  "industry = (other)", "industry = (missing)"));
  EXPECT_THAT(encoder->SourceFeatures(), ElementsAre(0, 1, 1, 1, 1));
  EXPECT_THAT(encoder->MonotoneSigns(), ElementsAre(1, 0, 0, 0, 0));
  EXPECT_THAT(encoder->feature_names(), ElementsAre("amount", "industry", "constant", "empty"));
}

TEST(FeatureEncoder, EveryRowLightsOneColumnOfItsCategory) {
  const FeatureTable table = Training();
  const auto encoder = FeatureEncoder::Fit(table, AllRows(table), {2, 2});
  ASSERT_TRUE(encoder);
  const auto encoded = encoder->Encode(table);
  ASSERT_TRUE(encoded);
  for (std::size_t i = 0; i < 8; ++i) {
    float sum = 0;
    for (std::size_t c = 1; c < 5; ++c) {
      sum += (*encoded)(i, c);
    }
    EXPECT_EQ(sum, 1);
  }
  EXPECT_EQ((*encoded)(2, 3), 1);  // Steel is rare
  EXPECT_EQ((*encoded)(7, 4), 1);
  EXPECT_TRUE(std::isnan((*encoded)(7, 0)));
  EXPECT_EQ((*encoded)(4, 0), 5);
}

TEST(FeatureEncoder, FindsFeaturesAndLabelsByNameInAnotherTable) {
  const FeatureTable table = Training();
  const auto encoder = FeatureEncoder::Fit(table, AllRows(table), {2, 2});
  ASSERT_TRUE(encoder);
  const FeatureTable later =
      Table({{"new", FeatureKind::kNumeric}, {"industry", FeatureKind::kCategory}},
            {{}, {"Aviation", "Bank", "Food"}}, {0, 0, 0, 1, 0, 2});
  const auto encoded = encoder->Encode(later);
  ASSERT_TRUE(encoded);
  EXPECT_EQ((*encoded)(0, 3), 1);  // a label training did not see
  EXPECT_EQ((*encoded)(1, 2), 1);
  EXPECT_EQ((*encoded)(2, 1), 1);
  EXPECT_TRUE(std::isnan((*encoded)(0, 0)));
  EXPECT_THAT(encoder->AbsentFrom(later), ElementsAre("amount"));
  EXPECT_TRUE(encoder->AbsentFrom(table).empty());
}

TEST(FeatureEncoder, UnseenLabelsLightNothingWhenTrainingHadNoOthers) {
  const FeatureTable table = Table({{"kind", FeatureKind::kCategory}}, {{"a", "b"}}, {0, 1, 0, 1});
  const auto encoder = FeatureEncoder::Fit(table, AllRows(table), {12, 1});
  ASSERT_TRUE(encoder);
  EXPECT_THAT(encoder->ColumnNames(), ElementsAre("kind = a", "kind = b"));
  const auto encoded =
      encoder->Encode(Table({{"kind", FeatureKind::kCategory}}, {{"z"}}, {0, kMissing}));
  ASSERT_TRUE(encoded);
  EXPECT_THAT(encoded->values(), ElementsAre(0, 0, 0, 0));
}

TEST(FeatureEncoder, LearnsFromTheGivenRowsOnly) {
  const FeatureTable table = Training();
  const std::vector<std::size_t> rows = {0, 1, 3};
  const auto encoder = FeatureEncoder::Fit(table, rows, {2, 1});
  ASSERT_TRUE(encoder);
  EXPECT_THAT(encoder->ColumnNames(), ElementsAre("amount"));
}

TEST(FeatureEncoder, MissingnessAloneIsVariation) {
  const FeatureTable table = Table({{"x", FeatureKind::kNumeric}}, {{}}, {3, kMissing, 3});
  EXPECT_TRUE(FeatureEncoder::Fit(table, AllRows(table)));
}

TEST(FeatureEncoder, RefusesWhatCannotBeEncoded) {
  const FeatureTable constant = Table({{"x", FeatureKind::kNumeric}}, {{}}, {3, 3});
  EXPECT_EQ(FeatureEncoder::Fit(constant, AllRows(constant)).error().code(), ErrorCode::kRefused);
  EXPECT_EQ(FeatureEncoder::Fit(constant, {}).error().code(), ErrorCode::kRefused);
  for (const float index : {2.F, -1.F, .5F}) {
    const FeatureTable wrong = Table({{"k", FeatureKind::kCategory}}, {{"a", "b"}}, {0, index});
    EXPECT_EQ(FeatureEncoder::Fit(wrong, AllRows(wrong)).error().code(), ErrorCode::kBadInput);
  }
  const FeatureTable table = Training();
  const auto encoder = FeatureEncoder::Fit(table, AllRows(table), {2, 2});
  ASSERT_TRUE(encoder);
  const FeatureTable changed = Table({{"industry", FeatureKind::kNumeric}}, {{}}, {1});
  const auto encoded = encoder->Encode(changed);
  ASSERT_FALSE(encoded);
  EXPECT_THAT(encoded.error().message(), testing::HasSubstr("industry"));
}

TEST(FeatureEncoder, SurvivesItsJson) {
  FeatureTable table = Training();
  table.labels[1][1] = "Food \"& <Drinks> \xC3\xBC";
  const auto encoder = FeatureEncoder::Fit(table, AllRows(table), {2, 2});
  ASSERT_TRUE(encoder);
  const auto read = FeatureEncoder::FromJson(encoder->ToJson());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(*read, *encoder);
  EXPECT_EQ(read->ToJson(), encoder->ToJson());
}

TEST(FeatureEncoder, RefusesForeignJson) {
  const std::string column = R"({"name":"x","feature":0,"kind":"number","label":"","monotone":0})";
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[]"),
        std::string(R"({"features":["x"],"columns":[]})"),
        R"({"features":[],"columns":[)" + column + "]}",
        R"({"features":["x"],"columns":[)" + column + "," + column + "]}",
        std::string(R"({"features":["x"],"columns":[{"name":"x","feature":-1}]})")}) {
    const auto read = FeatureEncoder::FromJson(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code(), ErrorCode::kBadInput);
  }
}

}  // namespace
}  // namespace ri::models
