#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "documents/html_text.h"
#include "revenue/backtest_report.h"

namespace ri::revenue {
namespace {

using Line = forecasting::BacktestLine;

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--ground:#fdfdfc;--text:#1b1f24;--soft:#5a6470;--rule:#d9dde2;
--model:#0b5cad;--band:#0b5cad33;--inner:#0b5cad59;--actual:#b3261e;--panel:#f3f5f7}
@media (prefers-color-scheme:dark){:root{--ground:#14171a;--text:#e9edf1;--soft:#a3adb8;
--rule:#363d45;--model:#7db8f5;--band:#7db8f533;--inner:#7db8f559;--actual:#ff9d94;--panel:#1d2226}}
body{margin:0 auto;max-width:66rem;padding:1.5rem;background:var(--ground);color:var(--text);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .4rem}
p{max-width:46rem}.soft{color:var(--soft)}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding:.3rem 0}
th,td{padding:.28rem .7rem;border-bottom:1px solid var(--rule);text-align:right}
th:first-child,td:first-child{text-align:left}thead th{color:var(--soft);font-weight:600;white-space:nowrap}
tr.own{font-weight:650;background:var(--panel)}
.scroll{overflow-x:auto}svg{display:block;max-width:100%;height:auto}
svg text{fill:var(--soft);font:11px system-ui,sans-serif}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(19rem,1fr));gap:1rem}
figure{margin:0;background:var(--panel);padding:.6rem;border-radius:6px}
figcaption{font-size:.88rem;margin-bottom:.3rem}
details{margin:.6rem 0}summary{cursor:pointer;color:var(--soft)}
summary:focus-visible{outline:2px solid var(--model)}
@media print{body{max-width:none}figure{break-inside:avoid}}
)css";

std::string Percent(double share) { return fmt::format("{:.0f}&nbsp;%", 100 * share); }

// 1.23 M, 456 k: enough digits to compare.
std::string Short(double amount) {
  const double size = std::fabs(amount);
  return size >= 1e6   ? fmt::format("{:.2f}&nbsp;M", amount / 1e6)
         : size >= 1e3 ? fmt::format("{:.0f}&nbsp;k", amount / 1e3)
                       : fmt::format("{:.0f}", amount);
}

const Line* Find(const BacktestReport& report, const std::string& source, int week) {
  const auto found = report.lines.find({source, week});
  return found == report.lines.end() ? nullptr : &found->second;
}

std::string MethodRow(const BacktestReport& report, const std::string& source, const Line& line) {
  const auto skill = report.skill.find(source);
  const auto mid = report.mid_skill.find(source);
  const bool own = source == "model";
  return fmt::format(
      "<tr{}><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
      "<td>{}</td><td>{:+.1f}&nbsp;%</td><td>{:.1f}&nbsp;%</td><td>{}</td></tr>\n",
      own ? " class=\"own\"" : "", documents::Escaped(SourceTitle(source)), Short(line.crps),
      own || skill == report.skill.end() ? std::string("&ndash;") : Percent(skill->second),
      own || mid == report.mid_skill.end() ? std::string("&ndash;") : Percent(mid->second),
      Percent(line.coverage[0]), Percent(line.coverage[1]), Percent(line.coverage[2]),
      100 * line.bias, 100 * line.wape,
      line.mase > 0 ? fmt::format("{:.2f}", line.mase) : std::string("&ndash;"));
}

