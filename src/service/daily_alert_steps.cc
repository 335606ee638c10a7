// The alerts of the week, drawn on its first run.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "registry/registry.h"
#include "service/alerts.h"
#include "service/daily_step.h"

namespace ri::service {

Result<StepOutcome> AlertStep(DailyContext& context) {
  RI_ASSIGN_OR_RETURN(const auto champion,
                      registry::Registry(context.workspace.store()).Current(registry::kChampion));
  if (!champion) {
    return Skipped("There is no model yet.");
  }
  RI_RETURN_IF_ERROR(
      RunAlerts(context.workspace, context.operations, {.now = context.now}, context.progress));
  // What is stored is told, so that a second try of the day says the same.
  RI_ASSIGN_OR_RETURN(const auto week, context.operations.NewestAlertWeek());
  if (!week) {
    return Skipped("No week was drawn.");
  }
  const std::string monday = domain::FormatDate(domain::DateFromDayNumber(week->week));
  const nlohmann::ordered_json report = {
      {"week", monday}, {"fired", week->fired}, {"waiting", week->waiting}, {"ended", week->ended}};
  return StepOutcome{
      .status = "done",
      .summary = fmt::format("Week of {}: {} alerts raised, {} waiting for the budget, {} over.",
                             monday, week->fired, week->waiting, week->ended),
      .report = report.dump()};
}

}  // namespace ri::service
