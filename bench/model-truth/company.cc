#include "company.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <utility>

#include "service/import_data.h"
#include "synthetic/generator.h"

namespace ri::bench {
namespace {

std::vector<std::string> Cells(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) {
    if (cell.size() >= 2 && cell.front() == '"') {
      cell = cell.substr(1, cell.size() - 2);
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace

/// truth/snapshots.csv by deal and Monday.
Result<std::map<Company::TruthKey, TrueSnapshot>> Company::ReadTruth(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line)) {
    return Fail(ErrorCode::kStorage, "The truth of the invented company cannot be read.");
  }
  const std::vector<std::string> header = Cells(line);
  const auto column = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
  };
  const std::size_t deal = column("deal_id");
  const std::size_t as_of = column("as_of");
  const std::size_t commit = column("commit_date");
  const std::size_t ever = column("win_probability");
  const std::size_t quarter = column("win_by_quarter_end");
  const std::size_t slip = column("slip");
  std::map<TruthKey, TrueSnapshot> truth;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = Cells(line);
    const auto date = domain::ParseIsoDate(cells[commit]);
    if (!date) {
      return Fail(ErrorCode::kBadInput, "The truth of the invented company holds a wrong date.");
    }
    truth[{cells[deal].substr(0, 15), cells[as_of]}] = {
        .commit_date = *date,
        .win_ever = std::stod(cells[ever]),
        .win_by_quarter_end = std::stod(cells[quarter]),
        .slip = std::stod(cells[slip])};
  }
  return truth;
}

Company::TruthKey Company::KeyOf(const features::SnapshotKey& key) const {
  // Identifiers are stored with their check letters, the truth is written without.
  return {std::string(knowledge_->log->keys(data::EntityKind::kDeal)[key.deal].substr(0, 15)),
          domain::FormatDate(domain::DateOf(key.as_of))};
}

std::optional<double> Company::TrueChanceOf(const features::SnapshotKey& key) const {
  const auto found = truth_.find(KeyOf(key));
  return found == truth_.end() ? std::nullopt : std::optional(found->second.win_ever);
}

Result<std::unique_ptr<Company>> Company::Make(const CompanyOptions& options) {
  std::unique_ptr<Company> company(new Company());
  std::string pattern = (std::filesystem::temp_directory_path() / "revint-truth-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return Fail(ErrorCode::kStorage, "No temporary folder can be made.");
  }
  company->folder_ = pattern;
  synthetic::GeneratorOptions generator;
  generator.scenario = options.scenario;
  generator.deals = options.deals;
  generator.seed = options.seed;
  generator.threads = options.num_threads;
  generator.truth_share = 1;
  generator.quarter_draws = 0;
  generator.output_folder = pattern + "/export";
  RI_ASSIGN_OR_RETURN(const synthetic::GenerationReport report, synthetic::Generate(generator));
  const domain::Date first_judged =
      domain::MondayOnOrBefore(report.as_of) - std::chrono::weeks(options.judged_weeks);
  company->cutoff_ = domain::StartOf(first_judged);
  RI_ASSIGN_OR_RETURN(company->workspace_,
                      book::Workspace::Open({.database = "sqlite:" + pattern + "/company.db",
                                             .num_threads = options.num_threads}));
  const service::ImportRequest request{.paths = {generator.output_folder},
                                       .now = domain::StartOf(report.as_of)};
  RI_ASSIGN_OR_RETURN([[maybe_unused]] const ingest::ImportReport imported,
                      service::ImportData(*company->workspace_, request, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(company->calendar_, company->workspace_->Calendar());
  RI_ASSIGN_OR_RETURN(company->knowledge_,
                      company->workspace_->Load(std::nullopt, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(company->truth_, ReadTruth(generator.output_folder + "/truth/snapshots.csv"));
  for (const features::SnapshotKey& key : company->knowledge_->engine->WeeklySnapshots(
           first_judged, domain::MondayOnOrBefore(report.as_of) - std::chrono::weeks(1))) {
    const auto found = company->truth_.find(company->KeyOf(key));
    if (found != company->truth_.end()) {
      company->judged_.push_back(found->second);
      company->judged_.back().key = key;
    }
  }
  return company;
}

Company::~Company() {
  knowledge_.reset();
  workspace_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace ri::bench
