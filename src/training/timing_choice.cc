#include "training/timing_choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

#include "base/parallel.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

constexpr std::string_view kDaysToCommit = "days_to_commit";
constexpr double kPeriodColumnWeight = 10;

int DaysBetween(domain::Timestamp from, domain::Timestamp to) {
  return static_cast<int>(
      std::max<std::int64_t>(0, (domain::DateOf(to) - domain::DateOf(from)).count()));
}

TimedShares SharesOf(const models::CloseCurve& curve, const TimedRows& timed, std::size_t i) {
  TimedShares shares{.quarter_won = curve.WonWithin(timed.days_to_quarter_end[i])};
  if (timed.days_to_commit[i] >= 0) {
    shares.commit_won = curve.WonWithin(timed.days_to_commit[i] + 1);
    shares.commit_lost = curve.LostWithin(timed.days_to_commit[i] + 1);
  }
  return shares;
}

double SlipOf(double win, const TimedShares& shares) {
  return std::clamp(1 - win * shares.commit_won - (1 - win) * shares.commit_lost, 0.0, 1.0);
}

/// Log loss of both questions per timed row.
std::vector<double> TimingLoss(const TimedRows& timed, std::span<const double> win,
                               std::span<const TimedShares> shares) {
  std::vector<double> in_quarter;
  std::vector<double> slip;
  for (std::size_t i = 0; i < timed.rows.size(); ++i) {
    // A year of deals can fail to show a chance of one in ten thousand.
    const auto kept = [](double p) { return std::clamp(p, 1e-4, 1 - 1e-4); };
    in_quarter.push_back(kept(win[i] * shares[i].quarter_won));
    slip.push_back(kept(SlipOf(win[i], shares[i])));
  }
  std::vector<double> terms = metrics::LogLossTerms(in_quarter, timed.won_in_quarter);
  const std::vector<double> slip_terms = metrics::LogLossTerms(slip, timed.slipped);
  for (std::size_t i = 0; i < terms.size(); ++i) {
    terms[i] += timed.days_to_commit[i] >= 0 ? slip_terms[i] : 0;
  }
  return terms;
}

struct BothShares {
  std::vector<TimedShares> pooled;
  std::vector<TimedShares> by_features;
};

/// What both kinds of timing of one origin say about its timed rows.
Status AskAtOrigin(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                   const Origin& origin, const OriginData& data, const TimedRows& timed,
                   const TimingOptions& options, bool try_features, BothShares& both) {
  std::optional<models::HazardTiming> hazards;
  if (try_features) {
    models::MixtureParameters parameters = MixtureParametersOf(matrix, options);
    parameters.start_weights = data.labels.labels;
    parameters.only_timing = true;
    parameters.num_threads = 1;
    parameters.max_timing_snapshots = options.max_snapshots_at_origins;
    RI_ASSIGN_OR_RETURN(
        models::FittedMixture mixture,
        models::FitMixture(data.training.view(), OutcomesAt(matrix, data.labels.rows, origin.cut),
                           {}, parameters, base::Progress::Silent()));
    hazards = std::move(mixture.timing);
  }
  for (std::size_t j = 0; j < data.timed.size(); ++j) {
    const std::size_t i = data.timed[j];
    const TrainingRow& row = matrix.set.rows[timed.rows[i]];
    const domain::Date as_of = domain::DateOf(row.key.as_of);
    const features::Episode& episode = episodes[row.key.deal][row.key.episode];
    both.pooled[i] =
        SharesOf(data.labels.timing->CurveFrom(
                     {.as_of = as_of, .age_days = DaysBetween(episode.opened, row.key.as_of)}),
                 timed, i);
    if (hazards) {
      both.by_features[i] = SharesOf(hazards->CurveFrom(data.timed_rows.row(j), as_of), timed, i);
    }
  }
  return {};
}

}  // namespace