std::string MethodTable(const BacktestReport& report) {
  std::string rows;
  if (const Line* line = Find(report, "model", 0)) {
    rows += MethodRow(report, "model", *line);
  }
  for (const auto& [key, line] : report.lines) {
    if (key.second == 0 && key.first != "model") {
      rows += MethodRow(report, key.first, line);
    }
  }
  return "<div class=\"scroll\"><table><caption>All weeks of all quarters; each rule has the "
         "spread "
         "of its own past errors</caption><thead><tr><th scope=\"col\">Forecast</th>"
         "<th scope=\"col\">CRPS</th><th scope=\"col\">Model better by</th>"
         "<th scope=\"col\">weeks 5&ndash;8</th><th scope=\"col\">in 50&nbsp;%</th>"
         "<th scope=\"col\">in 80&nbsp;%</th><th scope=\"col\">in 90&nbsp;%</th>"
         "<th scope=\"col\">Bias</th><th scope=\"col\">WAPE</th><th scope=\"col\">MASE</th></tr>"
         "</thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

int LastWeek(const BacktestReport& report) {
  int last = 0;
  for (const auto& [key, line] : report.lines) {
    last = std::max(last, key.second);
  }
  return last;
}

std::string CoverageChart(const BacktestReport& report) {
  constexpr double kWidth = 640;
  constexpr double kHeight = 220;
  constexpr double kLeft = 44;
  constexpr double kBottom = 30;
  constexpr std::array<double, 3> kLevels = forecasting::kCoverageLevels;
  constexpr std::array<const char*, 3> kDashes = {"2 4", "", "7 4"};
  const int last = LastWeek(report);
  if (last < 2) {
    return "";
  }
  const auto x = [&](int week) {
    return kLeft + (kWidth - kLeft - 60) * (week - 1) / static_cast<double>(last - 1);
  };
  const auto y = [&](double share) { return 10 + (kHeight - kBottom - 10) * (1 - share); };
  std::array<double, kLevels.size()> ends{};
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"Share of quarters inside the 50, 80 "
      "and 90 percent bands by week; the numbers are in the table below\">",
      kWidth, kHeight);
  for (std::size_t k = 0; k < kLevels.size(); ++k) {
    svg += fmt::format(
        "<line x1=\"{}\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" "
        "stroke=\"var(--rule)\"/><text x=\"4\" y=\"{:.1f}\">{} %</text>",
        kLeft, kWidth - 60, y(kLevels[k]), y(kLevels[k]), y(kLevels[k]) + 4,
        std::lround(100 * kLevels[k]));
    std::string points;
    double at = 0;
    for (int week = 1; week <= last; ++week) {
      if (const Line* line = Find(report, "model", week)) {
        at = y(line->coverage[k]);
        points += fmt::format("{:.1f},{:.1f} ", x(week), at);
      }
    }
    svg += fmt::format(
        "<polyline points=\"{}\" fill=\"none\" stroke=\"var(--model)\" "
        "stroke-width=\"2\" stroke-dasharray=\"{}\"/>",
        points, kDashes[k]);
    ends[k] = at;
  }
  // Labels at the ends of the lines, from the wide band down, kept apart where lines meet.
  constexpr double kApart = 13;
  double free = 0;
  for (std::size_t k = kLevels.size(); k-- > 0;) {
    free = std::max(free, ends[k] + 4);
    svg += fmt::format("<text x=\"{}\" y=\"{:.1f}\">in {} %</text>", kWidth - 54, free,
                       std::lround(100 * kLevels[k]));
    free += kApart;
  }
  for (int week = 1; week <= last; ++week) {
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>", x(week),
                       kHeight - 10, week);
  }
  return svg + "</svg>\n";
}

std::string WeekTable(const BacktestReport& report) {
  std::string rows;
  for (int week = 1; week <= LastWeek(report); ++week) {
    const Line* model = Find(report, "model", week);
    const Line* stage = Find(report, "stage-weighted", week);
    if (model == nullptr) {
      continue;
    }
    rows += fmt::format(
        "<tr><th "
        "scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{:+.1f}&nbsp;%"
        "</td><td>{:.1f}&nbsp;%</td><td>{}</td><td>{}</td></tr>\n",
        week, model->num_quarters, Percent(model->coverage[0]), Percent(model->coverage[1]),
        Percent(model->coverage[2]), 100 * model->bias, 100 * model->wape, Short(model->crps),
        stage != nullptr ? Short(stage->crps) : std::string("&ndash;"));
  }
  return "<details><summary>Numbers by week</summary><div class=\"scroll\"><table><thead><tr>"
         "<th scope=\"col\">Week</th><th scope=\"col\">Quarters</th><th scope=\"col\">in "
         "50&nbsp;%</th><th scope=\"col\">in 80&nbsp;%</th><th scope=\"col\">in 90&nbsp;%</th>"
         "<th scope=\"col\">Bias</th><th scope=\"col\">WAPE</th><th scope=\"col\">CRPS</th>"
         "<th scope=\"col\">CRPS, stage-weighted</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div></details>\n";
}

