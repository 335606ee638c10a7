#include "models/booster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "domain/probability.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"

namespace ri::models {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

struct Sample {
  base::Matrix<float> rows;
  std::vector<double> labels;
  std::vector<double> truth;

  [[nodiscard]] LabelledRows data() const { return {rows.view(), labels, {}}; }
};

// Four columns; the first two matter, the second only when present, the last is noise.
Sample Draw(std::size_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "booster-sample");
  Sample sample{base::Matrix<float>(n, 4), {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      sample.rows(i, j) = static_cast<float>(stream.Normal());
    }
    if (stream.Bernoulli(.2)) {
      sample.rows(i, 1) = kMissing;
    }
    const float x1 = sample.rows(i, 1);
    const double margin = -.5 + sample.rows(i, 0) + (std::isnan(x1) ? -1 : .8 * x1);
    sample.truth.push_back(domain::Logistic(margin));
    sample.labels.push_back(stream.Bernoulli(sample.truth.back()) ? 1 : 0);
  }
  return sample;
}

BoosterParameters Quick() {
  BoosterParameters parameters;
  parameters.rounds = 60;
  parameters.min_child_weight = 5;
  return parameters;
}

class CancelAfter final : public base::Progress {
 public:
  explicit CancelAfter(std::uint64_t rounds) : rounds_(rounds) {}
  void Update(std::uint64_t done) override { done_ = done; }
  [[nodiscard]] bool cancelled() const override { return done_ >= rounds_; }

 private:
  std::uint64_t rounds_;
  std::uint64_t done_ = 0;
};

TEST(TrainBooster, OwnMarginsEqualXgboostsToFloatPrecision) {
  const Sample sample = Draw(2000, 1);
  const auto trained =
      TrainBooster(sample.data(), std::nullopt, Quick(), {}, base::Progress::Silent());
  ASSERT_TRUE(trained) << trained.error().message();
  const Sample fresh = Draw(1000, 2);
  const auto theirs = XgboostMargins(trained->json, fresh.rows.view());
  ASSERT_TRUE(theirs);
  const std::vector<double> ours = trained->ensemble.Margins(fresh.rows.view());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i], (*theirs)[i], 1e-4);
  }
  EXPECT_EQ(trained->ensemble.trees.size(), 60U);
  EXPECT_LE(trained->ensemble.max_depth(), 3);
}

TEST(TrainBooster, ValuesAtThresholdsGoWhereXgboostSendsThem) {
  const Sample sample = Draw(800, 3);
  const auto trained =
      TrainBooster(sample.data(), std::nullopt, Quick(), {}, base::Progress::Silent());
  ASSERT_TRUE(trained);
  std::vector<float> values;
  for (const Tree& tree : trained->ensemble.trees) {
    for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
      if (!tree.is_leaf(node) && tree.feature[node] == 0) {
        values.push_back(tree.threshold[node]);
        values.push_back(std::nextafter(tree.threshold[node], -1e9F));
        values.push_back(std::nextafter(tree.threshold[node], 1e9F));
      }
    }
  }
  base::Matrix<float> rows(values.size(), 4, kMissing);
  for (std::size_t i = 0; i < values.size(); ++i) {
    rows(i, 0) = values[i];
  }
  const auto theirs = XgboostMargins(trained->json, rows.view());
  ASSERT_TRUE(theirs);
  const std::vector<double> ours = trained->ensemble.Margins(rows.view());
  ASSERT_GT(values.size(), 30U);
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i], (*theirs)[i], 1e-4);
  }
}

TEST(TrainBooster, GivesEqualBytesTwiceAndAtTwoThreads) {
  const Sample sample = Draw(6000, 4);  // several of the library's row blocks
  BoosterParameters parameters = Quick();
  parameters.rounds = 3;  // two busy-waiting threads are slow on a loaded machine
  const auto once =
      TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent());
  const auto again =
      TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent());
  parameters.num_threads = 2;
  const auto threads =
      TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent());
  parameters.seed = 2;
  const auto other =
      TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent());
  ASSERT_TRUE(once && again && threads && other);
  EXPECT_EQ(once->json, again->json);
  EXPECT_EQ(once->json, threads->json);
  EXPECT_NE(once->json, other->json);
}

TEST(TrainBooster, TrainingsAtTheSameTimeEqualThoseOneByOne) {
  const Sample sample = Draw(800, 15);
  std::vector<std::string> alone(4);
  std::vector<std::string> together(4);
  const auto train = [&](std::size_t k) {
    BoosterParameters parameters = Quick();
    parameters.seed = k + 1;
    return TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent())
        ->json;
  };
  for (std::size_t k = 0; k < 4; ++k) {
    alone[k] = train(k);
  }
  base::ParallelFor(4, 1, 2, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      together[k] = train(k);
    }
  });
  EXPECT_EQ(alone, together);
  for (std::size_t k = 1; k < 4; ++k) {
    EXPECT_NE(alone[0], alone[k]);
    EXPECT_NE(alone[k - 1], alone[k]);
  }
}

