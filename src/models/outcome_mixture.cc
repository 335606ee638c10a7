#include "models/outcome_mixture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>

#include "base/parallel.h"
#include "base/random.h"
#include "domain/probability.h"
#include "metrics/quantile.h"
#include "metrics/scoring_rules.h"

namespace ri::models {
namespace {

using End = SnapshotOutcome::End;

constexpr int kLongestHorizon = 104 * 7;
constexpr int kShortestHorizon = 26 * 7;
constexpr double kStartWeight = .3;
constexpr double kConverged = .002;
// A snapshot with less weight in a head is left out of it.
constexpr double kLeastWeight = 1e-6;
constexpr std::size_t kBlock = 64;

int Horizon(std::span<const SnapshotOutcome> outcomes) {
  std::vector<double> days;
  for (const SnapshotOutcome& outcome : outcomes) {
    if (outcome.end == End::kWon) {
      days.push_back(outcome.days);
    }
  }
  const double wanted = 1.5 * metrics::Quantile(days, .99) + 1;
  return static_cast<int>(std::clamp<double>(wanted, kShortestHorizon, kLongestHorizon));
}

// An outcome as the heads see it: nothing happens beyond the horizon.
SnapshotOutcome Within(SnapshotOutcome outcome, int horizon) {
  if (outcome.days >= horizon) {
    outcome.end = End::kLost;
    outcome.days = horizon - 1;
  }
  return outcome;
}

class Mixture {
 public:
  Mixture(base::MatrixView<const float> rows, std::span<const double> weights,
          const MixtureParameters& parameters, std::vector<SnapshotOutcome> outcomes, int horizon)
      : rows_(rows), weights_(weights), parameters_(parameters), outcomes_(std::move(outcomes)) {
    fitted_.timing.calendar = parameters.calendar;
    fitted_.timing.horizon_days = horizon;
    fitted_.timing.commit_column = parameters.commit_column;
    fitted_.win_weights.resize(outcomes_.size());
    double matured = 0;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const double start =
          parameters.start_weights.empty() ? kStartWeight : parameters.start_weights[i];
      fitted_.win_weights[i] = outcomes_[i].end == End::kOpen  ? start
                               : outcomes_[i].end == End::kWon ? 1
                                                               : 0;
      matured += outcomes_[i].end == End::kOpen ? 0 : 1;
    }
    fitted_.matured = matured / static_cast<double>(outcomes_.size());
    ChooseTimingRows();
    MakeBins();
  }

  Result<FittedMixture> Run(base::Progress& progress) {
    for (int step = 0; step < parameters_.max_steps; ++step) {
      RI_RETURN_IF_ERROR(TrainHazards(progress));
      if (fitted_.matured == 1 || parameters_.only_timing) {
        break;
      }
      RI_ASSIGN_OR_RETURN(const TrainedBooster win,
                          TrainBooster({rows_, fitted_.win_weights, weights_}, std::nullopt,
                                       parameters_.win, {}, progress));
      const double before =
          fitted_.mean_open_weight.empty() ? kStartWeight : fitted_.mean_open_weight.back();
      UpdateOpenWeights(win.ensemble);
      if (std::fabs(fitted_.mean_open_weight.back() - before) < kConverged) {
        break;
      }
    }
    return std::move(fitted_);
  }

 private:
  void ChooseTimingRows() {
    const double share = static_cast<double>(parameters_.max_timing_snapshots) /
                         static_cast<double>(outcomes_.size());
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      const auto day = static_cast<std::uint64_t>(domain::DayNumber(outcomes_[i].as_of));
      base::RandomStream coin(parameters_.timing.seed, "timing-snapshot",
                              base::HashCombine(outcomes_[i].deal, day));
      if (share >= 1 || coin.Bernoulli(share)) {
        timing_rows_.push_back(i);
      }
    }
  }

  // Filled before the hazards are trained beside each other, which only read them.
  void MakeBins() {
    for (const std::size_t i : timing_rows_) {
      auto [found, added] = bins_.try_emplace(outcomes_[i].as_of);
      if (added) {
        found->second =
            HorizonBins(outcomes_[i].as_of, parameters_.calendar, fitted_.timing.horizon_days);
      }
    }
  }

  // The two hazards do not need each other within a step.
  Status TrainHazards(base::Progress& progress) {
    std::array<std::optional<Result<TreeEnsemble>>, 2> trained;
    base::ParallelFor(2, 1, parameters_.num_threads, [&](std::size_t which, std::size_t) {
      trained[which] = TrainHazard(which == 0, which == 0 ? progress : base::Progress::Silent());
    });
    for (auto& result : trained) {
      if (!*result) {
        return std::unexpected(result->error());
      }
    }
    fitted_.timing.won = **std::move(trained[0]);
    fitted_.timing.lost = **std::move(trained[1]);
    return {};
  }

