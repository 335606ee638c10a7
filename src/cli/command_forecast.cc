#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/json_output.h"
#include "cli/text_output.h"
#include "service/forecast_quarter.h"

namespace ri::cli {
namespace {

struct Options {
  std::string period;
  std::string by = "total";
  std::string model = "champion";
};

const std::map<std::string, service::ForecastNode> kNodes = {
    {"total", service::ForecastNode::kTotal},
    {"rep", service::ForecastNode::kRep},
    {"team", service::ForecastNode::kTeam},
    {"region", service::ForecastNode::kRegion}};

void AddNode(TextTable& table, const service::NodeForecast& node) {
  table.AddRow({Shorten(node.name, 28), std::to_string(node.open_deals), FormatWhole(node.booked),
                FormatWhole(node.open_mean), FormatWhole(node.new_mean), FormatWhole(node.mean),
                FormatWhole(node.p10), FormatWhole(node.p50), FormatWhole(node.p90),
                node.quota ? FormatWhole(*node.quota) : "-",
                node.quota_probability ? FormatPercent(*node.quota_probability) : "-"});
}

}  // namespace

std::string ForecastText(const service::ForecastReport& report) {
  std::string text =
      fmt::format("{} ({} to {}), in {}. Looking from {}.\n\n",
                  domain::FormatQuarter(report.period), domain::FormatDate(report.dates.begin),
                  domain::FormatDate(report.dates.end - std::chrono::days(1)),
                  report.currency.code(), FormatMoment(report.moment.as_of));
  TextTable table({{"node"},
                   {"open", Align::kRight},
                   {"booked", Align::kRight},
                   {"from open", Align::kRight},
                   {"not yet created", Align::kRight},
                   {"mean", Align::kRight},
                   {"P10", Align::kRight},
                   {"P50", Align::kRight},
                   {"P90", Align::kRight},
                   {"quota", Align::kRight},
                   {"P(quota)", Align::kRight}});
  for (const service::NodeForecast& node : report.nodes) {
    AddNode(table, node);
  }
  AddNode(table, report.total);
  text += table.Render();
  text += "\n9 of 10 times it should be above P10, 1 of 10 times above P90. Model " +
          report.model_version + " (" + report.model_family + ").\n";
  if (!report.nodes.empty()) {
    text += "Means add up over the nodes; quantiles do not: the total's P10 is " +
            FormatWhole(report.diversification) + " above the sum of the nodes' P10.\n";
  }
  for (const std::string& note : report.notes) {
    text += "Note: " + note + "\n";
  }
  return text + Notices(report.refusal, report.moment.note);
}

Action AddForecast(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--period", options->period,
                 "Fiscal quarter such as 2026Q4; default the current one");
  app.add_option("--by", options->by, "total, rep, team or region; default total")
      ->check(CLI::IsMember({"total", "rep", "team", "region"}));
  app.add_option("--model", options->model, "Alias or version; default champion");
  return [options](Context& context) -> Status {
    service::ForecastRequest request{
        .by = kNodes.at(options->by), .model = options->model, .now = context.now()};
    if (!options->period.empty()) {
      request.period = domain::ParseQuarter(options->period);
      if (!request.period) {
        return Fail(ErrorCode::kUsage,
                    "--period '" + options->period + "' is no quarter. Write 2026Q4.");
      }
    }
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const service::ForecastReport report,
                        service::ForecastQuarter(*workspace, request, context.progress()));
    context.Print(context.json() ? ToJson(report) : ForecastText(report));
    return {};
  };
}

}  // namespace ri::cli
