#include "metrics/proportion.h"

#include <boost/math/special_functions/beta.hpp>

#include "base/assertion.h"

namespace ri::metrics {

double BetaQuantile(double a, double b, double level) {
  RI_ASSERT(a > 0 && b > 0 && level >= 0 && level <= 1);
  return boost::math::ibeta_inv(a, b, level);
}

ShareInterval JeffreysInterval(double events, double trials, double confidence) {
  RI_ASSERT(events >= 0 && events <= trials && confidence > 0 && confidence < 1);
  ShareInterval interval;
  const double tail = (1 - confidence) / 2;
  const double a = events + 0.5;
  const double b = trials - events + 0.5;
  if (events > 0) {
    interval.low = BetaQuantile(a, b, tail);
  }
  if (events < trials) {
    interval.high = BetaQuantile(a, b, 1 - tail);
  }
  return interval;
}

}  // namespace ri::metrics