  // Person-period rows: a snapshot is at risk in every bin up to the one it closes in; an open one
  // in the bins that were seen to their end.
  Result<TreeEnsemble> TrainHazard(bool won, base::Progress& progress) {
    const std::size_t width = rows_.num_columns() + kNumPeriodColumns;
    std::vector<float> values;
    std::vector<double> labels;
    std::vector<double> weights;
    std::vector<float> row(width);
    for (const std::size_t i : timing_rows_) {
      const double share = won ? fitted_.win_weights[i] : 1 - fitted_.win_weights[i];
      const double weight = share * (weights_.empty() ? 1 : weights_[i]);
      if (!(weight > kLeastWeight)) {
        continue;
      }
      const SnapshotOutcome& outcome = outcomes_[i];
      for (const HorizonBin& bin : bins_.at(outcome.as_of)) {
        const bool closes = outcome.end != End::kOpen && outcome.days < bin.end;
        if (outcome.end == End::kOpen && outcome.days < bin.end) {
          break;
        }
        FillPersonPeriod(rows_.row(i), bin, parameters_.commit_column, row);
        values.insert(values.end(), row.begin(), row.end());
        labels.push_back(closes ? 1 : 0);
        weights.push_back(weight);
        if (closes) {
          break;
        }
      }
    }
    const std::size_t count = labels.size();
    const base::Matrix<float> matrix(std::move(values), count, width);
    RI_ASSIGN_OR_RETURN(TrainedBooster trained,
                        TrainBooster({matrix.view(), labels, weights}, std::nullopt,
                                     parameters_.timing, {}, progress));
    return std::move(trained.ensemble);
  }

  void UpdateOpenWeights(const TreeEnsemble& win) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
      if (outcomes_[i].end == End::kOpen) {
        rows.push_back(i);
      }
    }
    std::vector<double> open(rows.size());
    std::vector<double> open_row_weights;
    base::ParallelFor(
        rows.size(), kBlock, parameters_.num_threads, [&](std::size_t begin, std::size_t end) {
          for (std::size_t k = begin; k < end; ++k) {
            const std::size_t i = rows[k];
            const CloseCurve curve = fitted_.timing.CurveFrom(rows_.row(i), outcomes_[i].as_of);
            const double pi = domain::Logistic(win.Margin(rows_.row(i)));
            const double still_won = pi * (1 - curve.WonWithin(outcomes_[i].days));
            const double still_lost = (1 - pi) * (1 - curve.LostWithin(outcomes_[i].days));
            const double total = still_won + still_lost;
            open[k] = total > 0 ? still_won / total : 0;
          }
        });
    for (std::size_t k = 0; k < rows.size(); ++k) {
      fitted_.win_weights[rows[k]] = open[k];
      open_row_weights.push_back(weights_.empty() ? 1 : weights_[rows[k]]);
    }
    fitted_.mean_open_weight.push_back(metrics::WeightedMean(open, open_row_weights));
  }

  base::MatrixView<const float> rows_;
  std::span<const double> weights_;
  const MixtureParameters& parameters_;
  std::vector<SnapshotOutcome> outcomes_;
  std::vector<std::size_t> timing_rows_;
  std::map<domain::Date, std::vector<HorizonBin>> bins_;
  FittedMixture fitted_;
};

}  // namespace

Result<FittedMixture> FitMixture(base::MatrixView<const float> rows,
                                 std::span<const SnapshotOutcome> outcomes,
                                 std::span<const double> weights,
                                 const MixtureParameters& parameters, base::Progress& progress) {
  if (outcomes.size() != rows.num_rows() ||
      (!parameters.start_weights.empty() && parameters.start_weights.size() != outcomes.size()) ||
      (!weights.empty() && weights.size() != outcomes.size())) {
    return Fail(ErrorCode::kUsage, "The mixture needs one outcome (and weight) per row.");
  }
  if (parameters.max_steps < 1 ||
      (parameters.commit_column && *parameters.commit_column >= rows.num_columns()) ||
      !parameters.timing.monotone.empty()) {
    return Fail(ErrorCode::kUsage, "A parameter of the mixture is out of its range.");
  }
  const auto count = [](std::span<const SnapshotOutcome> all, End end) {
    return std::count_if(all.begin(), all.end(),
                         [&](const SnapshotOutcome& outcome) { return outcome.end == end; });
  };
  const auto none = [] {
    return Fail(ErrorCode::kRefused,
                "Timing by features needs dated wins and losses; there are none of one kind.");
  };
  if (count(outcomes, End::kWon) == 0) {
    return none();
  }
  const int horizon = Horizon(outcomes);
  std::vector<SnapshotOutcome> within;
  for (const SnapshotOutcome& outcome : outcomes) {
    if (outcome.days < 0) {
      return Fail(ErrorCode::kBadInput, "A snapshot lies after the outcome of its deal.");
    }
    within.push_back(Within(outcome, horizon));
  }
  if (count(within, End::kWon) == 0 || count(within, End::kLost) == 0) {
    return none();
  }
  return Mixture(rows, weights, parameters, std::move(within), horizon).Run(progress);
}

}  // namespace ri::models
