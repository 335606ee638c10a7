#include "open_pipeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "domain/date.h"
#include "features/feature_engine.h"
#include "measurement.h"
#include "open_url.h"

namespace ri::bench {
namespace {

constexpr int kRuns = 5;

struct Sums {
  std::vector<std::int64_t> minor;
  std::vector<std::int64_t> count;

  void Add(const std::optional<std::size_t>& index, std::int64_t amount) {
    if (index) {
      minor[*index] += amount;
      ++count[*index];
    }
  }
};

Sums Empty(std::size_t size) {
  return {.minor = std::vector<std::int64_t>(size), .count = std::vector<std::int64_t>(size)};
}

}  // namespace

Status MeasureOpenPipeline(const std::string& url, const std::string& as_of, int threads) {
  const auto moment = domain::ParseIsoTimestamp(as_of);
  if (!moment) {
    return Fail(ErrorCode::kUsage, as_of + " is no date.");
  }
  RI_ASSIGN_OR_RETURN(const auto store, OpenUrl(url));
  const Stopwatch loading;
  RI_ASSIGN_OR_RETURN(const data::EventLog log, store->Load({}, base::Progress::Silent()));
  const double load_seconds = loading.wall();
  const Stopwatch preparing;
  const features::FeatureEngine engine(log, {}, threads);
  const double prepare_seconds = preparing.wall();

  double state_seconds = std::numeric_limits<double>::infinity();
  double feature_seconds = std::numeric_limits<double>::infinity();
  std::size_t num_open = 0;
  std::int64_t total = 0;
  for (int run = 0; run < kRuns; ++run) {
    const Stopwatch watch;
    const std::vector<features::SnapshotKey> keys = engine.OpenAt(*moment);
    std::vector<std::uint32_t> deals;
    deals.reserve(keys.size());
    for (const features::SnapshotKey& key : keys) {
      deals.push_back(key.deal);
    }
    const auto states = features::StatesAsOf(log, deals, *moment, threads);
    Sums by_stage = Empty(log.symbols().size());
    Sums by_owner = Empty(log.count(data::EntityKind::kRep));
    Sums by_account = Empty(log.count(data::EntityKind::kAccount));
    total = 0;
    for (const features::DealState& state : states) {
      const std::int64_t amount = state.amount == data::kNoValue ? 0 : state.amount;
      total += amount;
      by_stage.Add(state.stage, amount);
      by_owner.Add(state.owner, amount);
      by_account.Add(state.account, amount);
    }
    state_seconds = std::min(state_seconds, watch.wall());
    num_open = keys.size();
    const Stopwatch features_watch;
    const features::FeatureTable table = engine.Compute(keys, threads);
    feature_seconds = std::min(feature_seconds, features_watch.wall());
  }
  fmt::print(
      "{{\"deals\": {}, \"events\": {}, \"open\": {}, \"open_minor\": {}, \"load\": {:.6f}, "
      "\"prepare\": {:.6f}, \"state\": {:.6f}, \"features\": {:.6f}, \"threads\": {}}}\n",
      log.count(data::EntityKind::kDeal), log.num_events(), num_open, total, load_seconds,
      prepare_seconds, state_seconds, feature_seconds, threads);
  return {};
}

}  // namespace ri::bench
