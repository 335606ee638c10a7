// Deals per second of the generator, with and without truth, and the cost of one exact truth.
//
//   ri_synthetic_benchmark --benchmark_counters_tabular=true
//
// The promise is 100,000 deals with their history per minute on two cores: 1,667 deals per second.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <string>

#include "synthetic/generator.h"
#include "synthetic/truth_oracle.h"

namespace ri::synthetic {
namespace {

constexpr double kPromisedDealsPerSecond = 100'000 / 60.0;

void GenerateExport(benchmark::State& state, const char* scenario, double truth_share) {
  const auto folder = std::filesystem::temp_directory_path() / "ri-synthetic-benchmark";
  GeneratorOptions options;
  options.scenario = scenario;
  options.deals = static_cast<std::size_t>(state.range(0));
  options.threads = static_cast<int>(state.range(1));
  options.truth_share = truth_share;
  options.quarter_draws = 0;
  options.output_folder = folder.string();
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
  for (auto _ : state) {
    std::filesystem::remove_all(folder);
    const auto report = Generate(options);
    if (!report) {
      state.SkipWithError(report.error().ToString().c_str());
      return;
    }
    for (const WrittenFile& file : report->files) {
      bytes += file.bytes;
      rows += file.rows;
    }
  }
  std::filesystem::remove_all(folder);
  const double deals = static_cast<double>(options.deals) * static_cast<double>(state.iterations());
  state.SetBytesProcessed(bytes);
  state.counters["deals/s"] = benchmark::Counter(deals, benchmark::Counter::kIsRate);
  state.counters["rows/deal"] = static_cast<double>(rows) / deals;
  state.counters["x promise"] =
      benchmark::Counter(deals / kPromisedDealsPerSecond, benchmark::Counter::kIsRate);
}

void ExactTruth(benchmark::State& state) {
  GeneratorOptions options;
  options.scenario = "realistic";
  options.deals = 2'000;
  auto oracle = *TruthOracle::Create(options);
  DealTruth truth(oracle.company());
  std::size_t deal = 0;
  std::int64_t snapshots = 0;
  for (auto _ : state) {
    const DealRecord& record = oracle.Record(deal++ % oracle.num_deals());
    for (const DealEpisode& episode : record.episodes) {
      const std::vector<domain::Date> commits(episode.path.weeks.size(),
                                              record.versions.front().commit_date);
      benchmark::DoNotOptimize(truth.AlongPath(episode.dynamics, episode.path, commits));
      snapshots += static_cast<std::int64_t>(commits.size());
    }
  }
  state.SetItemsProcessed(snapshots);
}

BENCHMARK_CAPTURE(GenerateExport, realistic_without_truth, "realistic", 0.0)
    ->Args({20'000, 1})
    ->Args({20'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);
BENCHMARK_CAPTURE(GenerateExport, realistic_with_truth, "realistic", 1.0)
    ->Args({20'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);
BENCHMARK_CAPTURE(GenerateExport, enterprise_without_truth, "enterprise", 0.0)
    ->Args({50'000, 2})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(1);
BENCHMARK(ExactTruth)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace ri::synthetic