models::MixtureParameters MixtureParametersOf(const TrainingMatrix& matrix,
                                              const TimingOptions& options) {
  models::MixtureParameters parameters;
  parameters.win.rounds = 60;
  parameters.win.depth = 3;
  parameters.win.learning_rate = 0.1;
  parameters.win.min_child_weight = 20;
  parameters.win.seed = options.seed;
  parameters.timing.rounds = 60;
  parameters.timing.depth = 3;
  parameters.timing.learning_rate = 0.15;
  parameters.timing.min_child_weight = 20;
  // Few columns per tree keep the two hazards steady; when a period lies must not be missing from
  // the draw, or the rush of a quarter's last days is learned too weakly.
  parameters.timing.column_share = 0.2;
  parameters.timing.column_weights.assign(matrix.encoded.num_columns(), 1.0);
  parameters.timing.column_weights.resize(matrix.encoded.num_columns() + models::kNumPeriodColumns,
                                          kPeriodColumnWeight);
  parameters.timing.seed = options.seed;
  parameters.num_threads = options.num_threads;
  parameters.calendar = options.calendar;
  // The weights of open deals come from pooled timing already: one step refines them.
  parameters.max_steps = 1;
  const auto& columns = matrix.encoder.columns();
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (matrix.encoder.feature_names()[columns[j].feature] == kDaysToCommit &&
        columns[j].kind == models::EncodedColumn::Kind::kNumber) {
      parameters.commit_column = j;
    }
  }
  return parameters;
}

std::vector<models::SnapshotOutcome> OutcomesAt(const TrainingMatrix& matrix,
                                                std::span<const std::size_t> rows,
                                                domain::Timestamp cut) {
  using End = models::SnapshotOutcome::End;
  std::vector<models::SnapshotOutcome> outcomes;
  outcomes.reserve(rows.size());
  for (const std::size_t i : rows) {
    const TrainingRow& row = matrix.set.rows[i];
    models::SnapshotOutcome outcome{.as_of = domain::DateOf(row.key.as_of),
                                    .days = DaysBetween(row.key.as_of, cut),
                                    .deal = row.key.deal};
    if (row.KnownBefore(cut) && row.closed) {
      outcome.end = row.label() > 0 ? End::kWon : End::kLost;
      outcome.days = DaysBetween(row.key.as_of, *row.closed);
    }
    outcomes.push_back(outcome);
  }
  return outcomes;
}

Result<TimingChoice> ChooseTiming(const TrainingMatrix& matrix, const EpisodesOfDeals& episodes,
                                  std::span<const Origin> origins, const OutOfTimeResult& judged,
                                  std::span<const double> win, const TimingOptions& options,
                                  base::Progress& progress) {
  TimingChoice choice;
  const TimedRows& timed = judged.timed;
  const bool has_timing =
      !timed.rows.empty() && std::ranges::all_of(judged.origins, [](const OriginData& data) {
        return data.labels.timing.has_value();
      });
  if (!has_timing) {
    return choice;
  }
  const bool undated = std::ranges::any_of(matrix.set.rows, &TrainingRow::undated);
  const bool try_features = options.closed_deals >= options.min_closed && !undated;
  BothShares both{std::vector<TimedShares>(timed.rows.size()),
                  std::vector<TimedShares>(timed.rows.size())};
  progress.Begin("Judging timing at rolling origins", origins.size());
  std::vector<Status> statuses(origins.size());
  std::atomic<std::size_t> done{0};
  base::ParallelFor(origins.size(), 1, options.num_threads, [&](std::size_t k, std::size_t) {
    if (!progress.cancelled()) {
      statuses[k] = AskAtOrigin(matrix, episodes, origins[k], judged.origins[k], timed, options,
                                try_features, both);
      progress.Update(++done);
    }
  });
  if (progress.cancelled()) {
    return Fail(ErrorCode::kCancelled, "Training was stopped; nothing was stored.");
  }
  for (const Status& status : statuses) {
    RI_RETURN_IF_ERROR(status);
  }
  progress.End();
  if (!try_features) {
    choice.shares = std::move(both.pooled);
    choice.reason = fmt::format(
        "Timing is pooled over all deals: {} closed deals, {} are needed to learn it by features.",
        options.closed_deals, options.min_closed);
    return choice;
  }
  const std::vector<double> pooled = TimingLoss(timed, win, both.pooled);
  std::vector<double> gain = TimingLoss(timed, win, both.by_features);
  std::ranges::transform(pooled, gain, gain.begin(), std::minus<>());
  const metrics::BootstrapInterval interval =
      metrics::BootstrapMean(gain, timed.cluster, {}, {.num_threads = options.num_threads});
  choice.by_features = interval.estimate > interval.standard_error;
  choice.shares = choice.by_features ? std::move(both.by_features) : std::move(both.pooled);
  choice.reason = fmt::format(
      "Timing {}: learned by features it changes the log loss of closing in the quarter and of "
      "slipping by {:+.4f} (standard error {:.4f}) against {:.4f} of pooled timing, on {} "
      "snapshots.",
      choice.by_features ? "by features" : "is pooled over all deals", -interval.estimate,
      interval.standard_error, metrics::WeightedMean(pooled), timed.rows.size());
  return choice;
}

