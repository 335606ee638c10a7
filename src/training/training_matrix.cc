#include "training/training_matrix.h"

#include <algorithm>
#include <numeric>

#include "training/unlearnable_features.h"

namespace ri::training {
namespace {

constexpr std::string_view kStageFeature = "stage";

/// Among few deals a label must be allowed to be rare, or every category is little more than
/// "(other)"; penalties keep rare ones from saying much.
models::EncoderOptions EncoderOptionsFor(const SnapshotSet& set) {
  models::EncoderOptions options;
  options.min_label_rows =
      std::clamp<std::size_t>(set.counts.closed_deals / 50, 5, options.min_label_rows);
  return options;
}

}  // namespace

Result<TrainingMatrix> BuildTrainingMatrix(const data::EventLog& log,
                                           const features::FeatureEngine& engine,
                                           const SnapshotOptions& options) {
  TrainingMatrix matrix;
  matrix.set = CollectSnapshots(log, engine, options);
  if (matrix.set.rows.empty()) {
    return Fail(
        ErrorCode::kBadInput,
        "No deal was open before " + domain::FormatTimestamp(options.cutoff) +
            ", so there is nothing to learn from. Import more history or choose a later cutoff.");
  }
  std::vector<features::SnapshotKey> keys;
  keys.reserve(matrix.set.rows.size());
  for (const TrainingRow& row : matrix.set.rows) {
    keys.push_back(row.key);
  }
  matrix.table = engine.Compute(keys, options.num_threads);
  matrix.leaking = FindLeakingFeatures(matrix.table, matrix.set, options.cutoff);
  const models::EncoderOptions encoder = EncoderOptionsFor(matrix.set);
  UnlearnableFeatures unlearnable = FindUnlearnableFeatures(matrix.table, matrix.set, encoder);
  matrix.left_out = unlearnable.reason;
  std::vector<LeakingFeature> dropped = matrix.leaking;
  for (std::string& name : unlearnable.names) {
    dropped.push_back({std::move(name), unlearnable.reason});
  }
  if (!dropped.empty()) {
    matrix.table = WithoutFeatures(matrix.table, dropped);
  }
  std::vector<std::size_t> all(keys.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  RI_ASSIGN_OR_RETURN(matrix.encoder, models::FeatureEncoder::Fit(matrix.table, all, encoder));
  RI_ASSIGN_OR_RETURN(matrix.encoded, matrix.encoder.Encode(matrix.table));
  const auto& columns = matrix.encoder.columns();
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (matrix.encoder.feature_names()[columns[j].feature] == kStageFeature &&
        columns[j].kind != models::EncodedColumn::Kind::kNumber) {
      matrix.stage_columns.push_back(j);
    }
  }
  return matrix;
}

base::Matrix<float> TakeRows(const base::Matrix<float>& matrix, std::span<const std::size_t> rows) {
  base::Matrix<float> taken(rows.size(), matrix.num_columns());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::ranges::copy(matrix.row(rows[i]), taken.row(i).begin());
  }
  return taken;
}

}  // namespace ri::training
