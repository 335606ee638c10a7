#include "forecasting/shapley.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "base/assertion.h"
#include "base/random.h"
#include "base/sum.h"

namespace ri::forecasting {
namespace {

constexpr std::size_t kMostPlayers = 24;

std::vector<double> Exact(std::size_t n, const CoalitionValue& value) {
  const std::size_t num_sets = std::size_t{1} << n;
  std::vector<double> values(num_sets);
  for (std::size_t set = 0; set < num_sets; ++set) {
    values[set] = value(static_cast<std::uint32_t>(set));
  }
  // Weight of a set of size s without the player: s! (n - 1 - s)! / n!
  std::vector<double> weight(n, 1 / static_cast<double>(n));
  for (std::size_t s = 1; s < n; ++s) {
    weight[s] = weight[s - 1] * static_cast<double>(s) / static_cast<double>(n - s);
  }
  std::vector<double> shares(n);
  for (std::size_t player = 0; player < n; ++player) {
    base::CompensatedSum share;
    const std::size_t bit = std::size_t{1} << player;
    for (std::size_t set = 0; set < num_sets; ++set) {
      if ((set & bit) == 0) {
        const auto size = static_cast<std::size_t>(__builtin_popcountll(set));
        share.Add(weight[size] * (values[set | bit] - values[set]));
      }
    }
    shares[player] = share.value();
  }
  return shares;
}

std::vector<double> Sampled(std::size_t n, const CoalitionValue& value,
                            const ShapleyOptions& options) {
  std::unordered_map<std::uint32_t, double> known;
  const auto valued = [&](std::uint32_t set) {
    const auto [at, fresh] = known.try_emplace(set, 0.0);
    if (fresh) {
      at->second = value(set);
    }
    return at->second;
  };
  base::RandomStream stream(options.seed, "shapley-orders");
  std::vector<base::CompensatedSum> sums(n);
  std::vector<std::size_t> order(n);
  const std::size_t num_pairs = std::max<std::size_t>(1, options.num_orders / 2);
  for (std::size_t pair = 0; pair < num_pairs; ++pair) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t k = n; k > 1; --k) {
      std::swap(order[k - 1], order[stream.Below(k)]);
    }
    for (int direction = 0; direction < 2; ++direction) {
      std::uint32_t set = 0;
      double before = valued(set);
      for (const std::size_t player : order) {
        set |= std::uint32_t{1} << player;
        const double after = valued(set);
        sums[player].Add(after - before);
        before = after;
      }
      std::ranges::reverse(order);
    }
  }
  std::vector<double> shares(n);
  for (std::size_t player = 0; player < n; ++player) {
    shares[player] = sums[player].value() / static_cast<double>(2 * num_pairs);
  }
  return shares;
}

}  // namespace

std::vector<double> ShapleyValues(std::size_t num_players, const CoalitionValue& value,
                                  const ShapleyOptions& options) {
  RI_ASSERT(num_players <= kMostPlayers);
  if (num_players == 0) {
    return {};
  }
  return num_players <= options.largest_exact ? Exact(num_players, value)
                                              : Sampled(num_players, value, options);
}

}  // namespace ri::forecasting