Result<QuarterCalibration> CalibrateQuarter(const TrainingMatrix& matrix, const TimedRows& timed,
                                            std::span<const double> win,
                                            std::span<const TimedShares> shares) {
  QuarterCalibration result;
  const std::size_t n = timed.rows.size();
  std::vector<double> chances(n);
  for (std::size_t i = 0; i < n; ++i) {
    chances[i] = win[i] * shares[i].quarter_won;
  }
  const auto fit = [&](std::size_t before_origin) {
    std::vector<double> q;
    std::vector<double> labels;
    std::vector<std::uint32_t> deals;
    std::vector<int> days;
    for (std::size_t i = 0; i < n; ++i) {
      if (timed.origin[i] < before_origin) {
        q.push_back(chances[i]);
        labels.push_back(timed.won_in_quarter[i]);
        deals.push_back(matrix.set.rows[timed.rows[i]].key.deal);
        days.push_back(timed.days_to_quarter_end[i]);
      }
    }
    return models::QuarterCalibrator::Fit({.chances = q,
                                           .labels = labels,
                                           .weights = {},
                                           .deals = deals,
                                           .days_to_quarter_end = days});
  };
  const std::size_t num_origins =
      n == 0 ? 0 : *std::ranges::max_element(timed.origin) + std::size_t{1};
  std::vector<double> calibrated(n);
  for (std::size_t k = 0; k < num_origins; ++k) {
    RI_ASSIGN_OR_RETURN(const models::QuarterCalibrator map, fit(k));
    for (std::size_t i = 0; i < n; ++i) {
      if (timed.origin[i] == k) {
        calibrated[i] = std::min(
            win[i], map(domain::Probability(chances[i]), timed.days_to_quarter_end[i]).value());
      }
    }
  }
  // Judged on origins that had an earlier one to learn from.
  std::vector<double> raw_later;
  std::vector<double> calibrated_later;
  std::vector<double> labels_later;
  for (std::size_t i = 0; i < n; ++i) {
    if (timed.origin[i] > timed.origin.front()) {
      raw_later.push_back(chances[i]);
      calibrated_later.push_back(calibrated[i]);
      labels_later.push_back(timed.won_in_quarter[i]);
    }
  }
  bool helps = false;
  if (!raw_later.empty()) {
    const double before = metrics::LogLoss(raw_later, labels_later);
    const double after = metrics::LogLoss(calibrated_later, labels_later);
    helps = after < before;
    result.reason = fmt::format(
        "In-quarter calibration {}: log loss {:.4f} with it, {:.4f} without, on {} later "
        "snapshots.",
        helps ? "is used" : "is left out", after, before, raw_later.size());
  }
  if (helps) {
    RI_ASSIGN_OR_RETURN(result.calibrator, fit(num_origins));
  }
  result.won_in_quarter = helps ? calibrated : chances;
  result.slip.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    TimedShares led = shares[i];
    const double before = shares[i].quarter_won;
    if (helps && timed.days_to_commit[i] >= 0 && win[i] > 0) {
      // The curve led through the corrected share, as the model will do it.
      const double share = std::min(1.0, calibrated[i] / win[i]);
      led.commit_won =
          timed.days_to_commit[i] + 1 <= timed.days_to_quarter_end[i]
              ? (before > 0 ? led.commit_won / before * share : 0)
              : (before < 1 ? 1 - (1 - share) * (1 - led.commit_won) / (1 - before) : share);
      led.commit_won = std::clamp(led.commit_won, 0.0, 1.0);
    }
    result.slip[i] = SlipOf(win[i], led);
  }
  return result;
}

}  // namespace ri::training
