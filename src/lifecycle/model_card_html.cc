#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "documents/html_text.h"
#include "lifecycle/model_card.h"
#include "lifecycle/model_card_facts.h"
#include "lifecycle/model_card_plots.h"

namespace ri::lifecycle {
namespace {

constexpr std::string_view kStyle = R"css(
:root {
  color-scheme: light dark;
  --page: #ffffff; --card: #f6f7f9; --text: #1b2330; --quiet: #566072; --line: #d9dee6;
  --accent: #1f5fbf; --band: #1f5fbf26; --good: #146c3c; --bad: #a8261f; --warn: #7d5300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161d; --card: #1a202a; --text: #e6eaf1; --quiet: #a2adbd; --line: #313a48;
    --accent: #7db0ff; --band: #7db0ff33; --good: #6fd39b; --bad: #ff9a92; --warn: #f0c36a;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, "Segoe UI", "Liberation Sans", sans-serif;
}
main { max-width: 62rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .35rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
.quiet { color: var(--quiet); }
code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
.verdict { display: inline-block; padding: .15rem .65rem; border: 1px solid currentColor; border-radius: 1rem; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .75rem; margin: 1.25rem 0; padding: 0; list-style: none; }
.tiles li { background: var(--card); border-radius: .5rem; padding: .75rem 1rem; }
.tiles strong { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tiles span { color: var(--quiet); font-size: .875rem; }
.side { display: grid; grid-template-columns: minmax(18rem, 26rem) minmax(16rem, 1fr); gap: 1.5rem; align-items: start; }
@media (max-width: 46rem) { .side { grid-template-columns: 1fr; } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
thead th { font-weight: 600; } tbody th { font-weight: 500; } table { margin-bottom: .75rem; } td.number, th.number { text-align: right; white-space: nowrap; }
figure { margin: 1rem 0; } figcaption { color: var(--quiet); font-size: .875rem; max-width: 40rem; }
svg { width: 100%; height: auto; max-width: 40rem; display: block; }
svg text { fill: var(--quiet); font-size: 12px; } svg .row { fill: var(--text); font-size: 13px; }
svg .grid { stroke: var(--line); stroke-width: 1; } svg .axis { stroke: var(--quiet); stroke-width: 1; }
svg .exact { stroke: var(--quiet); stroke-width: 1.5; stroke-dasharray: 5 4; }
svg .band { fill: var(--band); } svg .curve { fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-linejoin: round; }
svg .bar { fill: var(--accent); opacity: .55; } svg .interval { stroke: var(--accent); stroke-width: 2; }
svg .dot { fill: var(--accent); } svg .ring { fill: var(--page); stroke: var(--quiet); stroke-width: 2; }
@media print { h2 { break-after: avoid; } figure, table { break-inside: avoid; } }
)css";

std::string Fixed(double value, int digits) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, digits) : "–";
}

std::string Interval(const CardEstimate& estimate, int digits) {
  if (!std::isfinite(estimate.value)) {
    return "not measured";
  }
  return fmt::format("{} <span class=\"quiet\">[{}, {}]</span>", Fixed(estimate.value, digits),
                     Fixed(estimate.low, digits), Fixed(estimate.high, digits));
}

// A table; headers that begin with '#' are numbers.
class Table {
 public:
  Table(std::string_view caption, std::initializer_list<std::string_view> headers) {
    html_ = fmt::format("<div class=\"scroll\"><table><caption>{}</caption><thead><tr>",
                        documents::Escaped(caption));
    for (std::string_view header : headers) {
      numeric_.push_back(header.starts_with('#'));
      header.remove_prefix(numeric_.back() ? 1 : 0);
      html_ += fmt::format("<th scope=\"col\"{}>{}</th>",
                           numeric_.back() ? " class=\"number\"" : "", documents::Escaped(header));
    }
    html_ += "</tr></thead><tbody>\n";
  }
  /// Cells are HTML; the first one names the row.
  void Row(const std::vector<std::string>& cells) {
    html_ += "<tr>";
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const char* style = numeric_[i] ? " class=\"number\"" : "";
      html_ += i == 0 ? fmt::format("<th scope=\"row\"{}>{}</th>", style, cells[i])
                      : fmt::format("<td{}>{}</td>", style, cells[i]);
    }
    html_ += "</tr>\n";
  }
  [[nodiscard]] std::string Html() const { return html_ + "</tbody></table></div>\n"; }

