#include "service/daily.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "data/audit_entry.h"
#include "service/daily_step.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

std::string Dump(const Json& document) {
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool IsOver(const std::string& status) {
  return status == "done" || status == "skipped" || status == "refused";
}

/// Errors that the next step would meet as well.
bool EndsTheRun(ErrorCode code) {
  return code == ErrorCode::kStorage || code == ErrorCode::kConflict ||
         code == ErrorCode::kInternal || code == ErrorCode::kCancelled;
}

/// The day's row of the journal, new or as the earlier try left it.
Result<data::StoredDailyRun> OpenRun(data::OperationsStore& operations, domain::Timestamp now,
                                     std::vector<std::string>& notes) {
  const std::int64_t day = domain::DayNumber(domain::DateOf(now));
  RI_ASSIGN_OR_RETURN(const auto runs, operations.DailyRuns(1));
  if (runs.empty() || runs[0].day < day) {
    if (!runs.empty() && runs[0].status != "done") {
      notes.push_back("The run of " + domain::FormatDate(domain::DateFromDayNumber(runs[0].day)) +
                      " did not come to its end; what is still due is done today.");
    }
    return data::StoredDailyRun{
        .day = day, .moment = domain::Milliseconds(now), .status = "running"};
  }
  if (runs[0].day > day) {
    return Fail(ErrorCode::kUsage, "The run of " +
                                       domain::FormatDate(domain::DateFromDayNumber(runs[0].day)) +
                                       " has been made; days only go forward.");
  }
  return runs[0];
}

Status LogStep(const DailyContext& context, const std::string& action, const StepOutcome& outcome) {
  if (outcome.status == "skipped") {
    return {};
  }
  return data::WriteAuditOnce(context.operations, context.now, context.request.actor, action,
                              domain::FormatDate(context.today) + " " + context.step.step,
                              Dump({{"status", outcome.status}, {"summary", outcome.summary}}));
}

/// What the process has used so far.
struct Used {
  std::chrono::steady_clock::time_point clock = std::chrono::steady_clock::now();
  double processor_seconds = 0;
  std::int64_t peak_bytes = 0;
};

Used UsedSoFar() {
  Used used;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    used.processor_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    used.peak_bytes = std::int64_t{1024} * usage.ru_maxrss;  // Linux counts kilobytes
  }
  return used;
}

Status KeepCost(const DailyContext& context, const Used& before) {
  const Used after = UsedSoFar();
  return context.operations.SetDailyCost(
      {.day = context.step.day,
       .step = context.step.step,
       .seconds = std::chrono::duration<double>(after.clock - before.clock).count(),
       .processor_seconds = after.processor_seconds - before.processor_seconds,
       .peak_bytes = after.peak_bytes});
}

/// Runs one step and writes it to the journal.
Status RunStep(const DailyStep& step, DailyContext& context, DailyReport& report) {
  RI_RETURN_IF_ERROR(context.operations.SetDailyStep(context.step));
  context.progress.Begin(step.title, 0);
  const Used before = UsedSoFar();
  auto result = step.run(context);
  RI_RETURN_IF_ERROR(KeepCost(context, before));
  context.progress.End();
  if (!result && result.error().code() == ErrorCode::kCancelled) {
    return std::unexpected(result.error());
  }
  StepOutcome outcome;
  std::string action = "daily";
  if (result) {
    outcome = *std::move(result);
  } else if (result.error().code() == ErrorCode::kRefused) {
    outcome = {.status = "refused", .summary = result.error().message()};
  } else {
    outcome = {.status = "failed", .summary = result.error().ToString()};
    action = "daily-failed";
  }
  RI_RETURN_IF_ERROR(LogStep(context, action, outcome));
  context.step.status = outcome.status;
  context.step.summary = outcome.summary;
  context.step.report = outcome.report;
  RI_RETURN_IF_ERROR(context.operations.SetDailyStep(context.step));
  report.steps.push_back({.name = context.step.step,
                          .status = outcome.status,
                          .summary = outcome.summary,
                          .report = outcome.report});
  if (outcome.status == "failed" && !report.failure) {
    report.failure = result.error();
  }
  if (outcome.status == "failed" && (step.essential || EndsTheRun(result.error().code()))) {
    return std::unexpected(result.error());
  }
  return {};
}

