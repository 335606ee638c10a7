#include "lifecycle/model_card.h"

#include <fmt/format.h>

#include <cmath>

#include "lifecycle/model_card_facts.h"

namespace ri::lifecycle {
namespace {

std::string IntervalText(const CardEstimate& estimate) {
  if (!std::isfinite(estimate.value)) {
    return "not measured";
  }
  return fmt::format("{:.4f} (95 % interval {:.4f} to {:.4f})", estimate.value, estimate.low,
                     estimate.high);
}

// A cell must not end its own row.
std::string Cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

std::string FiguresTable(const CardFigures& figures) {
  std::string text = "### " + figures.title + "\n\n" + figures.meaning + "\n\n";
  text += fmt::format("| figure | value |\n|---|---|\n| snapshots | {} |\n", figures.rows);
  text += fmt::format("| independent accounts or deals | {} |\n", figures.clusters);
  text += fmt::format("| share that came true | {:.1f} % |\n", 100 * figures.base_rate);
  text += "| log loss | " + IntervalText(figures.log_loss) + " |\n";
  text += fmt::format("| log loss of the {} | {} |\n",
                      figures.baseline.empty() ? "baseline" : figures.baseline,
                      IntervalText(figures.baseline_log_loss));
  text += "| AUC | " + IntervalText(figures.auc) + " |\n";
  text += "| Brier score | " + IntervalText(figures.brier) + " |\n";
  text += fmt::format(
      "| = miscalibration - discrimination + uncertainty | {:.4f} - {:.4f} + {:.4f} |\n",
      figures.miscalibration, figures.discrimination, figures.uncertainty);
  text += fmt::format(
      "| calibration error after removing noise | {:.3f} (raw {:.3f}; exact probabilities would "
      "show {:.3f}) |\n",
      figures.calibration_error, figures.raw_calibration_error, figures.calibration_error_floor);
  if (std::isfinite(figures.slope)) {
    text += fmt::format("| calibration slope (1 is exact) | {:.2f} +- {:.2f} |\n", figures.slope,
                        1.96 * figures.slope_error);
    text += fmt::format("| calibration level in log-odds (0 is exact) | {:+.2f} +- {:.2f} |\n",
                        figures.level, 1.96 * figures.level_error);
  }
  return text + "\n";
}

std::string PopulationText(const CardFacts& facts) {
  std::string text = fmt::format(
      "{} closed deals, {} of them won; {} open at the cutoff; {} kept out of training. {} weekly "
      "snapshots, every Monday a deal was open, each with weight one",
      facts.closed, facts.won, facts.open, facts.excluded, facts.rows);
  if (facts.kept_share < 1) {
    text += fmt::format(" ({:.0f} % of all, kept by a coin that knows deal and week only)",
                        100 * facts.kept_share);
  }
  return text + ".\n\n";
}

std::string SegmentsText(const CardFacts& facts) {
  if (facts.segments.empty()) {
    return "";
  }
  std::string text =
      "## By segment\n\nSegments of at least 100 deals. p is the chance of such a gap between "
      "forecast and outcome if the forecasts were exact, adjusted for their number.\n\n"
      "| segment | deals | forecast | won | log loss | baseline | p |\n"
      "|---|---:|---:|---:|---:|---:|---:|\n";
  for (const CardSegment& segment : facts.segments) {
    text +=
        fmt::format("| {} | {} | {:.1f} % | {:.1f} % | {:.4f} | {:.4f} | {:.2f} |\n",
                    Cell(segment.name), segment.deals, 100 * segment.told, 100 * segment.observed,
                    segment.log_loss, segment.baseline_log_loss, segment.p_value);
  }
  return text + "\n";
}

std::string ComparisonsText(const CardFacts& facts) {
  std::string text;
  if (!facts.comparisons.empty()) {
    text +=
        "## Against other answers\n\nOn the same snapshots. Above zero the model is better.\n\n"
        "| answer | snapshots | log loss | above the model's | 95 % interval | AUC |\n"
        "|---|---:|---:|---:|---|---:|\n";
    for (const CardComparison& entry : facts.comparisons) {
      text +=
          fmt::format("| {} | {} | {:.4f} | {:+.4f} | {:+.4f} to {:+.4f} | {:.3f} |\n",
                      Cell(entry.name), entry.rows, entry.log_loss.value, entry.difference.value,
                      entry.difference.low, entry.difference.high, entry.auc);
    }
    text += "\n";
  }
  text +=
      "## Candidates\n\nThe simplest within 0.002 and one standard error of the best is chosen.\n\n"
      "| candidate | log loss | above the best | standard error | |\n|---|---:|---:|---:|---|\n";
  for (const CardCandidate& candidate : facts.candidates) {
    text += fmt::format("| {} | {:.4f} | {:.4f} | {:.4f} | {} |\n", Cell(candidate.name),
                        candidate.log_loss, candidate.excess, candidate.excess_error,
                        candidate.chosen ? "chosen" : "");
  }
  return text + "\n";
}

}  // namespace

Result<std::string> ModelCardMarkdown(const data::StoredModel& model) {
  RI_ASSIGN_OR_RETURN(const CardFacts facts, ReadCardFacts(model));
  std::string text = "# Model " + facts.version + "\n\n";
  text += "Made " + facts.made + " from what was known before " + facts.cutoff +
          ". Family: " + facts.family + ".\n\n";
  text += facts.refusal.empty() ? "It passed every blocking gate and may score.\n\n"
                                : "**Refused; base rates are served.** " + facts.refusal + "\n\n";
  text += "## Population\n\n" + PopulationText(facts);
  text += "## How good it is\n\n";
  if (facts.figures.empty()) {
    text += "There was no past moment with enough closed deals to judge it.\n\n";
  }
  for (const CardFigures& figures : facts.figures) {
    text += FiguresTable(figures);
  }
  text += SegmentsText(facts) + ComparisonsText(facts);
  text += "## Gates\n\n| gate | question | answer | evidence |\n|---|---|---|---|\n";
  for (const CardGate& gate : facts.gates) {
    text +=
        fmt::format("| {} | {} | {} | {} |\n", gate.id, Cell(gate.question),
                    gate.passed || !gate.blocking ? gate.answer : "**no**", Cell(gate.evidence));
  }
  if (!facts.excluded_features.empty()) {
    text += "\n## What was left out\n\nThe leak audit looks for columns that know the outcome. " +
            facts.excluded_features + ".\n";
  }
  text += "\n## What it must not be used for\n\n";
  for (const std::string& sentence : MisuseSentences()) {
    text += "- " + sentence + "\n";
  }
  if (!facts.notes.empty()) {
    text += "\n## Notes\n\n";
    for (const std::string& note : facts.notes) {
      text += "- " + note + "\n";
    }
  }
  text += "\n## Made from\n\n| | |\n|---|---|\n";
  for (const auto& [what, value] :
       {std::pair<const char*, const std::string&>{"program", facts.code},
        {"data", facts.data_sha256},
        {"catalogue", facts.catalogue_sha256},
        {"fiscal calendar", facts.calendar},
        {"XGBoost", facts.xgboost},
        {"parameters", facts.parameters}}) {
    text += fmt::format("| {} | {} |\n", what, Cell(value));
  }
  return text;
}

}  // namespace ri::lifecycle
