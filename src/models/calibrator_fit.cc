#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "base/matrix.h"
#include "metrics/quantile.h"
#include "metrics/ranking.h"
#include "metrics/scoring_rules.h"
#include "models/calibrator.h"
#include "models/posterior_mode.h"
#include "models/restricted_spline.h"

namespace ri::models {
namespace {

constexpr std::size_t kFewestDealsForBeta = 50;
constexpr std::size_t kFewestDealsForSpline = 1000;
// Weight in deals of the uncalibrated mean where only the level can be estimated.
constexpr double kLevelPrior = 20;
constexpr double kLevelDeviation = .5;
constexpr double kBetaDeviation = .3;
// Of the spline's slope, and of its curved terms per standard deviation of the term.
constexpr double kSlopeDeviation = .5;
constexpr double kCurveDeviation = 1;
// A map that is flatter than this somewhere is penalised more; see FitSpline.
constexpr double kLeastSlope = 1e-4;
constexpr int kSplineKnots = 5;
constexpr int kTimeBlocks = 4;
// Doublings of the spline penalty; 2^60 leaves nothing but the identity.
constexpr int kMostAttempts = 60;
constexpr double kLargestMargin = 13.8;

// Rows of a sample with weight; margins within the range in which they mean something.
struct Rows {
  std::vector<double> margins;
  std::vector<double> labels;
  std::vector<double> weights;
  std::vector<std::uint32_t> deals;
  std::vector<std::int64_t> moments;

  [[nodiscard]] std::size_t size() const { return margins.size(); }
  [[nodiscard]] std::size_t NumDeals() const {
    return std::unordered_set<std::uint32_t>(deals.begin(), deals.end()).size();
  }
  // Scale of the log-likelihood that makes it as strong as one row per deal.
  [[nodiscard]] double Scale() const {
    return std::min(1.0, static_cast<double>(NumDeals()) /
                             std::accumulate(weights.begin(), weights.end(), 0.0));
  }
};

double Precision(double deviation) { return 1 / (deviation * deviation); }

LogisticPosterior PosteriorOf(const Rows& rows, const base::Matrix<double>& design) {
  LogisticPosterior posterior;
  posterior.design = design.view();
  posterior.labels = rows.labels;
  posterior.weights = rows.weights;
  posterior.likelihood_scale = rows.Scale();
  posterior.mean.assign(design.num_columns(), 0);
  return posterior;
}

Calibrator FitIntercept(const Rows& rows, double clip) {
  const base::Matrix<double> design(rows.size(), 1, 1);
  LogisticPosterior posterior = PosteriorOf(rows, design);
  posterior.offset = rows.margins;
  posterior.precision = {Precision(kLevelDeviation)};
  return Calibrator::Intercept(PosteriorMode(posterior)[0], clip);
}

// The intercept whose mean chance is the beta-binomial estimate around the uncalibrated mean.
Calibrator FitLevel(const Rows& rows, double clip) {
  const auto mean_chance = [&](double shift) {
    std::vector<double> chances;
    for (const double margin : rows.margins) {
      chances.push_back(domain::Logistic(margin + shift));
    }
    return metrics::WeightedMean(chances, rows.weights);
  };
  const auto deals = static_cast<double>(rows.NumDeals());
  const double observed = metrics::WeightedMean(rows.labels, rows.weights);
  const double target = (deals * observed + kLevelPrior * mean_chance(0)) / (deals + kLevelPrior);
  double low = -2 * kLargestMargin;
  double high = 2 * kLargestMargin;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (mean_chance(middle) < target ? low : high) = middle;
  }
  return Calibrator::Intercept((low + high) / 2, clip);
}

Calibrator FitSlope(const Rows& rows, double clip) {
  base::Matrix<double> design(rows.size(), 2, 1);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    design(i, 0) = rows.margins[i];
  }
  LogisticPosterior posterior = PosteriorOf(rows, design);
  posterior.mean = {1, 0};
  posterior.precision = {Precision(kBetaDeviation), Precision(kLevelDeviation)};
  posterior.not_negative = {true, false};
  const std::vector<double> theta = PosteriorMode(posterior);
  return Calibrator::Beta(theta[0], theta[0], theta[1], clip);
}

Calibrator FitBeta(const Rows& rows, double clip) {
  base::Matrix<double> design(rows.size(), 3);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double m = rows.margins[i];
    const double softplus = std::max(m, 0.0) + std::log1p(std::exp(-std::fabs(m)));
    design(i, 0) = m - softplus;  // ln p
    design(i, 1) = softplus;      // -ln(1 - p)
    design(i, 2) = 1;
  }
  LogisticPosterior posterior = PosteriorOf(rows, design);
  posterior.mean = {1, 1, 0};
  posterior.precision = {Precision(kBetaDeviation), Precision(kBetaDeviation),
                         Precision(kLevelDeviation)};
  posterior.not_negative = {true, true, false};
  const std::vector<double> theta = PosteriorMode(posterior);
  return Calibrator::Beta(theta[0], theta[1], theta[2], clip);
}

