#pragma once

/// What the steps of the daily run share. A step may be killed at any point and is then run again
/// with the same moment: it must find what it has done already, and report the same.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "data/operations_store.h"
#include "domain/date.h"
#include "service/daily.h"

namespace ri::service {

class DailyContext {
 public:
  book::Workspace& workspace;
  data::OperationsStore& operations;
  const DailyRequest& request;
  domain::Timestamp now{};
  domain::Date today{};
  base::Progress& progress;
  data::StoredDailyStep step;  ///< the journal's row of the step that runs

  /// What an earlier try of this step noted with Note().
  [[nodiscard]] const std::optional<std::string>& noted() const { return step.state; }
  /// Writes down what is needed to go on, before anything is changed.
  Status Note(std::string state);
  /// The newest finished run of a step before today.
  [[nodiscard]] Result<std::optional<data::StoredDailyStep>> Before(std::string_view name) const;
  /// A weekly step that was done since Monday.
  [[nodiscard]] Result<bool> DoneThisWeek() const;
  /// The report of a step that ran earlier today; empty when it did not.
  [[nodiscard]] Result<std::string> ReportOfToday(std::string_view name) const;
};

struct StepOutcome {
  std::string status;  ///< done, skipped or refused
  std::string summary;
  std::string report = "{}";
};

struct DailyStep {
  std::string_view name;
  std::string_view title;  ///< for progress
  Result<StepOutcome> (*run)(DailyContext& context);
  bool essential = false;  ///< without it nothing that follows makes sense
};

/// In the order in which they run.
[[nodiscard]] std::span<const DailyStep> DailySteps();

[[nodiscard]] Result<StepOutcome> ImportStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> SourcesStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> CheckStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> RollbackStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> PromoteStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> TrainStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> ScoreStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> AlertStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> ShadowStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> LetterStep(DailyContext& context);
[[nodiscard]] Result<StepOutcome> DeliverStep(DailyContext& context);

[[nodiscard]] inline StepOutcome Skipped(std::string why) {
  return {.status = "skipped", .summary = std::move(why)};
}

}  // namespace ri::service
