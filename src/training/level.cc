#include "training/level.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/sum.h"
#include "training/training_matrix.h"

namespace ri::training {
namespace {

constexpr double kStandardErrors = 2;
constexpr std::size_t kMinClusters = 30;
constexpr double kLargestShift = 2;

}  // namespace

double ShiftToZero(const std::function<double(double)>& rising, double limit) {
  double low = -limit;
  double high = limit;
  for (int step = 0; step < 50; ++step) {
    const double middle = (low + high) / 2;
    (rising(middle) < 0 ? low : high) = middle;
  }
  return (low + high) / 2;
}

LevelJump FindLevelJump(const models::Calibrator& map, const ToldRows& rows) {
  std::map<std::uint32_t, double> missed;
  for (std::size_t i = 0; i < rows.margins.size(); ++i) {
    const double told = map(domain::LogOdds(rows.margins[i])).value();
    missed[rows.clusters[i]] += rows.weights[i] * (rows.labels[i] - told);
  }
  double sum = 0;
  double squares = 0;
  for (const auto& [cluster, each] : missed) {
    sum += each;
    squares += each * each;
  }
  LevelJump jump;
  if (missed.size() < kMinClusters || !(squares > 0)) {
    return jump;
  }
  jump.standard_errors = sum / std::sqrt(squares);
  if (std::abs(jump.standard_errors) <= kStandardErrors) {
    return jump;
  }
  jump.shift = ShiftToZero(
      [&](double shift) {
        const models::Calibrator shifted = map.Shifted(shift);
        base::CompensatedSum excess;
        for (std::size_t i = 0; i < rows.margins.size(); ++i) {
          const double told = shifted(domain::LogOdds(rows.margins[i])).value();
          excess.Add(rows.weights[i] * (told - rows.labels[i]));
        }
        return excess.value();
      },
      kLargestShift);
  jump.reason = fmt::format(
      "Level moved by {:+.2f} log-odds: among the newest known outcomes {} deals were won than "
      "the model says, by {:.1f} standard errors (more than {} are asked; without a jump that "
      "happens in less than one training in 20).",
      jump.shift, sum > 0 ? "more" : "fewer", std::abs(jump.standard_errors), kStandardErrors);
  return jump;
}

LevelJump FindLevelJump(const models::Calibrator& map, const models::Head& head,
                        const base::Matrix<float>& encoded, const OutOfTimeRows& rows) {
  if (rows.rows.empty()) {
    return {};
  }
  const std::size_t newest = *std::ranges::max_element(rows.origin);
  std::vector<std::size_t> taken;
  std::vector<double> labels;
  std::vector<double> weights;
  std::vector<std::uint32_t> clusters;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] == newest) {
      taken.push_back(rows.rows[i]);
      labels.push_back(rows.label[i]);
      weights.push_back(rows.weight[i]);
      clusters.push_back(rows.cluster[i]);
    }
  }
  const std::vector<double> margins = MarginsOf(head, TakeRows(encoded, taken));
  return FindLevelJump(
      map, {.margins = margins, .labels = labels, .weights = weights, .clusters = clusters});
}

std::vector<double> MarginsOf(const models::Head& head, const base::Matrix<float>& rows) {
  if (const auto* rate = std::get_if<models::BaseRate>(&head)) {
    return std::vector<double>(rows.num_rows(), rate->margin);
  }
  if (const auto* table = std::get_if<models::StageTable>(&head)) {
    return table->Margins(rows.view());
  }
  if (const auto* linear = std::get_if<models::LinearModel>(&head)) {
    return linear->Margins(rows.view());
  }
  if (const auto* both = std::get_if<models::RidgeAndTrees>(&head)) {
    return both->Margins(rows.view());
  }
  return std::get<models::TreeEnsemble>(head).Margins(rows.view());
}

}  // namespace ri::training
