#include "churn.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "training/trainer.h"

namespace ri::bench {
namespace {

std::string ChosenName(const training::TrainingResult& result) {
  for (const training::CandidateResult& candidate : result.ladder) {
    if (candidate.chosen) {
      return candidate.name;
    }
  }
  return result.family;
}

}  // namespace

Result<Churn> MeasureChurn(const Company& company, std::uint64_t seed) {
  const book::Knowledge& knowledge = company.knowledge();
  const features::FeatureTable table =
      knowledge.engine->Compute(knowledge.engine->OpenAt(company.cutoff()), 2);
  Churn churn{.open_deals = table.rows.size()};
  std::vector<double> before;
  std::string chosen;
  for (const std::uint64_t each : {seed, seed + 1}) {
    RI_ASSIGN_OR_RETURN(const training::TrainingResult result,
                        training::Train(*knowledge.log, *knowledge.engine,
                                        {.cutoff = company.cutoff(),
                                         .seed = each,
                                         .num_threads = 2,
                                         .calendar = company.calendar(),
                                         .compare = false},
                                        base::Progress::Silent()));
    RI_ASSIGN_OR_RETURN(const base::Matrix<float> rows, result.model.Encode(table));
    std::vector<double> told;
    for (std::size_t i = 0; i < rows.num_rows(); ++i) {
      told.push_back(result.model.Predict(rows.row(i)).win.value());
    }
    if (each == seed) {
      churn.closed_deals = result.counts.closed_deals;
      before = std::move(told);
      chosen = ChosenName(result);
      continue;
    }
    churn.same_candidate = chosen == ChosenName(result);
    for (std::size_t i = 0; i < told.size(); ++i) {
      const double change = told[i] - before[i];
      churn.mean_change += std::abs(change) / static_cast<double>(told.size());
      churn.level += change / static_cast<double>(told.size());
      churn.largest = std::max(churn.largest, std::abs(change));
    }
  }
  return churn;
}

}  // namespace ri::bench
