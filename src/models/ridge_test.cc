#include "models/ridge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

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

// Columns: linear effect, curved effect, sometimes missing, constant.
Sample Draw(std::size_t n, std::uint64_t seed) {
  base::RandomStream stream(seed, "ridge-sample");
  Sample sample{base::Matrix<float>(n, 4, 3), {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    const double a = 10 + 5 * stream.Normal();
    const double b = stream.Normal();
    const double c = stream.Normal();
    const bool missing = stream.Bernoulli(.25);
    sample.rows(i, 0) = static_cast<float>(a);
    sample.rows(i, 1) = static_cast<float>(b);
    sample.rows(i, 2) = missing ? kMissing : static_cast<float>(c);
    const double margin = -.3 + .12 * (a - 10) + (b * b - 1) + (missing ? 1.2 : -.5 * c);
    sample.truth.push_back(domain::Logistic(margin));
    sample.labels.push_back(stream.Bernoulli(sample.truth.back()) ? 1 : 0);
  }
  return sample;
}

std::vector<double> Probabilities(const LinearModel& model, base::MatrixView<const float> rows) {
  std::vector<double> p;
  for (const double margin : model.Margins(rows)) {
    p.push_back(domain::Logistic(margin));
  }
  return p;
}

// Loss sum plus penalty of a model whose coefficients were moved.
double PenalisedLoss(const LinearModel& model, const Sample& sample, double penalty) {
  double loss = static_cast<double>(sample.labels.size()) *
                metrics::LogLoss(Probabilities(model, sample.rows.view()), sample.labels);
  for (const LinearColumn& column : model.columns) {
    for (const LinearTerm& term : column.terms) {
      loss += penalty / 2 * term.coefficient * term.coefficient;
    }
  }
  return loss;
}

TEST(FitRidge, ReachesTheMinimumOfThePenalisedLoss) {
  const Sample sample = Draw(300, 1);
  for (const int knots : {0, 3, 4}) {
    for (const double penalty : {.5, 20.0}) {
      const auto model = FitRidge(sample.data(), {.penalty = penalty, .spline_knots = knots});
      ASSERT_TRUE(model) << model.error().message();
      const double best = PenalisedLoss(*model, sample, penalty);
      constexpr double kMove = 1e-3;  // second order: about n * move^2 / 8 = 4e-5
      for (const double move : {-kMove, kMove}) {
        LinearModel moved = *model;
        moved.intercept += move;
        EXPECT_GT(PenalisedLoss(moved, sample, penalty), best);
        for (std::size_t j = 0; j < 3; ++j) {
          for (std::size_t t = 0; t < model->columns[j].terms.size(); ++t) {
            moved = *model;
            moved.columns[j].terms[t].coefficient += move;
            EXPECT_GT(PenalisedLoss(moved, sample, penalty), best);
          }
        }
      }
    }
  }
}

// One centred column and a balanced outcome: the score equation can be solved by bisection.
TEST(FitRidge, SolvesTheScoreEquationOfOneColumn) {
  base::Matrix<float> rows(8, 1);
  std::vector<double> labels = {0, 0, 1, 0, 1, 0, 1, 1};
  for (std::size_t i = 0; i < 8; ++i) {
    rows(i, 0) = static_cast<float>(i) - 3.5F;
  }
  const double scale = std::sqrt(5.25);
  double low = 0;
  double high = 10;
  for (int step = 0; step < 200; ++step) {
    const double beta = (low + high) / 2;
    double score = -2 * beta;
    for (std::size_t i = 0; i < 8; ++i) {
      const double z = (static_cast<double>(i) - 3.5) / scale;
      score += z * (labels[i] - domain::Logistic(beta * z));
    }
    (score > 0 ? low : high) = beta;
  }
  const auto model = FitRidge({rows.view(), labels, {}}, {.penalty = 2});
  ASSERT_TRUE(model);
  EXPECT_NEAR(model->columns[0].terms[0].coefficient, low, 1e-7);
  EXPECT_NEAR(model->columns[0].terms[0].scale, scale, 1e-12);
  EXPECT_NEAR(model->intercept, 0, 1e-7);
}

TEST(FitRidge, ContributionsAddUpAndAverageToZero) {
  const Sample sample = Draw(500, 2);
  const auto model = FitRidge(sample.data(), {.spline_knots = 4});
  ASSERT_TRUE(model);
  std::vector<double> means(4, 0);
  for (std::size_t i = 0; i < 500; ++i) {
    const std::vector<double> parts = model->Contributions(sample.rows.view().row(i));
    double margin = model->intercept;
    for (std::size_t j = 0; j < 4; ++j) {
      margin += parts[j];
      means[j] += parts[j] / 500;
    }
    EXPECT_EQ(margin, model->Margin(sample.rows.view().row(i)));
  }
  for (const double mean : means) {
    EXPECT_NEAR(mean, 0, 1e-9);
  }
  EXPECT_EQ(means[3], 0);  // the constant column
}

TEST(FitRidge, SplinesFindACurveThatLinesMiss) {
  const Sample sample = Draw(3000, 3);
  const Sample fresh = Draw(3000, 4);
  const auto lines = FitRidge(sample.data(), {});
  const auto splines = FitRidge(sample.data(), {.spline_knots = 4});
  ASSERT_TRUE(lines && splines);
  const double oracle = metrics::LogLoss(fresh.truth, fresh.truth);
  const double by_lines = metrics::LogLoss(Probabilities(*lines, fresh.rows.view()), fresh.truth);
  const double by_splines =
      metrics::LogLoss(Probabilities(*splines, fresh.rows.view()), fresh.truth);
  EXPECT_LT(by_splines, oracle + .03);
  EXPECT_GT(by_lines, by_splines + .04);
}

TEST(FitRidge, WeightsActAsRepeatedRows) {
  const Sample sample = Draw(200, 5);
  std::vector<double> weights;
  std::vector<std::size_t> repeated;
  for (std::size_t i = 0; i < 200; ++i) {
    weights.push_back(static_cast<double>(i % 3));
    repeated.insert(repeated.end(), i % 3, i);
  }
  base::Matrix<float> rows(repeated.size(), 2);
  std::vector<double> labels;
  base::Matrix<float> narrow(200, 2);
  for (std::size_t i = 0; i < 200; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      narrow(i, j) = sample.rows(i, j);
    }
  }
  for (std::size_t k = 0; k < repeated.size(); ++k) {
    for (std::size_t j = 0; j < 2; ++j) {
      rows(k, j) = narrow(repeated[k], j);
    }
    labels.push_back(sample.labels[repeated[k]]);
  }
  const auto weighted = FitRidge({narrow.view(), sample.labels, weights}, {});
  const auto plain = FitRidge({rows.view(), labels, {}}, {});
  ASSERT_TRUE(weighted && plain);
  for (std::size_t k = 0; k < repeated.size(); ++k) {
    EXPECT_NEAR(weighted->Margin(rows.view().row(k)), plain->Margin(rows.view().row(k)), 1e-7);
  }
}

