#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "revenue/waterfall_report.h"

namespace ri::cli {
namespace {

struct Options {
  std::string from;
  std::string to;
  std::string period;
  std::string by = "total";
  std::string model = "champion";
  std::string earlier_model;
  std::size_t top = 10;
  bool mean_only = false;
};

const std::map<std::string, revenue::ForecastNode> kNodes = {
    {"total", revenue::ForecastNode::kTotal},
    {"rep", revenue::ForecastNode::kRep},
    {"team", revenue::ForecastNode::kTeam},
    {"region", revenue::ForecastNode::kRegion}};

constexpr std::size_t kNumSteps = forecasting::kNumWaterfallSteps;

std::string Title(std::size_t step) {
  return std::string(forecasting::StepName(static_cast<forecasting::WaterfallStep>(step)));
}

// Cents stay: the sum can be checked by hand.
std::string Money(std::int64_t minor, const domain::Currency& currency) {
  return domain::FormatMoney(domain::Money(minor, currency));
}

std::string StepsText(const revenue::WaterfallReport& report) {
  const bool with_quota = report.quantities && report.quota;
  std::vector<TextTable::Column> columns = {{"step"}, {"mean", Align::kRight}};
  if (report.quantities) {
    columns.push_back({"P10", Align::kRight});
  }
  if (with_quota) {
    columns.push_back({"P(quota), points", Align::kRight});
  }
  TextTable table(columns);
  const auto row = [&](const std::string& title, std::int64_t mean, double p10, double quota) {
    std::vector<std::string> cells = {title, Money(mean, report.currency)};
    if (report.quantities) {
      cells.push_back(FormatWhole(p10));
    }
    if (with_quota) {
      cells.push_back(fmt::format("{:.1f}", 100 * quota));
    }
    table.AddRow(std::move(cells));
  };
  const forecasting::QuantityWaterfalls none;
  const forecasting::QuantityWaterfalls& q = report.quantities ? *report.quantities : none;
  const forecasting::Waterfall& bars = report.total.bars;
  row("at " + FormatMoment(report.from), bars.begin, q.p10.begin, q.quota_probability.begin);
  for (std::size_t k = 0; k < kNumSteps; ++k) {
    if (bars.steps[k] != 0 || q.p10.steps[k] != 0) {
      row(Title(k), bars.steps[k], q.p10.steps[k], q.quota_probability.steps[k]);
    }
  }
  row("at " + FormatMoment(report.to), bars.end, q.p10.end, q.quota_probability.end);
  return table.Render();
}

std::string NodesText(const revenue::WaterfallReport& report) {
  if (report.nodes.empty()) {
    return "";
  }
  std::vector<std::size_t> used;
  for (std::size_t k = 0; k < kNumSteps; ++k) {
    for (const revenue::WaterfallNode& node : report.nodes) {
      if (node.bars.steps[k] != 0) {
        used.push_back(k);
        break;
      }
    }
  }
  std::vector<TextTable::Column> columns = {{"node"}, {"before", Align::kRight}};
  for (const std::size_t k : used) {
    columns.push_back({Title(k), Align::kRight});
  }
  columns.push_back({"after", Align::kRight});
  TextTable table(columns);
  const auto add = [&](const revenue::WaterfallNode& node) {
    std::vector<std::string> cells = {Shorten(node.name, 24),
                                      Money(node.bars.begin, report.currency)};
    for (const std::size_t k : used) {
      cells.push_back(Money(node.bars.steps[k], report.currency));
    }
    cells.push_back(Money(node.bars.end, report.currency));
    table.AddRow(std::move(cells));
  };
  for (const revenue::WaterfallNode& node : report.nodes) {
    add(node);
  }
  add(report.total);
  return "\n" + table.Render();
}

std::string DealsText(const revenue::WaterfallReport& report, std::size_t top) {
  if (report.deals.empty() || top == 0) {
    return "";
  }
  TextTable table(
      {{"deal"}, {"name"}, {"owner"}, {"change", Align::kRight}, {"mostly because of"}});
  for (std::size_t i = 0; i < std::min(top, report.deals.size()); ++i) {
    const revenue::WaterfallDeal& deal = report.deals[i];
    std::size_t largest = 0;
    for (std::size_t k = 1; k < kNumSteps; ++k) {
      if (std::abs(deal.bars.steps[k]) > std::abs(deal.bars.steps[largest])) {
        largest = k;
      }
    }
    table.AddRow({deal.deal_id, Shorten(deal.name, 28), Shorten(deal.owner, 20),
                  Money(deal.change(), report.currency), Title(largest)});
  }
  return "\n" + table.Render();
}

std::string WaterfallText(const revenue::WaterfallReport& report, std::size_t top) {
  std::string text = fmt::format("What moved {} between {} and {}, in {}\n\n",
                                 domain::FormatQuarter(report.period), FormatMoment(report.from),
                                 FormatMoment(report.to), report.currency.code());
  text += StepsText(report) + NodesText(report) + DealsText(report, top);
  text +=
      "\nThe bars add up to the cent at every node; P10 and P(quota) are shared out over the "
      "steps by their average effect over all orders.\n";
  if (report.earlier_model_version != report.model_version) {
    text += "Model " + report.earlier_model_version + ", then " + report.model_version + ".\n";
  }
  for (const std::string& note : report.notes) {
    text += "Note: " + note + "\n";
  }
  return text;
}

}  // namespace

Action AddWaterfall(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--from", options->from, "The earlier moment")->required();
  app.add_option("--to", options->to, "The later moment; default --as-of, else now");
  app.add_option("--period", options->period, "Fiscal quarter; default the one of --to");
  app.add_option("--by", options->by, "total, rep, team or region; default total")
      ->check(CLI::IsMember({"total", "rep", "team", "region"}));
  app.add_option("--top", options->top, "Deals that moved it most; default 10");
  app.add_flag("--mean-only", options->mean_only, "Without P10 and P(quota)");
  app.add_option("--model", options->model, "Alias or version; default champion");
  app.add_option("--earlier-model", options->earlier_model,
                 "Alias or version at --from; default the champion in force then");
  return [options](Context& context) -> Status {
    revenue::WaterfallRequest request{.by = kNodes.at(options->by),
                                      .model = options->model,
                                      .earlier_model = options->earlier_model,
                                      .quantities = !options->mean_only,
                                      .now = context.now()};
    RI_ASSIGN_OR_RETURN(request.from, ParseMoment(options->from, "--from"));
    if (options->to.empty()) {
      RI_ASSIGN_OR_RETURN(request.to, context.AsOf());
    } else {
      RI_ASSIGN_OR_RETURN(request.to, ParseMoment(options->to, "--to"));
    }
    if (!options->period.empty()) {
      request.period = domain::ParseQuarter(options->period);
      if (!request.period) {
        return Fail(ErrorCode::kUsage,
                    "--period '" + options->period + "' is no quarter. Write 2026Q4.");
      }
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const revenue::WaterfallReport report,
                        revenue::ExplainMovement(*workspace, request, context.progress()));
    context.Print(context.json() ? revenue::WaterfallJson(report)
                                 : WaterfallText(report, options->top));
    return {};
  };
}

}  // namespace ri::cli
