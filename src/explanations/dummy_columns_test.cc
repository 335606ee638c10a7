#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"
#include "explanations/interventional_explainer.h"
#include "explanations/path_dependent_explainer.h"
#include "explanations/xgboost_reference.h"

namespace ri::explanations {
namespace {

using testing::XgboostReference;

constexpr std::size_t kReal = 6;
// Drawn apart from the label: noise with many values, a coin, the number of the row, and a
// constant.
constexpr std::size_t kDummies = 4;
constexpr std::size_t kColumns = kReal + kDummies;

struct Company {
  base::Matrix<float> rows{6000, kColumns};
  std::vector<float> labels;
};

// Log-odds with effects of .35 and more per standard deviation; real and dummy columns alternate.
Company MakeCompany(std::uint64_t seed) {
  Company company;
  base::RandomStream random(seed, "dummy-columns-test");
  for (std::size_t i = 0; i < company.rows.num_rows(); ++i) {
    double margin = -0.4;
    for (std::size_t j = 0; j < kReal; ++j) {
      const double x = random.Normal();
      company.rows(i, j) = static_cast<float>(x);
      margin += (j % 2 == 0 ? 1 : -1) * (0.35 + 0.1 * static_cast<double>(j)) * x;
    }
    company.rows(i, kReal) = static_cast<float>(random.Normal());
    company.rows(i, kReal + 1) = random.Bernoulli(0.5) ? 1.0F : 0.0F;
    company.rows(i, kReal + 2) = static_cast<float>(i);
    company.rows(i, kReal + 3) = 7.0F;
    company.labels.push_back(random.Bernoulli(domain::Logistic(margin)) ? 1.0F : 0.0F);
  }
  return company;
}

std::vector<double> MeanAbsolute(const base::Matrix<double>& values) {
  std::vector<double> mean(values.num_columns(), 0.0);
  for (std::size_t i = 0; i < values.num_rows(); ++i) {
    for (std::size_t j = 0; j < mean.size(); ++j) {
      mean[j] += std::fabs(values(i, j)) / static_cast<double>(values.num_rows());
    }
  }
  return mean;
}

// A tree does split on noise now and then, so the dummies are in the model and their importance is
// small, not absent; only the constant has nothing to split on.
TEST(DummyColumns, PlantedDummiesRankLastAndAConstantEarnsNothing) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    const Company company = MakeCompany(seed);
    const auto reference =
        XgboostReference::Train(company.rows.view(), company.labels, 150,
                                {{"max_depth", "4"}, {"eta", "0.05"}, {"min_child_weight", "10"}});
    const auto ensemble = models::ReadXgboostJson(reference.ToJson());
    ASSERT_TRUE(ensemble.has_value());
    const base::MatrixView<const float> background(company.rows.view().data(), 500, kColumns);
    const auto interventional =
        InterventionalExplainer(*ensemble, background).Explain(company.rows.view(), 1);
    const auto path_dependent = PathDependentExplainer(*ensemble).Explain(company.rows.view(), 1);
    ASSERT_TRUE(interventional.has_value() && path_dependent.has_value());
    for (const auto* shap : {&*interventional, &*path_dependent}) {
      const std::vector<double> importance = MeanAbsolute(shap->values);
      const double weakest_real = *std::min_element(importance.begin(), importance.begin() + kReal);
      const double strongest_dummy =
          *std::max_element(importance.begin() + kReal, importance.end());
      EXPECT_LT(strongest_dummy, weakest_real / 2) << "seed " << seed;
      EXPECT_GT(importance[kReal] + importance[kReal + 2], 0) << "the noise was never tried";
      EXPECT_EQ(importance[kReal + 3], 0);
    }
  }
}

}  // namespace
}  // namespace ri::explanations
