#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/commands.h"
#include "service/export_features.h"

namespace ri::cli {
namespace {

struct Options {
  std::string from;
  std::string to;
  std::string out;
};

}  // namespace

Action AddFeatures(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("--from", options->from, "First Monday of a range");
  app.add_option("--to", options->to, "Last Monday of a range");
  app.add_option("--out", options->out, "CSV file to write")->required();
  return [options](Context& context) -> Status {
    service::FeatureExportRequest request{.path = options->out, .now = context.now()};
    if (options->from.empty() != options->to.empty()) {
      return Fail(ErrorCode::kUsage, "Give both --from and --to, or neither.");
    }
    if (!options->from.empty()) {
      RI_ASSIGN_OR_RETURN(request.from, ParseMoment(options->from, "--from"));
      RI_ASSIGN_OR_RETURN(request.to, ParseMoment(options->to, "--to"));
    } else if (context.options().as_of == "created") {
      request.as_of_created = true;
    } else if (!context.options().as_of.empty()) {
      RI_ASSIGN_OR_RETURN(request.as_of, context.AsOf());
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const service::FeatureExportReport report,
                        service::ExportFeatures(*workspace, request, context.progress()));
    if (context.json()) {
      context.Print(
          fmt::format("{{\"rows\": {}, \"features\": {}}}\n", report.rows, report.features));
    } else {
      context.Print(fmt::format("{} rows with {} features written to {}.\n", report.rows,
                                report.features, options->out));
    }
    return {};
  };
}

}  // namespace ri::cli
