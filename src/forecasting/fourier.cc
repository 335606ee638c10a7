#include "forecasting/fourier.h"

#include <cmath>
#include <numbers>
#include <unsupported/Eigen/FFT>

#include "base/assertion.h"

namespace ri::forecasting {
namespace {

// The library caches twiddle factors inside the object and is not safe to share between threads.
Eigen::FFT<double>& Plans() {
  thread_local Eigen::FFT<double> plans(Eigen::FFT<double>::impl_type(),
                                        Eigen::FFT<double>::HalfSpectrum);
  return plans;
}

}  // namespace

std::vector<double> InverseRealTransform(std::span<const std::complex<double>> half_spectrum,
                                         std::size_t length) {
  RI_ASSERT(length % 2 == 0 && half_spectrum.size() == length / 2 + 1);
  std::vector<double> values(length);
  Plans().inv(values.data(), half_spectrum.data(), static_cast<Eigen::Index>(length));
  return values;
}

std::vector<std::complex<double>> RealTransform(std::span<const double> values) {
  RI_ASSERT(!values.empty() && values.size() % 2 == 0);
  std::vector<std::complex<double>> spectrum(values.size() / 2 + 1);
  Plans().fwd(spectrum.data(), values.data(), static_cast<Eigen::Index>(values.size()));
  return spectrum;
}

std::vector<std::complex<double>> RootsOfUnity(std::size_t length) {
  RI_ASSERT(length > 0 && length % 8 == 0);
  std::vector<std::complex<double>> roots(length);
  const std::size_t eighth = length / 8;
  const double step = 2 * std::numbers::pi / static_cast<double>(length);
  for (std::size_t k = 0; k <= eighth; ++k) {
    const double angle = step * static_cast<double>(k);
    const double c = std::cos(angle);
    const double s = std::sin(angle);
    // One octant, reflected: opposite roots are exact negatives, so symmetric sums cancel exactly.
    const auto set = [&](std::size_t at, double re, double im) { roots[at % length] = {re, im}; };
    set(k, c, -s);
    set(2 * eighth - k, s, -c);
    set(2 * eighth + k, -s, -c);
    set(4 * eighth - k, -c, -s);
    set(4 * eighth + k, -c, s);
    set(6 * eighth - k, -s, c);
    set(6 * eighth + k, s, c);
    set(8 * eighth - k, c, s);
  }
  return roots;
}

}  // namespace ri::forecasting
