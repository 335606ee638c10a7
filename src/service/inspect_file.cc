#include "service/inspect_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>

#include "ingest/recognition.h"
#include "quality/outcome_column.h"

namespace ri::service {
namespace {

/// Files of a folder that are tables, by name; the path itself when it is a file.
std::vector<std::string> TableFiles(const std::string& path) {
  std::error_code failed;
  if (!std::filesystem::is_directory(path, failed)) {
    return {path};
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(path, failed)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() &&
        (name.ends_with(".csv") || name.ends_with(".csv.gz") || name.ends_with(".xlsx"))) {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

Result<std::optional<quality::OutcomeColumn>> OutcomeOf(
    const InspectRequest& request, const ingest::Table& table,
    const std::vector<quality::ColumnProfile>& profiles) {
  if (!request.outcome) {
    return quality::GuessOutcome(profiles, table.columns);
  }
  const auto found = std::ranges::find(table.facts.header, *request.outcome);
  if (found == table.facts.header.end()) {
    return Fail(ErrorCode::kUsage, "There is no column '" + *request.outcome + "'.");
  }
  quality::OutcomeColumn outcome;
  outcome.column = static_cast<std::size_t>(found - table.facts.header.begin());
  outcome.reason = "named on the command line";
  outcome.won.insert(request.won.begin(), request.won.end());
  for (const std::string& value : table.columns[outcome.column]) {
    if (!quality::IsMissing(value) && !outcome.won.contains(value)) {
      outcome.lost.insert(value);
    }
  }
  return outcome;
}

void Audit(const ingest::Table& table, const quality::OutcomeColumn& outcome, InspectedFile& file) {
  const std::vector<std::string>& answers = table.columns[outcome.column];
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (outcome.won.contains(answers[i]) || outcome.lost.contains(answers[i])) {
      rows.push_back(i);
    }
  }
  const auto won = std::make_unique<bool[]>(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    won[i] = outcome.won.contains(answers[rows[i]]);
    ++(won[i] ? file.won : file.lost);
  }
  std::vector<std::vector<std::string>> values;
  values.reserve(table.columns.size());
  std::vector<quality::AuditedColumn> columns;
  for (std::size_t j = 0; j < table.columns.size(); ++j) {
    if (j == outcome.column) {
      continue;
    }
    auto& column = values.emplace_back();
    column.reserve(rows.size());
    for (const std::size_t row : rows) {
      column.push_back(table.columns[j][row]);
    }
    columns.push_back({table.facts.header[j], column});
  }
  file.outcome_column = table.facts.header[outcome.column];
  file.outcome_reason = outcome.reason;
  file.suspicions = quality::AuditLeakage(columns, {won.get(), rows.size()});
}

Result<ingest::MappingProposal> Propose(const InspectRequest& request, const InspectedFile& file) {
  ingest::ProposalHints hints;
  hints.outcome = file.outcome_column;
  hints.won = request.won;
  for (const quality::LeakSuspicion& suspicion : file.suspicions) {
    hints.leaks.push_back({suspicion.column, suspicion.evidence});
  }
  return ingest::ProposeMapping(file.path, hints);
}

}  // namespace

Result<InspectReport> InspectFiles(const InspectRequest& request, base::Progress& progress) {
  InspectReport report;
  if (const auto recognised = ingest::Recognise(request.paths, {})) {
    report.recognised = recognised->mapping->name;
    report.recognised_reason = recognised->reason;
  }
  for (const std::string& path : request.paths) {
    const std::vector<std::string> files = TableFiles(path);
    if (files.empty()) {
      return Fail(ErrorCode::kNotFound, "There is no .csv, .csv.gz or .xlsx file in " + path + ".");
    }
    for (const std::string& name : files) {
      progress.Begin("Inspecting " + std::filesystem::path(name).filename().string(), 0);
      auto table = ingest::ReadTable(name, request.max_rows);
      if (!table) {
        return std::unexpected(table.error().In(name));
      }
      InspectedFile file{.path = name, .facts = table->facts, .malformed = table->num_malformed};
      file.rows = table->lines.size();
      file.whole_file = file.rows < request.max_rows;
      for (std::size_t j = 0; j < table->columns.size(); ++j) {
        file.columns.push_back(quality::ProfileColumn(table->facts.header[j], table->columns[j]));
      }
      RI_ASSIGN_OR_RETURN(const auto outcome, OutcomeOf(request, *table, file.columns));
      if (outcome) {
        Audit(*table, *outcome, file);
      }
      if (request.propose || report.recognised.empty()) {
        RI_ASSIGN_OR_RETURN(file.proposal, Propose(request, file));
      }
      report.files.push_back(std::move(file));
      progress.End();
    }
  }
  return report;
}

Status WriteMapping(const InspectReport& report, const std::string& path) {
  if (report.files.size() != 1 || !report.files.front().proposal) {
    return Fail(ErrorCode::kUsage, "A mapping is proposed for one file at a time.");
  }
  std::ofstream file(path, std::ios::binary);
  file << report.files.front().proposal->text;
  file.flush();
  if (!file) {
    return Fail(ErrorCode::kStorage,
                "Cannot write " + path + ". Check the folder and its permissions.");
  }
  return {};
}

}  // namespace ri::service
