#include "training/out_of_time.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "base/parallel.h"
#include "base/random.h"
#include "models/stage_table.h"

namespace ri::training {
namespace {

constexpr double kMinObservationChance = 0.2;  // a weight above 5 would let single rows decide
constexpr std::string_view kDaysToCommit = "days_to_commit";

/// What a fit at an origin leaves behind.
struct FittedMargins {
  std::vector<double> validation;
  std::vector<double> timed;
  int rounds = 0;
};

/// Numbers as hexadecimal floating point: a resumed training gives the same bytes as one that was
/// never stopped.
std::string WriteMargins(const FittedMargins& fitted) {
  std::string text =
      fmt::format("{} {} {}", fitted.rounds, fitted.validation.size(), fitted.timed.size());
  for (const auto* margins : {&fitted.validation, &fitted.timed}) {
    for (const double margin : *margins) {
      text += fmt::format(" {:a}", margin);
    }
  }
  return text;
}

/// Empty for anything that WriteMargins would not have written for this origin.
std::optional<FittedMargins> ReadMargins(const std::optional<std::string>& text,
                                         const OriginData& origin) {
  if (!text) {
    return std::nullopt;
  }
  const char* at = text->c_str();
  const auto number = [&]() -> std::optional<double> {
    char* end = nullptr;
    const double value = std::strtod(at, &end);
    if (end == at || !std::isfinite(value)) {
      return std::nullopt;
    }
    at = end;
    return value;
  };
  const auto rounds = number();
  const auto validated = number();
  const auto timed = number();
  if (!rounds || !validated || !timed ||
      *validated != static_cast<double>(origin.validated.size()) ||
      *timed != static_cast<double>(origin.timed.size())) {
    return std::nullopt;
  }
  FittedMargins fitted{.rounds = static_cast<int>(*rounds)};
  for (std::size_t i = 0; i < origin.validated.size() + origin.timed.size(); ++i) {
    const auto margin = number();
    if (!margin) {
      return std::nullopt;
    }
    (i < origin.validated.size() ? fitted.validation : fitted.timed).push_back(*margin);
  }
  return fitted;
}

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
    result.deal.push_back(row.key.deal);
  }
  return result;
}

/// Days to the promised close as the features show it; empty where there is no such feature.
std::vector<float> DaysToCommit(const TrainingMatrix& matrix) {
  const auto column = matrix.table.Find(kDaysToCommit);
  std::vector<float> days;
  for (std::size_t i = 0; column && i < matrix.table.values.num_rows(); ++i) {
    days.push_back(matrix.table.values(i, *column));
  }
  return days;
}

TimedRows CollectTimedRows(const TrainingMatrix& matrix, std::span<const Origin> origins,
                           const OutOfTimeOptions& options) {
  TimedRows result;
  if (matrix.set.all_undated) {
    return result;
  }
  const std::vector<float> commit = DaysToCommit(matrix);
  const domain::Date cutoff = domain::DateOf(options.cutoff);
  std::vector<std::pair<std::size_t, std::size_t>> found;  // row, origin
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const TrainingRow& row = matrix.set.rows[i];
    for (std::size_t k = 0; k < origins.size(); ++k) {
      if (!row.undated && row.key.as_of >= origins[k].validate_begin &&
          row.key.as_of < origins[k].validate_end &&
          options.calendar.QuarterEnd(domain::DateOf(row.key.as_of)) <= cutoff) {
        found.emplace_back(i, k);
      }
    }
  }
  const double share =
      static_cast<double>(options.max_timed_rows) / static_cast<double>(found.size());
  for (const auto& [i, k] : found) {
    const TrainingRow& row = matrix.set.rows[i];
    base::RandomStream coin(
        options.seed, "timed-row",
        base::HashCombine(row.key.deal,
                          static_cast<std::uint64_t>(domain::Milliseconds(row.key.as_of))));
    if (share < 1 && !coin.Bernoulli(share)) {
      continue;
    }
    const domain::Date as_of = domain::DateOf(row.key.as_of);
    const domain::Date quarter_end = options.calendar.QuarterEnd(as_of);
    // Still open as far as anybody knew: closed on a day after all that are asked for.
    const domain::Date closed = row.KnownBefore(options.cutoff) && row.closed
                                    ? domain::DateOf(*row.closed)
                                    : domain::Date::max();
    result.rows.push_back(i);
    result.origin.push_back(k);
    result.cluster.push_back(row.cluster);
    result.days_to_quarter_end.push_back(static_cast<int>((quarter_end - as_of).count()));
    result.won_in_quarter.push_back(
        row.outcome == features::Outcome::kWon && closed < quarter_end ? 1 : 0);
    int days = -1;
    if (!commit.empty() && commit[i] >= 0) {  // NaN compares false
      const domain::Date promised = as_of + std::chrono::days(static_cast<int>(commit[i]));
      days = promised < cutoff ? static_cast<int>(commit[i]) : -1;
    }
    result.days_to_commit.push_back(days);
    result.slipped.push_back(days >= 0 && closed > as_of + std::chrono::days(days) ? 1 : 0);
  }
  return result;
}