TEST(FitRidge, HoldsStillOutsideTheTrainingRange) {
  const Sample sample = Draw(300, 6);
  const auto model = FitRidge(sample.data(), {.spline_knots = 3});
  ASSERT_TRUE(model);
  EXPECT_EQ(model->Contribution(0, 1e30F),
            model->Contribution(0, static_cast<float>(model->columns[0].highest)));
  EXPECT_EQ(model->Contribution(0, -std::numeric_limits<float>::infinity()),
            model->Contribution(0, static_cast<float>(model->columns[0].lowest)));
  EXPECT_TRUE(std::isfinite(model->Contribution(1, kMissing)));  // never missing in training
}

TEST(FitRidge, SeparatedOutcomesStayFinite) {
  base::Matrix<float> rows(20, 1);
  std::vector<double> labels(20);
  for (std::size_t i = 0; i < 20; ++i) {
    rows(i, 0) = static_cast<float>(i);
    labels[i] = i < 10 ? 0 : 1;
  }
  const auto model = FitRidge({rows.view(), labels, {}}, {.penalty = 1});
  ASSERT_TRUE(model);
  EXPECT_LT(std::fabs(model->columns[0].terms[0].coefficient), 10);
  EXPECT_EQ(metrics::Auc(model->Margins(rows.view()), labels), 1);
}

TEST(FitRidge, IsDeterministic) {
  const Sample sample = Draw(400, 7);
  const auto once = FitRidge(sample.data(), {.spline_knots = 4});
  const auto again = FitRidge(sample.data(), {.spline_knots = 4});
  ASSERT_TRUE(once && again);
  EXPECT_EQ(*once, *again);
}

TEST(FitRidge, RefusesWhatItCannotFit) {
  Sample sample = Draw(50, 8);
  EXPECT_EQ(FitRidge(sample.data(), {.penalty = 0}).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(FitRidge(sample.data(), {.spline_knots = 2}).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(FitRidge({}, {}).error().code(), ErrorCode::kUsage);
  sample.labels.assign(50, 1);
  EXPECT_EQ(FitRidge(sample.data(), {}).error().code(), ErrorCode::kRefused);
}

}  // namespace
}  // namespace ri::models
