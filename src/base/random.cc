#include "base/random.h"

#include <cmath>
#include <numbers>

#include "base/assertion.h"

namespace ri::base {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;

std::uint32_t High(std::uint64_t value) { return static_cast<std::uint32_t>(value >> 32); }
std::uint32_t Low(std::uint64_t value) { return static_cast<std::uint32_t>(value); }

std::uint64_t Mix(std::uint64_t value) {  // finaliser of splitmix64
  value ^= value >> 30;
  value *= 0xBF58476D1CE4E5B9ULL;
  value ^= value >> 27;
  value *= 0x94D049BB133111EBULL;
  return value ^ (value >> 31);
}

template <std::size_t N>
double Polynomial(const double (&coefficients)[N], double x) {
  double value = 0;
  for (std::size_t i = N; i-- > 0;) {
    value = value * x + coefficients[i];
  }
  return value;
}

}  // namespace

std::array<std::uint32_t, 4> Philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * counter[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * counter[2];
    counter = {High(product1) ^ counter[1] ^ key[0], Low(product1),
               High(product0) ^ counter[3] ^ key[1], Low(product0)};
    key[0] += kWeyl0;
    key[1] += kWeyl1;
  }
  return counter;
}

std::uint64_t HashText(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char character : text) {
    hash ^= static_cast<unsigned char>(character);
    hash *= 0x100000001B3ULL;
  }
  return Mix(hash);
}

std::uint64_t HashCombine(std::uint64_t first, std::uint64_t second) {
  return Mix(first * 0x9E3779B97F4A7C15ULL + second);
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t entity)
    : entity_(entity) {
  const std::uint64_t key = HashCombine(seed, HashText(purpose));
  key_ = {Low(key), High(key)};
}

RandomStream::result_type RandomStream::operator()() {
  if (used_ >= 4) {
    block_ = Philox4x32({Low(counter_), High(counter_), Low(entity_), High(entity_)}, key_);
    ++counter_;
    used_ = 0;
  }
  const auto at = static_cast<std::size_t>(used_);
  const std::uint64_t bits = (std::uint64_t{block_[at]} << 32) | block_[at + 1];
  used_ += 2;
  return bits;
}

double RandomStream::Uniform() { return (static_cast<double>((*this)() >> 11) + 0.5) * 0x1.0p-53; }

std::uint64_t RandomStream::Below(std::uint64_t bound) {
  RI_ASSERT(bound > 0);
  const std::uint64_t threshold = (0 - bound) % bound;
  while (true) {
    const std::uint64_t bits = (*this)();
    if (bits >= threshold) {
      return bits % bound;
    }
  }
}

double RandomStream::Normal() { return NormalQuantile(Uniform()); }

double RandomStream::Exponential() { return -std::log(Uniform()); }

double RandomStream::Gamma(double shape) {
  RI_ASSERT(shape > 0);
  if (shape < 1) {
    const double boost = std::pow(Uniform(), 1 / shape);
    return Gamma(shape + 1) * boost;
  }
  const double d = shape - 1.0 / 3;
  const double c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = Normal();
    const double base = 1 + c * x;
    if (base <= 0) {
      continue;
    }
    const double v = base * base * base;
    if (std::log(Uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
      return d * v;
    }
  }
}

std::uint64_t RandomStream::Poisson(double mean) {
  RI_ASSERT(mean >= 0);
  // Splits a large mean by the gamma reduction (Ahrens and Dieter 1974) so that the product
  // method below never underflows.
  std::uint64_t count = 0;
  while (mean > 30) {
    const double order = std::floor(mean * 7 / 8);
    const double waited = Gamma(order);
    if (waited > mean) {
      // `order` arrivals did not fit: binomial thinning of the first order-1.
      const auto trials = static_cast<std::uint64_t>(order) - 1;
      for (std::uint64_t i = 0; i < trials; ++i) {
        count += Bernoulli(mean / waited) ? 1 : 0;
      }
      return count;
    }
    count += static_cast<std::uint64_t>(order);
    mean -= waited;
  }
  const double limit = std::exp(-mean);
  double product = Uniform();
  while (product > limit) {
    ++count;
    product *= Uniform();
  }
  return count;
}

double NormalDistribution(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

double NormalQuantile(double probability) {
  RI_ASSERT(probability > 0 && probability < 1);
  static constexpr double kCentralNumerator[] = {
      3.3871328727963666080e0,  1.3314166789178437745e+2, 1.9715909503065514427e+3,
      1.3731693765509461125e+4, 4.5921953931549871457e+4, 6.7265770927008700853e+4,
      3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static constexpr double kCentralDenominator[] = {1.0,
                                                   4.2313330701600911252e+1,
                                                   6.8718700749205790830e+2,
                                                   5.3941960214247511077e+3,
                                                   2.1213794301586595867e+4,
                                                   3.9307895800092710610e+4,
                                                   2.8729085735721942674e+4,
                                                   5.2264952788528545610e+3};
  static constexpr double kNearNumerator[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                              5.76949722146069140550e0,  3.64784832476320460504e0,
                                              1.27045825245236838258e0,  2.41780725177450611770e-1,
                                              2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static constexpr double kNearDenominator[] = {1.0,
                                                2.05319162663775882187e0,
                                                1.67638483018380384940e0,
                                                6.89767334985100004550e-1,
                                                1.48103976427480074590e-1,
                                                1.51986665636164571966e-2,
                                                5.47593808499534494600e-4,
                                                1.05075007164441684324e-9};
  static constexpr double kFarNumerator[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                             1.78482653991729133580e0,  2.96560571828504891230e-1,
                                             2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static constexpr double kFarDenominator[] = {1.0,
                                               5.99832206555887937690e-1,
                                               1.36929880922735805310e-1,
                                               1.48753612908506148525e-2,
                                               7.86869131145613259100e-4,
                                               1.84631831751005468180e-5,
                                               1.42151175831644588870e-7,
                                               2.04426310338993978564e-15};
  const double q = probability - 0.5;
  if (std::fabs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * Polynomial(kCentralNumerator, r) / Polynomial(kCentralDenominator, r);
  }
  double r = std::sqrt(-std::log(q < 0 ? probability : 1 - probability));
  double value = 0;
  if (r <= 5) {
    r -= 1.6;
    value = Polynomial(kNearNumerator, r) / Polynomial(kNearDenominator, r);
  } else {
    r -= 5;
    value = Polynomial(kFarNumerator, r) / Polynomial(kFarDenominator, r);
  }
  return q < 0 ? -value : value;
}

}  // namespace ri::base
