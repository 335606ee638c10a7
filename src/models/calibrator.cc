#include "models/calibrator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/assertion.h"
#include "models/json_document.h"
#include "models/restricted_spline.h"

namespace ri::models {
namespace {

// logit(1 - 1e-6): beyond it a margin says "certain" and its size means nothing.
constexpr double kLargestMargin = 13.815509557963774;

double Softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x))); }

// Least slope of the spline map over all margins; its slope is quadratic between knots.
double LeastSlope(std::span<const double> knots, double slope, std::span<const double> curve) {
  const auto at = [&](double x) {
    double sum = 1 + slope;
    for (std::size_t j = 0; j < curve.size(); ++j) {
      sum += curve[j] * SplineSlope(knots, j, x);
    }
    return sum;
  };
  double least = std::min(at(knots.front()), at(knots.back()));
  for (std::size_t k = 0; k + 1 < knots.size(); ++k) {
    const double width = knots[k + 1] - knots[k];
    const double f0 = at(knots[k]);
    const double fm = at(knots[k] + width / 2);
    const double f1 = at(knots[k + 1]);
    least = std::min({least, f0, f1});
    const double quadratic = 2 * (f0 - 2 * fm + f1);
    const double linear = -3 * f0 + 4 * fm - f1;
    const double vertex = quadratic != 0 ? -linear / (2 * quadratic) : -1;
    if (vertex > 0 && vertex < 1) {
      least = std::min(least, at(knots[k] + vertex * width));
    }
  }
  return least;
}

const char* KindName(Calibrator::Kind kind) {
  switch (kind) {
    case Calibrator::Kind::kIdentity:
      return "identity";
    case Calibrator::Kind::kIntercept:
      return "intercept";
    case Calibrator::Kind::kBeta:
      return "beta";
    case Calibrator::Kind::kSpline:
      return "spline";
  }
  return "";
}

}  // namespace

Calibrator Calibrator::Intercept(double shift, double clip) {
  RI_ASSERT(std::isfinite(shift) && clip >= 0 && clip < .5);
  Calibrator calibrator;
  calibrator.kind_ = Kind::kIntercept;
  calibrator.clip_ = clip;
  calibrator.parameters_ = {shift};
  return calibrator;
}

Calibrator Calibrator::Beta(double a, double b, double c, double clip) {
  RI_ASSERT(a >= 0 && b >= 0 && std::isfinite(a + b + c) && clip >= 0 && clip < .5);
  Calibrator calibrator;
  calibrator.kind_ = Kind::kBeta;
  calibrator.clip_ = clip;
  calibrator.parameters_ = {a, b, c};
  return calibrator;
}

std::optional<Calibrator> Calibrator::Spline(std::vector<double> knots, double level, double slope,
                                             std::vector<double> curve, double clip) {
  RI_ASSERT(clip >= 0 && clip < .5);
  if (!AreKnots(knots) || curve.size() + 2 != knots.size() || !std::isfinite(level) ||
      !(LeastSlope(knots, slope, curve) >= 0)) {
    return std::nullopt;
  }
  Calibrator calibrator;
  calibrator.kind_ = Kind::kSpline;
  calibrator.clip_ = clip;
  calibrator.knots_ = std::move(knots);
  calibrator.parameters_ = {level, slope};
  calibrator.parameters_.insert(calibrator.parameters_.end(), curve.begin(), curve.end());
  return calibrator;
}

double Calibrator::Map(double margin) const {
  if (kind_ == Kind::kIdentity) {
    return margin;
  }
  const double m = std::clamp(margin, -kLargestMargin, kLargestMargin);
  if (kind_ == Kind::kIntercept) {
    return m + parameters_[0];
  }
  if (kind_ == Kind::kBeta) {
    // ln p = -softplus(-m), ln(1 - p) = -softplus(m)
    return -parameters_[0] * Softplus(-m) + parameters_[1] * Softplus(m) + parameters_[2];
  }
  double mapped = m + parameters_[0] + parameters_[1] * m;
  for (std::size_t j = 2; j < parameters_.size(); ++j) {
    mapped += parameters_[j] * SplineTerm(knots_, j - 2, m);
  }
  return mapped;
}

