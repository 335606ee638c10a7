#include "training/calibration.h"

namespace ri::training {
namespace {

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

Result<models::FittedCalibrator> Fit(const Columns& columns) {
  return models::FitCalibrator({.margins = columns.margins,
                                .labels = columns.labels,
                                .weights = columns.weights,
                                .deals = columns.deals,
                                .moments = columns.moments});
}

}  // namespace

Result<CalibratedMargins> CalibrateOutOfTime(const TrainingMatrix& matrix,
                                             const OutOfTimeResult& judged,
                                             const CandidateMargins& candidate) {
  const OutOfTimeRows& rows = judged.rows;
  CalibratedMargins result;
  result.probability.resize(rows.rows.size());
  result.timed_probability.resize(judged.timed.rows.size());
  const std::size_t num_origins = judged.origins.size();
  for (std::size_t origin = 0; origin < num_origins; ++origin) {
    RI_ASSIGN_OR_RETURN(const models::FittedCalibrator fitted,
                        Fit(Before(matrix, rows, candidate.margins, origin)));
    for (const std::size_t i : judged.origins[origin].validated) {
      result.probability[i] = fitted.calibrator(domain::LogOdds(candidate.margins[i])).value();
    }
    for (const std::size_t i : judged.origins[origin].timed) {
      result.timed_probability[i] =
          fitted.calibrator(domain::LogOdds(candidate.timed_margins[i])).value();
    }
  }
  RI_ASSIGN_OR_RETURN(models::FittedCalibrator all,
                      Fit(Before(matrix, rows, candidate.margins, num_origins)));
  result.calibrator = std::move(all.calibrator);
  result.reason = std::move(all.reason);
  return result;
}

}  // namespace ri::training
