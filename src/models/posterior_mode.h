#pragma once

/// Small logistic regressions with a normal prior on every coefficient: the fits behind
/// calibration.

#include <span>
#include <vector>

#include "base/matrix.h"

namespace ri::models {

/// logit P(y = 1) = offset + design * theta, theta_k ~ N(mean_k, 1 / precision_k). Views must
/// outlive the call. One entry per row in `labels` (in [0, 1]) and `weights` (>= 0); `offset` is
/// empty or has one per row.
struct LogisticPosterior {
  base::MatrixView<const double> design;
  std::span<const double> offset;
  std::span<const double> labels;
  std::span<const double> weights;
  double likelihood_scale = 1;  ///< multiplies the log-likelihood
  std::vector<double> mean;
  std::vector<double> precision;   ///< > 0
  std::vector<bool> not_negative;  ///< empty = all free; at most 4 may be true
};

/// The coefficients of highest posterior density (Newton's method; convex, so there is one). With
/// bounds, the best of the ways to hold bounded coefficients at 0 that keeps all of them.
[[nodiscard]] std::vector<double> PosteriorMode(const LogisticPosterior& posterior);

}  // namespace ri::models
