// What empty fields cost: a model that has seen nothing of the last half year is judged on it,
// apart for deals with and without a value.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "service/quality_fields.h"
#include "service/quality_report.h"
#include "training/snapshot_set.h"
#include "training/trainer.h"

namespace ri::service {
namespace {

constexpr std::int64_t kJudgedDays = 182;
constexpr std::size_t kFewestRows = 100;
constexpr std::size_t kFewestClusters = 20;
constexpr double kQuantile90 = 1.6449;  // two-sided 90 %

struct Judged {
  std::vector<training::TrainingRow> rows;
  std::vector<double> losses;
};

double LossOf(double probability, double label) {
  const double p = std::clamp(label > 0.5 ? probability : 1 - probability, 1e-15, 1.0);
  return -std::log(p);
}

/// Mean and cluster-robust variance of the mean.
struct MeanOfClusters {
  double mean = 0;
  double variance = 0;
  std::size_t clusters = 0;
};

MeanOfClusters MeanOf(const Judged& judged, const std::vector<std::size_t>& rows) {
  MeanOfClusters result;
  for (const std::size_t row : rows) {
    result.mean += judged.losses[row];
  }
  result.mean /= static_cast<double>(rows.size());
  std::map<std::uint32_t, double> residuals;
  for (const std::size_t row : rows) {
    residuals[judged.rows[row].cluster] += judged.losses[row] - result.mean;
  }
  result.clusters = residuals.size();
  for (const auto& [cluster, residual] : residuals) {
    result.variance += residual * residual;
  }
  const auto clusters = static_cast<double>(result.clusters);
  result.variance *= clusters > 1 ? clusters / (clusters - 1) : 0;
  result.variance /= static_cast<double>(rows.size()) * static_cast<double>(rows.size());
  return result;
}

Result<Judged> Judge(const book::Knowledge& knowledge, const models::DealOutcomeModel& model,
                     domain::Timestamp cutoff, domain::Timestamp as_of, int threads) {
  training::SnapshotSet set = training::CollectSnapshots(*knowledge.log, *knowledge.engine,
                                                         {.cutoff = as_of, .num_threads = threads});
  std::erase_if(set.rows, [&](const training::TrainingRow& row) {
    return row.undated || row.key.as_of < cutoff || !row.KnownBefore(as_of);
  });
  Judged judged;
  judged.rows = std::move(set.rows);
  if (judged.rows.empty()) {
    return judged;
  }
  std::vector<features::SnapshotKey> keys;
  for (const training::TrainingRow& row : judged.rows) {
    keys.push_back(row.key);
  }
  const features::FeatureTable table = knowledge.engine->Compute(keys, threads);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  const auto predictions = model.Predict(encoded.view(), threads);
  for (std::size_t i = 0; i < predictions.size(); ++i) {
    judged.losses.push_back(LossOf(predictions[i].win.value(), judged.rows[i].label()));
  }
  return judged;
}

}  // namespace

Status MeasureFieldCosts(book::Workspace& workspace, const book::Knowledge& knowledge,
                         QualityReport& report, base::Progress& progress) {
  const domain::Timestamp cutoff = report.as_of - std::chrono::days(kJudgedDays);
  const auto refuse = [&report](const std::string& why) {
    report.cost_basis = "Cannot be measured on this data: " + why;
    for (FieldHygiene& field : report.fields) {
      field.no_cost = why;
    }
    return Status();
  };
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  const auto trained = training::Train(*knowledge.log, *knowledge.engine,
                                       {.cutoff = cutoff,
                                        .num_threads = workspace.num_threads(),
                                        .max_rows = 30'000,
                                        .origins = 2,
                                        .bags = 2,
                                        .bags_at_origins = 1,
                                        .calendar = calendar,
                                        .compare = false},
                                       progress);
  if (!trained) {
    if (trained.error().code() == ErrorCode::kCancelled) {
      return std::unexpected(trained.error());
    }
    return refuse(trained.error().message());
  }
  if (!trained->refusal.empty()) {
    return refuse(trained->refusal);
  }
  RI_ASSIGN_OR_RETURN(const Judged judged, Judge(knowledge, trained->model, cutoff, report.as_of,
                                                 workspace.num_threads()));
  report.cost_basis = fmt::format(
      "Scores of {} Monday snapshots since {} whose deals have closed, by a model that was trained "
      "before that day.",
      judged.rows.size(), domain::FormatDate(domain::DateOf(cutoff)));
  const DealFields fields(*knowledge.log);
  std::vector<std::vector<bool>> filled(fields.count(), std::vector<bool>(judged.rows.size()));
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i < judged.rows.size(); ++i) {
    const features::SnapshotKey& key = judged.rows[i].key;
    fields.ValuesAt(key.deal, domain::Milliseconds(key.as_of), values);
    for (std::size_t f = 0; f < fields.count(); ++f) {
      filled[f][i] = values[f] != data::kNoValue;
    }
  }
  for (std::size_t f = 0; f < fields.count(); ++f) {
    const auto field = std::ranges::find(report.fields, fields.name(f), &FieldHygiene::field);
    if (field == report.fields.end()) {
      continue;
    }
    std::vector<std::size_t> with;
    std::vector<std::size_t> without;
    for (std::size_t i = 0; i < judged.rows.size(); ++i) {
      (filled[f][i] ? with : without).push_back(i);
    }
    if (std::min(with.size(), without.size()) < kFewestRows) {
      field->no_cost =
          fmt::format("{} snapshots with a value and {} without; {} of each are needed",
                      with.size(), without.size(), kFewestRows);
      continue;
    }
    const MeanOfClusters one = MeanOf(judged, with);
    const MeanOfClusters other = MeanOf(judged, without);
    if (std::min(one.clusters, other.clusters) < kFewestClusters) {
      field->no_cost = "the snapshots belong to too few deals";
      continue;
    }
    const double spread = kQuantile90 * std::sqrt(one.variance + other.variance);
    const double difference = other.mean - one.mean;
    field->cost = FieldCost{.rows_with = with.size(),
                            .rows_without = without.size(),
                            .deals_with = one.clusters,
                            .deals_without = other.clusters,
                            .difference = difference,
                            .low = difference - spread,
                            .high = difference + spread};
  }
  return {};
}

}  // namespace ri::service
