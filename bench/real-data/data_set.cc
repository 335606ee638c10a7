#include "data_set.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <utility>

#include "book/moment.h"
#include "service/import_data.h"
#include "synthetic/generator.h"

namespace ri::bench {
namespace {

namespace fs = std::filesystem;

constexpr double kAny = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view kSynthetic = "synthetic:";
const domain::Timestamp kNow = domain::StartOf(domain::MakeDate(2026, 11, 16));

fs::path DataFolder() { return fs::path(RI_SOURCE_DIR) / ".." / "shared" / "data"; }

/// Where the cells of a line begin and end; quoted commas do not count.
std::vector<std::pair<std::size_t, std::size_t>> Cells(const std::string& line) {
  std::vector<std::pair<std::size_t, std::size_t>> cells;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i == line.size() || (line[i] == ',' && !quoted)) {
      cells.emplace_back(begin, i);
      begin = i + 1;
    } else if (line[i] == '"') {
      quoted = !quoted;
    }
  }
  return cells;
}

/// Copies a deal file (no line breaks within cells) without the outcomes of deals created from
/// `cutoff` on.
void HideOutcomes(const fs::path& from, const fs::path& to, const std::string& cutoff,
                  std::map<std::string, double>& answers) {
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary);
  std::string line;
  std::vector<std::string> header;
  while (std::getline(in, line)) {
    const auto cells = Cells(line);
    const auto text = [&](std::size_t cell) {
      return line.substr(cells[cell].first, cells[cell].second - cells[cell].first);
    };
    if (header.empty()) {
      for (std::size_t i = 0; i < cells.size(); ++i) {
        header.push_back(text(i));
      }
    } else {
      const auto column = [&](std::string_view name) {
        return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) -
                                        header.begin());
      };
      const std::size_t outcome = column("outcome");
      if (text(column("opportunity_created_date")) >= cutoff) {
        answers[text(column("opportunity_id"))] = text(outcome) == "Won" ? 1 : 0;
        line.erase(cells[outcome].first, cells[outcome].second - cells[outcome].first);
      }
    }
    out << line << '\n';
  }
}

}  // namespace

std::vector<DataSet> DataSets() {
  const auto file = [](const char* path) { return std::vector<std::string>{path}; };
  return {
      {.name = "Frio Frio",
       .rows = "later opportunities, outcomes hidden",
       .files = file("frio-frio/opportunities.csv"),
       .mapping = "frio-frio.toml",
       .cutoff = "2017-10-01",
       .hide_outcomes = true,
       .target = {.49, .035, kAny, kAny}},
      {.name = "BPI 2012",
       .rows = "four Mondays after the cutoff",
       .files = {"bpic2012-loans/cases.csv", "bpic2012-loans/events.csv.gz"},
       .mapping = "bpic2012-loans.toml",
       .cutoff = "2011-12-05",
       .later_weeks = 4,
       .target = {.61, .05, kAny, kAny}},
      {.name = "IBM, honest columns",
       .rows = "by opportunity number, rolling origins",
       .files = file("ibm-sales-win-loss/sales_win_loss.csv.gz"),
       .mapping = "ibm-sales-win-loss.toml",
       .target = {kAny, .03, .70, kAny}},
      // What ages is the model: a month of this company is nearer to eight windows than to four.
      {.name = "IBM, honest columns, replaced twice as often",
       .rows = "by opportunity number, eight rolling origins",
       .files = file("ibm-sales-win-loss/sales_win_loss.csv.gz"),
       .mapping = "ibm-sales-win-loss.toml",
       .origins = 8,
       .target = {kAny, .03, .70, kAny}},
      {.name = "Salvirt, distinct rows",
       .rows = "five times five folds, identical profiles kept together and repeated rows left out",
       .files = file("salvirt-b2b/Salvirt_B2B_ML_dataset.csv"),
       .mapping = "salvirt-b2b.toml",
       .folds = true,
       .distinct = true,
       .target = {kAny, kAny, .84, .16}},
      {.name = "Salvirt, all rows",
       .rows = "five times five folds, identical profiles kept together",
       .files = file("salvirt-b2b/Salvirt_B2B_ML_dataset.csv"),
       .mapping = "salvirt-b2b.toml",
       .folds = true,
       .target = {kAny, kAny, .84, .16}},
      {.name = "X Education, honest columns",
       .rows = "by lead number, rolling origins",
       .files = file("x-education-leads/Leads.csv"),
       .mapping = "x-education-leads.toml",
       .target = {kAny, kAny, .88, kAny}},
      {.name = "Bank marketing",
       .rows = "in file order, rolling origins",
       .files = file("bank-marketing/bank-additional-full.csv.gz"),
       .mapping = "bank-marketing.toml",
       .target = {kAny, kAny, kAny, kAny}},
      {.name = "Maven (fictitious)",
       .rows = "rolling origins",
       .files = file("maven-crm"),
       .refused = true,
       .target = {kAny, kAny, kAny, kAny}},
      {.name = "synthetic no-signal",
       .rows = "rolling origins",
       .files = file("synthetic:no-signal"),
       .refused = true,
       .target = {kAny, kAny, kAny, kAny}},
  };
}

