#pragma once

/// From margin to probability: the only place where a score becomes a chance.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/probability.h"

namespace ri::models {

/// A non-decreasing map from margin to probability. All kinds but the identity first keep margins
/// within +-13.8 (chances of one in a million). A value type; immutable; safe to share between
/// threads.
class Calibrator {
 public:
  enum class Kind {
    kIdentity,   ///< logistic(m)
    kIntercept,  ///< logistic(m + c)
    kBeta,       ///< logistic(a ln p - b ln(1 - p) + c), p = logistic(m), a, b >= 0
    kSpline,     ///< logistic(natural cubic spline of m)
  };

  /// The identity, without clipping.
  Calibrator() = default;
  [[nodiscard]] static Calibrator Intercept(double shift, double clip = 0);
  /// \pre a >= 0, b >= 0
  [[nodiscard]] static Calibrator Beta(double a, double b, double c, double clip = 0);
  /// log-odds = m + level + slope m + sum_j curve_j SplineTerm(knots, j, m). Empty unless the map
  /// is non-decreasing everywhere and the knots are usable, with knots - 2 entries in `curve`.
  [[nodiscard]] static std::optional<Calibrator> Spline(std::vector<double> knots, double level,
                                                        double slope, std::vector<double> curve,
                                                        double clip = 0);

  /// The same map with `shift` added to its log-odds. The identity becomes an intercept.
  [[nodiscard]] Calibrator Shifted(double shift) const;

  /// The calibrated chance, within [clip, 1 - clip].
  [[nodiscard]] domain::Probability operator()(domain::LogOdds margin) const;
  /// The same as log-odds: what explanations on the log-odds scale rescale to.
  [[nodiscard]] domain::LogOdds CalibratedLogOdds(domain::LogOdds margin) const;
  /// d(calibrated log-odds) / d(margin), >= 0; 0 where a bound holds the value.
  [[nodiscard]] double Slope(domain::LogOdds margin) const;

  [[nodiscard]] Kind kind() const { return kind_; }
  /// Least distance of a probability from 0 and 1; 0 = none.
  [[nodiscard]] double clip() const { return clip_; }
  /// "beta (a 0.93, b 1.05, c -0.11)", for cards.
  [[nodiscard]] std::string Describe() const;

  [[nodiscard]] std::string ToJson() const;
  /// kBadInput for anything ToJson would not write.
  [[nodiscard]] static Result<Calibrator> FromJson(std::string_view json);

  friend bool operator==(const Calibrator&, const Calibrator&) = default;

 private:
  [[nodiscard]] double Map(double margin) const;
  [[nodiscard]] double MapSlope(double margin) const;

  Kind kind_ = Kind::kIdentity;
  double clip_ = 0;
  std::vector<double> knots_;
  /// Intercept: {c}. Beta: {a, b, c}. Spline: {level, slope, curve...}.
  std::vector<double> parameters_;
};

/// Out-of-time predictions with known outcomes: all open snapshots of the rolling origins, so that
/// the mix is the one the model will meet.
struct CalibrationSample {
  std::span<const double> margins;        ///< finite log-odds
  std::span<const double> labels;         ///< in [0, 1]
  std::span<const double> weights;        ///< empty = one each
  std::span<const std::uint32_t> deals;   ///< whose snapshot the row is
  std::span<const std::int64_t> moments;  ///< when it was taken, any unit; orders the folds
};

struct FittedCalibrator {
  Calibrator calibrator;
  std::size_t num_deals = 0;
  /// Time-ordered cross-validated log losses; empty where no choice was made.
  std::optional<double> beta_loss;
  std::optional<double> spline_loss;
  std::string reason;  ///< one sentence: which map and why
};

/// How freely a fitted map may bend.
enum class MapFreedom {
  kSlope,   ///< logistic(a m + c), a >= 0, a ~ N(1, 0.3^2), c ~ N(0, 0.5^2)
  kBySize,  ///< as much as the number of deals carries; see FitCalibrator
};

/// With kBySize, chooses and fits the map by the number of deals with weight:
///   below 50 deals         an intercept, shrunk to 0;
///   50 to 999              beta, shrunk to the identity: a, b ~ N(1, 0.3^2), c ~ N(0, 0.5^2);
///   1,000 and more         beta or a penalised natural cubic spline with 5 quantile knots,
///   whichever
///                          has the lower log loss in time-ordered cross-validation;
///   one class, or margins that are all equal: an intercept that moves the mean chance to the
///                          beta-binomial estimate (prior strength 20 at the uncalibrated mean).
/// The log-likelihood is scaled down to the number of deals when there are more rows than deals, so
/// that repeated snapshots do not overrule the priors; all rows are scaled alike. Chances are
/// clipped to 1 / (2 deals + 2). No rows give the identity. kUsage when lengths differ, kBadInput
/// for margins, labels or weights out of range.
[[nodiscard]] Result<FittedCalibrator> FitCalibrator(const CalibrationSample& sample,
                                                     MapFreedom freedom = MapFreedom::kBySize);

}  // namespace ri::models
