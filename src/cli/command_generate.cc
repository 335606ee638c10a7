#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "synthetic/generator.h"
#include "synthetic/scenario.h"

namespace ri::cli {
namespace {

struct Options {
  synthetic::GeneratorOptions generator;
};

std::string ReportText(const synthetic::GenerationReport& report) {
  std::string text = fmt::format(
      "{} deals ({} won, {} lost, {} open) of {} accounts and {} reps, {} to {}, in {}:\n\n",
      report.deals, report.won, report.lost, report.open, report.accounts, report.reps,
      domain::FormatDate(report.begin), domain::FormatDate(report.as_of), report.folder);
  TextTable table({{"file"}, {"rows", Align::kRight}, {"bytes", Align::kRight}});
  for (const synthetic::WrittenFile& file : report.files) {
    table.AddRow({file.name, FormatWhole(static_cast<double>(file.rows)),
                  FormatWhole(static_cast<double>(file.bytes))});
  }
  return text + table.Render();
}

}  // namespace

Action AddGenerate(CLI::App& app) {
  auto options = std::make_shared<Options>();
  std::string scenarios;
  for (const synthetic::Scenario& scenario : synthetic::Scenarios()) {
    scenarios += fmt::format("{}{}", scenarios.empty() ? "" : ", ", scenario.name);
  }
  app.add_option("--out", options->generator.output_folder,
                 "Folder to write; must not hold an export yet")
      ->required();
  app.add_option("--scenario", options->generator.scenario, "One of: " + scenarios);
  app.add_option("--deals", options->generator.deals, "Deals created; default the scenario's");
  app.add_option("--quarters", options->generator.quarters, "Full fiscal quarters of history");
  app.add_option("--seed", options->generator.seed, "Same seed, same bytes; default 1");
  return [options](Context& context) -> Status {
    synthetic::GeneratorOptions& generator = options->generator;
    if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(const domain::Timestamp as_of, context.AsOf());
      generator.as_of = domain::DateOf(as_of);
    }
    generator.threads = context.threads();
    generator.progress = &context.progress();
    RI_ASSIGN_OR_RETURN(const synthetic::GenerationReport report, synthetic::Generate(generator));
    if (context.json()) {
      context.Print(nlohmann::ordered_json{{"folder", report.folder},
                                           {"scenario", report.scenario},
                                           {"seed", report.seed},
                                           {"as_of", domain::FormatDate(report.as_of)},
                                           {"deals", report.deals},
                                           {"won", report.won},
                                           {"lost", report.lost},
                                           {"open", report.open}}
                        .dump(2) +
                    "\n");
    } else {
      context.Print(ReportText(report));
    }
    return {};
  };
}

}  // namespace ri::cli
