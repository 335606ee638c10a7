#pragma once

/// The two transforms that forecasting needs. Adapter over the mixed-radix FFT that ships with
/// Eigen (the KISS FFT algorithm); no other file knows the library.

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace ri::forecasting {

/// Real sequence x of `length` points whose transform X_j = sum_k x_k exp(-2 pi i j k / length) is
/// given for j = 0 .. length/2. \pre length is even and half_spectrum has length/2 + 1 entries.
/// O(length log length); plans are kept per thread.
[[nodiscard]] std::vector<double> InverseRealTransform(
    std::span<const std::complex<double>> half_spectrum, std::size_t length);

/// X_j = sum_k x_k exp(-2 pi i j k / n) for j = 0 .. n/2. \pre the number of values n is even.
[[nodiscard]] std::vector<std::complex<double>> RealTransform(std::span<const double> values);

/// exp(-2 pi i k / length), k = 0 .. length-1, each correctly reduced to the first octant first.
[[nodiscard]] std::vector<std::complex<double>> RootsOfUnity(std::size_t length);

}  // namespace ri::forecasting
