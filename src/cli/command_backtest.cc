#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "revenue/backtest_report.h"

namespace ri::cli {
namespace {

struct Options {
  std::size_t quarters = 8;
  std::size_t retrain_every = 1;
  std::string out;
  bool again = false;
  bool stored = false;
};

std::string Share(double value) { return fmt::format("{:.0f} %", 100 * value); }

std::string BacktestText(const revenue::BacktestReport& report) {
  TextTable table({{"forecast"},
                   {"quarters", Align::kRight},
                   {"CRPS", Align::kRight},
                   {"model better by", Align::kRight},
                   {"weeks 5-8", Align::kRight},
                   {"in 50 %", Align::kRight},
                   {"in 80 %", Align::kRight},
                   {"in 90 %", Align::kRight},
                   {"bias", Align::kRight},
                   {"WAPE", Align::kRight},
                   {"MASE", Align::kRight}});
  const auto add = [&](const std::string& source, const forecasting::BacktestLine& line) {
    const auto skill = report.skill.find(source);
    const bool own = skill == report.skill.end();
    table.AddRow(
        {revenue::SourceTitle(source), std::to_string(line.num_quarters), FormatWhole(line.crps),
         own ? "-" : Share(skill->second), own ? "-" : Share(report.mid_skill.at(source)),
         Share(line.coverage[0]), Share(line.coverage[1]), Share(line.coverage[2]),
         fmt::format("{:+.1f} %", 100 * line.bias), fmt::format("{:.1f} %", 100 * line.wape),
         line.mase > 0 ? fmt::format("{:.2f}", line.mase) : "-"});
  };
  if (const auto model = report.lines.find({"model", 0}); model != report.lines.end()) {
    add("model", model->second);
  }
  for (const auto& [key, line] : report.lines) {
    if (key.second == 0 && key.first != "model") {
      add(key.first, line);
    }
  }
  std::string text = fmt::format("Every Monday of {} past quarters, with what was known then\n\n",
                                 report.quarters.size());
  text += table.Render() + "\n";
  TextTable weeks({{"week", Align::kRight},
                   {"quarters", Align::kRight},
                   {"in 50 %", Align::kRight},
                   {"in 80 %", Align::kRight},
                   {"in 90 %", Align::kRight},
                   {"bias", Align::kRight},
                   {"WAPE", Align::kRight}});
  for (const auto& [key, line] : report.lines) {
    if (key.first == "model" && key.second > 0) {
      weeks.AddRow({std::to_string(key.second), std::to_string(line.num_quarters),
                    Share(line.coverage[0]), Share(line.coverage[1]), Share(line.coverage[2]),
                    fmt::format("{:+.1f} %", 100 * line.bias),
                    fmt::format("{:.1f} %", 100 * line.wape)});
    }
  }
  text += weeks.Render();
  text +=
      fmt::format("\n{} quarters replayed now, {} found stored.\n", report.replayed, report.reused);
  for (const std::string& note : report.notes) {
    text += "Note: " + note + "\n";
  }
  return text;
}

}  // namespace

Action AddBacktest(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--quarters", options->quarters, "Newest quarters to replay; default 8")
      ->check(CLI::Range(1, 40));
  app.add_option("--retrain-every", options->retrain_every,
                 "Quarters that share one model, trained before the first; default 1")
      ->check(CLI::Range(1, 40));
  app.add_option("--out", options->out, "Write the report as one self-contained page");
  app.add_flag("--again", options->again, "Replay also what is stored");
  app.add_flag("--stored", options->stored, "Show the last run; replay nothing");
  return [options](Context& context) -> Status {
    revenue::BacktestRequest request{.quarters = options->quarters,
                                     .again = options->again,
                                     .retrain_every = options->retrain_every,
                                     .now = context.now()};
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    auto report = options->stored ? revenue::StoredBacktest(*workspace)
                                  : revenue::RunBacktest(*workspace, request, context.progress());
    if (!report) {
      return std::unexpected(std::move(report).error());
    }
    if (!options->out.empty()) {
      std::ofstream file(options->out, std::ios::binary);
      file << revenue::BacktestHtml(*report);
      if (!file.flush()) {
        return Fail(ErrorCode::kStorage, "Could not write " + options->out + ".");
      }
    }
    context.Print(context.json() ? revenue::BacktestJson(*report) : BacktestText(*report));
    return {};
  };
}

}  // namespace ri::cli
