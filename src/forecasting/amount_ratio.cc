#include "forecasting/amount_ratio.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assertion.h"
#include "base/random.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

constexpr double kTotalTolerance = 1e-9;
constexpr double kUnchangedTolerance = 0.005;

// Atoms of one list with total probability `weight`.
void AppendEmpirical(std::span<const double> ratios, double weight, std::size_t num_atoms,
                     std::vector<RatioAtom>& atoms) {
  std::vector<double> changed;
  for (const double ratio : ratios) {
    if (std::fabs(ratio - 1) > kUnchangedTolerance) {
      changed.push_back(ratio);
    }
  }
  std::ranges::sort(changed);
  const double each = weight / static_cast<double>(ratios.size());
  const std::size_t num_unchanged = ratios.size() - changed.size();
  if (num_unchanged > 0) {
    atoms.push_back({1.0, each * static_cast<double>(num_unchanged)});
  }
  const std::size_t groups = std::min(num_atoms, changed.size());
  for (std::size_t g = 0; g < groups; ++g) {
    const std::size_t begin = g * changed.size() / groups;
    const std::size_t end = (g + 1) * changed.size() / groups;
    const std::span<const double> group(changed.data() + begin, end - begin);
    const auto count = static_cast<double>(group.size());
    atoms.push_back({base::Sum(group) / count, each * count});
  }
}

}  // namespace

AmountRatio::AmountRatio(std::vector<RatioAtom> atoms) : atoms_(std::move(atoms)) {
  base::CompensatedSum first;
  base::CompensatedSum second;
  for (const RatioAtom& atom : atoms_) {
    first.Add(atom.probability * atom.ratio);
    second.Add(atom.probability * atom.ratio * atom.ratio);
  }
  mean_ = first.value();
  second_moment_ = second.value();
}

AmountRatio AmountRatio::Certain() { return AmountRatio({{1.0, 1.0}}); }

Result<AmountRatio> AmountRatio::FromAtoms(std::vector<RatioAtom> atoms) {
  base::CompensatedSum total;
  for (const RatioAtom& atom : atoms) {
    if (!(atom.ratio >= 0) || !std::isfinite(atom.ratio) || !(atom.probability >= 0)) {
      return Fail(ErrorCode::kBadInput,
                  "An amount ratio needs finite ratios and probabilities that are not negative.");
    }
    total.Add(atom.probability);
  }
  if (!(std::fabs(total.value() - 1) <= kTotalTolerance)) {
    return Fail(ErrorCode::kBadInput, "The probabilities of an amount ratio do not sum to 1.");
  }
  std::ranges::sort(atoms, {}, &RatioAtom::ratio);
  std::vector<RatioAtom> merged;
  for (const RatioAtom& atom : atoms) {
    const double probability = atom.probability / total.value();
    if (probability == 0) {
      continue;
    }
    if (!merged.empty() && merged.back().ratio == atom.ratio) {
      merged.back().probability += probability;
    } else {
      merged.push_back({atom.ratio, probability});
    }
  }
  return AmountRatio(std::move(merged));
}

AmountRatio AmountRatio::Lognormal(double log_deviation, std::size_t num_atoms) {
  RI_ASSERT(log_deviation >= 0 && num_atoms >= 2);
  if (log_deviation == 0) {
    return Certain();
  }
  // Equal-probability groups at their exact means keep the mean; stretching the atoms about 1
  // restores the variance that grouping loses. A stretch below zero moves to two points instead.
  const auto n = static_cast<double>(num_atoms);
  std::vector<double> ratios(num_atoms);
  double lower = 0;
  for (std::size_t g = 0; g < num_atoms; ++g) {
    const double upper =
        g + 1 == num_atoms
            ? 1.0
            : base::NormalDistribution(base::NormalQuantile(static_cast<double>(g + 1) / n) -
                                       log_deviation);
    ratios[g] = n * (upper - lower);
    lower = upper;
  }
  const double wanted = std::expm1(log_deviation * log_deviation);
  double variance = 0;
  for (const double ratio : ratios) {
    variance += (ratio - 1) * (ratio - 1) / n;
  }
  const double stretch = std::sqrt(wanted / variance);
  std::vector<RatioAtom> atoms;
  if (1 + stretch * (ratios.front() - 1) >= 0) {
    for (const double ratio : ratios) {
      atoms.push_back({1 + stretch * (ratio - 1), 1 / n});
    }
  } else {
    const double p = 1 / (1 + wanted);
    atoms = {{0.0, 1 - p}, {1 / p, p}};
  }
  return AmountRatio(std::move(atoms));
}

AmountRatio FitAmountRatio(std::span<const double> segment, std::span<const double> pool,
                           double shrinkage, std::size_t num_atoms) {
  RI_ASSERT(shrinkage >= 0 && num_atoms >= 1);
  if (segment.empty() && pool.empty()) {
    return AmountRatio::Certain();
  }
  const auto n = static_cast<double>(segment.size());
  double own = segment.empty() ? 0.0 : n / (n + shrinkage);
  if (pool.empty()) {
    own = 1;
  }
  std::vector<RatioAtom> atoms;
  if (own > 0) {
    AppendEmpirical(segment, own, num_atoms, atoms);
  }
  if (own < 1) {
    AppendEmpirical(pool, 1 - own, num_atoms, atoms);
  }
  auto law = AmountRatio::FromAtoms(std::move(atoms));
  RI_ASSERT(law.has_value());
  return *std::move(law);
}

}  // namespace ri::forecasting
