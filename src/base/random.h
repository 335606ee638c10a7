#pragma once

/// Counter-based random numbers: a draw is a pure function of (seed, stream, counter), so that
/// results do not depend on threads or order. A stream is named by what it is for and whom it
/// concerns: `RandomStream(seed, "win-time", deal_id)`.
///
/// Generator: Philox4x32-10 (Salmon et al., SC 2011), checked against its published vectors.

#include <array>
#include <cstdint>
#include <string_view>

namespace ri::base {

/// One Philox4x32-10 block: 128 random bits for a 128-bit counter and a 64-bit key.
[[nodiscard]] std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                                      std::array<std::uint32_t, 2> key);

/// Stable 64-bit hash of a text (FNV-1a with a final mix); the same on every machine.
[[nodiscard]] std::uint64_t HashText(std::string_view text);

/// Combines two hashes; order matters.
[[nodiscard]] std::uint64_t HashCombine(std::uint64_t first, std::uint64_t second);

/// A sequence of draws for one purpose and one entity. Copyable; satisfies
/// UniformRandomBitGenerator. Thread safety: one thread per object.
class RandomStream {
 public:
  using result_type = std::uint64_t;

  RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t entity = 0);

  [[nodiscard]] static constexpr result_type min() { return 0; }
  [[nodiscard]] static constexpr result_type max() { return ~std::uint64_t{0}; }

  /// 64 random bits.
  result_type operator()();
  /// Uniform in (0, 1), 53 bits, never 0 or 1.
  double Uniform();
  /// Uniform integer in [0, bound), without modulo bias. \pre bound > 0
  std::uint64_t Below(std::uint64_t bound);
  /// Standard normal draw (inverse distribution function: one uniform per draw).
  double Normal();
  /// Exponential draw with mean 1.
  double Exponential();
  /// Poisson draw. \pre mean >= 0
  std::uint64_t Poisson(double mean);
  /// Gamma draw with scale 1 (Marsaglia and Tsang 2000). \pre shape > 0
  double Gamma(double shape);
  bool Bernoulli(double probability) { return Uniform() < probability; }

 private:
  std::array<std::uint32_t, 2> key_;
  std::uint64_t entity_;
  std::uint64_t counter_ = 0;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

/// Quantile of the standard normal distribution (Wichura 1988, AS 241; relative error 1e-16).
/// \pre 0 < probability < 1
[[nodiscard]] double NormalQuantile(double probability);
/// Standard normal distribution function.
[[nodiscard]] double NormalDistribution(double x);

}  // namespace ri::base
