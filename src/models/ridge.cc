#include "models/ridge.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "base/assertion.h"
#include "domain/probability.h"
#include "metrics/quantile.h"
#include "metrics/scoring_rules.h"
#include "models/restricted_spline.h"

namespace ri::models {
namespace {

constexpr int kNewtonSteps = 100;
// Relative change of the penalised loss below which a step is no progress.
constexpr double kConverged = 1e-12;
// Rows that are weighted and multiplied at once, to stay in the cache.
constexpr Eigen::Index kBlockRows = 512;
// Half the range of a flag: what its deviation is when it is on for half of the rows. Divided by
// its own deviation, a flag that is rarely on would be all but free of the penalty.
constexpr double kFlagScale = .5;
// A term that varies less than this share of its size is constant up to rounding.
constexpr double kLeastRelativeDeviation = 1e-9;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Value of term `t` of a column before standardising; `value` may be NaN.
double RawTerm(const LinearColumn& column, std::size_t t, float value) {
  if (column.has_missing && t + 1 == column.terms.size()) {
    return std::isnan(value) ? 1 : 0;
  }
  const double x = std::isnan(value)
                       ? column.median
                       : std::clamp(static_cast<double>(value), column.lowest, column.highest);
  return t == 0 ? x : SplineTerm(column.knots, t - 1, x);
}

// Everything but the coefficients of one column.
LinearColumn Describe(const LabelledRows& training, std::size_t j, int spline_knots) {
  LinearColumn column;
  std::vector<double> present;
  for (std::size_t i = 0; i < training.rows.num_rows(); ++i) {
    if (!std::isnan(training.rows(i, j))) {
      present.push_back(static_cast<double>(training.rows(i, j)));
    }
  }
  if (present.empty()) {
    return column;
  }
  column.has_missing = present.size() < training.rows.num_rows();
  const auto [lowest, highest] = std::minmax_element(present.begin(), present.end());
  column.lowest = *lowest;
  column.highest = *highest;
  column.median = metrics::Quantile(present, .5);
  if (spline_knots > 0) {
    column.knots = QuantileKnots(present, spline_knots);
  }
  column.terms.resize(1 + (column.knots.empty() ? 0 : column.knots.size() - 2) +
                      (column.has_missing ? 1 : 0));
  return column;
}

// Fills the standardised terms of a column into `design` from column `first` on; a term without
// variation gets zeros, and so its coefficient will be zero.
void Standardise(const LabelledRows& training, std::size_t j, LinearColumn& column,
                 RowMajor& design, Eigen::Index first) {
  std::vector<double> values(training.rows.num_rows());
  for (std::size_t t = 0; t < column.terms.size(); ++t) {
    double largest = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = RawTerm(column, t, training.rows(i, j));
      largest = std::max(largest, std::fabs(values[i]));
    }
    LinearTerm& term = column.terms[t];
    term.mean = metrics::WeightedMean(values, training.weights);
    std::vector<double> squares(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      squares[i] = (values[i] - term.mean) * (values[i] - term.mean);
    }
    const double deviation = std::sqrt(metrics::WeightedMean(squares, training.weights));
    const bool varies = deviation > kLeastRelativeDeviation * largest;
    const bool flag = std::ranges::all_of(values, [](double v) { return v == 0 || v == 1; });
    term.scale = !varies ? 1 : flag ? kFlagScale : deviation;
    const Eigen::Index at = first + static_cast<Eigen::Index>(t);
    for (std::size_t i = 0; i < values.size(); ++i) {
      design(static_cast<Eigen::Index>(i), at) = varies ? (values[i] - term.mean) / term.scale : 0;
    }
  }
}

class PenalisedLogistic {
 public:
  PenalisedLogistic(const RowMajor& design, const LabelledRows& training, double penalty)
      : design_(design), training_(training), penalty_(penalty) {}

  [[nodiscard]] double Loss(const Eigen::VectorXd& beta) const {
    const Eigen::VectorXd margins = design_ * beta;
    double loss = penalty_ / 2 * beta.tail(beta.size() - 1).squaredNorm();
    for (Eigen::Index i = 0; i < margins.size(); ++i) {
      const double m = margins[i];
      loss += Weight(i) * (std::max(m, 0.0) + std::log1p(std::exp(-std::fabs(m))) - Label(i) * m);
    }
    return loss;
  }

  // Newton's step at beta.
  [[nodiscard]] Eigen::VectorXd Step(const Eigen::VectorXd& beta) const {
    const Eigen::Index p = beta.size();
    const Eigen::VectorXd margins = design_ * beta;
    Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(p, p);
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(p);
    RowMajor block(kBlockRows, p);
    for (Eigen::Index begin = 0; begin < margins.size(); begin += kBlockRows) {
      const Eigen::Index rows = std::min(kBlockRows, margins.size() - begin);
      for (Eigen::Index k = 0; k < rows; ++k) {
        const Eigen::Index i = begin + k;
        const double probability = domain::Logistic(margins[i]);
        block.row(k) = design_.row(i) * std::sqrt(Weight(i) * probability * (1 - probability));
        gradient += design_.row(i).transpose() * (Weight(i) * (Label(i) - probability));
      }
      hessian.selfadjointView<Eigen::Lower>().rankUpdate(block.topRows(rows).transpose());
    }
    for (Eigen::Index k = 1; k < p; ++k) {
      hessian(k, k) += penalty_;
      gradient[k] -= penalty_ * beta[k];
    }
    // All probabilities at 0 or 1 leave no curvature for the intercept.
    hessian(0, 0) += 1e-12;
    return hessian.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
  }