Result<FittedMargins> FitStageTable(const TrainingMatrix& matrix, const OriginData& data) {
  RI_ASSIGN_OR_RETURN(
      const models::StageTable table,
      models::FitStageTable(
          {.rows = data.training.view(), .labels = data.labels.labels, .weights = data.weights},
          data.deals, matrix.stage_columns));
  return FittedMargins{.validation = table.Margins(data.validation.view()),
                       .timed = table.Margins(data.timed_rows.view())};
}

Result<FittedMargins> FitPlain(const CandidateSpec& spec, const OriginData& data,
                               const OutOfTimeOptions& options) {
  std::vector<std::size_t> known;
  std::vector<double> labels;
  for (std::size_t i = 0; i < data.labels.labels.size(); ++i) {
    const double label = data.labels.labels[i];
    if (label == 0 || label == 1) {
      known.push_back(i);
      labels.push_back(label);
    }
  }
  const base::Matrix<float> rows = TakeRows(data.training, known);
  const std::vector<double> weights(known.size(), 1.0);
  RI_ASSIGN_OR_RETURN(
      const FittedHead head,
      FitCandidate(spec, {.rows = rows.view(), .labels = labels, .weights = weights},
                   {.seed = options.seed, .rounds = spec.trees.rounds}, base::Progress::Silent()));
  return FittedMargins{.validation = head.Margins(data.validation.view()),
                       .timed = head.Margins(data.timed_rows.view()),
                       .rounds = head.rounds};
}

Result<FittedMargins> Fit(const TrainingMatrix& matrix, const CandidateSpec& spec,
                          const OriginData& data, const OutOfTimeOptions& options) {
  if (spec.family == Family::kStageTable) {
    return FitStageTable(matrix, data);
  }
  if (spec.plain) {
    return FitPlain(spec, data, options);
  }
  const models::LabelledRows validation{.rows = data.validation.view(),
                                        .labels = data.validation_labels,
                                        .weights = data.validation_weights};
  RI_ASSIGN_OR_RETURN(
      const FittedHead head,
      FitCandidate(
          spec,
          {.rows = data.training.view(), .labels = data.labels.labels, .weights = data.weights},
          {.seed = options.seed,
           .bags = data.labels.rows.size() > options.rows_for_one_bag ? 1 : options.bags,
           .rounds = spec.fixed_rounds ? std::optional(spec.trees.rounds) : std::nullopt,
           .validation = validation},
          base::Progress::Silent()));
  return FittedMargins{.validation = head.Margins(data.validation.view()),
                       .timed = head.Margins(data.timed_rows.view()),
                       .rounds = head.rounds};
}

Status Cancelled() {
  return Fail(ErrorCode::kCancelled, "Training was stopped; nothing was stored.");
}