 private:
  std::string html_;
  std::vector<bool> numeric_;
};

// "2026-11-16T00:00" with a space, for people.
std::string MinuteText(std::string moment) {
  moment = moment.substr(0, 16);
  std::ranges::replace(moment, 'T', ' ');
  return documents::Escaped(moment);
}

// Digits grouped by thousands.
std::string Grouped(std::size_t count) {
  std::string digits = std::to_string(count);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string Tile(const std::string& value, const std::string& meaning) {
  return "<li><strong>" + value + "</strong><span>" + meaning + "</span></li>\n";
}

std::string Header(const CardFacts& facts) {
  std::string html = "<h1>Model <code>" + documents::Escaped(facts.version) + "</code></h1>\n";
  html += "<p class=\"quiet\">" + documents::Escaped(facts.family) + ", made " +
          MinuteText(facts.made) + " from what was known before " + MinuteText(facts.cutoff) +
          " (UTC).</p>\n";
  if (facts.refusal.empty()) {
    html += "<p><span class=\"verdict good\">May score</span> It passed every blocking gate.</p>\n";
  } else {
    html += "<p><span class=\"verdict bad\">Refused</span> Base rates are served. " +
            documents::Escaped(facts.refusal) + "</p>\n";
  }
  html += "<ul class=\"tiles\">\n";
  html += Tile(Grouped(facts.closed), "closed deals, " + Grouped(facts.won) + " won");
  html += Tile(Grouped(facts.rows), "weekly snapshots to learn from");
  if (!facts.figures.empty()) {
    const CardFigures& figures = facts.figures.front();
    const double gain = 1 - figures.log_loss.value / figures.baseline_log_loss.value;
    html += Tile(Fixed(100 * gain, 1) + " %",
                 "lower log loss than the " +
                     documents::Escaped(figures.baseline.empty() ? "baseline" : figures.baseline));
    html += Tile(Fixed(figures.calibration_error, 3), "calibration error after removing noise");
  }
  return html + "</ul>\n";
}

std::string FiguresSection(const CardFigures& figures) {
  std::string html = "<h3>" + documents::Escaped(figures.title) + "</h3>\n<p>" +
                     documents::Escaped(figures.meaning) + "</p>\n";
  const std::string plot = ReliabilityPlot(figures);
  Table table("With 95 % intervals, resampled by account", {"figure", "value"});
  table.Row({"snapshots", Grouped(figures.rows)});
  table.Row({"independent accounts or deals", Grouped(figures.clusters)});
  table.Row({"share that came true", Fixed(100 * figures.base_rate, 1) + " %"});
  table.Row({"log loss", Interval(figures.log_loss, 4)});
  table.Row({"log loss of the " +
                 documents::Escaped(figures.baseline.empty() ? "baseline" : figures.baseline),
             Interval(figures.baseline_log_loss, 4)});
  table.Row({"AUC", Interval(figures.auc, 3)});
  table.Row({"Brier score", Interval(figures.brier, 4)});
  table.Row({"miscalibration, discrimination, uncertainty",
             Fixed(figures.miscalibration, 4) + ", " + Fixed(figures.discrimination, 4) + ", " +
                 Fixed(figures.uncertainty, 4)});
  table.Row({"calibration error after removing noise",
             Fixed(figures.calibration_error, 3) + " <span class=\"quiet\">raw " +
                 Fixed(figures.raw_calibration_error, 3) + "; exact would show " +
                 Fixed(figures.calibration_error_floor, 3) + "</span>"});
  table.Row({"calibration slope, 1 is exact",
             Fixed(figures.slope, 2) + " ± " + Fixed(1.96 * figures.slope_error, 2)});
  table.Row({"calibration level in log-odds, 0 is exact",
             Fixed(figures.level, 2) + " ± " + Fixed(1.96 * figures.level_error, 2)});
  if (plot.empty()) {
    return html + table.Html();
  }
  return html + "<div class=\"side\"><figure>" + plot +
         "<figcaption>Line: what came true, by isotonic regression. Shaded: where it would lie in "
         "90 of 100 cases if every forecast were exact. Bars: how many snapshots have such a "
         "forecast.</figcaption></figure>\n" +
         table.Html() + "</div>\n";
}

std::string Segments(const CardFacts& facts) {
  if (facts.segments.empty()) {
    return "";
  }
  Table table("Segments of at least 100 deals; p is adjusted for their number",
              {"segment", "#deals", "#forecast", "#won", "#log loss", "#baseline", "#p"});
  for (const CardSegment& segment : facts.segments) {
    table.Row({documents::Escaped(segment.name), std::to_string(segment.deals),
               Fixed(100 * segment.told, 1) + " %", Fixed(100 * segment.observed, 1) + " %",
               Fixed(segment.log_loss, 4), Fixed(segment.baseline_log_loss, 4),
               Fixed(segment.p_value, 2)});
  }
  return "<h2>By segment</h2>\n<figure>" + SegmentPlot(facts.segments) + "</figure>\n" +
         table.Html();
}

std::string Comparisons(const CardFacts& facts) {
  std::string html = "<h2>Against other answers</h2>\n";
  const std::string plot = ComparisonPlot(facts.comparisons);
  if (!plot.empty()) {
    html += "<figure>" + plot + "</figure>\n";
  }
  if (!facts.comparisons.empty()) {
    Table table("On the same snapshots; above zero the model is better",
                {"answer", "#snapshots", "#log loss", "#above the model's", "#AUC"});
    for (const CardComparison& entry : facts.comparisons) {
      table.Row({documents::Escaped(entry.name), std::to_string(entry.rows),
                 Fixed(entry.log_loss.value, 4), Interval(entry.difference, 4),
                 Fixed(entry.auc, 3)});
    }
    html += table.Html();
  }
  Table ladder("Candidates; the simplest within 0.002 and one standard error of the best is chosen",
               {"candidate", "#log loss", "#above the best", "#standard error", ""});
  for (const CardCandidate& candidate : facts.candidates) {
    ladder.Row({documents::Escaped(candidate.name), Fixed(candidate.log_loss, 4),
                Fixed(candidate.excess, 4), Fixed(candidate.excess_error, 4),
                candidate.chosen ? "chosen" : ""});
  }
  return facts.candidates.empty() && facts.comparisons.empty() ? "" : html + ladder.Html();
}

std::string Gates(const CardFacts& facts) {
  Table table("A blocking gate that says no means that base rates are served",
              {"gate", "question", "answer", "evidence"});
  for (const CardGate& gate : facts.gates) {
    const char* style = gate.passed ? "good" : gate.blocking ? "bad" : "warn";
    table.Row(
        {documents::Escaped(gate.id), documents::Escaped(gate.question),
         fmt::format("<strong class=\"{}\">{}</strong>", style, documents::Escaped(gate.answer)),
         documents::Escaped(gate.evidence)});
  }
  return "<h2>Gates</h2>\n" + table.Html();
}

std::string List(const std::vector<std::string>& sentences) {
  std::string html = "<ul>\n";
  for (const std::string& sentence : sentences) {
    html += "<li>" + documents::Escaped(sentence) + "</li>\n";
  }
  return html + "</ul>\n";
}

std::string MadeFrom(const CardFacts& facts) {
  Table table("The version is the hash of these", {"what", "value"});
  for (const auto& [what, value] :
       {std::pair<const char*, const std::string&>{"program", facts.code},
        {"data", facts.data_sha256},
        {"catalogue", facts.catalogue_sha256},
        {"fiscal calendar", facts.calendar},
        {"XGBoost", facts.xgboost},
        {"parameters", facts.parameters}}) {
    table.Row({what, "<code>" + documents::Escaped(value) + "</code>"});
  }
  std::string html = "<h2>Made from</h2>\n" + table.Html();
  if (!facts.features.empty()) {
    html += fmt::format("<details><summary>{} features</summary><p>", facts.features.size());
    for (std::size_t i = 0; i < facts.features.size(); ++i) {
      html += (i > 0 ? ", <code>" : "<code>") + documents::Escaped(facts.features[i]) + "</code>";
    }
    html += "</p></details>\n";
  }
  return html;
}

}  // namespace

Result<std::string> ModelCardHtml(const data::StoredModel& model) {
  RI_ASSIGN_OR_RETURN(const CardFacts facts, ReadCardFacts(model));
  std::string html =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Model " +
      documents::Escaped(facts.version) + "</title>\n<style>" + std::string(kStyle) +
      "</style>\n</head>\n<body>\n<main>\n" + Header(facts);
  html += fmt::format(
      "<h2>Population</h2>\n<p>{} closed deals, {} of them won; {} open at the cutoff; {} kept out "
      "of training because they were born closed, are test records or never qualified. {} weekly "
      "snapshots: every Monday a deal was open, each with weight one{}.</p>\n",
      Grouped(facts.closed), Grouped(facts.won), Grouped(facts.open), Grouped(facts.excluded),
      Grouped(facts.rows),
      facts.kept_share < 1 ? fmt::format(" ({:.0f} % of all, kept by a coin that knows deal and "
                                         "week only)",
                                         100 * facts.kept_share)
                           : "");
  html += "<h2>How good it is</h2>\n";
  if (facts.figures.empty()) {
    html += "<p>There was no past moment with enough closed deals to judge it.</p>\n";
  }
  for (const CardFigures& figures : facts.figures) {
    html += FiguresSection(figures);
  }
  html += Segments(facts) + Comparisons(facts) + Gates(facts);
  if (!facts.excluded_features.empty()) {
    html +=
        "<h2>What was left out</h2>\n<p>The leak audit looks for columns that know the outcome. " +
        documents::Escaped(facts.excluded_features) + ".</p>\n";
  }
  html += "<h2>What it must not be used for</h2>\n" + List(MisuseSentences());
  if (!facts.notes.empty()) {
    html += "<h2>Notes</h2>\n" + List(facts.notes);
  }
  return html + MadeFrom(facts) + "</main>\n</body>\n</html>\n";
}

}  // namespace ri::lifecycle
