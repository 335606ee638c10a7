/// Features of many deals from an event log in memory, timed.
///
///   ri_bench_features [--deals N] [--snapshots-per-deal N] [--ids created|random] [--threads N]
///                     [--runs N] [--export DIR]
///
/// Deals lie in memory in the order of their ids. In most CRMs ids grow with creation; --ids random
/// shows what ids without order cost.
///
/// With --export the events, the moments, the computed features and the time are written for
/// pandas_reference.py, which computes the same features and prints the ratio; run-comparison does
/// both. One thread is measured in processor time, more in wall time; the best of the runs counts.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <limits>
#include <string>

#include "domain/date.h"
#include "features/feature_engine.h"
#include "workload.h"

namespace ri::bench {
namespace {

struct Options {
  std::size_t deals = 200'000;
  std::size_t snapshots_per_deal = 1;
  bool ordered = true;
  int threads = 1;
  int runs = 3;
  std::string folder;
};

Options Parse(int argc, char** argv) {
  Options options;
  for (int k = 1; k + 1 < argc; k += 2) {
    const std::string name = argv[k];
    const std::string value = argv[k + 1];
    if (name == "--deals") {
      options.deals = std::stoul(value);
    } else if (name == "--snapshots-per-deal") {
      options.snapshots_per_deal = std::stoul(value);
    } else if (name == "--ids") {
      options.ordered = value != "random";
    } else if (name == "--threads") {
      options.threads = std::stoi(value);
    } else if (name == "--runs") {
      options.runs = std::stoi(value);
    } else if (name == "--export") {
      options.folder = value;
    } else {
      fmt::print(stderr, "Unknown option {}; see the top of main.cc.\n", name);
      std::exit(2);
    }
  }
  return options;
}

double Seconds(int threads) {
  timespec now{};
  clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Memory in use now and the most ever, MiB, from the kernel's own account.
struct Memory {
  double now = 0;
  double peak = 0;
};

Memory MeasureMemory() {
  Memory memory;
  std::ifstream status("/proc/self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) {
      memory.now = std::stod(line.substr(6)) / 1024;
    } else if (line.starts_with("VmHWM:")) {
      memory.peak = std::stod(line.substr(6)) / 1024;
    }
  }
  return memory;
}

/// Forgets the peak, so that making the workload does not count.
void ResetPeak() { std::ofstream("/proc/self/clear_refs") << "5"; }

void Export(const features::FeatureTable& table, double seconds, double memory,
            const std::string& folder) {
  std::ofstream values(folder + "/features.f32", std::ios::binary);
  values.write(reinterpret_cast<const char*>(table.values.values().data()),
               static_cast<std::streamsize>(table.values.values().size() * sizeof(float)));
  std::ofstream names(folder + "/features.txt");
  for (const features::FeatureDefinition& feature : table.features) {
    names << feature.name << '\n';
  }
  std::ofstream(folder + "/result.txt") << seconds << ' ' << memory << '\n';
}

int Run(const Options& options) {
  Workload workload = MakeWorkload(options.deals, options.ordered, 1);
  if (!options.folder.empty()) {
    WriteColumns(workload, options.folder);
  }
  std::vector<features::SnapshotKey> keys;
  for (std::size_t deal = 0; deal < options.deals; ++deal) {
    for (std::size_t i = 0; i < options.snapshots_per_deal; ++i) {
      keys.push_back(
          {static_cast<std::uint32_t>(deal), 0,
           domain::TimestampFromMilliseconds(workload.as_of[deal]) + std::chrono::days(i)});
    }
  }
  const std::size_t num_events = workload.content.rows.size();
  const data::EventLog log = data::EventLog::Build(std::move(workload.content));
  workload = {};
  const Memory before = MeasureMemory();
  ResetPeak();
  double best = std::numeric_limits<double>::infinity();
  double best_prepare = 0;
  double memory = 0;
  for (int run = 0; run < options.runs; ++run) {
    const double start = Seconds(options.threads);
    const features::FeatureEngine engine(log, {}, options.threads);
    const double prepared = Seconds(options.threads);
    const features::FeatureTable table = engine.Compute(keys, options.threads);
    const double end = Seconds(options.threads);
    if (end - start < best) {
      best = end - start;
      best_prepare = prepared - start;
    }
    if (run == 0) {
      memory = MeasureMemory().peak - before.now;
    }
    if (run == options.runs - 1) {
      fmt::print("{} deals, {} events, {} snapshots, {} features, {} thread(s)\n", options.deals,
                 num_events, keys.size(), table.features.size(), options.threads);
      fmt::print(
          "engine {:.3f} s + rows {:.3f} s = {:.3f} s; log {:.0f} MiB, beyond it {:.0f} MiB\n",
          best_prepare, best - best_prepare, best,
          static_cast<double>(num_events * sizeof(data::LoggedEvent)) / (1 << 20), memory);
      if (!options.folder.empty()) {
        Export(table, best, memory, options.folder);
      }
    }
  }
  return 0;
}

}  // namespace
}  // namespace ri::bench

int main(int argc, char** argv) { return ri::bench::Run(ri::bench::Parse(argc, argv)); }
