#include "models/quarter_calibrator.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>
#include <vector>

#include "base/matrix.h"
#include "models/json_document.h"
#include "models/posterior_mode.h"

namespace ri::models {
namespace {

constexpr double kChanceFloor = 1e-6;
constexpr double kShapeDeviation = .3;
constexpr double kLevelDeviation = .5;
constexpr double kOffsetDeviation = .25;

std::size_t BucketOf(int days_to_quarter_end) {
  const int weeks = days_to_quarter_end / 7;
  return weeks <= 2 ? 0 : weeks <= 6 ? 1 : 2;
}

double Kept(double chance) { return std::clamp(chance, kChanceFloor, 1 - kChanceFloor); }

}  // namespace

Result<QuarterCalibrator> QuarterCalibrator::Fit(const QuarterSample& sample) {
  const std::size_t n = sample.chances.size();
  if (sample.labels.size() != n || sample.deals.size() != n ||
      sample.days_to_quarter_end.size() != n ||
      (!sample.weights.empty() && sample.weights.size() != n)) {
    return Fail(ErrorCode::kUsage,
                "In-quarter calibration needs a label, deal and days left per chance.");
  }
  std::vector<double> weights(n, 1);
  std::unordered_set<std::uint32_t> deals;
  base::Matrix<double> design(n, 6);
  for (std::size_t i = 0; i < n; ++i) {
    const double q = sample.chances[i];
    if (!sample.weights.empty()) {
      weights[i] = sample.weights[i];
    }
    if (!(q >= 0 && q <= 1) || !(sample.labels[i] >= 0 && sample.labels[i] <= 1) ||
        !(weights[i] >= 0) || std::isinf(weights[i])) {
      return Fail(ErrorCode::kBadInput,
                  "An in-quarter calibration row has a chance or label outside [0, 1] or a "
                  "negative weight.");
    }
    if (weights[i] > 0) {
      deals.insert(sample.deals[i]);
    }
    design(i, 0) = std::log(Kept(q));
    design(i, 1) = -std::log1p(-Kept(q));
    design(i, 2) = 1;
    design(i, 3 + BucketOf(sample.days_to_quarter_end[i])) = 1;
  }
  if (deals.empty()) {
    return QuarterCalibrator();
  }
  const auto precision = [](double deviation) { return 1 / (deviation * deviation); };
  LogisticPosterior posterior;
  posterior.design = design.view();
  posterior.labels = sample.labels;
  posterior.weights = weights;
  posterior.likelihood_scale =
      std::min(1.0, static_cast<double>(deals.size()) /
                        std::accumulate(weights.begin(), weights.end(), 0.0));
  posterior.mean = {1, 1, 0, 0, 0, 0};
  posterior.precision = {precision(kShapeDeviation),  precision(kShapeDeviation),
                         precision(kLevelDeviation),  precision(kOffsetDeviation),
                         precision(kOffsetDeviation), precision(kOffsetDeviation)};
  posterior.not_negative = {true, true, false, false, false, false};
  const std::vector<double> theta = PosteriorMode(posterior);
  QuarterCalibrator calibrator;
  calibrator.a_ = theta[0];
  calibrator.b_ = theta[1];
  calibrator.c_ = theta[2];
  calibrator.offsets_ = {theta[3], theta[4], theta[5]};
  return calibrator;
}

domain::Probability QuarterCalibrator::operator()(domain::Probability chance,
                                                  int days_to_quarter_end) const {
  const double q = chance.value();
  if (q <= 0 || q >= 1 || *this == QuarterCalibrator()) {
    return chance;
  }
  return domain::Probability(domain::Logistic(a_ * std::log(Kept(q)) - b_ * std::log1p(-Kept(q)) +
                                              c_ + offsets_[BucketOf(days_to_quarter_end)]));
}

std::string QuarterCalibrator::ToJson() const {
  return Write({{"a", a_}, {"b", b_}, {"c", c_}, {"offsets", offsets_}});
}

Result<QuarterCalibrator> QuarterCalibrator::FromJson(std::string_view text) {
  return Read("the in-quarter calibrator", text, [](const Json& document) {
    QuarterCalibrator calibrator;
    calibrator.a_ = Finite(document.at("a"));
    calibrator.b_ = Finite(document.at("b"));
    calibrator.c_ = Finite(document.at("c"));
    const std::vector<double> offsets = FiniteNumbers(document.at("offsets"));
    Require(calibrator.a_ >= 0 && calibrator.b_ >= 0, "a map that falls");
    Require(offsets.size() == calibrator.offsets_.size(), "another number of buckets");
    std::copy(offsets.begin(), offsets.end(), calibrator.offsets_.begin());
    return calibrator;
  });
}

}  // namespace ri::models
