#include "workload.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <string>

#include "base/random.h"

namespace ri::bench {
namespace {

double ProcessMilliseconds() { return 1000.0 * static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

Workload MakeWorkload(std::size_t num_deals, int num_reps, int num_teams, int num_regions,
                      std::uint64_t seed) {
  using forecasting::TreeNode;
  Workload workload;
  base::RandomStream stream(seed, "bench-forecast-book");
  std::vector<TreeNode> tree;
  const int total = num_reps + num_teams + num_regions;
  for (int rep = 0; rep < num_reps; ++rep) {
    tree.push_back({"rep " + std::to_string(rep), num_reps + rep % num_teams, {}, {}, {}});
  }
  for (int team = 0; team < num_teams; ++team) {
    const auto index = static_cast<std::uint32_t>(team);
    tree.push_back({"team " + std::to_string(team),
                    num_reps + num_teams + team % num_regions,
                    {},
                    {},
                    {std::vector<std::uint32_t>{index}, {index}}});
    forecasting::NewBusiness unit{0.01 * static_cast<double>(num_deals) / num_teams, 4, {}};
    for (int k = 0; k < 16; ++k) {
      unit.severity.push_back(
          {std::round(12000 * std::exp(0.8 * base::NormalQuantile((k + .5) / 16))), 1.0 / 16});
    }
    workload.book.new_business.push_back(std::move(unit));
  }
  for (int region = 0; region < num_regions; ++region) {
    tree.push_back({"region " + std::to_string(region), total, {}, {}, {}});
  }
  tree.push_back({"total", -1, {2e5, 0}, {}, {}});
  for (std::size_t i = 0; i < num_deals; ++i) {
    const std::string digits = std::to_string(i);
    const auto rep = static_cast<int>(stream.Below(static_cast<std::uint64_t>(num_reps)));
    forecasting::ForecastDeal deal;
    deal.id = domain::DealId(std::string(8 - digits.size(), '0') + digits);
    deal.win_this_period = 0.01 + 0.7 * stream.Uniform() * stream.Uniform();
    deal.win_next_period = (1 - deal.win_this_period) * 0.5 * stream.Uniform();
    deal.amount = std::round(20000 * std::exp(stream.Normal()));
    deal.team = rep % num_teams;
    workload.book.deals.push_back(std::move(deal));
    tree[static_cast<std::size_t>(rep)].deals.push_back(static_cast<std::uint32_t>(i));
  }
  auto nodes = forecasting::RollUp(tree);
  workload.nodes = *std::move(nodes);
  return workload;
}

Timing Measure(int rounds, const std::function<void()>& run) {
  std::vector<Timing> timings;
  for (int round = 0; round < rounds; ++round) {
    const auto wall = std::chrono::steady_clock::now();
    const double cpu = ProcessMilliseconds();
    run();
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - wall;
    timings.push_back({elapsed.count(), ProcessMilliseconds() - cpu});
  }
  std::ranges::sort(timings, {}, &Timing::cpu_ms);
  return timings[timings.size() / 2];
}

}  // namespace ri::bench