/// What was known at one origin, and which rows it judges.
Status ReadOrigin(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                  domain::Timestamp cut, std::size_t k, const OutOfTimeOptions& options,
                  OutOfTimeResult& result) {
  OriginData& origin = result.origins[k];
  RI_ASSIGN_OR_RETURN(
      origin.labels,
      LabelRowsAt(matrix, episodes, cut,
                  {.calendar = options.calendar, .seed = options.seed, .num_threads = 1},
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
  std::vector<std::size_t> timed_rows;
  for (std::size_t i = 0; i < result.timed.rows.size(); ++i) {
    if (result.timed.origin[i] == k) {
      origin.timed.push_back(i);
      timed_rows.push_back(result.timed.rows[i]);
    }
  }
  origin.timed_rows = TakeRows(matrix.encoded, timed_rows);
  return {};
}

}  // namespace

OutOfTimeRows KnownRows(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                        const OutOfTimeOptions& options) {
  const Origin all{.validate_begin = domain::Timestamp::min(), .validate_end = options.cutoff};
  return ValidatedRows(matrix, episodes, {&all, 1}, options);
}

Result<OutOfTimeResult> CollectOutOfTime(const TrainingMatrix& matrix,
                                         const EpisodesOfDeals& episodes,
                                         std::span<const Origin> origins,
                                         const OutOfTimeOptions& options,
                                         base::Progress& progress) {
  OutOfTimeResult result;
  result.rows = ValidatedRows(matrix, episodes, origins, options);
  result.timed = CollectTimedRows(matrix, origins, options);
  result.origins.resize(origins.size());
  progress.Begin("Reading the past at rolling origins", origins.size());
  std::vector<Status> statuses(origins.size());
  std::atomic<std::size_t> done{0};
  // The newest origins have the most rows; starting with them keeps threads busy.
  base::ParallelFor(origins.size(), 1, options.num_threads, [&](std::size_t begin, std::size_t) {
    const std::size_t k = origins.size() - 1 - begin;
    if (!progress.cancelled()) {
      statuses[k] = ReadOrigin(matrix, episodes, origins[k].cut, k, options, result);
      progress.Update(++done);
    }
  });
  progress.End();
  if (progress.cancelled()) {
    return std::unexpected(Cancelled().error());
  }
  for (const Status& status : statuses) {
    RI_RETURN_IF_ERROR(status);
  }
  return result;
}

Status JudgeCandidates(const TrainingMatrix& matrix, std::span<const CandidateSpec> candidates,
                       const OutOfTimeOptions& options, OutOfTimeResult& result,
                       base::Progress& progress) {
  const std::size_t first = result.candidates.size();
  const std::size_t num_origins = result.origins.size();
  for (const CandidateSpec& spec : candidates) {
    if (spec.family == Family::kStageTable && matrix.stage_columns.empty()) {
      continue;
    }
    result.candidates.push_back({.spec = spec,
                                 .margins = std::vector<double>(result.rows.rows.size()),
                                 .timed_margins = std::vector<double>(result.timed.rows.size()),
                                 .rounds = std::vector<int>(num_origins)});
  }
  const std::size_t num_fits = (result.candidates.size() - first) * num_origins;
  std::vector<Status> statuses(num_fits);
  std::atomic<std::size_t> done{0};
  progress.Begin("Judging candidates at rolling origins", num_fits);
  // The costly candidates stand at the end of the ladder; starting with them keeps threads busy.
  base::ParallelFor(num_fits, 1, options.num_threads, [&](std::size_t begin, std::size_t) {
    const std::size_t fit = num_fits - 1 - begin;
    CandidateMargins& candidate = result.candidates[first + fit / num_origins];
    const std::size_t k = fit % num_origins;
    const OriginData& origin = result.origins[k];
    if (progress.cancelled() || origin.validated.empty()) {
      return;
    }
    const std::string key = candidate.spec.name + " at origin " + std::to_string(k);
    std::optional<FittedMargins> fitted;
    if (options.fits != nullptr) {
      fitted = ReadMargins(options.fits->Find(key), origin);
    }
    if (!fitted) {
      auto made = Fit(matrix, candidate.spec, origin, options);
      if (!made) {
        statuses[fit] = std::unexpected(made.error());
        return;
      }
      fitted = *std::move(made);
      if (options.fits != nullptr) {
        options.fits->Keep(key, WriteMargins(*fitted));
      }
    }
    candidate.rounds[k] = fitted->rounds;
    for (std::size_t i = 0; i < origin.validated.size(); ++i) {
      candidate.margins[origin.validated[i]] = fitted->validation[i];
    }
    for (std::size_t i = 0; i < origin.timed.size(); ++i) {
      candidate.timed_margins[origin.timed[i]] = fitted->timed[i];
    }
    progress.Update(++done);
  });
  progress.End();
  if (progress.cancelled()) {
    return Cancelled();
  }
  for (const Status& status : statuses) {
    RI_RETURN_IF_ERROR(status);
  }
  return {};
}

}  // namespace ri::training
