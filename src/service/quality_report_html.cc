#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "documents/html_text.h"
#include "service/quality_report.h"

namespace ri::service {
namespace {

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--ground:#fdfdfc;--text:#1b1f24;--soft:#59626d;--rule:#d9dde2;
--fill:#0b5cad;--gap:#e4e8ec;--warn:#a3330b;--panel:#f3f5f7}
@media (prefers-color-scheme:dark){:root{--ground:#14171a;--text:#e9edf1;--soft:#a8b2bd;
--rule:#363d45;--fill:#7db8f5;--gap:#2a3037;--warn:#ffb08f;--panel:#1d2226}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:68rem;padding:2rem 1.5rem;background:var(--ground);color:var(--text);
font:16px/1.5 system-ui,sans-serif}
h1{font-size:1.6rem;margin:0}h2{font-size:1.15rem;margin:2.4rem 0 .2rem}
p{max-width:46rem;margin:.3rem 0 .8rem}.soft{color:var(--soft)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(10rem,1fr));gap:.8rem;margin:1.4rem 0}
dl div{background:var(--panel);border-radius:6px;padding:.7rem .9rem}
dt{color:var(--soft);font-size:.88rem}dd{margin:0;font-size:1.5rem;font-weight:650;
font-variant-numeric:tabular-nums}dd small{font-size:.85rem;font-weight:400;color:var(--soft)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums;font-size:.92rem}
th,td{padding:.32rem .55rem;border-bottom:1px solid var(--rule);text-align:right;white-space:nowrap}
th:first-child,td:first-child{text-align:left;padding-left:0}th{font-weight:600}
thead th{color:var(--soft);vertical-align:bottom}tbody th{font-weight:400}
td.words,th.words{text-align:left;white-space:normal}
.bar{display:inline-block;vertical-align:middle;width:5.5rem;height:.6rem;background:var(--gap);
border-radius:3px;margin-right:.6rem;overflow:hidden}
.bar i{display:block;height:100%;background:var(--fill)}
.share{display:inline-block;min-width:3.2rem}
.warn{color:var(--warn);font-weight:650}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--fill)}
@media print{body{max-width:none}}
)css";

std::string Percent(double share) { return fmt::format("{:.0f}&nbsp;%", 100 * share); }

std::string Bar(double share) {
  return fmt::format(
      "<span class=\"bar\" aria-hidden=\"true\"><i style=\"width:{:.1f}%\"></i></span><span "
      "class=\"share\">{}</span>",
      100 * share, Percent(share));
}

std::string Figure(const char* name, std::size_t count, std::size_t of) {
  const std::string share =
      of == 0 ? ""
              : fmt::format(" <small>{}</small>",
                            Percent(static_cast<double>(count) / static_cast<double>(of)));
  return fmt::format("<div><dt>{}</dt><dd>{}{}</dd></div>\n", name, count, share);
}

std::string CostCell(const FieldHygiene& field) {
  if (!field.cost) {
    return "<td class=\"soft\">" +
           std::string(field.no_cost.empty() ? "&ndash;" : "cannot be measured") + "</td>";
  }
  const bool evident = field.cost->low > 0;
  return fmt::format("<td{}>{:+.3f} <span class=\"soft\">({:+.3f} to {:+.3f})</span></td>",
                     evident ? " class=\"warn\"" : "", field.cost->difference, field.cost->low,
                     field.cost->high);
}

std::string FieldTable(const QualityReport& report) {
  std::string rows;
  const auto open = static_cast<double>(std::max<std::size_t>(report.open_deals, 1));
  for (const FieldHygiene& field : report.fields) {
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td>{}<td>{}</td><td>{}</td></tr>\n",
        documents::Escaped(field.field), Bar(static_cast<double>(field.filled) / open),
        report.open_deals - field.filled, CostCell(field),
        field.cost ? fmt::format("{} / {}", field.cost->rows_with, field.cost->rows_without)
                   : std::string("&ndash;"),
        field.late == 0 ? std::string("0")
                        : fmt::format("{} <span class=\"soft\">({:.0f} days)</span>", field.late,
                                      field.median_days_late));
  }
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Fields\"><table><thead>"
         "<tr><th scope=\"col\">Field</th><th scope=\"col\">Filled</th><th scope=\"col\">Deals "
         "without</th><th scope=\"col\">Log loss without<br>a value, minus with</th>"
         "<th scope=\"col\">Snapshots<br>with / without</th><th scope=\"col\">Entered late"
         "<br>(median)</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n";
}

std::string TeamTable(const QualityReport& report) {
  std::string rows;
  for (const TeamHygiene& team : report.teams) {
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
        "<td>{}</td><td>{}</td></tr>\n",
        documents::Escaped(team.team), team.open_deals, Bar(team.filled), team.overdue,
        team.silent ? std::to_string(*team.silent) : std::string("&ndash;"), team.unchanged,
        team.late,
        std::isfinite(team.interval_width)
            ? fmt::format("{:.0f}&nbsp;points", 100 * team.interval_width)
            : std::string("&ndash;"));
  }
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Teams\"><table><thead>"
         "<tr><th scope=\"col\">Team</th><th scope=\"col\">Open deals</th><th "
         "scope=\"col\">Filled</th><th scope=\"col\">Overdue</th><th scope=\"col\">No activity<br>"
         "in 30 days</th><th scope=\"col\">Nothing at all<br>in 30 days</th><th scope=\"col\">"
         "Late entries</th><th scope=\"col\">Width of the<br>80&nbsp;% band</th></tr></thead>"
         "<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

