#include "training/candidate_choice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "domain/probability.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/scoring_rules.h"

namespace ri::training {
namespace {

std::vector<double> ProbabilitiesOf(std::span<const double> margins) {
  std::vector<double> probabilities;
  probabilities.reserve(margins.size());
  for (const double margin : margins) {
    probabilities.push_back(domain::Logistic(margin));
  }
  return probabilities;
}

/// What a candidate's log loss lies above the best one's on some rows, and its standard error by
/// clusters.
struct Excess {
  double mean = 0, error = 0;
};
Excess ExcessOf(std::span<const double> terms, std::span<const double> best,
                const OutOfTimeRows& rows, std::span<const std::size_t> among) {
  double weight = 0;
  double sum = 0;
  for (const std::size_t i : among) {
    weight += rows.weight[i];
    sum += rows.weight[i] * (terms[i] - best[i]);
  }
  Excess excess{.mean = sum / weight};
  std::map<std::uint32_t, double> totals;
  for (const std::size_t i : among) {
    totals[rows.cluster[i]] += rows.weight[i] * (terms[i] - best[i] - excess.mean);
  }
  double squares = 0;
  for (const auto& [cluster, total] : totals) {
    squares += total * total;
  }
  excess.error = std::sqrt(squares) / weight;
  return excess;
}

/// Of the first candidates the preferred one, if it is not clearly worse than the best on the given
/// rows, else the simplest that is near it.
std::size_t ChooseAmong(const OutOfTimeResult& judged, std::span<const std::vector<double>> terms,
                        std::span<const std::size_t> among) {
  const OutOfTimeRows& rows = judged.rows;
  std::vector<double> losses;
  for (const std::vector<double>& each : terms) {
    double sum = 0;
    for (const std::size_t i : among) {
      sum += rows.weight[i] * each[i];
    }
    losses.push_back(sum);
  }
  const auto best = static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin());
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Excess excess = ExcessOf(terms[i], terms[best], rows, among);
    if (judged.candidates[i].spec.preferred && excess.mean <= excess.error) {
      return i;
    }
  }
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const Excess excess = ExcessOf(terms[i], terms[best], rows, among);
    if (excess.mean <= std::min(excess.error, kSmallLoss)) {
      return i;
    }
  }
  return best;
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
  std::optional<std::size_t> preferred;
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
    if (judged.candidates[i].spec.preferred && interval.estimate <= interval.standard_error) {
      preferred = i;
    }
  }
  chosen = preferred.value_or(chosen);
  std::ranges::reverse(ladder);
  ladder[chosen].chosen = true;
  return chosen;
}

namespace {

/// The best baseline on the rows of the sample, raw or calibrated.
void TakeBestBaseline(const OutOfTimeResult& judged, std::span<const CalibratedMargins> calibrated,
                      bool with_table, OutOfTimeSample& sample) {
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < calibrated.size(); ++i) {
    const Family family = judged.candidates[i].spec.family;
    if (family != Family::kBaseRate && (family != Family::kStageTable || !with_table)) {
      continue;
    }
    for (const std::vector<double>& all :
         {ProbabilitiesOf(judged.candidates[i].margins), calibrated[i].probability}) {
      std::vector<double> predicted = Pick(all, rows);
      const double loss = metrics::LogLoss(predicted, sample.label, sample.weight);
      if (loss < best) {
        best = loss;
        sample.baseline = std::move(predicted);
        sample.baseline_name =
            family == Family::kStageTable ? "win rate by stage" : std::string(kBaseRateName);
      }
    }
  }
}

}  // namespace

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
  TakeBestBaseline(judged, calibrated, !table_chosen, sample);
  return sample;
}

OutOfTimeSample AgainstBaseRate(const OutOfTimeResult& judged,
                                std::span<const CalibratedMargins> calibrated,
                                OutOfTimeSample sample) {
  TakeBestBaseline(judged, calibrated, false, sample);
  return sample;
}

std::optional<Gate> ProvenAgainstBaseRate(const OutOfTimeResult& judged,
                                          std::span<const CalibratedMargins> calibrated,
                                          const OutOfTimeSample& nested,
                                          const GateThresholds& thresholds, int num_threads) {
  if (nested.baseline_name == kBaseRateName ||
      metrics::LogLoss(nested.baseline, nested.label, nested.weight) -
              metrics::LogLoss(nested.model, nested.label, nested.weight) <=
          kSmallLoss) {
    return std::nullopt;
  }
  SkillEvidence evidence;
  Gate gate =
      SkillGate(AgainstBaseRate(judged, calibrated, nested), thresholds, num_threads, evidence);
  return gate.passed ? std::optional(std::move(gate)) : std::nullopt;
}

OutOfTimeSample NestedSampleOf(const TrainingMatrix& matrix, const OutOfTimeResult& judged,
                               std::span<const CalibratedMargins> calibrated, std::size_t chosen) {
  OutOfTimeSample sample = SampleOf(matrix, judged, calibrated, chosen);
  const OutOfTimeRows& rows = judged.rows;
  std::vector<std::vector<double>> terms;
  for (const CalibratedMargins& candidate : calibrated) {
    terms.push_back(metrics::LogLossTerms(candidate.probability, rows.label));
  }
  std::map<std::size_t, std::size_t> choice;  // by origin
  const std::vector<std::size_t> told = JudgedRows(rows);
  for (std::size_t j = 0; j < told.size(); ++j) {
    const std::size_t origin = rows.origin[told[j]];
    auto [found, added] = choice.try_emplace(origin, chosen);
    if (added) {
      std::vector<std::size_t> earlier;
      for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        if (rows.origin[i] < origin) {
          earlier.push_back(i);
        }
      }
      if (!earlier.empty()) {
        found->second = ChooseAmong(judged, terms, earlier);
      }
    }
    sample.model[j] = calibrated[found->second].probability[told[j]];
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
