#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "base/parallel.h"
#include "forecasting/attribution.h"
#include "forecasting/monte_carlo.h"
#include "forecasting/scenario.h"
#include "workload.h"

// Times of the exact forecast by size, and against simulation at equal error.
//   ri_bench_forecasting [--coverage N | --correlation N | --part
//   independent|roll-up|large|scenarios|simulation]

namespace {

using namespace ri;
using namespace ri::forecasting;
using bench::MakeWorkload;
using bench::Measure;
using bench::Timing;
using bench::Workload;

constexpr FactorModel kFactors{0.05, 0.05};

ForecastEngine Engine(const Workload& workload, const FactorModel& model, int num_threads,
                      std::size_t max_cells = 4096) {
  ForecastOptions options;
  options.num_threads = num_threads;
  options.max_cells = max_cells;
  auto engine = ForecastEngine::Create(workload.book, model, options);
  if (!engine.has_value()) {
    fmt::print(stderr, "{}\n", engine.error().ToString());
    std::exit(70);
  }
  return *std::move(engine);
}

void PrintIndependent() {
  fmt::print("Independent deals, one distribution, one thread\n");
  fmt::print("{:>8} {:>8} {:>9} {:>12} {:>12}\n", "deals", "cells", "cpu ms", "sd error",
             "ns/deal");
  for (const std::size_t n : {1000U, 3000U, 10000U, 30000U, 100000U}) {
    const Workload workload = MakeWorkload(n, 40, 8, 2, 1);
    ForecastNode node = workload.nodes.back();
    node.new_business = {};
    double exact_variance = 0;
    for (const ForecastDeal& deal : workload.book.deals) {
      exact_variance +=
          deal.win_this_period * (1 - deal.win_this_period) * deal.amount * deal.amount;
    }
    for (const std::size_t cells : {4096U, 65536U}) {
      const ForecastEngine engine = Engine(workload, {}, 1, cells);
      double deviation = 0;
      const Timing timing = Measure(5, [&] {
        deviation =
            engine.Forecast(node, ForecastPeriod::kCurrent)->distribution.standard_deviation();
      });
      fmt::print("{:>8} {:>8} {:>9.2f} {:>12.1e} {:>12.0f}\n", n, cells, timing.cpu_ms,
                 std::fabs(deviation / std::sqrt(exact_variance) - 1),
                 1e6 * timing.cpu_ms / static_cast<double>(n));
    }
  }
}

void PrintRollUp(std::size_t num_deals, int reps, int teams, int regions, int num_threads) {
  const Workload workload = MakeWorkload(num_deals, reps, teams, regions, 2);
  const ForecastEngine engine = Engine(workload, kFactors, num_threads);
  for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
    const Timing timing = Measure(num_deals > 10000 ? 1 : 3, [&] {
      if (!engine.ForecastAll(workload.nodes, period).has_value()) {
        std::exit(70);
      }
    });
    fmt::print("{:>8} deals {:>4} nodes, {} period, {} threads: {:>8.1f} ms wall {:>9.1f} ms cpu\n",
               num_deals, workload.nodes.size(),
               period == ForecastPeriod::kCurrent ? "this" : "next", num_threads, timing.wall_ms,
               timing.cpu_ms);
  }
  std::fflush(stdout);
}

void PrintPins(const FactorModel& model, const char* name) {
  const Workload workload = MakeWorkload(10000, 40, 8, 2, 3);
  const ForecastEngine engine = Engine(workload, model, 1);
  const ForecastNode& total = workload.nodes.back();
  const auto spectrum = engine.Open(total, ForecastPeriod::kCurrent);
  const Pin pins[] = {
      {77, PinKind::kWon, {}}, {4000, PinKind::kLost, {}}, {9000, PinKind::kSlipped, {}}};
  bool recomputed = false;
  const Timing one = Measure(5, [&] {
    recomputed = ApplyPins(*spectrum, total, std::span(pins, 1), engine.options())->recomputed;
  });
  const Timing three = Measure(5, [&] {
    recomputed = ApplyPins(*spectrum, total, pins, engine.options())->recomputed || recomputed;
  });
  const Timing again = Measure(3, [&] {
    if (!engine.Forecast(total, ForecastPeriod::kCurrent).has_value()) {
      std::exit(70);
    }
  });
  fmt::print("10,000 deals, {}: one pin {:.2f} ms, three pins {:.2f} ms, rerun {:.1f} ms (cpu){}\n",
             name, one.cpu_ms, three.cpu_ms, again.cpu_ms, recomputed ? ", recomputed" : "");
}