/// Share of each team's open deals with a value: fields down, teams across.
std::string MatrixTable(const QualityReport& report) {
  std::string head = "<th scope=\"col\">Field</th>";
  for (const TeamHygiene& team : report.teams) {
    head += "<th scope=\"col\">" + documents::Escaped(team.team) + "</th>";
  }
  std::string rows;
  for (const FieldHygiene& field : report.fields) {
    if (field.filled == report.open_deals) {
      continue;
    }
    rows += "<tr><th scope=\"row\">" + documents::Escaped(field.field) + "</th>";
    for (const TeamHygiene& team : report.teams) {
      const auto share = field.share_by_team.find(team.team);
      const double filled = share == field.share_by_team.end() ? 0 : share->second;
      rows += fmt::format("<td{}>{}</td>", filled < 0.5 ? " class=\"warn\"" : "", Percent(filled));
    }
    rows += "</tr>\n";
  }
  if (rows.empty()) {
    return "<p>Every field of every open deal has a value.</p>\n";
  }
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Fields by "
         "team\"><table>"
         "<thead><tr>" +
         head + "</tr></thead><tbody>\n" + rows + "</tbody></table></div>\n";
}

std::string CountTable(const char* what, const std::map<std::string, std::size_t>& counts) {
  std::string rows;
  for (const auto& [name, count] : counts) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", documents::Escaped(name),
                        count);
  }
  return fmt::format(
      "<table style=\"width:auto\"><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">Deals</th>"
      "</tr></thead><tbody>\n{}</tbody></table>\n",
      what, rows);
}

std::string OddTable(const QualityReport& report) {
  std::string rows;
  for (const OddValue& odd : report.odd_values) {
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"words\">{}</td><td class=\"words\">{}</td>"
        "<td>{}</td></tr>\n",
        documents::Escaped(odd.field), documents::Escaped(odd.value),
        odd.like.empty() ? "first seen on " + domain::FormatDate(domain::DateOf(odd.first_seen))
                         : "another spelling of " + documents::Escaped(odd.like),
        odd.deals);
  }
  return "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Unknown "
         "values\"><table>"
         "<thead><tr><th scope=\"col\">Field</th><th class=\"words\" scope=\"col\">Value</th><th "
         "class=\"words\" scope=\"col\">Why</th><th scope=\"col\">Open deals</th></tr></thead>"
         "<tbody>\n" +
         rows + "</tbody></table></div>\n";
}

}  // namespace

std::string QualityHtml(const QualityReport& report) {
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
      "<title>Data quality, {0}</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n"
      "<h1>Data quality</h1>\n<p class=\"soft\">Open deals as of {0}. {2}</p>\n<dl>\n",
      domain::FormatDate(domain::DateOf(report.as_of)), kStyle, documents::Escaped(report.note));
  page += Figure("Open deals", report.open_deals, 0);
  page += Figure("Close date has passed", report.overdue, report.open_deals);
  if (report.silent) {
    page += Figure("No activity in 30 days", *report.silent, report.open_deals);
  }
  page += Figure("Nothing at all in 30 days", report.unchanged, report.open_deals);
  page += Figure("Entries made late", report.late, 0);
  page +=
      "</dl>\n<h2>Fields</h2>\n<p>What is filled in, the most gaps first, and how much less "
      "sharp scores are without it. A positive difference says that deals without a value were "
      "scored worse; such deals may differ in other ways too. The 90&nbsp;% interval stands "
      "beside it.</p>\n<p class=\"soft\">" +
      documents::Escaped(report.cost_basis) + "</p>\n" + FieldTable(report);
  page += "<h2>Teams</h2>\n" + TeamTable(report);
  page +=
      "<h2>Fields by team</h2>\n<p>Share of the team's open deals that have a value. Fields "
      "without gaps are left out.</p>\n" +
      MatrixTable(report);
  if (!report.odd_values.empty()) {
    page +=
        "<h2>Unknown values</h2>\n<p>Values of choice fields that are new, or another spelling "
        "of a value in use.</p>\n" +
        OddTable(report);
  }
  if (!report.late_by_month.empty()) {
    page +=
        "<h2>Entered late</h2>\n<p>Entries that became known more than a day after they were "
        "true, by the month in which they did.</p>\n" +
        CountTable("Month", report.late_by_month);
  }
  if (!report.issues.empty()) {
    page += "<h2>Histories with gaps</h2>\n" + CountTable("Finding", report.issues);
  }
  if (!report.excluded.empty()) {
    page += "<h2>Kept out of training</h2>\n" + CountTable("Reason", report.excluded);
  }
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace ri::service
