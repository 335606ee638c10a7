/// The model on public data beside plain XGBoost and ridge on the same rows, as a Markdown report:
///
///   ri_bench_real_data [--out report.md] [--max-rows N] [--origins N] [NAME...]
///
/// --origins: past moments at which models are trained and judged until the next (4): the more, the
/// sooner a model is replaced.
///
/// NAME is a part of a data set's name; all of them when none is given. Data sets that are not
/// there are skipped with one line.

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "data_set.h"
#include "held_out.h"
#include "training/trainer.h"

namespace ri::bench {
namespace {

std::string Interval(const training::Estimate& estimate) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", estimate.value, estimate.low, estimate.high);
}

std::string Rival(const std::vector<training::Comparison>& comparisons, std::string_view name) {
  for (const training::Comparison& other : comparisons) {
    if (other.name == name) {
      return fmt::format("{:.3f} ({:+.3f} [{:+.3f}, {:+.3f}]), AUC {:.3f}, error {:.3f}",
                         other.log_loss.value, other.difference.value, other.difference.low,
                         other.difference.high, other.auc, other.calibration_error);
    }
  }
  return "-";
}

std::string Verdict(const DataSet& set, const training::Evaluation& evaluation) {
  std::string text;
  const auto check = [&](const char* name, double value, double target, bool at_most) {
    if (std::isnan(target)) {
      return;
    }
    const bool met = at_most ? value <= target : value >= target;
    text += fmt::format("{}{} {} {:.3f}: {}", text.empty() ? "" : "; ", name,
                        at_most ? "at most" : "at least", target, met ? "met" : "**missed**");
  };
  check("log loss", evaluation.log_loss.value, set.target.log_loss, true);
  check("calibration error", evaluation.calibration_error, set.target.calibration_error, true);
  check("AUC", evaluation.auc.value, set.target.auc, false);
  check("Brier", evaluation.brier.value, set.target.brier, true);
  if (text.empty()) {
    const bool worse = evaluation.log_loss.value > evaluation.baseline_log_loss.value;
    text = fmt::format("not worse than the {}: {}", evaluation.baseline_name,
                       worse ? "**missed**" : "met");
  }
  return text;
}

Result<std::string> Line(const DataSet& set, std::size_t max_rows, std::size_t origins) {
  RI_ASSIGN_OR_RETURN(const std::unique_ptr<LoadedSet> loaded, LoadedSet::Load(set));
  const auto begin = std::chrono::steady_clock::now();
  const bool judged_apart = set.folds || set.hide_outcomes || set.later_weeks > 0;
  RI_ASSIGN_OR_RETURN(const training::TrainingResult result,
                      training::Train(*loaded->knowledge->log, *loaded->knowledge->engine,
                                      {.cutoff = loaded->cutoff,
                                       .num_threads = 2,
                                       .max_rows = max_rows,
                                       .origins = origins,
                                       .calendar = loaded->calendar,
                                       .compare = !judged_apart},
                                      base::Progress::Silent()));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  for (const std::string& note : result.notes) {
    fmt::print(stderr, "{}: {}\n", set.name, note);
  }
  for (const training::Gate& gate : result.gates) {
    fmt::print(stderr, "{}: {} {}: {}\n", set.name, gate.id, gate.passed ? "yes" : "no",
               gate.evidence);
  }
  if (set.refused || !result.refusal.empty()) {
    const bool refused = !result.refusal.empty();
    return fmt::format("| {} | {} | {}: {} | | | | | | {} |\n", set.name, set.rows,
                       refused ? "refused" : "served as " + result.family,
                       refused == set.refused ? "met" : "**missed**", result.refusal);
  }
  training::Evaluation evaluation = *result.out_of_time;
  std::vector<training::Comparison> comparisons = result.comparisons;
  if (set.folds) {
    RI_ASSIGN_OR_RETURN(HeldOut held_out, JudgeFolds(set, *loaded, result));
    evaluation = std::move(held_out.evaluation);
    comparisons = std::move(held_out.comparisons);
  }
  if (set.hide_outcomes || set.later_weeks > 0) {
    RI_ASSIGN_OR_RETURN(HeldOut held_out, JudgeHeldOut(set, *loaded, result.model));
    evaluation = std::move(held_out.evaluation);
    comparisons = std::move(held_out.comparisons);
  }
  std::string chosen = result.family;
  for (const training::CandidateResult& candidate : result.ladder) {
    chosen = candidate.chosen ? candidate.name : chosen;
  }
  return fmt::format(
      "| {} | {}: {} rows, {:.0f} % won; {}, {:.0f} s | {} | {} | {:.3f} | {:.3f} (noise {:.3f}), "
      "slope {:.2f} | {} {:.3f} | XGBoost {}; ridge {} | {} |\n",
      set.name, set.rows, evaluation.rows, 100 * evaluation.base_rate, chosen, seconds,
      Interval(evaluation.log_loss), Interval(evaluation.auc), evaluation.brier.value,
      evaluation.calibration_error, evaluation.calibration_error_limit, evaluation.slope,
      evaluation.baseline_name, evaluation.baseline_log_loss.value,
      Rival(comparisons, "plain XGBoost"), Rival(comparisons, "ridge"), Verdict(set, evaluation));
}

int Main(int argc, char** argv) {
  std::vector<std::string> names;
  std::string out;
  std::size_t max_rows = 200'000;
  std::size_t origins = 4;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--out" && i + 1 < argc) {
      out = argv[++i];
    } else if (argument == "--max-rows" && i + 1 < argc) {
      max_rows = std::stoul(argv[++i]);
    } else if (argument == "--origins" && i + 1 < argc) {
      origins = std::stoul(argv[++i]);
    } else if (argument.starts_with("-")) {
      fmt::print(stderr,
                 "ri_bench_real_data [--out FILE] [--max-rows N] [--origins N] [NAME...]\n");
      return 2;
    } else {
      names.push_back(argument);
    }
  }
  std::string report =
      "# The model on public data\n\n"
      "Out of time, never seen in training. Brackets: 95 % intervals from 2,000 draws of whole "
      "accounts or deals. Rivals: their log loss and, in parentheses, how much it is above the "
      "model's on the same rows (above 0: the model is better). Calibration error: root of the "
      "debiased squared error in ten bins; noise: what exact probabilities stay below in 95 of "
      "100 cases.\n\n"
      "| data | rows | log loss | AUC | Brier | calibration error | baseline log loss | rivals | "
      "asked |\n|---|---|---|---|---|---|---|---|---|\n";
  fmt::print("{}", report);
  for (const DataSet& set : DataSets()) {
    bool wanted = names.empty();
    for (const std::string& name : names) {
      wanted = wanted || set.name.find(name) != std::string::npos;
    }
    if (!wanted) {
      continue;
    }
    const Result<std::string> line = Line(set, max_rows, set.origins > 0 ? set.origins : origins);
    const std::string text = line ? *line
                                  : fmt::format("| {} | skipped: {} | | | | | | | |\n", set.name,
                                                line.error().message());
    fmt::print("{}", text);
    std::fflush(stdout);
    report += text;
  }
  if (!out.empty()) {
    std::ofstream(out) << report;
  }
  return 0;
}

}  // namespace
}  // namespace ri::bench

int main(int argc, char** argv) { return ri::bench::Main(argc, argv); }
