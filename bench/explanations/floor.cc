#include "floor.h"

#include <algorithm>
#include <ctime>
#include <vector>

#include "explanations/path_program.h"

namespace ri::bench {
namespace {

using explanations::InstructionSet;

/// Walks a tree as the compiler of the programs does.
class Counter {
 public:
  Counter(const models::Tree& tree, int points) : tree_(tree), p_(points) {}

  double Count() {
    std::vector<std::int32_t> path;
    (void)Visit(0, path);
    return operations_;
  }

 private:
  struct Below {
    int height = 0;
    bool repeats = false;  ///< some split in the subtree is on a feature of its path
  };

  // Comparison and two selections; per point the share, the product and the difference on the way
  // down, the difference, the sum, the share and the value on the way up; the sum of the feature.
  double Inner() const { return 2 * 3 + 7 * p_ + 1; }
  double Pair() const { return 3 + 2 * p_; }
  double TwoLevels() const { return 4 * p_ + 21; }
  // Two more comparisons and two more selections, on both ways.
  static constexpr double kRepeat = 8;

  Below Visit(std::size_t node, std::vector<std::int32_t>& path) {
    if (tree_.is_leaf(node)) {
      return {};
    }
    const std::int32_t feature = tree_.feature[node];
    const bool repeated = std::ranges::find(path, feature) != path.end();
    path.push_back(feature);
    const double before = operations_;
    const Below left = Visit(static_cast<std::size_t>(tree_.left[node]), path);
    const Below right = Visit(static_cast<std::size_t>(tree_.right[node]), path);
    path.pop_back();
    const Below all{1 + std::max(left.height, right.height),
                    repeated || left.repeats || right.repeats};
    if (all.height == 1) {
      operations_ += Pair() + (repeated ? kRepeat : 0);
    } else if (all.height == 2 && !all.repeats) {
      operations_ = before + TwoLevels();
    } else {
      operations_ += Inner() + (repeated ? kRepeat : 0);
    }
    return all;
  }

  const models::Tree& tree_;
  double p_;
  double operations_ = 0;
};

double Now() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

constexpr int kRounds = 4'000'000;

#if defined(__x86_64__) && defined(__GNUC__)
#define RI_PEAK_LOOP(name, isa, lanes, registers)                                  \
  __attribute__((target(isa), noinline)) double name() {                           \
    using Vector __attribute__((vector_size(4 * (lanes)))) = float;                \
    Vector a[registers] = {};                                                      \
    const Vector x = Vector{} + 0.999F;                                            \
    const Vector y = Vector{} + 0.001F;                                            \
    const double start = Now();                                                    \
    for (int round = 0; round < kRounds; ++round) {                                \
      _Pragma("GCC unroll 16") for (int k = 0; k < (registers); ++k) {             \
        a[k] = a[k] * x + y;                                                       \
        asm volatile("" : "+v"(a[k]));                                             \
      }                                                                            \
    }                                                                              \
    return static_cast<double>(kRounds) * (registers) * (lanes) / (Now() - start); \
  }
#pragma GCC push_options
#pragma GCC optimize("fp-contract=fast")
RI_PEAK_LOOP(PeakAvx2, "avx2,fma", 8, 12)
RI_PEAK_LOOP(PeakAvx512, "avx512f", 16, 16)
#pragma GCC pop_options
#endif

}  // namespace

double OperationsPerRow(const models::TreeEnsemble& ensemble) {
  double operations = 0;
  for (const models::Tree& tree : ensemble.trees) {
    const int points = explanations::CompilePaths(tree, ensemble.num_features).points;
    operations += Counter(tree, points).Count();
  }
  return operations;
}

double LaneOperationsPerSecond(InstructionSet set) {
#if defined(__x86_64__) && defined(__GNUC__)
  const std::string_view name = explanations::NameOf(set);
  if (name == "AVX-512") {
    return PeakAvx512();
  }
  if (name == "AVX2") {
    return PeakAvx2();
  }
#endif
  return 0;
}

}  // namespace ri::bench
