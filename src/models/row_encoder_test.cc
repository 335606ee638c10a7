#include "models/row_encoder.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"

namespace ri::models {
namespace {

using features::FeatureKind;
using features::FeatureTable;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// Two numbers and two categories by chance, a fifth missing; labels of a table are its own.
FeatureTable RandomTable(std::size_t num_rows, std::vector<std::string> labels,
                         base::RandomStream& random) {
  FeatureTable table;
  for (const auto& [name, kind] :
       {std::pair{"amount", FeatureKind::kNumeric}, std::pair{"industry", FeatureKind::kCategory},
        std::pair{"age", FeatureKind::kNumeric}, std::pair{"region", FeatureKind::kCategory}}) {
    table.features.push_back({.name = name, .kind = kind});
    table.labels.push_back(kind == FeatureKind::kCategory ? labels : std::vector<std::string>());
  }
  table.rows.resize(num_rows);
  table.values = base::Matrix<float>(num_rows, table.features.size());
  for (std::size_t i = 0; i < num_rows; ++i) {
    for (std::size_t j = 0; j < table.features.size(); ++j) {
      const std::uint64_t most = table.labels[j].empty() ? 100 : labels.size();
      table.values(i, j) =
          random.Bernoulli(0.2) ? kMissing : static_cast<float>(random.Below(most));
    }
  }
  return table;
}

TEST(RowEncoder, GivesTheColumnsOfTheTableWithTheSameValues) {
  base::RandomStream random(1, "row-encoder");
  // Few rows of the last labels, so that they fall under "(other)".
  const FeatureTable training = RandomTable(90, {"Bank", "Food", "Mining", "Steel"}, random);
  std::vector<std::size_t> rows(90);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  for (const std::size_t min_label_rows : {1U, 17U, 200U}) {
    const auto encoder = FeatureEncoder::Fit(
        training, rows, EncoderOptions{.max_labels = 3, .min_label_rows = min_label_rows});
    ASSERT_TRUE(encoder.has_value());
    const RowEncoder row_encoder(*encoder, training.features);
    ASSERT_EQ(row_encoder.num_columns(), encoder->columns().size());
    const FeatureTable asked = RandomTable(200, {"Arts", "Bank", "Food", "Steel"}, random);
    const auto expected = encoder->Encode(asked);
    ASSERT_TRUE(expected.has_value());
    for (std::size_t i = 0; i < asked.rows.size(); ++i) {
      const auto empty = row_encoder.empty_row();
      std::vector<float> row(empty.begin(), empty.end());
      for (std::size_t j = 0; j < asked.features.size(); ++j) {
        const float value = asked.values(i, j);
        const auto feature = row_encoder.Find(asked.features[j].name);
        ASSERT_TRUE(feature.has_value());
        if (std::isnan(value)) {
          continue;
        }
        if (row_encoder.kind(*feature) == FeatureKind::kNumeric) {
          row_encoder.SetNumber(*feature, value, row);
        } else {
          row_encoder.SetLabel(*feature, asked.labels[j][static_cast<std::size_t>(value)], row);
        }
      }
      for (std::size_t c = 0; c < row.size(); ++c) {
        const float wanted = (*expected)(i, c);
        ASSERT_TRUE(row[c] == wanted || (std::isnan(row[c]) && std::isnan(wanted)))
            << encoder->columns()[c].name << " of row " << i;
      }
    }
  }
}

TEST(RowEncoder, KnowsTheFeaturesOfTheModelAndNoOthers) {
  base::RandomStream random(2, "row-encoder");
  const FeatureTable training = RandomTable(60, {"Bank", "Food"}, random);
  std::vector<std::size_t> rows(60);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  auto definitions = training.features;
  definitions.push_back({.name = "never_filled"});  // dropped in training: it has no column
  const auto encoder = FeatureEncoder::Fit(training, rows);
  ASSERT_TRUE(encoder.has_value());
  const RowEncoder row_encoder(*encoder, definitions);
  EXPECT_EQ(row_encoder.Find("amount"), 0U);
  EXPECT_EQ(row_encoder.Find("amounts"), std::nullopt);
  const auto empty = row_encoder.empty_row();
  std::vector<float> row(empty.begin(), empty.end());
  row_encoder.SetNumber(*row_encoder.Find("never_filled"), 3, row);
  for (std::size_t c = 0; c < row.size(); ++c) {
    EXPECT_TRUE(row[c] == empty[c] || std::isnan(row[c]));
  }
}

}  // namespace
}  // namespace ri::models