TEST(TrainBooster, LearnsWhatIsThere) {
  const Sample sample = Draw(4000, 5);
  const auto trained =
      TrainBooster(sample.data(), std::nullopt, Quick(), {}, base::Progress::Silent());
  ASSERT_TRUE(trained);
  const Sample fresh = Draw(4000, 6);
  const std::vector<double> margins = trained->ensemble.Margins(fresh.rows.view());
  // The oracle's area on this sample bounds what can be had.
  EXPECT_GT(metrics::Auc(margins, fresh.labels), metrics::Auc(fresh.truth, fresh.labels) - .03);
}

TEST(TrainBooster, KeepsTheRoundWithTheLeastValidationLoss) {
  const Sample sample = Draw(400, 7);
  const Sample held_out = Draw(400, 8);
  BoosterParameters parameters = Quick();
  parameters.rounds = 400;
  parameters.learning_rate = .3;
  parameters.depth = 5;
  parameters.min_child_weight = 1;
  parameters.l2_penalty = 1;
  parameters.patience = 15;
  const auto trained =
      TrainBooster(sample.data(), held_out.data(), parameters, {}, base::Progress::Silent());
  ASSERT_TRUE(trained);
  ASSERT_LT(trained->best_round, 400);
  EXPECT_EQ(trained->validation_loss.size(),
            static_cast<std::size_t>(trained->best_round + parameters.patience));
  EXPECT_EQ(trained->ensemble.trees.size(), static_cast<std::size_t>(trained->best_round));
  const auto best =
      std::min_element(trained->validation_loss.begin(), trained->validation_loss.end());
  EXPECT_EQ(best - trained->validation_loss.begin() + 1, trained->best_round);
  std::vector<double> p;
  for (const double margin : trained->ensemble.Margins(held_out.rows.view())) {
    p.push_back(domain::Logistic(margin));
  }
  EXPECT_NEAR(metrics::LogLoss(p, held_out.labels), *best, 1e-5);
}

TEST(TrainBooster, KeepsMonotoneSigns) {
  const Sample sample = Draw(1500, 9);
  BoosterParameters parameters = Quick();
  parameters.monotone = {-1, 0, 0, 1};  // against the data, to see that it binds
  const auto trained =
      TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent());
  ASSERT_TRUE(trained);
  for (std::size_t i = 0; i < 50; ++i) {
    std::vector<float> row(sample.rows.row(i).begin(), sample.rows.row(i).end());
    double falling = std::numeric_limits<double>::infinity();
    for (float x = -3; x <= 3; x += .1F) {
      row[0] = x;
      const double margin = trained->ensemble.Margin(row);
      EXPECT_LE(margin, falling);
      falling = margin;
    }
  }
}

TEST(TrainBooster, SoftLabelsActAsTwoWeightedRows) {
  const Sample sample = Draw(300, 10);
  base::Matrix<float> doubled(600, 4);
  std::vector<double> labels(600), weights(600), soft(300);
  for (std::size_t i = 0; i < 300; ++i) {
    soft[i] = .2 + .6 * sample.labels[i];
    for (std::size_t j = 0; j < 4; ++j) {
      doubled(2 * i, j) = doubled(2 * i + 1, j) = sample.rows(i, j);
    }
    labels[2 * i] = 1;
    weights[2 * i] = soft[i];
    weights[2 * i + 1] = 1 - soft[i];
  }
  BoosterParameters parameters = Quick();
  parameters.row_share = parameters.column_share = 1;
  parameters.rounds = 10;
  parameters.base_score = .4;
  const auto a = TrainBooster({sample.rows.view(), soft, {}}, std::nullopt, parameters, {},
                              base::Progress::Silent());
  const auto b = TrainBooster({doubled.view(), labels, weights}, std::nullopt, parameters, {},
                              base::Progress::Silent());
  ASSERT_TRUE(a && b);
  const std::vector<double> ma = a->ensemble.Margins(sample.rows.view());
  const std::vector<double> mb = b->ensemble.Margins(sample.rows.view());
  // Histogram borders come from weighted quantile sketches and may differ by a bin.
  EXPECT_GT(metrics::SpearmanCorrelation(ma, mb), .98);
}

TEST(TrainBooster, WritesColumnNames) {
  const Sample sample = Draw(100, 11);
  const std::vector<std::string> names = {"age", "amount", "stage = Won \"soon\"", "noise"};
  const auto trained =
      TrainBooster(sample.data(), std::nullopt, Quick(), names, base::Progress::Silent());
  ASSERT_TRUE(trained) << trained.error().message();
  EXPECT_THAT(trained->json, testing::HasSubstr("\"amount\""));
}