 private:
  [[nodiscard]] double Weight(Eigen::Index i) const {
    return training_.weights.empty() ? 1 : training_.weights[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] double Label(Eigen::Index i) const {
    return training_.labels[static_cast<std::size_t>(i)];
  }

  const RowMajor& design_;
  const LabelledRows& training_;
  double penalty_;
};

Eigen::VectorXd Minimise(const PenalisedLogistic& problem, Eigen::VectorXd beta) {
  double loss = problem.Loss(beta);
  for (int step = 0; step < kNewtonSteps; ++step) {
    const Eigen::VectorXd direction = problem.Step(beta);
    double length = 1;
    Eigen::VectorXd next = beta + direction;
    double next_loss = problem.Loss(next);
    while (!(next_loss <= loss) && length > 1e-6) {
      length /= 2;
      next = beta + length * direction;
      next_loss = problem.Loss(next);
    }
    if (!(next_loss < loss)) {
      break;
    }
    const bool converged = loss - next_loss <= kConverged * (1 + std::fabs(loss));
    beta = next;
    loss = next_loss;
    if (converged) {
      break;
    }
  }
  return beta;
}

}  // namespace

double LinearModel::Contribution(std::size_t column, float value) const {
  const LinearColumn& at = columns[column];
  double sum = 0;
  for (std::size_t t = 0; t < at.terms.size(); ++t) {
    const LinearTerm& term = at.terms[t];
    if (term.coefficient != 0) {
      sum += term.coefficient * ((RawTerm(at, t, value) - term.mean) / term.scale);
    }
  }
  return sum;
}

std::vector<double> LinearModel::Contributions(std::span<const float> row) const {
  RI_ASSERT(row.size() == columns.size());
  std::vector<double> contributions(row.size());
  for (std::size_t j = 0; j < row.size(); ++j) {
    contributions[j] = Contribution(j, row[j]);
  }
  return contributions;
}

double LinearModel::Margin(std::span<const float> row) const {
  RI_ASSERT(row.size() == columns.size());
  double margin = intercept;
  for (std::size_t j = 0; j < row.size(); ++j) {
    margin += Contribution(j, row[j]);
  }
  return margin;
}

std::vector<double> LinearModel::Margins(base::MatrixView<const float> rows) const {
  std::vector<double> margins(rows.num_rows());
  for (std::size_t i = 0; i < margins.size(); ++i) {
    margins[i] = Margin(rows.row(i));
  }
  return margins;
}

Result<LinearModel> FitRidge(const LabelledRows& training, const RidgeOptions& options) {
  RI_RETURN_IF_ERROR(CheckRows(training, "training"));
  if (!(options.penalty > 0) || !std::isfinite(options.penalty)) {
    return Fail(ErrorCode::kUsage, "The ridge penalty must be positive and finite.");
  }
  if (options.spline_knots != 0 && options.spline_knots != 3 && options.spline_knots != 4) {
    return Fail(ErrorCode::kUsage, "Splines take 3 or 4 knots, or 0 for none.");
  }
  const double rate = metrics::WeightedMean(training.labels, training.weights);
  if (!(rate > 0 && rate < 1)) {
    return Fail(ErrorCode::kRefused,
                "All training deals ended alike, so nothing can be learned about the difference.");
  }

  LinearModel model;
  std::vector<Eigen::Index> first;
  Eigen::Index num_terms = 1;
  for (std::size_t j = 0; j < training.rows.num_columns(); ++j) {
    model.columns.push_back(Describe(training, j, options.spline_knots));
    first.push_back(num_terms);
    num_terms += static_cast<Eigen::Index>(model.columns.back().terms.size());
  }
  RowMajor design(static_cast<Eigen::Index>(training.rows.num_rows()), num_terms);
  design.col(0).setOnes();
  for (std::size_t j = 0; j < model.columns.size(); ++j) {
    Standardise(training, j, model.columns[j], design, first[j]);
  }

  Eigen::VectorXd start = Eigen::VectorXd::Zero(num_terms);
  start[0] = domain::Logit(rate);
  const Eigen::VectorXd beta =
      Minimise(PenalisedLogistic(design, training, options.penalty), std::move(start));
  model.intercept = beta[0];
  for (std::size_t j = 0; j < model.columns.size(); ++j) {
    for (std::size_t t = 0; t < model.columns[j].terms.size(); ++t) {
      model.columns[j].terms[t].coefficient = beta[first[j] + static_cast<Eigen::Index>(t)];
    }
  }
  return model;
}

}  // namespace ri::models
