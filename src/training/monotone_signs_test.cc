#include "training/monotone_signs.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"

namespace ri::training {
namespace {

constexpr std::size_t kRows = 400;

/// A column with its expected sign; `follows` moves it with the outcome.
struct Column {
  const char* name;
  int expected = 0;
  double follows = 0;
  double filled = 1;
};

struct Sample {
  TrainingMatrix matrix;
  LabelsAtCut labels;
};

Sample MakeSample(const std::vector<Column>& columns) {
  Sample sample;
  features::FeatureTable& table = sample.matrix.table;
  table.values = base::Matrix<float>(kRows, columns.size());
  table.rows.resize(kRows);
  base::RandomStream random(3, "monotone signs test");
  for (std::size_t i = 0; i < kRows; ++i) {
    const bool won = random.Bernoulli(0.4);
    sample.labels.rows.push_back(i);
    sample.labels.labels.push_back(won ? 1 : 0);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const auto value = static_cast<float>(random.Normal() + (won ? columns[j].follows : 0));
      table.values(i, j) =
          random.Bernoulli(columns[j].filled) ? value : std::numeric_limits<float>::quiet_NaN();
    }
  }
  for (const Column& column : columns) {
    table.features.push_back({.name = column.name, .monotone = column.expected});
    table.labels.emplace_back();
  }
  sample.matrix.encoder = *models::FeatureEncoder::Fit(table, sample.labels.rows);
  sample.matrix.encoded = *sample.matrix.encoder.Encode(table);
  return sample;
}

TEST(AgreedSigns, KeepsWhatTheDataAgreeWith) {
  const Sample sample = MakeSample({{.name = "rises", .expected = 1, .follows = 1},
                                    {.name = "falls", .expected = -1, .follows = -1},
                                    {.name = "against", .expected = 1, .follows = -1},
                                    {.name = "free", .expected = 0, .follows = 1},
                                    {.name = "rare", .expected = 1, .follows = 1, .filled = 0.1}});
  const MonotoneSigns agreed = AgreedSigns(sample.matrix, sample.labels);
  EXPECT_EQ(agreed.signs, (std::vector<int>{1, -1, 0, 0, 0}));
  EXPECT_EQ(agreed.held, 2U);
  EXPECT_EQ(agreed.refused, 2U) << "one against, one of too few rows";
}

TEST(AgreedSigns, TheOppositeOutcomesTurnEveryAnswerAround) {
  Sample sample = MakeSample({{.name = "rises", .expected = 1, .follows = 1},
                              {.name = "against", .expected = 1, .follows = -1}});
  EXPECT_EQ(AgreedSigns(sample.matrix, sample.labels).signs, (std::vector<int>{1, 0}));
  for (double& label : sample.labels.labels) {
    label = 1 - label;
  }
  EXPECT_EQ(AgreedSigns(sample.matrix, sample.labels).signs, (std::vector<int>{0, 1}));
}

TEST(AgreedSigns, LooksAtTheRowsKnownAtTheCutOnly) {
  Sample sample = MakeSample({{.name = "rises", .expected = 1, .follows = 1}});
  // What is not among the labels may say what it likes.
  sample.labels.rows.resize(kRows / 2);
  sample.labels.labels.resize(kRows / 2);
  const MonotoneSigns before = AgreedSigns(sample.matrix, sample.labels);
  for (std::size_t i = kRows / 2; i < kRows; ++i) {
    sample.matrix.encoded(i, 0) = -1000;
  }
  EXPECT_EQ(AgreedSigns(sample.matrix, sample.labels).signs, before.signs);
  sample.labels.rows.resize(99);
  sample.labels.labels.resize(99);
  EXPECT_EQ(AgreedSigns(sample.matrix, sample.labels).held, 0U) << "a hundred rows are asked";
}

}  // namespace
}  // namespace ri::training