double Calibrator::MapSlope(double margin) const {
  if (kind_ == Kind::kIdentity) {
    return 1;
  }
  if (std::fabs(margin) > kLargestMargin) {
    return 0;
  }
  if (kind_ == Kind::kIntercept) {
    return 1;
  }
  if (kind_ == Kind::kBeta) {
    return parameters_[0] * domain::Logistic(-margin) + parameters_[1] * domain::Logistic(margin);
  }
  double slope = 1 + parameters_[1];
  for (std::size_t j = 2; j < parameters_.size(); ++j) {
    slope += parameters_[j] * SplineSlope(knots_, j - 2, margin);
  }
  return std::max(slope, 0.0);
}

Calibrator Calibrator::Shifted(double shift) const {
  Calibrator shifted = *this;
  switch (kind_) {
    case Kind::kIdentity:
      return Intercept(shift);
    case Kind::kIntercept:
    case Kind::kSpline:
      shifted.parameters_[0] += shift;
      break;
    case Kind::kBeta:
      shifted.parameters_[2] += shift;
      break;
  }
  return shifted;
}

domain::Probability Calibrator::operator()(domain::LogOdds margin) const {
  return domain::Probability(std::clamp(domain::Logistic(Map(margin.value())), clip_, 1 - clip_));
}

domain::LogOdds Calibrator::CalibratedLogOdds(domain::LogOdds margin) const {
  const double mapped = Map(margin.value());
  if (clip_ == 0) {
    return domain::LogOdds(mapped);
  }
  return domain::LogOdds(std::clamp(mapped, domain::Logit(clip_), domain::Logit(1 - clip_)));
}

double Calibrator::Slope(domain::LogOdds margin) const {
  const double mapped = Map(margin.value());
  if (clip_ > 0 && (mapped < domain::Logit(clip_) || mapped > domain::Logit(1 - clip_))) {
    return 0;
  }
  return MapSlope(margin.value());
}

std::string Calibrator::Describe() const {
  switch (kind_) {
    case Kind::kIdentity:
      return "identity";
    case Kind::kIntercept:
      return fmt::format("intercept ({:+.3f})", parameters_[0]);
    case Kind::kBeta:
      return fmt::format("beta (a {:.3f}, b {:.3f}, c {:+.3f})", parameters_[0], parameters_[1],
                         parameters_[2]);
    case Kind::kSpline:
      return fmt::format("spline of the log-odds with {} knots", knots_.size());
  }
  return "";
}

std::string Calibrator::ToJson() const {
  return Write(
      {{"kind", KindName(kind_)}, {"clip", clip_}, {"knots", knots_}, {"parameters", parameters_}});
}

Result<Calibrator> Calibrator::FromJson(std::string_view text) {
  return Read("the calibrator", text, [](const Json& document) {
    const auto kind = document.at("kind").get<std::string>();
    const double clip = Finite(document.at("clip"));
    const std::vector<double> knots = FiniteNumbers(document.at("knots"));
    const std::vector<double> p = FiniteNumbers(document.at("parameters"));
    Require(clip >= 0 && clip < .5, "a clip outside [0, 0.5)");
    if (kind == KindName(Kind::kIdentity)) {
      Require(p.empty() && knots.empty() && clip == 0, "an identity with parameters");
      return Calibrator();
    }
    if (kind == KindName(Kind::kIntercept)) {
      Require(p.size() == 1 && knots.empty(), "an intercept without its one parameter");
      return Intercept(p[0], clip);
    }
    if (kind == KindName(Kind::kBeta)) {
      Require(p.size() == 3 && knots.empty(), "a beta map without its three parameters");
      Require(p[0] >= 0 && p[1] >= 0, "a beta map that falls");
      return Beta(p[0], p[1], p[2], clip);
    }
    Require(kind == KindName(Kind::kSpline), "an unknown kind of map");
    Require(p.size() >= 2, "a spline without parameters");
    const auto spline = Spline(knots, p[0], p[1], {p.begin() + 2, p.end()}, clip);
    Require(spline.has_value(), "a spline that falls or has no usable knots");
    return *spline;
  });
}

}  // namespace ri::models