void PrintAttribution() {
  const Workload workload = MakeWorkload(2000, 30, 6, 3, 4);
  const ForecastEngine engine = Engine(workload, kFactors, 1);
  const auto spectrum = engine.Open(workload.nodes.back(), ForecastPeriod::kCurrent);
  AttributionOptions options;
  options.quota = spectrum->distribution().Quantile(0.6);
  const Timing timing = Measure(3, [&] {
    if (!AttributeRisk(*spectrum, options).has_value()) {
      std::exit(70);
    }
  });
  fmt::print("2,000 deals: downside share and make-or-break swing of every deal {:.1f} ms cpu\n",
             timing.cpu_ms);
}

// Simulation reaches a standard error of e in the distribution function at the median with
// 1 / (4 e^2) paths.
void PrintAgainstSimulation() {
  constexpr double kError = 1e-3;
  constexpr double kPathsNeeded = 0.25 / (kError * kError);
  constexpr std::size_t kPaths = 2000;
  fmt::print(
      "\nExact engine against own simulation at a standard error of {} in F (common factors)\n",
      kError);
  for (const std::size_t n : {300U, 2000U, 10000U}) {
    const Workload workload = MakeWorkload(n, 30, 6, 3, 5);
    const ForecastEngine engine = Engine(workload, kFactors, 1);
    const ForecastNode& total = workload.nodes.back();
    const Timing exact = Measure(3, [&] {
      if (!engine.Forecast(total, ForecastPeriod::kCurrent).has_value()) {
        std::exit(70);
      }
    });
    SimulationOptions options;
    options.num_paths = kPaths;
    const Timing simulated = Measure(1, [&] {
      if (!Simulate(engine, total, options).has_value()) {
        std::exit(70);
      }
    });
    const double needed = simulated.cpu_ms * kPathsNeeded / kPaths;
    fmt::print(
        "{:>8} deals: exact {:>7.1f} ms, simulation {:>10.0f} ms for both periods, ratio {:.0f}\n",
        n, exact.cpu_ms, needed, needed / exact.cpu_ms);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int num_threads = base::DefaultThreadCount();
  const std::string_view option = argc == 3 ? argv[1] : "";
  if (option == "--coverage") {
    bench::PrintCoverage(std::atoi(argv[2]), num_threads);
    return 0;
  }
  if (option == "--correlation") {
    bench::PrintCorrelation(std::atoi(argv[2]), num_threads);
    return 0;
  }
  const std::string_view only = option == "--part" ? argv[2] : "";
  const auto wanted = [only](std::string_view part) { return only.empty() || only == part; };
  if (wanted("independent")) {
    PrintIndependent();
  }
  if (wanted("roll-up")) {
    fmt::print("\nRoll-up with a global and a team factor (latent .05 each)\n");
    PrintRollUp(2000, 30, 6, 3, num_threads);
  }
  if (wanted("large")) {
    PrintRollUp(20000, 120, 12, 4, num_threads);
    PrintRollUp(100000, 440, 50, 9, num_threads);
  }
  if (wanted("scenarios")) {
    fmt::print("\nScenarios and attribution, one thread\n");
    PrintPins({}, "independent");
    PrintPins(kFactors, "common factors");
    PrintAttribution();
  }
  if (wanted("simulation")) {
    PrintAgainstSimulation();
  }
  return 0;
}
