#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_output.h"
#include "service/import_data.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownRejects = 10;

struct Options {
  service::ImportRequest request;
  std::string mapping;
};

Json RejectJson(const ingest::RejectSummary& summary) {
  return {{"count", summary.count},         {"file", summary.example.file},
          {"line", summary.example.line},   {"column", summary.example.column},
          {"value", summary.example.value}, {"reason", summary.example.reason}};
}

Json ReportJson(const ingest::ImportReport& report) {
  Json files = Json::array();
  for (const ingest::ImportedFile& file : report.files) {
    files.push_back({{"path", file.path},
                     {"noun", file.noun},
                     {"format", file.format},
                     {"encoding", file.encoding},
                     {"rows", file.num_rows},
                     {"bad_rows", file.num_bad_rows},
                     {"skipped_rows", file.num_skipped},
                     {"unused_columns", file.unused_columns}});
  }
  Json rejects = Json::array();
  for (const ingest::RejectSummary& summary : report.rejects) {
    rejects.push_back(RejectJson(summary));
  }
  return {{"already_imported", report.already_imported},
          {"dry_run", report.dry_run},
          {"mapping", report.mapping},
          {"rows", report.num_rows},
          {"bad_rows", report.num_bad_rows},
          {"duplicates", report.num_duplicates},
          {"deals", report.num_deals},
          {"won", report.num_won},
          {"lost", report.num_lost},
          {"open", report.num_open},
          {"reopened", report.num_reopened},
          {"born_closed", report.num_born_closed},
          {"disagreements", report.num_disagreements},
          {"new_events", report.batch.num_events},
          {"events", report.events},
          {"files", std::move(files)},
          {"skipped_files", report.skipped_files},
          {"rejects", std::move(rejects)},
          {"warnings", report.warnings}};
}

}  // namespace

std::string ImportText(const ingest::ImportReport& report) {
  if (report.already_imported) {
    return "This content is in the database already; nothing was changed.\n";
  }
  std::string text =
      fmt::format("{} read as {}: {} deals ({} won, {} lost, {} open).\n",
                  report.dry_run ? "Dry run, nothing was stored:" : "Imported,", report.mapping,
                  report.num_deals, report.num_won, report.num_lost, report.num_open);
  TextTable files({{"file"},
                   {"read as"},
                   {"rows", Align::kRight},
                   {"bad", Align::kRight},
                   {"left out", Align::kRight}});
  for (const ingest::ImportedFile& file : report.files) {
    files.AddRow({Shorten(file.path, 60), file.noun,
                  FormatWhole(static_cast<double>(file.num_rows)),
                  FormatWhole(static_cast<double>(file.num_bad_rows)),
                  FormatWhole(static_cast<double>(file.num_skipped))});
  }
  text += "\n" + files.Render();
  if (!report.dry_run) {
    text += fmt::format("\n{} new facts in the database.\n",
                        FormatWhole(static_cast<double>(report.batch.num_events)));
  }
  for (std::size_t i = 0; i < std::min(kShownRejects, report.rejects.size()); ++i) {
    const ingest::RejectSummary& summary = report.rejects[i];
    text += fmt::format("Rejected {} times: {} line {}{}: '{}': {}\n", summary.count,
                        summary.example.file, summary.example.line,
                        summary.example.column.empty() ? "" : ", column " + summary.example.column,
                        Shorten(summary.example.value, 40), summary.example.reason);
  }
  if (report.num_duplicates > 0) {
    text += fmt::format("{} deal rows repeat an earlier one and were counted once.\n",
                        report.num_duplicates);
  }
  for (const std::string& warning : report.warnings) {
    text += "Note: " + warning + "\n";
  }
  return text;
}

Action AddImport(CLI::App& app) {
  auto options = std::make_shared<Options>();
  app.add_option("paths", options->request.paths, "Files or folders of one export")->required();
  app.add_option("--preset", options->request.preset,
                 "Built-in mapping by name; default: recognised by the headers");
  app.add_option("--mapping", options->mapping,
                 "Mapping file (TOML) that says what the columns mean");
  app.add_flag("--dry-run", options->request.dry_run, "Say what would be read, store nothing");
  app.add_option("--max-reject-share", options->request.max_reject_share,
                 "More bad rows than this share of a file stop the import; default 0.05")
      ->check(CLI::Range(0.0, 1.0));
  return [options](Context& context) -> Status {
    service::ImportRequest request = options->request;
    request.now = context.now();
    if (!options->mapping.empty()) {
      request.mapping_path = options->mapping;
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    RI_ASSIGN_OR_RETURN(const ingest::ImportReport report,
                        service::ImportData(*workspace, request, context.progress()));
    context.Print(context.json()
                      ? ReportJson(report).dump(2, ' ', false, Json::error_handler_t::replace) +
                            "\n"
                      : ImportText(report));
    return {};
  };
}

}  // namespace ri::cli
