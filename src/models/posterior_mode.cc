#include "models/posterior_mode.h"

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/assertion.h"
#include "domain/probability.h"

namespace ri::models {
namespace {

constexpr int kNewtonSteps = 50;
// Relative fall of the loss below which a step is no progress.
constexpr double kConverged = 1e-13;

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::VectorXd ToVector(std::span<const double> values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}

class Search {
 public:
  explicit Search(const LogisticPosterior& posterior)
      : posterior_(posterior),
        design_(posterior.design.data(), static_cast<Eigen::Index>(posterior.design.num_rows()),
                static_cast<Eigen::Index>(posterior.design.num_columns())),
        offset_(posterior.offset.empty() ? Eigen::VectorXd::Zero(design_.rows())
                                         : ToVector(posterior.offset)),
        mean_(ToVector(posterior.mean)),
        precision_(ToVector(posterior.precision)) {}

  // Minimum with the coefficients in the bit set `held` at 0.
  [[nodiscard]] Eigen::VectorXd Solve(std::uint64_t held) const {
    Eigen::VectorXd theta = mean_;
    for (Eigen::Index k = 0; k < theta.size(); ++k) {
      if (IsHeld(held, k)) {
        theta[k] = 0;
      }
    }
    double loss = Loss(theta);
    for (int step = 0; step < kNewtonSteps; ++step) {
      const Eigen::VectorXd direction = Step(theta, held);
      double length = 1;
      double next_loss = Loss(theta + direction);
      while (!(next_loss <= loss) && length > 1e-8) {
        length /= 2;
        next_loss = Loss(theta + length * direction);
      }
      if (!(next_loss < loss)) {
        break;
      }
      theta += length * direction;
      const bool converged = loss - next_loss <= kConverged * (1 + loss);
      loss = next_loss;
      if (converged) {
        break;
      }
    }
    return theta;
  }

  // Negative log posterior up to a constant.
  [[nodiscard]] double Loss(const Eigen::VectorXd& theta) const {
    const Eigen::VectorXd margins = offset_ + design_ * theta;
    double loss = 0;
    for (Eigen::Index i = 0; i < margins.size(); ++i) {
      const auto row = static_cast<std::size_t>(i);
      const double m = margins[i];
      loss += posterior_.weights[row] *
              (std::max(m, 0.0) + std::log1p(std::exp(-std::fabs(m))) - posterior_.labels[row] * m);
    }
    return posterior_.likelihood_scale * loss + (theta - mean_).cwiseAbs2().dot(precision_) / 2;
  }

 private:
  static bool IsHeld(std::uint64_t held, Eigen::Index k) {
    return ((held >> static_cast<unsigned>(k)) & 1U) != 0;
  }

  [[nodiscard]] Eigen::VectorXd Step(const Eigen::VectorXd& theta, std::uint64_t held) const {
    const Eigen::VectorXd margins = offset_ + design_ * theta;
    Eigen::MatrixXd hessian = Eigen::MatrixXd::Zero(theta.size(), theta.size());
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(theta.size());
    for (Eigen::Index i = 0; i < margins.size(); ++i) {
      const auto row = static_cast<std::size_t>(i);
      const double probability = domain::Logistic(margins[i]);
      const double weight = posterior_.likelihood_scale * posterior_.weights[row];
      gradient += weight * (posterior_.labels[row] - probability) * design_.row(i).transpose();
      hessian +=
          weight * probability * (1 - probability) * design_.row(i).transpose() * design_.row(i);
    }
    gradient -= (theta - mean_).cwiseProduct(precision_);
    hessian.diagonal() += precision_;
    for (Eigen::Index k = 0; k < theta.size(); ++k) {
      if (IsHeld(held, k)) {
        hessian.row(k).setZero();
        hessian.col(k).setZero();
        hessian(k, k) = 1;
        gradient[k] = 0;
      }
    }
    return hessian.ldlt().solve(gradient);
  }

  const LogisticPosterior& posterior_;
  Eigen::Map<const RowMajor> design_;
  Eigen::VectorXd offset_;
  Eigen::VectorXd mean_;
  Eigen::VectorXd precision_;
};

}  // namespace

std::vector<double> PosteriorMode(const LogisticPosterior& posterior) {
  const std::size_t p = posterior.design.num_columns();
  const std::size_t n = posterior.design.num_rows();
  RI_ASSERT(posterior.mean.size() == p && posterior.precision.size() == p);
  RI_ASSERT(posterior.labels.size() == n && posterior.weights.size() == n);
  RI_ASSERT(posterior.offset.empty() || posterior.offset.size() == n);
  RI_ASSERT(posterior.not_negative.empty() || posterior.not_negative.size() == p);
  std::vector<std::size_t> bounded;
  for (std::size_t k = 0; k < posterior.not_negative.size(); ++k) {
    if (posterior.not_negative[k]) {
      bounded.push_back(k);
    }
  }
  RI_ASSERT(bounded.size() <= 4);

  const Search search(posterior);
  Eigen::VectorXd best;
  double best_loss = std::numeric_limits<double>::infinity();
  for (std::uint64_t choice = 0; choice < (std::uint64_t{1} << bounded.size()); ++choice) {
    std::uint64_t held = 0;
    for (std::size_t b = 0; b < bounded.size(); ++b) {
      if (((choice >> b) & 1U) != 0) {
        held |= std::uint64_t{1} << bounded[b];
      }
    }
    const Eigen::VectorXd theta = search.Solve(held);
    const bool feasible = std::all_of(bounded.begin(), bounded.end(), [&](std::size_t k) {
      return theta[static_cast<Eigen::Index>(k)] >= 0;
    });
    const double loss = search.Loss(theta);
    if (feasible && loss < best_loss) {
      best = theta;
      best_loss = loss;
    }
    if (feasible && held == 0) {
      break;  // the free minimum keeps the bounds
    }
  }
  return {best.data(), best.data() + best.size()};
}

}  // namespace ri::models
