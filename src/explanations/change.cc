#include "explanations/change.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numeric>

#include "base/assertion.h"
#include "base/sum.h"
#include "explanations/shap_matrix.h"

namespace ri::explanations {
namespace {

/// One model's way from row to row: the margins passed and the split of each step.
struct Walk {
  double first_margin = 0;
  double last_margin = 0;
  std::vector<std::vector<double>> steps;
  std::vector<double> margins;  ///< one more than steps
};

Result<Walk> WalkRows(const ReferenceModel& model,
                      std::span<const std::span<const float>> stations) {
  Walk walk;
  for (const auto& station : stations) {
    walk.margins.push_back(model.Margin(station));
  }
  walk.first_margin = walk.margins.front();
  walk.last_margin = walk.margins.back();
  for (std::size_t k = 1; k < stations.size(); ++k) {
    walk.steps.push_back(model.Split(stations[k], stations[k - 1]));
    const double gap =
        std::fabs(walk.margins[k] - walk.margins[k - 1] - base::Sum(walk.steps.back()));
    if (!(gap < kAdditivityTolerance)) {
      return Fail(ErrorCode::kInternal,
                  fmt::format("The split of a change misses the margins by {}; it is not shown. "
                              "Please report this model and deal.",
                              gap));
    }
  }
  return walk;
}

/// Adds one order's worth of the row player: every step's split, on the calibrated scale.
void AddSteps(const Walk& walk, const Calibrate& calibrate, double weight,
              std::span<std::vector<double>*> parts) {
  for (std::size_t k = 0; k < walk.steps.size(); ++k) {
    const double slope = SecantSlope(calibrate, walk.margins[k], walk.margins[k + 1]);
    for (std::size_t j = 0; j < walk.steps[k].size(); ++j) {
      (*parts[k])[j] += weight * slope * walk.steps[k][j];
    }
  }
}

/// Puts what rounding left on the largest part.
void CloseChange(Change& change) {
  std::vector<double> parts = change.features;
  parts.insert(parts.end(), change.late_data.begin(), change.late_data.end());
  parts.push_back(change.model);
  parts.push_back(change.calibration);
  CloseSum(change.before, change.after, parts);
  const std::size_t width = change.features.size();
  for (std::size_t j = 0; j < width; ++j) {
    change.features[j] = parts[j];
  }
  for (std::size_t j = 0; j < change.late_data.size(); ++j) {
    change.late_data[j] = parts[width + j];
  }
  change.calibration = parts.back();
  change.model = parts[parts.size() - 2];
}

}  // namespace

Result<Change> ExplainChange(const Scorer& before, const Scorer& after, const RowsOfChange& rows) {
  std::vector<std::span<const float>> stations = {rows.before};
  if (rows.restated) {
    stations.push_back(*rows.restated);
  }
  stations.push_back(rows.after);
  for (const auto& station : stations) {
    for (const ReferenceModel* model : {before.model, after.model}) {
      if (station.size() != model->num_features()) {
        return Fail(ErrorCode::kUsage,
                    fmt::format("A row has {} columns where a model has {} features; compare "
                                "versions with the same feature columns.",
                                station.size(), model->num_features()));
      }
    }
  }
  RI_ASSIGN_OR_RETURN(const Walk old_walk, WalkRows(*before.model, stations));
  RI_ASSIGN_OR_RETURN(const Walk new_walk, WalkRows(*after.model, stations));

  // value[x][f][g]: rows x, model f and calibrator g, each old (0) or new (1).
  std::array<std::array<std::array<double, 2>, 2>, 2> value{};
  const std::array<const Walk*, 2> walks = {&old_walk, &new_walk};
  const std::array<const Calibrate*, 2> calibrators = {&before.calibrate, &after.calibrate};
  for (const std::size_t f : {0U, 1U}) {
    for (const std::size_t g : {0U, 1U}) {
      value[0][f][g] = (*calibrators[g])(walks[f]->first_margin);
      value[1][f][g] = (*calibrators[g])(walks[f]->last_margin);
    }
  }

  Change change{.before = value[0][0][0],
                .after = value[1][1][1],
                .features = std::vector<double>(rows.after.size(), 0.0),
                .late_data = std::vector<double>(rows.restated ? rows.after.size() : 0, 0.0)};
  std::vector<std::vector<double>*> parts;
  if (rows.restated) {
    parts.push_back(&change.late_data);
  }
  parts.push_back(&change.features);
  // Among six orders a player moves first in two, last in two, and after one given other in one.
  for (const std::size_t a : {0U, 1U}) {
    for (const std::size_t b : {0U, 1U}) {
      const double weight = a == b ? 1.0 / 3 : 1.0 / 6;
      AddSteps(*walks[a], *calibrators[b], weight, parts);
      change.model += weight * (value[a][1][b] - value[a][0][b]);
      change.calibration += weight * (value[a][b][1] - value[a][b][0]);
    }
  }
  CloseChange(change);
  return change;
}

std::vector<double> SumByCause(const Change& change, const Causes& causes) {
  RI_ASSERT(causes.cause_of_feature.size() == change.features.size());
  std::vector<double> sums(causes.names.size(), 0.0);
  for (std::size_t j = 0; j < change.features.size(); ++j) {
    sums[causes.cause_of_feature[j]] += change.features[j];
  }
  sums[causes.late_data] += std::accumulate(change.late_data.begin(), change.late_data.end(), 0.0);
  sums[causes.model] += change.model;
  sums[causes.calibration] += change.calibration;
  return sums;
}

}  // namespace ri::explanations
