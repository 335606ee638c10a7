#include "models/onnx_export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "models/booster.h"
#include "models/onnx_message.h"
#include "models/xgboost_json_writer.h"

namespace ri::models {
namespace {

using testing::HasSubstr;

// Two columns, one of them a category, and two trees that split on both.
DealOutcomeModel SmallModel() {
  features::FeatureTable table;
  table.features.resize(2);
  table.features[0].name = "amount";
  table.features[1].name = "stage";
  table.features[1].kind = features::FeatureKind::kCategory;
  table.labels = {{}, {"Demo [new]", "Lead"}};
  table.rows.resize(60);
  table.values = base::Matrix<float>(60, 2);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < 60; ++i) {
    rows.push_back(i);
    table.values(i, 0) = static_cast<float>(i);
    table.values(i, 1) = static_cast<float>(i % 2);
  }
  ModelParts parts;
  parts.encoder = *FeatureEncoder::Fit(table, rows);
  parts.features = table.features;
  const Tree tree{.left = {1, -1, -1},
                  .right = {2, -1, -1},
                  .feature = {0, 0, 0},
                  .threshold = {2.5F, 0, 0},
                  .default_left = {1, 0, 0},
                  .value = {0, -.25, .5},
                  .cover = {9, 4, 5}};
  Tree other = tree;
  other.feature[0] = 2;
  other.default_left[0] = 0;
  parts.head = TreeEnsemble{{tree, other}, -.3, parts.encoder.columns().size()};
  return *DealOutcomeModel::Assemble(parts);
}

// Known encodings of the protocol buffers documentation: field 1 = 150, field 2 = "testing", the
// packed field 6 = 3, 270, 86942.
TEST(OnnxMessage, EncodesTheExamplesOfTheDocumentation) {
  EXPECT_EQ(OnnxMessage().Integer(1, 150).bytes(), "\x08\x96\x01");
  EXPECT_EQ(OnnxMessage().Text(2, "testing").bytes(), "\x12\x07testing");
  const std::vector<std::int64_t> numbers = {3, 270, 86942};
  EXPECT_EQ(OnnxMessage().Integers(6, numbers).bytes(), "\x32\x06\x03\x8E\x02\x9E\xA7\x05");
  EXPECT_EQ(OnnxMessage().Integer(1, -1).bytes(), "\x08\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01");
}

TEST(OnnxExport, NamesItsInputsAndDescribesThem) {
  const auto file = ExportOnnx(SmallModel(), {.version = "0123456789abcdef", .program = "1"});
  ASSERT_TRUE(file) << file.error().message();
  for (const char* text : {"amount", "stage", "TreeEnsembleRegressor", "ai.onnx.ml",
                           "win_probability", "0123456789abcdef", "Demo [new]"}) {
    EXPECT_THAT(*file, HasSubstr(text));
  }
  EXPECT_EQ(*file, *ExportOnnx(SmallModel(), {.version = "0123456789abcdef", .program = "1"}));
}

TEST(OnnxExport, RefusesAModelThatReadsNothing) {
  EXPECT_EQ(ExportOnnx(DealOutcomeModel(), {}).error().code(), ErrorCode::kRefused);
}

TEST(XgboostJsonWriter, WritesWhatXgboostReadsAndPredictsTheSame) {
  const DealOutcomeModel model = SmallModel();
  const auto& trees = std::get<TreeEnsemble>(model.parts().head);
  const std::vector<std::string> names = XgboostColumnNames(model.parts().encoder);
  EXPECT_EQ(names, (std::vector<std::string>{"amount", "stage = Demo (new)", "stage = Lead"}));
  const std::string text = WriteXgboostJson(trees, names);
  EXPECT_EQ(*XgboostJsonColumnNames(text), names);
  const base::Matrix<float> rows({1, 1, 0, 4, 0, 1, std::numeric_limits<float>::quiet_NaN(), 0, 1},
                                 3, 3);
  const auto read = ReadXgboostJson(text);
  ASSERT_TRUE(read) << read.error().message();
  const auto theirs = XgboostMargins(text, rows.view());
  ASSERT_TRUE(theirs) << theirs.error().message();
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    EXPECT_NEAR(read->Margin(rows.row(i)), trees.Margin(rows.row(i)), 1e-7);
    EXPECT_NEAR((*theirs)[i], trees.Margin(rows.row(i)), 1e-6);
  }
}

TEST(XgboostJsonWriter, NamesStayDifferent) {
  features::FeatureTable table;
  table.features.resize(1);
  table.features[0].name = "x";
  table.features[0].kind = features::FeatureKind::kCategory;
  table.labels = {{"a(b", "a[b"}};
  table.rows.resize(60);
  table.values = base::Matrix<float>(60, 1);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < 60; ++i) {
    rows.push_back(i);
    table.values(i, 0) = static_cast<float>(i % 2);
  }
  EXPECT_EQ(XgboostColumnNames(*FeatureEncoder::Fit(table, rows)),
            (std::vector<std::string>{"x = a(b", "x = a(b #2"}));
}

}  // namespace
}  // namespace ri::models
