#include "models/ridge_and_trees.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/progress.h"
#include "base/random.h"
#include "models/booster.h"

namespace ri::models {
namespace {

struct Fitted {
  base::Matrix<float> rows;
  LinearModel ridge;
  TreeEnsemble trees;
};

// Two columns, the second one missing at times.
Fitted Fit() {
  base::RandomStream stream(3, "ridge-and-trees");
  Fitted fitted{.rows = base::Matrix<float>(400, 2), .ridge = {}, .trees = {}};
  std::vector<double> labels;
  for (std::size_t i = 0; i < 400; ++i) {
    const auto x = static_cast<float>(stream.Normal());
    fitted.rows(i, 0) = x;
    fitted.rows(i, 1) = stream.Bernoulli(.2) ? std::numeric_limits<float>::quiet_NaN()
                                             : static_cast<float>(stream.Normal());
    labels.push_back(stream.Bernoulli(x > 0 ? .7 : .3) ? 1 : 0);
  }
  const LabelledRows data{fitted.rows.view(), labels, {}};
  fitted.ridge = *FitRidge(data, {.spline_knots = 3});
  BoosterParameters booster;
  booster.rounds = 15;
  fitted.trees = TrainBooster(data, std::nullopt, booster, {}, base::Progress::Silent())->ensemble;
  return fitted;
}

TEST(RidgeAndTrees, ItsLogOddsAreTheWeightedMeanOfBoth) {
  const Fitted fitted = Fit();
  for (const double share : {0.0, .3, 1.0}) {
    const RidgeAndTrees both = WeightedMeanOf(fitted.ridge, fitted.trees, share);
    const std::vector<double> margins = both.Margins(fitted.rows.view());
    for (std::size_t i = 0; i < margins.size(); ++i) {
      const auto row = fitted.rows.view().row(i);
      EXPECT_NEAR(margins[i],
                  share * fitted.ridge.Margin(row) + (1 - share) * fitted.trees.Margin(row), 1e-12);
      EXPECT_EQ(margins[i], both.Margin(row));
    }
  }
}

}  // namespace
}  // namespace ri::models
