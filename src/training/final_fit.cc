#include "training/final_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/random.h"
#include "base/sum.h"
#include "domain/probability.h"
#include "models/stage_table.h"
#include "training/candidate.h"
#include "training/level.h"

namespace ri::training {
namespace {

constexpr std::size_t kBackgroundRows = 1000;
constexpr int kOtherThreads = 2;  // than the one that bags are grown on

int MedianRounds(const std::vector<int>& rounds) {
  std::vector<int> sorted;
  std::ranges::copy_if(rounds, std::back_inserter(sorted), [](int count) { return count > 0; });
  if (sorted.empty()) {
    return 1;
  }
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

/// Margins moved, origin by origin, to the level that its rows turned out to have. The head that
/// serves has learned that level; the head of the origin could not.
std::vector<double> AtTheLevelOfTheirTime(const OutOfTimeRows& rows,
                                          std::span<const double> margins) {
  constexpr double kLargestMove = 2;
  std::vector<double> moved(margins.begin(), margins.end());
  const std::set<std::size_t> origins(rows.origin.begin(), rows.origin.end());
  for (const std::size_t origin : origins) {
    const auto excess = [&](double move) {
      base::CompensatedSum sum;
      for (std::size_t i = 0; i < margins.size(); ++i) {
        if (rows.origin[i] == origin) {
          sum.Add(rows.weight[i] * (domain::Logistic(margins[i] + move) - rows.label[i]));
        }
      }
      return sum.value();
    };
    const double move = ShiftToZero(excess, kLargestMove);
    for (std::size_t i = 0; i < margins.size(); ++i) {
      moved[i] += rows.origin[i] == origin ? move : 0;
    }
  }
  return moved;
}

}  // namespace

Result<FinalHead> FitFinalHead(const TrainingMatrix& matrix, const LabelsAtCut& labels,
                               const CandidateMargins& chosen, const FinalFitOptions& options,
                               base::Progress& progress) {
  const base::Matrix<float> encoded = TakeRows(matrix.encoded, labels.rows);
  const std::vector<double> weights(labels.rows.size(), 1.0);
  const models::LabelledRows data{
      .rows = encoded.view(), .labels = labels.labels, .weights = weights};
  if (chosen.spec.family == Family::kStageTable) {
    std::vector<std::uint32_t> deals;
    for (const std::size_t row : labels.rows) {
      deals.push_back(matrix.set.rows[row].key.deal);
    }
    RI_ASSIGN_OR_RETURN(models::StageTable table,
                        models::FitStageTable(data, deals, matrix.stage_columns));
    return FinalHead{.head = std::move(table), .checked = "The table"};
  }
  progress.Begin("Fitting " + chosen.spec.name + " on everything before the cutoff", 0);
  FitOptions fit{
      .seed = options.seed,
      .bags = options.bags,
      .num_threads = options.num_threads,
      .rounds = chosen.spec.fixed_rounds ? chosen.spec.trees.rounds : MedianRounds(chosen.rounds),
      .column_names = matrix.encoder.ColumnNames()};
  RI_ASSIGN_OR_RETURN(FittedHead head, FitCandidate(chosen.spec, data, fit, progress));
  FinalHead result;
  if (chosen.spec.family == Family::kTrees || chosen.spec.family == Family::kRidgeAndTrees) {
    CandidateSpec again = chosen.spec;
    again.trees.num_threads = kOtherThreads;
    fit.bags = 1;
    RI_ASSIGN_OR_RETURN(const FittedHead twin, FitCandidate(again, data, fit, progress));
    result.same_bytes = twin.xgboost_json.front() == head.xgboost_json.front();
    result.checked = fmt::format("The first of {} bags", options.bags);
    if (chosen.spec.family == Family::kRidgeAndTrees) {
      result.same_bytes = result.same_bytes && *twin.linear == *head.linear;
      result.checked += " and the ridge fit";
      result.head = head.Both();
    } else {
      result.head = *std::move(head.trees);
    }
  } else if (chosen.spec.family == Family::kRidge) {
    RI_ASSIGN_OR_RETURN(const FittedHead twin, FitCandidate(chosen.spec, data, fit, progress));
    result.same_bytes = *twin.linear == *head.linear;
    result.checked = "The ridge fit";
    result.head = *std::move(head.linear);
  } else {
    result.checked = "The base rate";
    result.head = models::BaseRate{.margin = head.constant};
  }
  progress.End();
  return result;
}

double BaseRateMargin(const LabelsAtCut& labels) {
  const double won = base::Sum(labels.labels);
  return domain::Logit((won + 0.5) / (static_cast<double>(labels.labels.size()) + 1));
}

base::Matrix<float> BackgroundOf(const TrainingMatrix& matrix, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const auto& key = matrix.set.rows[i].key;
    const auto moment = static_cast<std::uint64_t>(domain::Milliseconds(key.as_of));
    order.emplace_back(base::HashCombine(base::HashCombine(seed, key.deal), moment), i);
  }
  std::ranges::sort(order);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < std::min(kBackgroundRows, order.size()); ++i) {
    rows.push_back(order[i].second);
  }
  std::ranges::sort(rows);
  return TakeRows(matrix.encoded, rows);
}

Result<models::NeighbourBand> BandOf(const TrainingMatrix& matrix, const OutOfTimeRows& rows,
                                     std::span<const double> margins, std::uint64_t seed) {
  std::vector<std::uint32_t> deals;
  for (const std::size_t row : rows.rows) {
    deals.push_back(matrix.set.rows[row].key.deal);
  }
  return models::NeighbourBand::Fit(AtTheLevelOfTheirTime(rows, margins), rows.label, deals, seed);
}

}  // namespace ri::training
