#include "cli/run.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/commands.h"
#include "cli/context.h"

namespace ri::cli {
namespace {

constexpr const char* kDescription =
    "Revenue Intelligence: calibrated win probabilities, exact reasons and the distribution of the "
    "quarter from a CRM export. It informs; people decide.";

constexpr const char* kFooter =
    "Exit codes: 0 done, 2 usage, 3 bad input, 4 not found, 5 refused by a gate,\n"
    "6 storage unavailable, 70 a bug of ours, 130 interrupted.\n\n"
    "Examples:\n"
    "  revint demo                                  the whole path on a synthetic company\n"
    "  revint inspect export.csv                    what is in this file, what leaks\n"
    "  revint import exports/ && revint train --promote-if-better\n"
    "  revint score --as-of 2026-11-16 --out scores.csv\n"
    "  revint explain 0061000000A1b2cAAA\n"
    "  revint forecast --period 2026Q4\n"
    "  revint score --help                          options and examples of one verb";

void AddGlobalOptions(CLI::App& app, GlobalOptions& options) {
  app.add_option("--db", options.database,
                 "Database: sqlite:FILE or postgresql://... (default sqlite:revint.db)")
      ->envname("REVINT_DB");
  app.add_option("--as-of", options.as_of,
                 "Moment to look from: a date (midnight UTC) or an instant; default now");
  app.add_option("--known-at", options.known_at,
                 "Count only imports obtained up to this moment; default all");
  app.add_flag("--json", options.json, "One JSON document on stdout, nothing else there");
  app.add_flag("--quiet", options.quiet, "No progress");
  app.add_option("--threads", options.threads, "Threads to use; default all cores")
      ->check(CLI::Range(1, 1024));
}

void PrintError(const Error& error, bool json) {
  fmt::print(stderr, "revint: {}\n", error.ToString());
  if (json) {
    const nlohmann::ordered_json document = {
        {"error",
         {{"code", std::string(base::CodeName(error.code()))}, {"message", error.ToString()}}}};
    fmt::print("{}\n",
               document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
}

}  // namespace

int Run(int argc, const char* const* argv) {
  GlobalOptions options;
  CLI::App app(kDescription, "revint");
  app.footer(kFooter);
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", RI_VERSION);
  AddGlobalOptions(app, options);

  std::map<const CLI::App*, Action> actions;
  for (const Command& command : Commands()) {
    CLI::App* verb = app.add_subcommand(command.name, command.description);
    verb->footer(std::string("Examples:\n") + command.examples);
    verb->fallthrough();
    actions[verb] = command.add(*verb);
  }

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);  // prints help or the usage error
    return code == 0 ? 0 : base::ExitCode(ErrorCode::kUsage);
  }
  Context context(options);
  const Action& action = actions.at(app.get_subcommands().front());
  const Status status = action(context);
  if (!status) {
    PrintError(status.error(), options.json && !context.printed());
    return base::ExitCode(status.error().code());
  }
  return 0;
}

}  // namespace ri::cli