std::string PitChart(const BacktestReport& report) {
  constexpr std::size_t kBins = 10;
  constexpr double kWidth = 640;
  constexpr double kHeight = 150;
  std::array<std::size_t, kBins> counts{};
  for (const double pit : report.pits) {
    ++counts[std::min(kBins - 1, static_cast<std::size_t>(pit * kBins))];
  }
  const auto largest = static_cast<double>(std::max<std::size_t>(1, std::ranges::max(counts)));
  const double even = static_cast<double>(report.pits.size()) / kBins;
  const auto height = [&](double count) { return (kHeight - 30) * count / largest; };
  std::string svg = fmt::format(
      "<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"How often the outcome fell into each "
      "tenth of the forecast, from low to high: {}\">",
      kWidth, kHeight, fmt::join(counts, ", "));
  const double step = (kWidth - 20) / kBins;
  for (std::size_t k = 0; k < kBins; ++k) {
    const double h = height(static_cast<double>(counts[k]));
    svg += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
        "fill=\"var(--inner)\"/><text x=\"{:.1f}\" y=\"{}\" "
        "text-anchor=\"middle\">{}&#8211;{} %</text>",
        10 + step * static_cast<double>(k), kHeight - 20 - h, step - 4, h,
        8 + step * (static_cast<double>(k) + .5), kHeight - 5, 10 * k, 10 * (k + 1));
  }
  svg += fmt::format(
      "<line x1=\"6\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" "
      "stroke=\"var(--actual)\" stroke-dasharray=\"5 4\"/>",
      kWidth - 10, kHeight - 20 - height(even), kHeight - 20 - height(even));
  return svg + "</svg>\n";
}

std::string QuarterFigure(const BacktestQuarter& quarter) {
  constexpr double kWidth = 300;
  constexpr double kHeight = 150;
  constexpr double kBottom = 20;
  if (quarter.model.empty()) {
    return "";
  }
  double top = quarter.outcome;
  for (const ReplayedForecast& forecast : quarter.model) {
    top = std::max(top, forecast.p90);
  }
  top = top > 0 ? 1.05 * top : 1;
  const double last = std::max(2, quarter.model.back().week);
  const auto x = [&](int week) { return 8 + (kWidth - 16) * (week - 1) / (last - 1); };
  const auto y = [&](double amount) {
    return 6 + (kHeight - kBottom - 6) * (1 - std::max(0.0, amount) / top);
  };
  const auto area = [&](double ReplayedForecast::* low, double ReplayedForecast::* high,
                        const char* colour) {
    std::string points;
    for (const ReplayedForecast& forecast : quarter.model) {
      points += fmt::format("{:.1f},{:.1f} ", x(forecast.week), y(forecast.*high));
    }
    for (auto at = quarter.model.rbegin(); at != quarter.model.rend(); ++at) {
      points += fmt::format("{:.1f},{:.1f} ", x(at->week), y((*at).*low));
    }
    return fmt::format("<polygon points=\"{}\" fill=\"var({})\"/>", points, colour);
  };
  std::string median;
  std::size_t inside = 0;
  for (const ReplayedForecast& forecast : quarter.model) {
    median += fmt::format("{:.1f},{:.1f} ", x(forecast.week), y(forecast.p50));
    inside += forecast.score.covered[1] > 0 ? 1 : 0;
  }
  return fmt::format(
      "<figure><figcaption><strong>{}</strong> &middot; won {} &middot; inside the 80&nbsp;% band "
      "in {} of {} weeks</figcaption><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}: the "
      "forecast by week against the outcome; in week 1 the median was {}, the outcome was {}\">"
      "{}{}<polyline points=\"{}\" fill=\"none\" stroke=\"var(--model)\" stroke-width=\"2\"/>"
      "<line x1=\"8\" x2=\"{}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"var(--actual)\" "
      "stroke-width=\"2\" stroke-dasharray=\"5 4\"/><text x=\"8\" y=\"{}\">week 1</text><text "
      "x=\"{}\" y=\"{}\" text-anchor=\"end\">week {}</text></svg></figure>\n",
      domain::FormatQuarter(quarter.quarter), Short(quarter.outcome), inside, quarter.model.size(),
      kWidth, kHeight, domain::FormatQuarter(quarter.quarter), Short(quarter.model.front().p50),
      Short(quarter.outcome), area(&ReplayedForecast::p10, &ReplayedForecast::p90, "--band"),
      area(&ReplayedForecast::p25, &ReplayedForecast::p75, "--inner"), median, kWidth - 8,
      y(quarter.outcome), y(quarter.outcome), kHeight - 5, kWidth - 8, kHeight - 5,
      quarter.model.back().week);
}

