#include "lifecycle/training_gates.h"

#include <algorithm>
#include <cstdlib>

#include "book/deal_explainer.h"
#include "revenue/backtest_store.h"

namespace ri::lifecycle {
namespace {

constexpr std::size_t kExplainedRows = 32;
constexpr int kMiddleOfQuarter = 7;
constexpr std::size_t kEightyPercent = 1;  // position in forecasting::kCoverageLevels

/// Explained against a few rows of the background only: the identity does not depend on how many.
Result<training::Gate> Explanations(const models::DealOutcomeModel& model, int num_threads) {
  models::ModelParts parts = model.parts();
  const base::Matrix<float>& all = parts.background;
  const std::size_t count = std::min(kExplainedRows, all.num_rows());
  base::Matrix<float> few(count, all.num_columns());
  for (std::size_t i = 0; i < count; ++i) {
    std::ranges::copy(all.row(i), few.row(i).begin());
  }
  parts.background = few;
  RI_ASSIGN_OR_RETURN(models::DealOutcomeModel small,
                      models::DealOutcomeModel::Assemble(std::move(parts)));
  const book::DealExplainer explainer(
      std::make_shared<const models::DealOutcomeModel>(std::move(small)), num_threads);
  const auto explained = explainer.Explain(few.view(), num_threads);
  return training::ExplanationGate(count, explained ? "" : explained.error().message());
}

/// One forecast per quarter, that of the week nearest its middle.
Result<training::Gate> Coverage(data::Store& store) {
  RI_ASSIGN_OR_RETURN(const std::vector<domain::Quarter> quarters,
                      revenue::BacktestQuarters(store));
  std::size_t covered = 0;
  std::size_t judged = 0;
  for (const domain::Quarter quarter : quarters) {
    RI_ASSIGN_OR_RETURN(const std::optional<revenue::ReplayedQuarter> replay,
                        revenue::LoadReplay(store, quarter));
    const revenue::ReplayedForecast* middle = nullptr;
    for (std::size_t i = 0; replay && i < replay->forecasts.size(); ++i) {
      const revenue::ReplayedForecast& forecast = replay->forecasts[i];
      const auto distance = [](const revenue::ReplayedForecast& f) {
        return std::abs(f.week - kMiddleOfQuarter);
      };
      if (forecast.source == "model" && forecast.node == "total" &&
          (middle == nullptr || distance(forecast) < distance(*middle))) {
        middle = &forecast;
      }
    }
    if (middle != nullptr) {
      ++judged;
      covered += middle->score.covered[kEightyPercent] > 0.5 ? 1 : 0;
    }
  }
  return training::CoverageGate(covered, judged);
}

}  // namespace

Status AddServiceGates(book::Workspace& workspace, training::TrainingResult& result) {
  if (!result.refusal.empty()) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(training::Gate explanations,
                      Explanations(result.model, workspace.num_threads()));
  if (!explanations.passed) {
    result.refusal = explanations.evidence;
  }
  result.gates.push_back(std::move(explanations));
  RI_ASSIGN_OR_RETURN(training::Gate coverage, Coverage(workspace.store()));
  result.gates.push_back(std::move(coverage));
  training::SortGates(result.gates);
  return {};
}

}  // namespace ri::lifecycle
