#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string_view>

#include "cli/commands.h"
#include "lifecycle/export_features.h"

namespace ri::cli {
namespace {

struct Options {
  std::string from;
  std::string to;
  std::string out;
  std::string store;
  bool no_store = false;
};

}  // namespace

Action AddFeatures(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--from", options->from, "First Monday of a range");
  app.add_option("--to", options->to, "Last Monday of a range");
  app.add_option("--out", options->out,
                 "File to write: .csv with labels, .npy with the numbers alone, .npz with numbers, "
                 "names, keys and labels for NumPy")
      ->required();
  app.add_option("--store", options->store,
                 "Folder of precomputed weeks, for --from and --to. Default: beside the database");
  app.add_flag("--no-store", options->no_store, "Compute every week anew");
  app.footer(
      "Examples:\n  revint features --as-of 2026-11-16 --out features.csv\n"
      "  revint features --from 2026-01-05 --to 2026-11-16 --out features.npz");
  return [options](Context& context) -> Status {
    lifecycle::FeatureExportRequest request{.path = options->out, .now = context.now()};
    if (options->from.empty() != options->to.empty()) {
      return Fail(ErrorCode::kUsage, "Give both --from and --to, or neither.");
    }
    if (!options->from.empty()) {
      RI_ASSIGN_OR_RETURN(request.from, ParseMoment(options->from, "--from"));
      RI_ASSIGN_OR_RETURN(request.to, ParseMoment(options->to, "--to"));
      request.store = options->no_store ? "" : options->store;
      constexpr std::string_view kSqlite = "sqlite:";
      if (options->store.empty() && !options->no_store &&
          context.options().database.starts_with(kSqlite)) {
        request.store = context.options().database.substr(kSqlite.size()) + ".features";
      }
    } else if (context.options().as_of == "created") {
      request.as_of_created = true;
    } else if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const lifecycle::FeatureExportReport report,
                        lifecycle::ExportFeatures(*workspace, request, context.progress()));
    if (context.json()) {
      context.Print(
          fmt::format("{{\"rows\": {}, \"features\": {}, \"weeks\": {}, \"weeks_computed\": {}, "
                      "\"rows_computed\": {}}}\n",
                      report.rows, report.features, report.use.weeks, report.use.weeks_computed,
                      report.use.rows_computed));
    } else {
      context.Print(fmt::format("{} rows with {} features written to {}.\n", report.rows,
                                report.features, options->out));
      if (report.use.weeks > 0) {
        context.Print(fmt::format("{} of {} weeks were computed, the others were stored.\n",
                                  report.use.weeks_computed, report.use.weeks));
      }
    }
    return {};
  };
}

}  // namespace ri::cli
