#include "training/calibration.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "metrics/scoring_rules.h"
#include "training/level.h"

namespace ri::training {
namespace {

using models::MapFreedom;

/// Tried against serving the scores as they are; the simpler first.
constexpr std::array kFreedoms = {MapFreedom::kSlope, MapFreedom::kBySize};

struct Columns {
  std::vector<double> margins, labels, weights;
  std::vector<std::uint32_t> deals;
  std::vector<std::int64_t> moments;
};

/// Rows of origins before `origin`.
Columns Before(const TrainingMatrix& matrix, const OutOfTimeRows& rows,
               std::span<const double> margins, std::size_t origin) {
  Columns columns;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] >= origin) {
      continue;
    }
    const TrainingRow& row = matrix.set.rows[rows.rows[i]];
    columns.margins.push_back(margins[i]);
    columns.labels.push_back(rows.label[i]);
    columns.weights.push_back(rows.weight[i]);
    columns.deals.push_back(row.key.deal);
    columns.moments.push_back(domain::Milliseconds(row.key.as_of));
  }
  return columns;
}

double MeanChance(const models::Calibrator& map, const Columns& columns) {
  std::vector<double> chances;
  chances.reserve(columns.margins.size());
  for (const double margin : columns.margins) {
    chances.push_back(map(domain::LogOdds(margin)).value());
  }
  return metrics::WeightedMean(chances, columns.weights);
}

/// The map moved so that it tells the same mean chance as the scores: it may bend them, and has no
/// say about their level. How far heads of the past missed the level of the weeks after them says
/// nothing about a head that has learned from those weeks.
models::Calibrator AtTheirLevel(const models::Calibrator& map, const Columns& columns) {
  const double wanted = MeanChance(models::Calibrator(), columns);
  return map.Shifted(ShiftToZero(
      [&](double shift) { return MeanChance(map.Shifted(shift), columns) - wanted; }, 10));
}

Result<models::FittedCalibrator> FitShape(MapFreedom freedom, const Columns& columns) {
  RI_ASSIGN_OR_RETURN(models::FittedCalibrator fitted,
                      models::FitCalibrator({.margins = columns.margins,
                                             .labels = columns.labels,
                                             .weights = columns.weights,
                                             .deals = columns.deals,
                                             .moments = columns.moments},
                                            freedom));
  if (!columns.margins.empty()) {
    fitted.calibrator = AtTheirLevel(fitted.calibrator, columns);
  }
  return fitted;
}

/// The bound that a fitted map on so many deals keeps, too.
double ClipFor(const std::vector<std::uint32_t>& deals) {
  const std::set<std::uint32_t> different(deals.begin(), deals.end());
  return 1 / (2 * static_cast<double>(different.size()) + 2);
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
  // The first are the scores as they are.
  std::array<Told, 1 + kFreedoms.size()> told;
  for (Told& way : told) {
    way.judged.resize(rows.rows.size());
    way.timed.resize(judged.timed.rows.size());
  }
  const auto tell = [&](std::size_t way, std::size_t origin, const models::Calibrator& map) {
    for (const std::size_t i : judged.origins[origin].validated) {
      told[way].judged[i] = map(domain::LogOdds(candidate.margins[i])).value();
    }
    for (const std::size_t i : judged.origins[origin].timed) {
      told[way].timed[i] = map(domain::LogOdds(candidate.timed_margins[i])).value();
    }
  };
  for (std::size_t origin = 0; origin < num_origins; ++origin) {
    const Columns columns = Before(matrix, rows, candidate.margins, origin);
    tell(0, origin, models::Calibrator());
    for (std::size_t way = 0; way < kFreedoms.size(); ++way) {
      RI_ASSIGN_OR_RETURN(const models::FittedCalibrator fitted, FitShape(kFreedoms[way], columns));
      tell(1 + way, origin, fitted.calibrator);
    }
  }
  const Columns columns = Before(matrix, rows, candidate.margins, num_origins);
  const bool compared =
      !rows.origin.empty() && *std::ranges::max_element(rows.origin) > rows.origin.front();
  if (!compared) {
    // Nothing says whether a map would have helped; priors alone hold the usual one back.
    RI_ASSIGN_OR_RETURN(models::FittedCalibrator fitted, FitShape(MapFreedom::kBySize, columns));
    return CalibratedMargins{.calibrator = std::move(fitted.calibrator),
                             .reason = std::move(fitted.reason),
                             .probability = std::move(told[0].judged),
                             .timed_probability = std::move(told[0].timed)};
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
  CalibratedMargins result{.probability = std::move(told[best].judged),
                           .timed_probability = std::move(told[best].timed)};
  if (best == 0) {
    result.calibrator = models::Calibrator::Intercept(0, ClipFor(columns.deals));
    result.reason =
        "Scores are served as they are: no map learned at earlier moments lowered the log loss of "
        "later rows by more than a standard error.";
    return result;
  }
  RI_ASSIGN_OR_RETURN(models::FittedCalibrator fitted, FitShape(kFreedoms[best - 1], columns));
  result.calibrator = std::move(fitted.calibrator);
  result.reason = fmt::format(
      "{} Such a map lowered the log loss of later rows by {:.4f} (standard error {:.4f}).",
      fitted.reason, best_gain.mean, best_gain.error);
  return result;
}

}  // namespace ri::training
