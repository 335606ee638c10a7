#include "models/posterior_mode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::models {
namespace {

struct Sample {
  base::Matrix<double> design;
  std::vector<double> labels;
  std::vector<double> weights;

  [[nodiscard]] LogisticPosterior posterior() const {
    LogisticPosterior p;
    p.design = design.view();
    p.labels = labels;
    p.weights = weights;
    p.mean.assign(design.num_columns(), .5);
    p.precision.assign(design.num_columns(), 3);
    return p;
  }
};

Sample Draw(std::size_t n, std::vector<double> theta, std::uint64_t seed) {
  base::RandomStream stream(seed, "posterior");
  Sample sample{base::Matrix<double>(n, theta.size()), {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    double margin = 0;
    for (std::size_t k = 0; k < theta.size(); ++k) {
      sample.design(i, k) = stream.Normal();
      margin += theta[k] * sample.design(i, k);
    }
    sample.labels.push_back(stream.Bernoulli(domain::Logistic(margin)) ? 1 : 0);
    sample.weights.push_back(stream.Exponential());
  }
  return sample;
}

double Loss(const LogisticPosterior& p, const std::vector<double>& theta) {
  double loss = 0;
  for (std::size_t i = 0; i < p.labels.size(); ++i) {
    double margin = p.offset.empty() ? 0 : p.offset[i];
    for (std::size_t k = 0; k < theta.size(); ++k) {
      margin += theta[k] * p.design(i, k);
    }
    loss += p.likelihood_scale * p.weights[i] *
            (p.labels[i] * std::log1p(std::exp(-margin)) +
             (1 - p.labels[i]) * std::log1p(std::exp(margin)));
  }
  for (std::size_t k = 0; k < theta.size(); ++k) {
    loss += p.precision[k] * (theta[k] - p.mean[k]) * (theta[k] - p.mean[k]) / 2;
  }
  return loss;
}

TEST(PosteriorMode, IsTheMinimum) {
  const Sample sample = Draw(200, {1, -.5, .2}, 1);
  const std::vector<double> offset(200, .3);
  LogisticPosterior posterior = sample.posterior();
  posterior.offset = offset;
  posterior.likelihood_scale = .4;
  const std::vector<double> theta = PosteriorMode(posterior);
  const double best = Loss(posterior, theta);
  for (std::size_t k = 0; k < 3; ++k) {
    for (const double move : {-1e-4, 1e-4}) {
      std::vector<double> moved = theta;
      moved[k] += move;
      EXPECT_GT(Loss(posterior, moved), best);
    }
  }
}

TEST(PosteriorMode, WithoutDataIsThePriorMean) {
  const Sample sample{base::Matrix<double>(0, 2), {}, {}};
  EXPECT_EQ(PosteriorMode(sample.posterior()), (std::vector<double>{.5, .5}));
}

TEST(PosteriorMode, KeepsBoundsAndIsBestAmongThoseThatDo) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Sample sample = Draw(150, {-1, .8, -.6}, seed);
    LogisticPosterior posterior = sample.posterior();
    posterior.not_negative = {true, true, false};
    const std::vector<double> theta = PosteriorMode(posterior);
    EXPECT_EQ(theta[0], 0);
    EXPECT_GT(theta[1], 0);
    EXPECT_LT(theta[2], 0);
    const double best = Loss(posterior, theta);
    for (std::size_t k = 0; k < 3; ++k) {
      for (const double move : {-1e-4, 1e-4}) {
        std::vector<double> moved = theta;
        moved[k] += move;
        if (moved[0] >= 0 && moved[1] >= 0) {
          EXPECT_GT(Loss(posterior, moved), best);
        }
      }
    }
  }
}

}  // namespace
}  // namespace ri::models
