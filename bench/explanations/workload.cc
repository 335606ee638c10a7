#include "workload.h"

#include <fstream>
#include <limits>
#include <sstream>

#include "base/random.h"
#include "domain/probability.h"

namespace ri::bench {

using explanations::testing::XgboostReference;

Sample MakeSample(std::size_t rows, std::size_t features, std::uint64_t seed) {
  Sample sample{.rows = base::Matrix<float>(rows, features), .labels = std::vector<float>(rows)};
  base::RandomStream random(seed, "bench-sample");
  for (std::size_t i = 0; i < rows; ++i) {
    const auto row = sample.rows.row(i);
    for (float& x : row) {
      x = static_cast<float>(random.Normal());
    }
    double margin = -0.3;
    for (std::size_t j = 0; j + 1 < features; ++j) {
      const double a = row[j];
      const double b = row[j + 1];
      margin += 0.25 * a + (j % 4 == 0 ? 0.35 * a * b : 0.0) + (j % 5 == 0 && a > 0.5 ? 0.6 : 0.0);
    }
    sample.labels[i] = random.Bernoulli(domain::Logistic(margin)) ? 1.0F : 0.0F;
    for (std::size_t j = 0; j < features; j += 3) {
      if (random.Bernoulli(0.06)) {
        row[j] = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }
  return sample;
}

XgboostReference TrainModel(const ModelSpecification& specification, const std::string& folder) {
  const std::string path = folder + "/model_" + std::string(specification.name) + ".json";
  if (!folder.empty()) {
    if (std::ifstream file(path); file) {
      std::stringstream text;
      text << file.rdbuf();
      return XgboostReference::FromJson(text.str());
    }
  }
  constexpr std::size_t kTrainingRows = 100000;
  const Sample sample = MakeSample(kTrainingRows, specification.features, 1);
  auto model = XgboostReference::Train(
      sample.rows.view(), sample.labels, specification.trees,
      {{"max_depth", std::to_string(specification.depth)}, {"eta", "0.1"}, {"max_bin", "256"}});
  if (!folder.empty()) {
    std::ofstream(path) << model.ToJson();
  }
  return model;
}

}  // namespace ri::bench
