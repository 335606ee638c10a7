#include "training/later_rows.h"

#include <algorithm>

#include "domain/probability.h"
#include "training/snapshot_set.h"

namespace ri::training {
namespace {

constexpr std::size_t kMinRows = 50;

/// Win rate of the deals closed before the cutoff, in deals.
double BaseRateBefore(const SnapshotCounts& counts) {
  return (static_cast<double>(counts.won_deals) + 0.5) /
         (static_cast<double>(counts.closed_deals) + 1);
}

}  // namespace

Result<std::optional<Evaluation>> JudgeLaterRows(const data::EventLog& log,
                                                 const features::FeatureEngine& engine,
                                                 const models::DealOutcomeModel& model,
                                                 const TrainOptions& options) {
  const domain::Timestamp end = domain::StartOf(domain::MakeDate(2200, 1, 1));
  const SnapshotSet before = CollectSnapshots(
      log, engine,
      {.cutoff = options.cutoff, .max_rows = options.max_rows, .num_threads = options.num_threads});
  domain::Timestamp newest{};
  for (const auto& lives : engine.episodes()) {
    for (const features::Episode& episode : lives) {
      if (episode.outcome_visible && !episode.undated) {
        newest = std::max(newest, *episode.outcome_visible);
      }
    }
  }
  if (newest <= options.cutoff || newest >= end) {
    return std::nullopt;
  }
  SnapshotSet set = CollectSnapshots(log, engine,
                                     {.cutoff = newest + std::chrono::milliseconds(1),
                                      .max_rows = options.max_rows,
                                      .num_threads = options.num_threads});
  std::erase_if(set.rows, [&](const TrainingRow& row) {
    return row.undated || row.key.as_of < options.cutoff || row.outcome == features::Outcome::kOpen;
  });
  if (set.rows.size() < kMinRows) {
    return std::nullopt;
  }
  std::vector<features::SnapshotKey> keys;
  OutOfTimeSample sample{.baseline_name = "base rate before the cutoff"};
  for (const TrainingRow& row : set.rows) {
    keys.push_back(row.key);
    sample.label.push_back(row.label());
    sample.cluster.push_back(row.cluster);
  }
  if (std::ranges::count(sample.label, 1.0) == 0 || std::ranges::count(sample.label, 0.0) == 0) {
    return std::nullopt;
  }
  sample.weight.assign(keys.size(), 1.0);
  sample.baseline.assign(keys.size(), BaseRateBefore(before.counts));
  const features::FeatureTable table = engine.Compute(keys, options.num_threads);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  for (const models::Prediction& prediction : model.Predict(encoded.view(), options.num_threads)) {
    sample.model.push_back(prediction.win.value());
  }
  return Evaluate(sample, options.num_threads);
}

}  // namespace ri::training
