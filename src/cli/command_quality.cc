#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <fstream>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "service/quality_report.h"

namespace ri::cli {
namespace {

struct Options {
  std::string out;
  bool no_cost = false;
};

std::string CostText(const service::FieldHygiene& field) {
  if (!field.cost) {
    return "-";
  }
  return fmt::format("{:+.3f} ({:+.3f} to {:+.3f})", field.cost->difference, field.cost->low,
                     field.cost->high);
}

std::string QualityText(const service::QualityReport& report) {
  std::string text = report.note.empty() ? "" : report.note + "\n\n";
  text += fmt::format(
      "{} open deals as of {}: {} past their close date, {} without activity and {} "
      "without any change in 30 days.\n\n",
      report.open_deals, domain::FormatDate(domain::DateOf(report.as_of)), report.overdue,
      report.silent ? std::to_string(*report.silent) : "?", report.unchanged);
  TextTable fields({{"field"},
                    {"filled", Align::kRight},
                    {"without", Align::kRight},
                    {"log loss without - with", Align::kRight},
                    {"late", Align::kRight}});
  for (const service::FieldHygiene& field : report.fields) {
    const double open = static_cast<double>(std::max<std::size_t>(report.open_deals, 1));
    fields.AddRow({Shorten(field.field, 40),
                   fmt::format("{:.1f} %", 100 * static_cast<double>(field.filled) / open),
                   FormatWhole(static_cast<double>(report.open_deals - field.filled)),
                   CostText(field), FormatWhole(static_cast<double>(field.late))});
  }
  text += fields.Render() + report.cost_basis + "\n\n";
  TextTable teams({{"team"},
                   {"open", Align::kRight},
                   {"filled", Align::kRight},
                   {"overdue", Align::kRight},
                   {"silent", Align::kRight},
                   {"late", Align::kRight},
                   {"band", Align::kRight}});
  for (const service::TeamHygiene& team : report.teams) {
    teams.AddRow({Shorten(team.team, 30), FormatWhole(static_cast<double>(team.open_deals)),
                  fmt::format("{:.1f} %", 100 * team.filled),
                  FormatWhole(static_cast<double>(team.overdue)),
                  team.silent ? FormatWhole(static_cast<double>(*team.silent)) : "-",
                  FormatWhole(static_cast<double>(team.late)),
                  std::isfinite(team.interval_width)
                      ? fmt::format("{:.0f} points", 100 * team.interval_width)
                      : "-"});
  }
  text += teams.Render();
  for (const service::OddValue& odd : report.odd_values) {
    text += fmt::format("Unknown value in {}: '{}' ({})\n", odd.field, Shorten(odd.value, 40),
                        odd.like.empty() ? "new" : "usually '" + Shorten(odd.like, 40) + "'");
  }
  for (const auto& [name, count] : report.issues) {
    text += fmt::format("{} deals: {}\n", count, name);
  }
  for (const auto& [name, count] : report.excluded) {
    text += fmt::format("{} deals kept out of training: {}\n", count, name);
  }
  return text;
}

Status WritePage(const std::string& path, const std::string& page) {
  std::ofstream file(path, std::ios::binary);
  file << page;
  file.flush();
  if (!file) {
    return Fail(ErrorCode::kStorage,
                "Cannot write " + path + ". Check the folder and its permissions.");
  }
  return {};
}

}  // namespace

Action AddQuality(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--out", options->out, "Write the report as one HTML page");
  app.add_flag("--no-cost", options->no_cost,
               "Do not train the model that measures what empty fields cost");
  return [options](Context& context) -> Status {
    service::QualityRequest request{.now = context.now(), .measure_cost = !options->no_cost};
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const service::QualityReport report,
                        service::ReportQuality(*workspace, request, context.progress()));
    if (!options->out.empty()) {
      RI_RETURN_IF_ERROR(WritePage(options->out, service::QualityHtml(report)));
    }
    context.Print(context.json() ? service::QualityJson(report) : QualityText(report));
    return {};
  };
}

}  // namespace ri::cli