// Empty when the margins do not allow five distinct knots.
std::optional<Calibrator> FitSpline(const Rows& rows, double clip) {
  const std::vector<double> knots = QuantileKnots(rows.margins, kSplineKnots);
  if (knots.empty()) {
    return std::nullopt;
  }
  const std::size_t num_terms = knots.size() - 2;
  base::Matrix<double> design(rows.size(), 2 + num_terms);
  std::vector<double> scales;
  for (std::size_t j = 0; j < num_terms; ++j) {
    std::vector<double> values;
    for (const double margin : rows.margins) {
      values.push_back(SplineTerm(knots, j, margin));
    }
    const double mean = metrics::WeightedMean(values);
    double square = 0;
    for (const double value : values) {
      square += (value - mean) * (value - mean) / static_cast<double>(values.size());
    }
    scales.push_back(square > 0 ? std::sqrt(square) : 1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      design(i, 2 + j) = values[i] / scales[j];
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    design(i, 0) = 1;
    design(i, 1) = rows.margins[i];
  }
  LogisticPosterior posterior = PosteriorOf(rows, design);
  posterior.offset = rows.margins;
  posterior.precision.assign(2 + num_terms, Precision(kCurveDeviation));
  posterior.precision[0] = Precision(kLevelDeviation);
  posterior.precision[1] = Precision(kSlopeDeviation);
  // A stronger pull to the identity straightens the map until it rises everywhere.
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const std::vector<double> theta = PosteriorMode(posterior);
    std::vector<double> curve;
    for (std::size_t j = 0; j < num_terms; ++j) {
      curve.push_back(theta[2 + j] / scales[j]);
    }
    // Judged with a little less slope, so that the map itself is safe from rounding.
    if (Calibrator::Spline(knots, theta[0], theta[1] - kLeastSlope, curve, clip)) {
      return Calibrator::Spline(knots, theta[0], theta[1], curve, clip);
    }
    for (std::size_t k = 1; k < posterior.precision.size(); ++k) {
      posterior.precision[k] *= 2;
    }
  }
  return std::nullopt;
}

Rows Select(const Rows& rows, const std::vector<std::size_t>& chosen) {
  Rows selected;
  for (const std::size_t i : chosen) {
    selected.margins.push_back(rows.margins[i]);
    selected.labels.push_back(rows.labels[i]);
    selected.weights.push_back(rows.weights[i]);
    selected.deals.push_back(rows.deals[i]);
    selected.moments.push_back(rows.moments[i]);
  }
  return selected;
}

struct CrossValidated {
  double beta_loss;
  double spline_loss;
};

// Each later block of time is predicted from the blocks before it, without the deals it holds.
std::optional<CrossValidated> CompareInTime(const Rows& rows, double clip) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return rows.moments[a] < rows.moments[b]; });
  std::vector<std::size_t> borders = {0};
  for (int block = 1; block <= kTimeBlocks; ++block) {
    std::size_t at = order.size() * static_cast<std::size_t>(block) / kTimeBlocks;
    while (at > 0 && at < order.size() && rows.moments[order[at]] == rows.moments[order[at - 1]]) {
      ++at;
    }
    if (at > borders.back()) {
      borders.push_back(at);
    }
  }
  std::vector<double> beta_terms;
  std::vector<double> spline_terms;
  std::vector<double> weights;
  for (std::size_t block = 1; block + 1 < borders.size(); ++block) {
    const Rows tested =
        Select(rows, {order.begin() + static_cast<std::ptrdiff_t>(borders[block]),
                      order.begin() + static_cast<std::ptrdiff_t>(borders[block + 1])});
    const std::unordered_set<std::uint32_t> held_out(tested.deals.begin(), tested.deals.end());
    std::vector<std::size_t> earlier(order.begin(),
                                     order.begin() + static_cast<std::ptrdiff_t>(borders[block]));
    std::erase_if(earlier, [&](std::size_t i) { return held_out.contains(rows.deals[i]); });
    if (earlier.empty()) {
      continue;
    }
    const Rows fitted = Select(rows, earlier);
    const auto spline = FitSpline(fitted, clip);
    if (!spline) {
      continue;
    }
    const Calibrator beta = FitBeta(fitted, clip);
    std::vector<double> p_beta;
    std::vector<double> p_spline;
    for (const double margin : tested.margins) {
      p_beta.push_back(beta(domain::LogOdds(margin)).value());
      p_spline.push_back((*spline)(domain::LogOdds(margin)).value());
    }
    const auto append = [](std::vector<double>& to, const std::vector<double>& from) {
      to.insert(to.end(), from.begin(), from.end());
    };
    append(beta_terms, metrics::LogLossTerms(p_beta, tested.labels));
    append(spline_terms, metrics::LogLossTerms(p_spline, tested.labels));
    append(weights, tested.weights);
  }
  if (beta_terms.empty()) {
    return std::nullopt;
  }
  return CrossValidated{metrics::WeightedMean(beta_terms, weights),
                        metrics::WeightedMean(spline_terms, weights)};
}

