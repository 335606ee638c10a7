#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/formatting.h"
#include "cli/text_table.h"
#include "service/inspect_file.h"

namespace ri::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string Examples(const quality::ColumnProfile& column) {
  if (column.type == quality::ColumnType::kNumber) {
    return fmt::format("{:g} to {:g}", column.lowest, column.highest);
  }
  std::string text;
  for (const auto& [value, count] : column.top) {
    text += (text.empty() ? "" : ", ") + Shorten(value, 24);
    if (text.size() > 60) {
      break;
    }
  }
  return Shorten(text, 70);
}

std::string FileText(const service::InspectedFile& file) {
  std::string text =
      fmt::format("{}: {}, {}, separator '{}', {} rows{}{}{}\n\n", file.path, file.facts.format,
                  file.facts.encoding,
                  file.facts.delimiter == '\t' ? "tab" : std::string(1, file.facts.delimiter),
                  file.rows, file.whole_file ? "" : " (the first ones)",
                  file.malformed > 0 ? fmt::format(", {} malformed", file.malformed) : "",
                  file.facts.num_titles > 0
                      ? fmt::format(", {} titles above the header left out", file.facts.num_titles)
                      : "");
  std::vector<TextTable::Column> heads = {
      {"column"}, {"type"}, {"filled", Align::kRight}, {"distinct", Align::kRight}, {"values"}};
  if (file.proposal) {
    heads.insert(heads.begin() + 1, {"would be"});
  }
  TextTable table(heads);
  for (std::size_t j = 0; j < file.columns.size(); ++j) {
    const quality::ColumnProfile& column = file.columns[j];
    const double share =
        column.rows == 0 ? 0
                         : static_cast<double>(column.filled) / static_cast<double>(column.rows);
    std::vector<std::string> cells = {Shorten(column.name, 40), quality::TypeName(column.type),
                                      fmt::format("{:.1f} %", 100 * share),
                                      FormatWhole(static_cast<double>(column.distinct)),
                                      Examples(column)};
    if (file.proposal) {
      const ingest::ProposedColumn& proposed = file.proposal->columns[j];
      cells[1] = proposed.date_format.empty() ? proposed.type : proposed.date_format;
      cells.insert(cells.begin() + 1, proposed.use);
    }
    table.AddRow(std::move(cells));
  }
  text += table.Render() + "\n";
  if (file.proposal) {
    for (const std::string& question : file.proposal->questions) {
      text += "To decide: " + question + "\n";
    }
  }
  if (!file.outcome_column) {
    return text +
           "No column says how deals ended; name it with --outcome COLUMN --won VALUE to look for "
           "leaks.\n\n";
  }
  text += fmt::format("Outcome: column '{}' ({}): {} won, {} lost.\n", *file.outcome_column,
                      file.outcome_reason, file.won, file.lost);
  if (file.suspicions.empty()) {
    return text + "No column is suspected of knowing the outcome.\n\n";
  }
  text += "Columns suspected of knowing the outcome; a model must not read them:\n";
  for (const quality::LeakSuspicion& suspicion : file.suspicions) {
    text += fmt::format("  {} [{}]: {}\n", suspicion.column, quality::LeakKindName(suspicion.kind),
                        suspicion.evidence);
  }
  return text + "\n";
}

Json FileJson(const service::InspectedFile& file) {
  Json columns = Json::array();
  for (const quality::ColumnProfile& column : file.columns) {
    Json top = Json::array();
    for (const auto& [value, count] : column.top) {
      top.push_back({{"value", value}, {"count", count}});
    }
    columns.push_back(
        {{"name", column.name},
         {"type", quality::TypeName(column.type)},
         {"rows", column.rows},
         {"filled", column.filled},
         {"distinct", column.distinct},
         {"lowest",
          column.type == quality::ColumnType::kNumber ? Json(column.lowest) : Json(nullptr)},
         {"highest",
          column.type == quality::ColumnType::kNumber ? Json(column.highest) : Json(nullptr)},
         {"top", std::move(top)}});
  }
  Json suspicions = Json::array();
  for (const quality::LeakSuspicion& suspicion : file.suspicions) {
    suspicions.push_back({{"column", suspicion.column},
                          {"kind", quality::LeakKindName(suspicion.kind)},
                          {"evidence", suspicion.evidence}});
  }
  Json proposal = nullptr;
  if (file.proposal) {
    Json proposed = Json::array();
    for (const ingest::ProposedColumn& column : file.proposal->columns) {
      proposed.push_back({{"column", column.name},
                          {"use", column.use},
                          {"type", column.type},
                          {"date_format", column.date_format},
                          {"reason", column.reason}});
    }
    proposal = {{"columns", std::move(proposed)},
                {"questions", file.proposal->questions},
                {"mapping", file.proposal->text}};
  }
  return {{"path", file.path},
          {"format", file.facts.format},
          {"encoding", file.facts.encoding},
          {"delimiter", std::string(1, file.facts.delimiter)},
          {"rows", file.rows},
          {"whole_file", file.whole_file},
          {"titles_above_header", file.facts.num_titles},
          {"malformed", file.malformed},
          {"outcome_column", file.outcome_column ? Json(*file.outcome_column) : Json(nullptr)},
          {"won", file.won},
          {"lost", file.lost},
          {"columns", std::move(columns)},
          {"leak_suspicions", std::move(suspicions)},
          {"proposal", std::move(proposal)}};
}

}  // namespace

Action AddInspect(CLI::App& app) {
  auto request = std::make_shared<service::InspectRequest>();
  auto mapping = std::make_shared<std::string>();
  app.add_option("--write-mapping", *mapping,
                 "Write a first mapping for the (one) file, to correct and import with");
  app.add_option("files", request->paths, "Files or folders")->required();
  app.add_option("--outcome", request->outcome,
                 "Column that says how a deal ended; default: guessed");
  app.add_option("--won", request->won, "Values of that column that mean won");
  app.add_option("--rows", request->max_rows, "Rows to read of each file; default 200000");
  return [request, mapping](Context& context) -> Status {
    if (request->outcome.has_value() == request->won.empty()) {
      return Fail(ErrorCode::kUsage, "Give --outcome and --won together, or neither.");
    }
    if (!mapping->empty()) {
      if (request->paths.size() != 1) {
        return Fail(ErrorCode::kUsage, "--write-mapping takes one file.");
      }
      request->propose = true;
    }
    RI_ASSIGN_OR_RETURN(const service::InspectReport report,
                        service::InspectFiles(*request, context.progress()));
    if (!mapping->empty()) {
      RI_RETURN_IF_ERROR(service::WriteMapping(report, *mapping));
    }
    if (context.json()) {
      Json files = Json::array();
      for (const service::InspectedFile& file : report.files) {
        files.push_back(FileJson(file));
      }
      const Json document = {
          {"recognised", report.recognised.empty() ? Json(nullptr) : Json(report.recognised)},
          {"recognised_reason", report.recognised_reason},
          {"files", std::move(files)}};
      context.Print(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
      return {};
    }
    if (!mapping->empty()) {
      context.Print("A first mapping is in " + *mapping +
                    "; read its comments, then: revint import " + request->paths.front() +
                    " --mapping " + *mapping + "\n\n");
    }
    if (!report.recognised.empty()) {
      context.Print("Recognised as " + report.recognised + ": " + report.recognised_reason +
                    "\n\n");
    }
    for (const service::InspectedFile& file : report.files) {
      context.Print(FileText(file));
    }
    return {};
  };
}

}  // namespace ri::cli