std::string Headline(const BacktestReport& report) {
  const Line* line = Find(report, "model", 0);
  if (line == nullptr) {
    return "";
  }
  std::string text = fmt::format(
      "Over {} quarters the outcome lay inside the 80&nbsp;% band in {} of the weeks, with a bias "
      "of {:+.1f}&nbsp;% and a mean error of {:.1f}&nbsp;%.",
      line->num_quarters, Percent(line->coverage[1]), 100 * line->bias, 100 * line->wape);
  if (const auto skill = report.skill.find("stage-weighted"); skill != report.skill.end()) {
    text += fmt::format(" Its score (CRPS) is {} {} than that of the stage-weighted pipeline.",
                        Percent(std::fabs(skill->second)), skill->second >= 0 ? "better" : "worse");
  }
  return text;
}

}  // namespace

std::string BacktestHtml(const BacktestReport& report) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\"><title>Backtest of the revenue forecast"
      "</title><style>";
  page += kStyle;
  page += "</style></head><body><main>\n<h1>Can the forecast be believed?</h1>\n<p>";
  page += Headline(report);
  page += fmt::format(
      "</p>\n<p class=\"soft\">Every Monday of the quarters below was forecast again with the "
      "data, "
      "the model and the correlation known on that Monday. Money in {}. A quarter is one piece of "
      "evidence however many of its weeks are shown.</p>\n",
      std::string(report.currency.code()));
  for (const std::string& note : report.notes) {
    page += "<p class=\"soft\">" + documents::Escaped(note) + "</p>\n";
  }
  page += "<h2>Against what one would say without a model</h2>\n" + MethodTable(report);
  page +=
      "<h2>Inside the band, by week of the quarter</h2>\n<p class=\"soft\">Each line should run "
      "along the rule of its own level.</p>\n" +
      CoverageChart(report) + WeekTable(report);
  page +=
      "<h2>Where the outcome fell within the forecast</h2>\n<p class=\"soft\">Even heights mean "
      "that the stated chances were right; a hump in the middle means too wide, high ends too "
      "narrow.</p>\n" +
      PitChart(report);
  page +=
      "<h2>Quarter by quarter</h2>\n<p class=\"soft\">Bands: 50 and 80&nbsp;%. Line: median. "
      "Dashed: what was won.</p>\n<div class=\"grid\">\n";
  for (const BacktestQuarter& quarter : report.quarters) {
    page += QuarterFigure(quarter);
  }
  page +=
      "</div>\n<details><summary>Models and correlations used</summary><div class=\"scroll\">"
      "<table><thead><tr><th scope=\"col\">Quarter</th><th scope=\"col\">Trained on data "
      "before</th><th scope=\"col\">Kind</th><th scope=\"col\">Correlation, company</th>"
      "<th scope=\"col\">team</th><th scope=\"col\">Won</th></tr></thead><tbody>\n";
  for (const BacktestQuarter& quarter : report.quarters) {
    page += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{:.3f}</td>"
        "<td>{:.3f}</td><td>{}</td></tr>\n",
        domain::FormatQuarter(quarter.quarter), documents::Escaped(quarter.model_version),
        documents::Escaped(quarter.model_family), quarter.rho_global, quarter.rho_team,
        Short(quarter.outcome));
  }
  return page + "</tbody></table></div></details>\n</main></body></html>\n";
}

}  // namespace ri::revenue