Result<std::unique_ptr<LoadedSet>> LoadedSet::Load(const DataSet& set) {
  std::unique_ptr<LoadedSet> loaded(new LoadedSet());
  std::string pattern = (fs::temp_directory_path() / "revint-real-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return Fail(ErrorCode::kStorage, "No temporary folder can be made.");
  }
  loaded->folder = pattern;
  service::ImportRequest request{.now = kNow};
  for (const std::string& name : set.files) {
    if (name.starts_with(kSynthetic)) {
      synthetic::GeneratorOptions generator;
      generator.scenario = name.substr(kSynthetic.size());
      generator.deals = 2000;
      generator.truth_share = 0;
      generator.quarter_draws = 0;
      generator.output_folder = pattern + "/export";
      RI_ASSIGN_OR_RETURN([[maybe_unused]] const auto report, synthetic::Generate(generator));
      request.paths.push_back(generator.output_folder);
      continue;
    }
    const fs::path path = DataFolder() / name;
    if (!fs::exists(path)) {
      return Fail(ErrorCode::kNotFound, name + " is not beside the sources");
    }
    if (set.hide_outcomes) {
      const fs::path hidden = fs::path(pattern) / path.filename();
      HideOutcomes(path, hidden, set.cutoff, loaded->answers);
      request.paths.push_back(hidden.string());
    } else {
      request.paths.push_back(path.string());
    }
  }
  if (!set.mapping.empty()) {
    request.mapping_path = (fs::path(RI_SOURCE_DIR) / "tests" / "mappings" / set.mapping).string();
  }
  RI_ASSIGN_OR_RETURN(
      loaded->workspace,
      book::Workspace::Open({.database = "sqlite:" + pattern + "/set.db", .num_threads = 2}));
  RI_ASSIGN_OR_RETURN([[maybe_unused]] const ingest::ImportReport imported,
                      service::ImportData(*loaded->workspace, request, base::Progress::Silent()));
  RI_ASSIGN_OR_RETURN(loaded->calendar, loaded->workspace->Calendar());
  RI_ASSIGN_OR_RETURN(loaded->knowledge,
                      loaded->workspace->Load(std::nullopt, base::Progress::Silent()));
  std::optional<domain::Timestamp> wanted;
  if (const auto date = domain::ParseIsoDate(set.cutoff)) {
    wanted = domain::StartOf(*date);
  }
  loaded->cutoff = book::EffectiveMoment(*loaded->knowledge->log, wanted, kNow).as_of;
  return loaded;
}

LoadedSet::~LoadedSet() {
  knowledge.reset();
  workspace.reset();
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace ri::bench