Result<Rows> CheckedRows(const CalibrationSample& sample) {
  const std::size_t n = sample.margins.size();
  if (sample.labels.size() != n || sample.deals.size() != n || sample.moments.size() != n ||
      (!sample.weights.empty() && sample.weights.size() != n)) {
    return Fail(ErrorCode::kUsage, "Calibration needs one label, deal and moment per margin.");
  }
  Rows rows;
  for (std::size_t i = 0; i < n; ++i) {
    const double weight = sample.weights.empty() ? 1 : sample.weights[i];
    if (!std::isfinite(sample.margins[i]) || !(sample.labels[i] >= 0 && sample.labels[i] <= 1) ||
        !(weight >= 0) || std::isinf(weight)) {
      return Fail(ErrorCode::kBadInput,
                  "A calibration row has a margin that is not finite, a label outside [0, 1] or a "
                  "negative weight.");
    }
    if (weight > 0) {
      rows.margins.push_back(std::clamp(sample.margins[i], -kLargestMargin, kLargestMargin));
      rows.labels.push_back(sample.labels[i]);
      rows.weights.push_back(weight);
      rows.deals.push_back(sample.deals[i]);
      rows.moments.push_back(sample.moments[i]);
    }
  }
  return rows;
}

}  // namespace

Result<FittedCalibrator> FitCalibrator(const CalibrationSample& sample, MapFreedom freedom) {
  RI_ASSIGN_OR_RETURN(const Rows rows, CheckedRows(sample));
  FittedCalibrator fitted;
  if (rows.size() == 0) {
    fitted.reason = "No past prediction has a known outcome yet: scores are shown as they are.";
    return fitted;
  }
  fitted.num_deals = rows.NumDeals();
  const double clip = 1 / (2 * static_cast<double>(fitted.num_deals) + 2);
  const double rate = metrics::WeightedMean(rows.labels, rows.weights);
  const auto [lowest, highest] = std::minmax_element(rows.margins.begin(), rows.margins.end());
  if (!(rate > 0 && rate < 1) || *lowest == *highest) {
    fitted.calibrator = FitLevel(rows, clip);
    fitted.reason = *lowest == *highest
                        ? "All scores are equal: only the level is adjusted."
                        : "All past predictions ended alike: only the level is adjusted.";
    return fitted;
  }
  if (freedom == MapFreedom::kSlope) {
    fitted.calibrator = FitSlope(rows, clip);
    fitted.reason = fmt::format("{} deals: scores are stretched evenly.", fitted.num_deals);
    return fitted;
  }
  if (fitted.num_deals < kFewestDealsForBeta) {
    fitted.calibrator = FitIntercept(rows, clip);
    fitted.reason =
        fmt::format("{} deals are too few for more than a shift of the level.", fitted.num_deals);
    return fitted;
  }
  fitted.calibrator = FitBeta(rows, clip);
  fitted.reason = fmt::format("{} deals: a beta map, shrunk to the identity.", fitted.num_deals);
  if (fitted.num_deals < kFewestDealsForSpline) {
    return fitted;
  }
  const auto compared = CompareInTime(rows, clip);
  if (!compared) {
    return fitted;
  }
  fitted.beta_loss = compared->beta_loss;
  fitted.spline_loss = compared->spline_loss;
  if (compared->spline_loss < compared->beta_loss) {
    if (const auto spline = FitSpline(rows, clip)) {
      fitted.calibrator = *spline;
      fitted.reason = fmt::format(
          "{} deals: a spline predicted later deals better than a beta map (log loss {:.5f} "
          "against "
          "{:.5f}).",
          fitted.num_deals, compared->spline_loss, compared->beta_loss);
    }
  } else {
    fitted.reason = fmt::format(
        "{} deals: a beta map predicted later deals at least as well as a spline (log loss {:.5f} "
        "against {:.5f}).",
        fitted.num_deals, compared->beta_loss, compared->spline_loss);
  }
  return fitted;
}

}  // namespace ri::models
