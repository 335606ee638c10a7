#include "training/comparisons.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "domain/probability.h"
#include "features/deal_history.h"

namespace ri::training {
namespace {

/// What the CRM itself showed at the time of each row; NaN = nothing.
std::vector<double> CrmProbabilities(const data::EventLog& log, const TrainingMatrix& matrix,
                                     std::span<const std::size_t> rows, int num_threads) {
  std::vector<double> probabilities(rows.size(), std::numeric_limits<double>::quiet_NaN());
  if (!log.FindAttribute(data::EntityKind::kDeal, data::attribute::kCrmProbability)) {
    return probabilities;
  }
  for (std::size_t begin = 0; begin < rows.size();) {
    const domain::Timestamp as_of = matrix.set.rows[rows[begin]].key.as_of;
    std::vector<std::uint32_t> deals;
    std::size_t end = begin;
    while (end < rows.size() && matrix.set.rows[rows[end]].key.as_of == as_of) {
      deals.push_back(matrix.set.rows[rows[end++]].key.deal);
    }
    const auto states = features::StatesAsOf(log, deals, as_of, num_threads);
    for (std::size_t i = begin; i < end; ++i) {
      if (const auto& told = states[i - begin].crm_probability) {
        probabilities[i] = std::clamp(*told, 0.0, 1.0);
      }
    }
    begin = end;
  }
  return probabilities;
}

}  // namespace

Result<std::vector<Comparison>> CompareAnswers(
    const data::EventLog& log, const TrainingMatrix& matrix, OutOfTimeResult& judged,
    std::span<const CalibratedMargins> calibrated, const OutOfTimeSample& sample,
    const OutOfTimeOptions& options, base::Progress& progress) {
  std::vector<Comparison> comparisons;
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  const auto compare = [&](const std::string& name, std::span<const double> probabilities) {
    comparisons.push_back(Compare(sample, name, probabilities, options.num_threads));
  };
  bool ridge = false;
  for (std::size_t i = 0; i < calibrated.size(); ++i) {
    const CandidateSpec& spec = judged.candidates[i].spec;
    const bool first_ridge = spec.family == Family::kRidge && !ridge;
    ridge = ridge || spec.family == Family::kRidge;
    if (spec.family == Family::kBaseRate || spec.family == Family::kStageTable || first_ridge) {
      compare(spec.name, Pick(calibrated[i].probability, rows));
    }
  }
  if (ridge) {
    const CandidateSpec plain = PlainXgboost();
    RI_RETURN_IF_ERROR(JudgeCandidates(matrix, {&plain, 1}, options, judged, progress));
    std::vector<double> probabilities;
    for (const std::size_t i : rows) {
      probabilities.push_back(domain::Logistic(judged.candidates.back().margins[i]));
    }
    judged.candidates.pop_back();
    compare(plain.name, probabilities);
  }
  const std::vector<double> crm =
      CrmProbabilities(log, matrix, Pick(judged.rows.rows, rows), options.num_threads);
  if (std::ranges::any_of(crm, [](double p) { return !std::isnan(p); })) {
    compare("CRM probability", crm);
  }
  return comparisons;
}

}  // namespace ri::training