constexpr std::array kSteps = {
    DailyStep{"import", "Reading new exports", &ImportStep},
    DailyStep{"sources", "Judging the sources", &SourcesStep, true},
    DailyStep{"check", "Judging the model", &CheckStep},
    DailyStep{"rollback", "Looking for a reason to go back", &RollbackStep},
    DailyStep{"promote", "Weighing the challenger", &PromoteStep},
    DailyStep{"train", "Training a candidate", &TrainStep},
    DailyStep{"score", "Scoring", &ScoreStep},
    DailyStep{"alerts", "Drawing the alerts of the week", &AlertStep},
    DailyStep{"shadow", "Scoring in the shadow", &ShadowStep},
    DailyStep{"letter", "Writing the weekly letter", &LetterStep},
    DailyStep{"deliver", "Sending the letter", &DeliverStep},
};

}  // namespace

bool DailyReport::nothing_to_do() const {
  return std::ranges::all_of(steps, &DailyStepReport::earlier);
}

Status DailyContext::Note(std::string state) {
  step.state = std::move(state);
  return operations.SetDailyStep(step);
}

Result<std::optional<data::StoredDailyStep>> DailyContext::Before(std::string_view name) const {
  return operations.LastDailyStep(name, "done", domain::DayNumber(today) - 1);
}

Result<bool> DailyContext::DoneThisWeek() const {
  RI_ASSIGN_OR_RETURN(const auto last, Before(step.step));
  return last && last->day >= domain::DayNumber(domain::MondayOnOrBefore(today));
}

Result<std::string> DailyContext::ReportOfToday(std::string_view name) const {
  RI_ASSIGN_OR_RETURN(const auto last,
                      operations.LastDailyStep(name, "done", domain::DayNumber(today)));
  return last && last->day == domain::DayNumber(today) ? last->report : std::string();
}

std::span<const DailyStep> DailySteps() { return kSteps; }

Result<DailyReport> RunDaily(book::Workspace& workspace, const DailyRequest& request,
                             base::Progress& progress) {
  RI_RETURN_IF_ERROR(CheckChannels(request.channels));
  RI_ASSIGN_OR_RETURN(data::OperationsStore* const operations, workspace.Operations());
  RI_ASSIGN_OR_RETURN(const auto lock, operations->LockDailyRun());
  DailyReport report;
  RI_ASSIGN_OR_RETURN(data::StoredDailyRun run, OpenRun(*operations, request.now, report.notes));
  report.day = domain::DateFromDayNumber(run.day);
  report.moment = domain::TimestampFromMilliseconds(run.moment);
  RI_ASSIGN_OR_RETURN(const auto stored, operations->DailySteps(run.day));
  if (run.status != "done") {
    run.status = "running";
    RI_RETURN_IF_ERROR(operations->SetDailyRun(run));
  }
  for (const DailyStep& step : DailySteps()) {
    const auto found = std::ranges::find(stored, step.name, &data::StoredDailyStep::step);
    if (found != stored.end() && IsOver(found->status)) {
      report.steps.push_back({.name = found->step,
                              .status = found->status,
                              .summary = found->summary,
                              .report = found->report,
                              .earlier = true});
      continue;
    }
    DailyContext context{.workspace = workspace,
                         .operations = *operations,
                         .request = request,
                         .now = report.moment,
                         .today = report.day,
                         .progress = progress};
    context.step = {.day = run.day,
                    .step = std::string(step.name),
                    .status = "running",
                    .state = found != stored.end() ? found->state : std::nullopt,
                    .summary = "",
                    .report = "{}"};
    if (Status status = RunStep(step, context, report); !status) {
      if (status.error().code() == ErrorCode::kCancelled) {
        return std::unexpected(status.error());
      }
      report.failure = report.failure ? report.failure : status.error();
      break;
    }
  }
  report.status = report.failure ? "failed" : "done";
  if (run.status != report.status) {
    run.status = report.status;
    RI_RETURN_IF_ERROR(operations->SetDailyRun(run));
  }
  return report;
}

std::string DailyJson(const DailyReport& report) {
  Json steps = Json::array();
  for (const DailyStepReport& step : report.steps) {
    steps.push_back({{"step", step.name},
                     {"status", step.status},
                     {"summary", step.summary},
                     {"earlier", step.earlier},
                     {"report", Json::parse(step.report, nullptr, false)}});
  }
  const Json document = {{"day", domain::FormatDate(report.day)},
                         {"moment", domain::FormatTimestamp(report.moment)},
                         {"status", report.status},
                         {"nothing_to_do", report.nothing_to_do()},
                         {"steps", std::move(steps)},
                         {"notes", report.notes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::service
