// Import and load rates of the SQLite engine. Items are events.

#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/random.h"
#include "data/sqlite/sqlite_store.h"

namespace ri::data::sqlite {
namespace {

constexpr int kNumDeals = 25000;
constexpr int kEventsPerDeal = 20;

/// History in the order of time, as exports hold it: the deals are interleaved.
void ImportHistory(Store& store) {
  const auto import =
      store.BeginImport({.source = "s", .path = "p", .content_sha256 = "h", .mapping = "m"})
          .value();
  const std::uint32_t amount =
      import->Attribute({.name = "amount", .type = ValueType::kMoney}).value();
  base::RandomStream random(1, "store-benchmark");
  std::vector<Event> events;
  for (int step = 0; step < kEventsPerDeal; ++step) {
    events.clear();
    for (int deal = 0; deal < kNumDeals; ++deal) {
      events.push_back(
          {.entity = import->Intern(EntityKind::kDeal, "deal-" + std::to_string(deal)).value(),
           .attribute = amount,
           .event_time = 1'600'000'000'000 + step * std::int64_t{86'400'000},
           .value = static_cast<std::int64_t>(random.Below(1'000'000))});
    }
    benchmark::DoNotOptimize(import->Append(events).has_value());
  }
  benchmark::DoNotOptimize(import->Commit(kNumDeals).has_value());
}

std::string TemporaryFolder() {
  std::string folder = std::filesystem::temp_directory_path() / "revint-benchmark-XXXXXX";
  return mkdtemp(folder.data()) == nullptr ? std::string() : folder;
}

void BM_Import(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    const std::string folder = TemporaryFolder();
    const std::unique_ptr<Store> store = Open(folder + "/store.db").value();
    state.ResumeTiming();
    ImportHistory(*store);
    state.PauseTiming();
    std::filesystem::remove_all(folder);
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kNumDeals * kEventsPerDeal);
}
BENCHMARK(BM_Import)->Unit(benchmark::kMillisecond);

void BM_Load(benchmark::State& state) {
  const std::string folder = TemporaryFolder();
  const std::unique_ptr<Store> store = Open(folder + "/store.db").value();
  ImportHistory(*store);
  for (auto _ : state) {
    benchmark::DoNotOptimize(store->Load({}, base::Progress::Silent())->num_events());
  }
  state.SetItemsProcessed(state.iterations() * kNumDeals * kEventsPerDeal);
  std::filesystem::remove_all(folder);
}
BENCHMARK(BM_Load)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ri::data::sqlite