TEST(TrainBooster, StopsWhenAskedTo) {
  const Sample sample = Draw(200, 12);
  CancelAfter progress(5);
  const auto trained = TrainBooster(sample.data(), std::nullopt, Quick(), {}, progress);
  ASSERT_FALSE(trained);
  EXPECT_EQ(trained.error().code(), ErrorCode::kCancelled);
}

TEST(TrainBooster, OneClassGivesAFlatModel) {
  Sample sample = Draw(100, 13);
  sample.labels.assign(100, 1);
  const auto trained =
      TrainBooster(sample.data(), std::nullopt, Quick(), {}, base::Progress::Silent());
  ASSERT_TRUE(trained);
  for (const double margin : trained->ensemble.Margins(sample.rows.view())) {
    EXPECT_GT(margin, 5);
  }
}

TEST(TrainBooster, DrawsColumnsByTheirWeights) {
  const Sample sample = Draw(400, 15);
  BoosterParameters parameters = Quick();
  parameters.column_share = .25;  // one of four
  const auto used = [&](std::size_t heavy) {
    parameters.column_weights.assign(4, 1e-6);
    parameters.column_weights[heavy] = 1;
    const auto trained =
        TrainBooster(sample.data(), std::nullopt, parameters, {}, base::Progress::Silent());
    EXPECT_TRUE(trained);
    // A column counts when moving it moves a margin.
    std::vector<std::size_t> columns;
    const std::vector<double> margins = trained->ensemble.Margins(sample.rows.view());
    for (std::size_t column = 0; column < 4; ++column) {
      base::Matrix<float> moved = sample.rows;
      for (std::size_t i = 0; i < moved.num_rows(); ++i) {
        moved(i, column) = sample.rows(moved.num_rows() - 1 - i, column);
      }
      if (trained->ensemble.Margins(moved.view()) != margins) {
        columns.push_back(column);
      }
    }
    return columns;
  };
  EXPECT_EQ(used(0), std::vector<std::size_t>{0});
  EXPECT_EQ(used(1), std::vector<std::size_t>{1});
}

TEST(TrainBooster, RefusesBadInput) {
  const Sample sample = Draw(50, 14);
  const auto code = [&](const LabelledRows& data, const BoosterParameters& parameters,
                        const std::optional<LabelledRows>& validation = std::nullopt) {
    const auto trained = TrainBooster(data, validation, parameters, {}, base::Progress::Silent());
    return trained ? ErrorCode::kInternal : trained.error().code();
  };
  EXPECT_EQ(code({}, Quick()), ErrorCode::kUsage);
  const std::vector<double> few(49, 0);
  EXPECT_EQ(code({sample.rows.view(), few, {}}, Quick()), ErrorCode::kUsage);
  std::vector<double> labels = sample.labels;
  labels[3] = 1.5;
  EXPECT_EQ(code({sample.rows.view(), labels, {}}, Quick()), ErrorCode::kBadInput);
  labels[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(code({sample.rows.view(), labels, {}}, Quick()), ErrorCode::kBadInput);
  const std::vector<double> negative(50, -1);
  const std::vector<double> zero(50, 0);
  EXPECT_EQ(code({sample.rows.view(), sample.labels, negative}, Quick()), ErrorCode::kBadInput);
  EXPECT_EQ(code({sample.rows.view(), sample.labels, zero}, Quick()), ErrorCode::kUsage);
  Sample infinite = Draw(50, 14);
  infinite.rows(0, 0) = std::numeric_limits<float>::infinity();
  EXPECT_EQ(code(infinite.data(), Quick()), ErrorCode::kBadInput);
  BoosterParameters parameters = Quick();
  parameters.monotone = {1};
  EXPECT_EQ(code(sample.data(), parameters), ErrorCode::kUsage);
  parameters = Quick();
  parameters.column_weights = {1};
  EXPECT_EQ(code(sample.data(), parameters), ErrorCode::kUsage);
  parameters.column_weights.assign(4, 0.0);
  EXPECT_EQ(code(sample.data(), parameters), ErrorCode::kUsage);
  parameters = Quick();
  parameters.row_share = 0;
  EXPECT_EQ(code(sample.data(), parameters), ErrorCode::kUsage);
  const base::Matrix<float> narrow(50, 2);
  EXPECT_EQ(code(sample.data(), Quick(), LabelledRows{narrow.view(), sample.labels, {}}),
            ErrorCode::kUsage);
}

TEST(XgboostMargins, RefusesGarbage) {
  const base::Matrix<float> rows(2, 2);
  const auto margins = XgboostMargins("{\"nothing\": 1}", rows.view());
  ASSERT_FALSE(margins);
  EXPECT_EQ(margins.error().code(), ErrorCode::kBadInput);
}

TEST(XgboostVersion, IsTheOneTheFormatIsReadFrom) {
  EXPECT_THAT(XgboostVersion(), testing::StartsWith("1."));
}

}  // namespace
}  // namespace ri::models
