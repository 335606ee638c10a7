#include "training/candidate_choice.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "domain/probability.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

// Log loss that simplicity may cost. One standard error alone would be too generous where data are
// few: it is many times what a better model gains there.
constexpr double kSmallLoss = 0.002;

std::vector<double> ProbabilitiesOf(std::span<const double> margins) {
  std::vector<double> probabilities;
  probabilities.reserve(margins.size());
  for (const double margin : margins) {
    probabilities.push_back(domain::Logistic(margin));
  }
  return probabilities;
}

}  // namespace

std::vector<std::size_t> JudgedRows(const OutOfTimeRows& rows) {
  std::vector<std::size_t> judged;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] > rows.origin.front()) {
      judged.push_back(i);
    }
  }
  if (judged.empty()) {
    judged.resize(rows.rows.size());
    std::iota(judged.begin(), judged.end(), std::size_t{0});
  }
  return judged;
}

std::size_t ChooseCandidate(const OutOfTimeResult& judged,
                            std::span<const CalibratedMargins> calibrated, int num_threads,
                            std::vector<CandidateResult>& ladder) {
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  const std::vector<double> labels = Pick(judged.rows.label, rows);
  const std::vector<double> weights = Pick(judged.rows.weight, rows);
  const std::vector<std::uint32_t> clusters = Pick(judged.rows.cluster, rows);
  std::vector<std::vector<double>> terms;
  std::vector<double> losses;
  for (const CalibratedMargins& candidate : calibrated) {
    terms.push_back(metrics::LogLossTerms(Pick(candidate.probability, rows), labels));
    losses.push_back(metrics::WeightedMean(terms.back(), weights));
  }
  const auto best = static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin());
  std::size_t chosen = best;
  for (std::size_t i = terms.size(); i-- > 0;) {
    std::vector<double> excess(terms[i].size());
    for (std::size_t row = 0; row < excess.size(); ++row) {
      excess[row] = terms[i][row] - terms[best][row];
    }
    const metrics::BootstrapInterval interval =
        metrics::BootstrapMean(excess, clusters, weights, {.num_threads = num_threads});
    ladder.push_back({.name = judged.candidates[i].spec.name,
                      .log_loss = losses[i],
                      .excess = interval.estimate,
                      .excess_error = interval.standard_error});
    if (interval.estimate <= std::min(interval.standard_error, kSmallLoss)) {
      chosen = i;
    }
  }
  std::ranges::reverse(ladder);
  ladder[chosen].chosen = true;
  return chosen;
}

OutOfTimeSample SampleOf(const TrainingMatrix& matrix, const OutOfTimeResult& judged,
                         std::span<const CalibratedMargins> calibrated, std::size_t chosen) {
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  OutOfTimeSample sample{.label = Pick(judged.rows.label, rows),
                         .weight = Pick(judged.rows.weight, rows),
                         .cluster = Pick(judged.rows.cluster, rows),
                         .model = Pick(calibrated[chosen].probability, rows)};
  for (const std::size_t row : Pick(judged.rows.rows, rows)) {
    sample.deal.push_back(matrix.set.rows[row].key.deal);
  }
  const bool table_chosen = judged.candidates[chosen].spec.family == Family::kStageTable;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < calibrated.size(); ++i) {
    const Family family = judged.candidates[i].spec.family;
    if (family != Family::kBaseRate && (family != Family::kStageTable || table_chosen)) {
      continue;
    }
    for (const std::vector<double>& all :
         {ProbabilitiesOf(judged.candidates[i].margins), calibrated[i].probability}) {
      std::vector<double> predicted = Pick(all, rows);
      const double loss = metrics::LogLoss(predicted, sample.label, sample.weight);
      if (loss < best) {
        best = loss;
        sample.baseline = std::move(predicted);
        sample.baseline_name = family == Family::kStageTable ? "win rate by stage" : "base rate";
      }
    }
  }
  return sample;
}

bool IsClearlyWorse(const OutOfTimeResult& judged, const CalibratedMargins& candidate,
                    const CalibratedMargins& other, int num_threads) {
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  const std::vector<double> labels = Pick(judged.rows.label, rows);
  std::vector<double> excess = metrics::LogLossTerms(Pick(candidate.probability, rows), labels);
  const std::vector<double> terms = metrics::LogLossTerms(Pick(other.probability, rows), labels);
  for (std::size_t i = 0; i < excess.size(); ++i) {
    excess[i] -= terms[i];
  }
  const metrics::BootstrapInterval interval =
      metrics::BootstrapMean(excess, Pick(judged.rows.cluster, rows),
                             Pick(judged.rows.weight, rows), {.num_threads = num_threads});
  return interval.estimate > interval.standard_error;
}

}  // namespace ri::training
