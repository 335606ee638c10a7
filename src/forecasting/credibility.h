#pragma once

/// How much of a segment's own history to believe (Buehlmann and Straub 1970).

#include <cstddef>
#include <span>
#include <vector>

namespace ri::forecasting {

/// One observation of one segment: a rate and the volume it stands for.
struct RateObservation {
  double value = 0;
  double weight = 0;  ///< not negative; 0 = not observed
};

struct Credibility {
  double collective = 0;        ///< credibility-weighted mean over the segments
  double between_variance = 0;  ///< of the segments' true rates; 0 when the data show none
  double within_variance = 0;   ///< of an observation of weight 1
  std::vector<double> factor;   ///< Z per segment, 0 to 1
  std::vector<double> rate;     ///< Z x own mean + (1 - Z) x collective
};

/// The unbiased estimators of the structure parameters. When they show no difference between the
/// segments, or there is nothing to estimate them from, every Z is 0 and the collective rate is the
/// weighted mean; a segment without weight gets the collective rate.
[[nodiscard]] Credibility BuehlmannStraub(std::span<const std::vector<RateObservation>> segments);

}  // namespace ri::forecasting
