#include "training/champion.h"

#include <cmath>
#include <map>
#include <set>

#include "metrics/scoring_rules.h"
#include "training/candidate_choice.h"

namespace ri::training {
namespace {

/// The given rows of the table, with its definitions and labels.
features::FeatureTable TakeTableRows(const features::FeatureTable& table,
                                     std::span<const std::size_t> rows) {
  features::FeatureTable taken{.features = table.features, .labels = table.labels};
  taken.values = TakeRows(table.values, rows);
  for (const std::size_t row : rows) {
    taken.rows.push_back(table.rows[row]);
  }
  return taken;
}

Result<std::vector<double>> WinChances(const features::FeatureTable& table,
                                       const models::DealOutcomeModel& model, int num_threads) {
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  std::vector<double> chances;
  for (const models::Prediction& prediction : model.Predict(encoded.view(), num_threads)) {
    chances.push_back(prediction.win.value());
  }
  return chances;
}

/// Mean difference of log losses on some rows with the variance of cluster totals.
SegmentDifference DifferenceOn(const ChampionSample& sample, const SegmentRows& segment,
                               std::span<const double> difference,
                               const std::vector<std::uint32_t>& deals) {
  SegmentDifference result{.segment = segment.name};
  double weight = 0;
  double sum = 0;
  std::set<std::uint32_t> distinct;
  for (const std::size_t i : segment.rows) {
    weight += sample.weight[i];
    sum += sample.weight[i] * difference[i];
    distinct.insert(deals[i]);
  }
  result.deals = distinct.size();
  result.difference = sum / weight;
  std::map<std::uint32_t, double> totals;
  for (const std::size_t i : segment.rows) {
    totals[sample.cluster[i]] += sample.weight[i] * (difference[i] - result.difference);
  }
  double variance = 0;
  for (const auto& [cluster, total] : totals) {
    variance += total * total;
  }
  result.error = std::sqrt(variance) / weight;
  return result;
}

}  // namespace

Result<ChampionSample> CompareWithChampion(const TrainingMatrix& matrix, const OutOfTimeRows& rows,
                                           const OutOfTimeSample& sample,
                                           std::span<const SegmentRows> segments,
                                           const Champion& champion, int num_threads) {
  const std::vector<std::size_t> judged = JudgedRows(rows);
  std::vector<std::size_t> later;  // positions in `sample`
  std::vector<std::size_t> in_matrix;
  std::vector<std::size_t> position(judged.size(), judged.size());
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const std::size_t row = rows.rows[judged[i]];
    if (matrix.set.rows[row].key.as_of >= champion.cutoff) {
      position[i] = later.size();
      later.push_back(i);
      in_matrix.push_back(row);
    }
  }
  ChampionSample result{.label = Pick(sample.label, later),
                        .weight = Pick(sample.weight, later),
                        .cluster = Pick(sample.cluster, later),
                        .candidate = Pick(sample.model, later)};
  if (later.empty()) {
    return result;
  }
  RI_ASSIGN_OR_RETURN(result.champion, WinChances(TakeTableRows(matrix.table, in_matrix),
                                                  *champion.model, num_threads));
  std::vector<double> difference = metrics::LogLossTerms(result.candidate, result.label);
  const std::vector<double> before = metrics::LogLossTerms(result.champion, result.label);
  for (std::size_t i = 0; i < difference.size(); ++i) {
    difference[i] -= before[i];
  }
  const std::vector<std::uint32_t> deals = Pick(sample.deal, later);
  for (const SegmentRows& segment : segments) {
    SegmentRows here{.name = segment.name};
    for (const std::size_t i : segment.rows) {
      if (position[i] < later.size()) {
        here.rows.push_back(position[i]);
      }
    }
    if (!here.rows.empty()) {
      result.segments.push_back(DifferenceOn(result, here, difference, deals));
    }
  }
  return result;
}

Result<BothScores> ScoreOpenDeals(const TrainingMatrix& matrix, domain::Timestamp cutoff,
                                  const models::DealOutcomeModel& champion,
                                  const models::DealOutcomeModel& candidate, int num_threads) {
  std::map<std::uint32_t, std::size_t> newest;  // deal -> row; rows are in time order
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    if (!matrix.set.rows[i].KnownBefore(cutoff)) {
      newest[matrix.set.rows[i].key.deal] = i;
    }
  }
  std::vector<std::size_t> rows;
  for (const auto& [deal, row] : newest) {
    rows.push_back(row);
  }
  BothScores scores;
  if (rows.empty()) {
    return scores;
  }
  const features::FeatureTable table = TakeTableRows(matrix.table, rows);
  RI_ASSIGN_OR_RETURN(scores.champion, WinChances(table, champion, num_threads));
  RI_ASSIGN_OR_RETURN(scores.candidate, WinChances(table, candidate, num_threads));
  return scores;
}

}  // namespace ri::training
