#include "training/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

/// How long outcomes are remembered, as the half-life of their weight in lengths of an origin's
/// window; the first lets all count alike.
constexpr std::array<double, 3> kMemories = {std::numeric_limits<double>::infinity(), 1.0, 0.25};

struct Columns {
  std::vector<double> margins, labels, weights;
  std::vector<std::uint32_t> deals;
  std::vector<std::int64_t> moments;
  std::int64_t window = 0;  ///< length of the newest origin's window
};

/// Rows of origins before `origin`.
Columns Before(const TrainingMatrix& matrix, const OutOfTimeRows& rows,
               std::span<const double> margins, std::size_t origin) {
  Columns columns;
  std::size_t newest = 0;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] >= origin) {
      continue;
    }
    newest = std::max(newest, rows.origin[i]);
    const TrainingRow& row = matrix.set.rows[rows.rows[i]];
    columns.margins.push_back(margins[i]);
    columns.labels.push_back(rows.label[i]);
    columns.weights.push_back(rows.weight[i]);
    columns.deals.push_back(row.key.deal);
    columns.moments.push_back(domain::Milliseconds(row.key.as_of));
  }
  if (columns.moments.empty()) {
    return columns;
  }
  const std::int64_t last = *std::ranges::max_element(columns.moments);
  std::int64_t first = last;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] == newest) {
      first = std::min(first, domain::Milliseconds(matrix.set.rows[rows.rows[i]].key.as_of));
    }
  }
  columns.window = last - first;
  return columns;
}

Result<models::FittedCalibrator> FitWithMemory(Columns columns, double memory) {
  if (columns.window > 0 && std::isfinite(memory)) {
    const std::int64_t last = *std::ranges::max_element(columns.moments);
    const double half_life = memory * static_cast<double>(columns.window);
    for (std::size_t i = 0; i < columns.weights.size(); ++i) {
      columns.weights[i] *= std::exp2(-static_cast<double>(last - columns.moments[i]) / half_life);
    }
  }
  return models::FitCalibrator({.margins = columns.margins,
                                .labels = columns.labels,
                                .weights = columns.weights,
                                .deals = columns.deals,
                                .moments = columns.moments});
}

/// Probabilities of all rows by maps fitted on earlier origins.
struct Told {
  std::vector<double> judged, timed;
};

/// Mean gain in log loss of one way over another, and its standard error by clusters, on rows that
/// had an earlier origin to learn from.
struct Gain {
  double mean = 0, error = 0;
};
Gain GainOf(const OutOfTimeRows& rows, std::span<const double> before,
            std::span<const double> after) {
  const std::vector<double> was = metrics::LogLossTerms(before, rows.label);
  const std::vector<double> is = metrics::LogLossTerms(after, rows.label);
  double weight = 0;
  double sum = 0;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] > rows.origin.front()) {
      weight += rows.weight[i];
      sum += rows.weight[i] * (was[i] - is[i]);
    }
  }
  if (!(weight > 0)) {
    return {};
  }
  Gain gain{.mean = sum / weight};
  std::map<std::uint32_t, double> totals;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] > rows.origin.front()) {
      totals[rows.cluster[i]] += rows.weight[i] * (was[i] - is[i] - gain.mean);
    }
  }
  double variance = 0;
  for (const auto& [cluster, total] : totals) {
    variance += total * total;
  }
  gain.error = std::sqrt(variance) / weight;
  return gain;
}

}  // namespace

Result<CalibratedMargins> CalibrateOutOfTime(const TrainingMatrix& matrix,
                                             const OutOfTimeResult& judged,
                                             const CandidateMargins& candidate) {
  const OutOfTimeRows& rows = judged.rows;
  const std::size_t num_origins = judged.origins.size();
  std::array<Told, kMemories.size()> told;
  for (Told& way : told) {
    way.judged.resize(rows.rows.size());
    way.timed.resize(judged.timed.rows.size());
  }
  for (std::size_t origin = 0; origin < num_origins; ++origin) {
    const Columns columns = Before(matrix, rows, candidate.margins, origin);
    for (std::size_t way = 0; way < told.size(); ++way) {
      RI_ASSIGN_OR_RETURN(const models::FittedCalibrator fitted,
                          FitWithMemory(columns, kMemories[way]));
      for (const std::size_t i : judged.origins[origin].validated) {
        told[way].judged[i] = fitted.calibrator(domain::LogOdds(candidate.margins[i])).value();
      }
      for (const std::size_t i : judged.origins[origin].timed) {
        told[way].timed[i] = fitted.calibrator(domain::LogOdds(candidate.timed_margins[i])).value();
      }
    }
  }
  std::size_t best = 0;
  Gain best_gain;
  for (std::size_t way = 1; way < told.size(); ++way) {
    const Gain gain = GainOf(rows, told[0].judged, told[way].judged);
    if (gain.mean > gain.error && gain.mean > best_gain.mean) {
      best = way;
      best_gain = gain;
    }
  }
  const Columns columns = Before(matrix, rows, candidate.margins, num_origins);
  RI_ASSIGN_OR_RETURN(models::FittedCalibrator fitted, FitWithMemory(columns, kMemories[best]));
  CalibratedMargins result{.calibrator = std::move(fitted.calibrator),
                           .reason = std::move(fitted.reason),
                           .probability = std::move(told[best].judged),
                           .timed_probability = std::move(told[best].timed)};
  if (best > 0) {
    result.reason += fmt::format(
        " Newer outcomes count for more (half of the weight within {:g} of a window), which "
        "lowered "
        "the log loss of later rows by {:.4f} (standard error {:.4f}).",
        kMemories[best], best_gain.mean, best_gain.error);
  }
  return result;
}

}  // namespace ri::training
