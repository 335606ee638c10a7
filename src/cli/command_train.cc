#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/print_training.h"
#include "cli/text_output.h"
#include "lifecycle/models_reproduce.h"
#include "lifecycle/train_model.h"
#include "lifecycle/training_plan.h"

namespace ri::cli {
namespace {

struct Options {
  std::string cutoff;
  std::uint64_t seed = 1;
  std::size_t rows = training::kMaxTrainingRows;
  bool promote_if_better = false;
  std::string again;
  std::size_t tune = 0;
  std::string plan;
};

std::string EvaluationLine(const char* name, const training::Evaluation& evaluation) {
  return fmt::format(
      "{}: {} snapshots of {} accounts or deals, {:.1f} % yes\n"
      "  log loss {:.4f} [{:.4f}, {:.4f}], {} {:.4f};  AUC {:.3f} [{:.3f}, {:.3f}];  Brier {:.4f}\n"
      "  calibration error {:.3f} after noise (raw {:.3f}, floor {:.3f}), slope {:.2f}, level "
      "{:+.2f}\n",
      name, evaluation.rows, evaluation.clusters, 100 * evaluation.base_rate,
      evaluation.log_loss.value, evaluation.log_loss.low, evaluation.log_loss.high,
      evaluation.baseline_name, evaluation.baseline_log_loss.value, evaluation.auc.value,
      evaluation.auc.low, evaluation.auc.high, evaluation.brier.value, evaluation.calibration_error,
      evaluation.raw_calibration_error, evaluation.calibration_error_floor, evaluation.slope,
      evaluation.level);
}

}  // namespace

std::string TrainText(const lifecycle::TrainReport& report) {
  const training::TrainingResult& result = report.result;
  std::string text = fmt::format(
      "Trained on what was known before {}: {} closed deals ({} won), {} open, {} kept out; {} "
      "weekly rows.\n\n",
      FormatMoment(report.cutoff), result.counts.closed_deals, result.counts.won_deals,
      result.counts.open_deals, result.counts.excluded_deals, result.counts.rows);
  if (!result.ladder.empty()) {
    TextTable ladder({{"candidate"},
                      {"log loss", Align::kRight},
                      {"above best", Align::kRight},
                      {"+-", Align::kRight},
                      {""}});
    for (const training::CandidateResult& candidate : result.ladder) {
      ladder.AddRow({candidate.name, fmt::format("{:.4f}", candidate.log_loss),
                     fmt::format("{:.4f}", candidate.excess),
                     fmt::format("{:.4f}", candidate.excess_error),
                     candidate.chosen ? "chosen" : ""});
    }
    text += ladder.Render() + "\n";
  }
  if (result.out_of_time) {
    text += EvaluationLine("At past moments, before the cutoff", *result.out_of_time);
  }
  if (!result.comparisons.empty()) {
    TextTable table({{"on the same snapshots"},
                     {"log loss", Align::kRight},
                     {"worse than the model by", Align::kRight},
                     {"AUC", Align::kRight},
                     {"calibration error", Align::kRight}});
    for (const training::Comparison& other : result.comparisons) {
      table.AddRow({other.name, fmt::format("{:.4f}", other.log_loss.value),
                    fmt::format("{:+.4f} [{:+.4f}, {:+.4f}]", other.difference.value,
                                other.difference.low, other.difference.high),
                    fmt::format("{:.3f}", other.auc),
                    fmt::format("{:.3f}", other.calibration_error)});
    }
    text += table.Render() + "\n";
  }
  if (result.in_quarter) {
    text += EvaluationLine("Won before the quarter ends", *result.in_quarter);
  }
  if (result.slip) {
    text += EvaluationLine("Still open after the promised day", *result.slip);
  }
  if (result.later) {
    text += EvaluationLine("After the cutoff, never seen in training", *result.later);
  }
  text += "\n";
  for (const training::Gate& gate : result.gates) {
    text += fmt::format("{} {}  {}\n   {}\n",
                        gate.passed     ? "pass"
                        : gate.blocking ? "FAIL"
                                        : "warn",
                        gate.id, gate.question, gate.evidence);
  }
  for (const std::string& note : result.notes) {
    text += "Note: " + note + "\n";
  }
  text += fmt::format("\nVersion {} ({}). {}\n", report.version.text(), result.family,
                      report.promotion_reason);
  return text + Notices(result.refusal, report.note);
}

namespace {

Status ExportPlan(Context& context, const Options& options) {
  lifecycle::TrainingPlanRequest request{
      .folder = options.plan, .seed = options.seed, .now = context.now()};
  RI_ASSIGN_OR_RETURN(request.cutoff, context.Cutoff(options.cutoff));
  RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(const lifecycle::TrainingPlanReport report,
                      lifecycle::WriteTrainingPlan(*workspace, request, context.progress()));
  if (context.json()) {
    context.Print(nlohmann::ordered_json{{"folder", options.plan},
                                         {"candidate", report.candidate},
                                         {"parts", report.parts},
                                         {"rows", report.rows},
                                         {"columns", report.columns}}
                      .dump(2) +
                  "\n");
  } else {
    context.Print(
        fmt::format("{}: {} fits, the last one on {} rows of {} columns, in {}.\n"
                    "Train them with scripts/train-on-dask {} and take them in with revint "
                    "models import {}.\n",
                    report.candidate, report.parts, report.rows, report.columns, options.plan,
                    options.plan, options.plan));
  }
  return {};
}

Status TrainAgain(Context& context, const std::string& version) {
  RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
  RI_ASSIGN_OR_RETURN(
      const lifecycle::ReproduceReport report,
      lifecycle::ReproduceModel(*workspace, version, context.now(), context.progress()));
  if (context.json()) {
    context.Print(nlohmann::ordered_json{{"version", report.version},
                                         {"made", report.made},
                                         {"identical", report.identical()},
                                         {"differences", report.differences}}
                      .dump(2) +
                  "\n");
  } else {
    context.Print(report.identical()
                      ? "Version " + report.version + " came out again, byte for byte.\n"
                      : "Version " + report.made + " came out instead of " + report.version +
                            ".\n");
    for (const std::string& difference : report.differences) {
      context.Print("  " + difference + ".\n");
    }
  }
  if (!report.identical()) {
    return Fail(ErrorCode::kRefused, "The version cannot be made again here.");
  }
  return {};
}

}  // namespace

Status PrintTraining(Context& context, const lifecycle::TrainReport& report) {
  if (context.json()) {
    auto document = nlohmann::ordered_json::parse(lifecycle::EvaluationJson(report.result));
    document["version"] = report.version.text();
    document["cutoff"] = domain::FormatTimestamp(report.cutoff);
    document["promoted"] = report.promoted;
    document["promotion_reason"] = report.promotion_reason;
    context.Print(document.dump(2) + "\n");
  } else {
    context.Print(TrainText(report));
  }
  if (!report.result.refusal.empty()) {
    return Fail(ErrorCode::kRefused, report.result.refusal);
  }
  return {};
}

Action AddTrain(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option(
      "--cutoff", options->cutoff,
      "Use only what was known before this moment; outcomes after it become a test. Default: now");
  app.add_option("--seed", options->seed, "Seed of bagging and thinning; default 1");
  app.add_option(
         "--rows", options->rows,
         "Learn from about so many deal weeks at most; of more, each is kept by a coin that "
         "knows its deal and week only, the same at every training. Default 200000")
      ->check(CLI::Range(1'000, 100'000'000));
  app.add_flag("--promote-if-better", options->promote_if_better,
               "Let it score if it passes the gates and beats the present champion");
  app.add_option("--export-plan", options->plan,
                 "Do not train: write the rows and parameters of every fit to "
                 "this folder, for "
                 "scripts/train-on-dask");
  app.add_option("--from", options->again,
                 "Train this version again from its manifest and say whether the same bytes come "
                 "out; nothing is stored");
  app.add_option(
         "--tune", options->tune,
         "Try up to so many variants of the chosen candidate at past moments; a run that was "
         "stopped goes on where it was. Default 0")
      ->check(CLI::Range(0, 32));
  return [options](Context& context) -> Status {
    if (!options->again.empty()) {
      return TrainAgain(context, options->again);
    }
    if (!options->plan.empty()) {
      return ExportPlan(context, *options);
    }
    lifecycle::TrainRequest request{.seed = options->seed,
                                    .max_rows = options->rows,
                                    .promote_if_better = options->promote_if_better,
                                    .tuning_budget = options->tune,
                                    .now = context.now()};
    RI_ASSIGN_OR_RETURN(request.cutoff, context.Cutoff(options->cutoff));
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const lifecycle::TrainReport report,
                        lifecycle::TrainModel(*workspace, request, context.progress()));
    return PrintTraining(context, report);
  };
}

}  // namespace ri::cli
