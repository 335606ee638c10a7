#pragma once

/// Calibration of the chance that a deal is won before the fiscal quarter ends.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/probability.h"

namespace ri::models {

/// Out-of-time in-quarter chances with known outcomes, one per open snapshot.
struct QuarterSample {
  std::span<const double> chances;  ///< win chance times F_W(days to the quarter end)
  std::span<const double> labels;   ///< 1 when won before the quarter ended
  std::span<const double> weights;  ///< empty = one each
  std::span<const std::uint32_t> deals;
  std::span<const int> days_to_quarter_end;  ///< days left, the as-of day included
};

/// logit q' = a ln q - b ln(1 - q) + c + offset of the bucket, with a, b >= 0; buckets by whole
/// weeks left: 0 to 2, 3 to 6, 7 and more. The identity by default. Immutable; safe to share.
class QuarterCalibrator {
 public:
  QuarterCalibrator() = default;

  /// Posterior mode with a, b ~ N(1, 0.3^2), c ~ N(0, 0.5^2), offsets ~ N(0, 0.25^2); the
  /// likelihood is scaled to the number of deals as in FitCalibrator. No rows give the identity.
  /// kUsage when lengths differ, kBadInput for values out of range.
  [[nodiscard]] static Result<QuarterCalibrator> Fit(const QuarterSample& sample);

  /// Non-decreasing in `chance`; chances are kept within [1e-6, 1 - 1e-6] unless they are 0 or 1,
  /// which stay.
  [[nodiscard]] domain::Probability operator()(domain::Probability chance,
                                               int days_to_quarter_end) const;

  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<QuarterCalibrator> FromJson(std::string_view json);

  friend bool operator==(const QuarterCalibrator&, const QuarterCalibrator&) = default;

 private:
  double a_ = 1;
  double b_ = 1;
  double c_ = 0;
  std::array<double, 3> offsets_{};
};

}  // namespace ri::models
