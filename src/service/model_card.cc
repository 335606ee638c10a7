#include "service/model_card.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "domain/date.h"

namespace ri::service {
namespace {

using Json = nlohmann::ordered_json;

double NumberAt(const Json& object, const char* name) {
  return object.contains(name) && object[name].is_number() ? object[name].get<double>() : 0.0;
}

std::string IntervalText(const Json& figures, const char* name) {
  const Json& estimate = figures[name];
  return fmt::format("{:.4f} (95 % interval {:.4f} to {:.4f})", NumberAt(estimate, "value"),
                     NumberAt(estimate, "low"), NumberAt(estimate, "high"));
}

std::string FiguresTable(const Json& figures) {
  std::string text;
  text +=
      fmt::format("| | |\n|---|---|\n| snapshots | {} |\n| independent accounts or deals | {} |\n",
                  figures.value("rows", 0), figures.value("clusters", 0));
  text += fmt::format("| share won | {:.1f} % |\n", 100 * NumberAt(figures, "base_rate"));
  text += "| log loss | " + IntervalText(figures, "log_loss") + " |\n";
  text += fmt::format("| log loss of the {} | {} |\n", figures.value("baseline", "baseline"),
                      IntervalText(figures, "baseline_log_loss"));
  text += "| AUC | " + IntervalText(figures, "auc") + " |\n";
  text += "| Brier score | " + IntervalText(figures, "brier") + " |\n";
  text +=
      fmt::format("| = miscalibration {:.4f} - discrimination {:.4f} + uncertainty {:.4f} | |\n",
                  NumberAt(figures, "miscalibration"), NumberAt(figures, "discrimination"),
                  NumberAt(figures, "uncertainty"));
  text += fmt::format(
      "| calibration error after noise | {:.3f} (raw {:.3f}; exact probabilities would show "
      "{:.3f}) |\n",
      NumberAt(figures, "calibration_error"), NumberAt(figures, "raw_calibration_error"),
      NumberAt(figures, "calibration_error_floor"));
  text += fmt::format("| calibration slope | {:.2f} +- {:.2f} |\n\n", NumberAt(figures, "slope"),
                      1.96 * NumberAt(figures, "slope_error"));
  return text;
}

}  // namespace

Result<std::string> ModelCardMarkdown(const data::StoredModel& model) {
  const Json evaluation = Json::parse(model.evaluation, nullptr, false);
  const Json manifest = Json::parse(model.manifest, nullptr, false);
  if (!evaluation.is_object() || !manifest.is_object()) {
    return Fail(ErrorCode::kStorage,
                "The stored evaluation of version " + model.version + " cannot be read.");
  }
  const std::string refusal = evaluation.value("refusal", "");
  std::string text = "# Model " + model.version + "\n\n";
  text += "Made " + domain::FormatTimestamp(domain::TimestampFromMilliseconds(model.created_at)) +
          " from what was known before " + manifest.value("cutoff", "") +
          ". Family: " + evaluation.value("family", "") + ".\n\n";
  text += refusal.empty() ? "It passed every blocking gate and may score.\n\n"
                          : "**Refused; base rates are served.** " + refusal + "\n\n";
  const Json& counts = evaluation["counts"];
  text += fmt::format(
      "## Population\n\n{} closed deals, {} of them won; {} open at the cutoff; {} kept out of "
      "training. {} weekly "
      "snapshots, every Monday a deal was open, each with weight one.\n\n",
      counts.value("closed_deals", 0), counts.value("won_deals", 0), counts.value("open_deals", 0),
      counts.value("excluded_deals", 0), counts.value("rows", 0));
  text += "## How good it is\n\n";
  if (evaluation["out_of_time"].is_object()) {
    text += "At past moments: trained with what was known then, judged on what came after.\n\n" +
            FiguresTable(evaluation["out_of_time"]);
  } else {
    text += "There was no past moment with enough closed deals to judge it.\n\n";
  }
  if (evaluation["later"].is_object()) {
    text += "After the cutoff, on outcomes the training never saw:\n\n" +
            FiguresTable(evaluation["later"]);
  }
  text +=
      "## Candidates\n\n| candidate | log loss | above the best | standard error | "
      "|\n|---|---|---|---|---|\n";
  for (const Json& candidate : evaluation["ladder"]) {
    text += fmt::format("| {} | {:.4f} | {:.4f} | {:.4f} | {} |\n", candidate.value("name", ""),
                        NumberAt(candidate, "log_loss"), NumberAt(candidate, "excess"),
                        NumberAt(candidate, "excess_error"),
                        candidate.value("chosen", false) ? "chosen" : "");
  }
  text += "\n## Gates\n\n| gate | question | answer | evidence |\n|---|---|---|---|\n";
  for (const Json& gate : evaluation["gates"]) {
    text += fmt::format("| {} | {} | {} | {} |\n", gate.value("id", ""), gate.value("question", ""),
                        gate.value("passed", false)    ? "yes"
                        : gate.value("blocking", true) ? "**no**"
                                                       : "no (shown beside every score)",
                        gate.value("evidence", ""));
  }
  text +=
      "\n## What it must not be used for\n\n"
      "- To judge or rank people: rep history enters only as a shrunk past win rate.\n"
      "- To prove causes: reasons are associations in past deals; changing a field need not change "
      "the outcome.\n"
      "- For deals unlike those above: another market, another sales process, another product.\n"
      "- To act by itself: it informs, people decide.\n";
  for (const Json& note : evaluation["notes"]) {
    text += "\nNote: " + note.get<std::string>() + "\n";
  }
  return text;
}

}  // namespace ri::service
