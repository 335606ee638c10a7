#include "training/out_of_time.h"

#include <algorithm>
#include <atomic>
#include <numeric>

#include "base/parallel.h"
#include "models/stage_table.h"

namespace ri::training {
namespace {

constexpr double kMinObservationChance = 0.2;  // a weight above 5 would let single rows decide

/// Everything an origin's fits share.
struct OriginData {
  LabelsAtCut labels;
  base::Matrix<float> training;
  std::vector<double> weights;
  std::vector<std::uint32_t> deals;
  std::vector<std::size_t> validated;  ///< positions in OutOfTimeRows
  base::Matrix<float> validation;
  std::vector<double> validation_labels;
  std::vector<double> validation_weights;
};

OutOfTimeRows ValidatedRows(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                            std::span<const Origin> origins, const OutOfTimeOptions& options) {
  OutOfTimeRows result;
  std::vector<std::size_t> rows;
  std::vector<std::size_t> origin_of;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const TrainingRow& row = matrix.set.rows[i];
    for (std::size_t k = 0; k < origins.size(); ++k) {
      if (row.key.as_of >= origins[k].validate_begin && row.key.as_of < origins[k].validate_end &&
          row.KnownBefore(options.cutoff)) {
        rows.push_back(i);
        origin_of.push_back(k);
      }
    }
  }
  const auto timing =
      models::TimeToClose::Fit(TimingRecordsAt(episodes, options.cutoff), options.calendar);
  const std::vector<ObservationChance> chances =
      ObservationChances(matrix, rows, episodes, timing ? std::optional(*timing) : std::nullopt,
                         options.cutoff, options.num_threads);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    // A row counts when both outcomes had a fair chance to be seen; leaving rows out by their own
    // outcome would tilt the sample.
    if (std::min(chances[i].won, chances[i].lost) < kMinObservationChance) {
      continue;
    }
    const TrainingRow& row = matrix.set.rows[rows[i]];
    const double label = row.label();
    result.rows.push_back(rows[i]);
    result.origin.push_back(origin_of[i]);
    result.label.push_back(label);
    result.weight.push_back(1 / (label > 0 ? chances[i].won : chances[i].lost));
    result.cluster.push_back(row.cluster);
  }
  return result;
}

Result<std::vector<double>> PredictStageTable(const TrainingMatrix& matrix,
                                              const OriginData& data) {
  if (matrix.stage_columns.empty()) {
    return Fail(ErrorCode::kNotFound, "The data has no stages.");
  }
  RI_ASSIGN_OR_RETURN(
      const models::StageTable table,
      models::FitStageTable(
          {.rows = data.training.view(), .labels = data.labels.labels, .weights = data.weights},
          data.deals, matrix.stage_columns));
  return table.Margins(data.validation.view());
}

}  // namespace

Result<OutOfTimeResult> PredictOutOfTime(const TrainingMatrix& matrix,
                                         const EpisodesOfDeals& episodes,
                                         std::span<const Origin> origins,
                                         std::span<const CandidateSpec> ladder,
                                         const OutOfTimeOptions& options,
                                         base::Progress& progress) {
  OutOfTimeResult result;
  result.rows = ValidatedRows(matrix, episodes, origins, options);
  std::vector<OriginData> data(origins.size());
  progress.Begin("Reading the past at rolling origins", origins.size());
  for (std::size_t k = 0; k < origins.size(); ++k) {
    OriginData& origin = data[k];
    RI_ASSIGN_OR_RETURN(origin.labels, LabelRowsAt(matrix, episodes, origins[k].cut,
                                                   {.calendar = options.calendar,
                                                    .seed = options.seed,
                                                    .num_threads = options.num_threads},
                                                   base::Progress::Silent()));
    origin.training = TakeRows(matrix.encoded, origin.labels.rows);
    origin.weights.assign(origin.labels.rows.size(), 1.0);
    for (const std::size_t row : origin.labels.rows) {
      origin.deals.push_back(matrix.set.rows[row].key.deal);
    }
    std::vector<std::size_t> validated_rows;
    for (std::size_t i = 0; i < result.rows.rows.size(); ++i) {
      if (result.rows.origin[i] == k) {
        origin.validated.push_back(i);
        validated_rows.push_back(result.rows.rows[i]);
        origin.validation_labels.push_back(result.rows.label[i]);
        origin.validation_weights.push_back(result.rows.weight[i]);
      }
    }
    origin.validation = TakeRows(matrix.encoded, validated_rows);
    progress.Update(k + 1);
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Training was stopped; nothing was stored.");
    }
  }
  progress.End();

  for (const CandidateSpec& spec : ladder) {
    if (spec.family == Family::kStageTable && matrix.stage_columns.empty()) {
      continue;
    }
    result.candidates.push_back({.spec = spec,
                                 .margins = std::vector<double>(result.rows.rows.size()),
                                 .rounds = std::vector<int>(origins.size())});
  }
  const std::size_t num_fits = result.candidates.size() * origins.size();
  std::vector<Status> statuses(num_fits);
  std::atomic<std::size_t> done{0};
  progress.Begin("Judging candidates at rolling origins", num_fits);
  // The costly candidates stand at the end of the ladder; starting with them keeps threads busy.
  base::ParallelFor(num_fits, 1, options.num_threads, [&](std::size_t begin, std::size_t) {
    const std::size_t fit = num_fits - 1 - begin;
    CandidateMargins& candidate = result.candidates[fit / origins.size()];
    const std::size_t k = fit % origins.size();
    const OriginData& origin = data[k];
    if (progress.cancelled() || origin.validated.empty()) {
      return;
    }
    const auto store = [&](const std::vector<double>& margins) {
      for (std::size_t i = 0; i < margins.size(); ++i) {
        candidate.margins[origin.validated[i]] = margins[i];
      }
    };
    if (candidate.spec.family == Family::kStageTable) {
      const auto margins = PredictStageTable(matrix, origin);
      if (margins) {
        store(*margins);
      } else {
        statuses[fit] = std::unexpected(margins.error());
      }
    } else {
      const models::LabelledRows validation{.rows = origin.validation.view(),
                                            .labels = origin.validation_labels,
                                            .weights = origin.validation_weights};
      const auto head =
          FitCandidate(candidate.spec,
                       {.rows = origin.training.view(),
                        .labels = origin.labels.labels,
                        .weights = origin.weights},
                       {.seed = options.seed, .bags = options.bags, .validation = validation},
                       base::Progress::Silent());
      if (head) {
        candidate.rounds[k] = head->rounds;
        store(head->Margins(origin.validation.view()));
      } else {
        statuses[fit] = std::unexpected(head.error());
      }
    }
    progress.Update(++done);
  });
  progress.End();
  if (progress.cancelled()) {
    return Fail(ErrorCode::kCancelled, "Training was stopped; nothing was stored.");
  }
  for (const Status& status : statuses) {
    RI_RETURN_IF_ERROR(status);
  }
  return result;
}

}  // namespace ri::training
