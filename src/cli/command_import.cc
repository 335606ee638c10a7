#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_output.h"
#include "service/import_data.h"
#include "service/watch_folder.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kShownRejects = 10;

struct Options {
  service::ImportRequest request;
  std::string mapping;
  std::string watch;
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
          {"histories_of_known_deals", report.num_histories},
          {"reopened", report.num_reopened},
          {"born_closed", report.num_born_closed},
          {"disagreements", report.num_disagreements},
          {"with_history_issues", report.num_with_issues},
          {"history_issues", report.issues},
          {"excluded", report.excluded},
          {"bulk_days", report.bulk_days},
          {"vanished", report.num_vanished},
          {"known_at",
           domain::FormatTimestamp(domain::TimestampFromMilliseconds(report.batch.known_at))},
          {"new_events", report.batch.num_events},
          {"new_entities", report.new_entities},
          {"new_events_by_attribute", report.new_events},
          {"events", report.events},
          {"files", std::move(files)},
          {"skipped_files", report.skipped_files},
          {"rejects", std::move(rejects)},
          {"warnings", report.warnings}};
}

std::string Counts(const std::map<std::string, std::int64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, name);
  }
  return text;
}

/// What a dry run would change.
std::string PlanText(const ingest::ImportReport& report) {
  if (report.new_events.empty()) {
    return "Nothing in it is new.\n";
  }
  std::string text;
  if (!report.new_entities.empty()) {
    text += "New: " + Counts(report.new_entities) + ".\n";
  }
  TextTable table({{"fact"}, {"new", Align::kRight}});
  for (const auto& [name, count] : report.new_events) {
    table.AddRow({name, FormatWhole(static_cast<double>(count))});
  }
  return text + table.Render();
}

std::string HistoryText(const ingest::ImportReport& report) {
  std::string text;
  if (report.num_histories > 0) {
    text += fmt::format("The history of {} deals that are already known was added.\n",
                        report.num_histories);
  }
  if (report.num_with_issues > 0) {
    text += fmt::format("{} deals have a history with gaps or contradictions: {}.\n",
                        report.num_with_issues, Counts(report.issues));
  }
  if (!report.excluded.empty()) {
    text += "Kept out of training: " + Counts(report.excluded) + ".\n";
  }
  for (const std::string& day : report.bulk_days) {
    text += "A system was loaded on " + day + "; deals created that day say nothing of time.\n";
  }
  if (report.num_vanished > 0) {
    text += fmt::format("{} deals are gone from the source and were marked as deleted.\n",
                        report.num_vanished);
  }
  return text;
}

Json WatchJson(const service::WatchReport& report) {
  Json imports = Json::array();
  for (const ingest::ImportReport& import : report.imports) {
    imports.push_back(ReportJson(import));
  }
  return {{"imports", std::move(imports)},
          {"known_files", report.known_files},
          {"waiting", report.waiting}};
}

std::string WatchText(const service::WatchReport& report) {
  std::string text;
  for (const ingest::ImportReport& import : report.imports) {
    text += ImportText(import) + "\n";
  }
  if (report.imports.empty()) {
    text += "Nothing new.\n";
  }
  text += fmt::format("{} files were taken before.\n", report.known_files);
  for (const std::string& file : report.waiting) {
    text += "Not finished yet: " + file + "\n";
  }
  return text;
}

std::string Document(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
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
  text +=
      fmt::format("\n{} new facts {}.\n", FormatWhole(static_cast<double>(report.batch.num_events)),
                  report.dry_run ? "would be stored" : "in the database");
  if (report.dry_run) {
    text += PlanText(report);
  }
  text += HistoryText(report);
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
  app.add_option("paths", options->request.paths, "Files or folders of one export");
  app.add_option("--watch", options->watch,
                 "Take what is new in this folder, once; for a timer. Each subfolder is an export");
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
    if (options->watch.empty() == request.paths.empty()) {
      return Fail(ErrorCode::kUsage, "Name the files to import, or a folder with --watch.");
    }
    RI_ASSIGN_OR_RETURN(request.known_at, context.KnownAt());
    RI_ASSIGN_OR_RETURN(auto workspace, context.OpenWorkspace());
    if (!options->watch.empty()) {
      RI_ASSIGN_OR_RETURN(
          const service::WatchReport report,
          service::WatchFolder(*workspace, {.folder = options->watch, .import = request},
                               context.progress()));
      context.Print(context.json() ? Document(WatchJson(report)) : WatchText(report));
      return {};
    }
    RI_ASSIGN_OR_RETURN(const ingest::ImportReport report,
                        service::ImportData(*workspace, request, context.progress()));
    context.Print(context.json() ? Document(ReportJson(report)) : ImportText(report));
    return {};
  };
}

}  // namespace ri::cli
