#include "ingest/still_open.h"

#include <algorithm>

#include "ingest/header.h"
#include "ingest/outcome_words.h"
#include "ingest/role_names.h"

namespace ri::ingest {
namespace {

// A share of the deals that are not won: fewer are gaps in the data, not a pattern.
constexpr double kSome = 0.02;
// Won deals have what tells of a closing, but for mistakes.
constexpr double kNearlyAll = 0.95;
constexpr std::size_t kMostClosedStages = 2;

bool IsCalledAny(std::string_view words, std::span<const std::string_view> names) {
  return std::ranges::any_of(names,
                             [words](std::string_view name) { return IsCalled(words, name); });
}

/// Share of the rows with an ending whose cell meets the condition; 0 without such rows.
template <typename Condition>
double ShareOf(const std::vector<std::string>& cells, const std::vector<int>& endings, int ending,
               const Condition& condition) {
  std::size_t rows = 0;
  std::size_t meeting = 0;
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (endings[i] == ending) {
      ++rows;
      meeting += condition(Trim(cells[i])) ? 1 : 0;
    }
  }
  return rows == 0 ? 0 : static_cast<double>(meeting) / static_cast<double>(rows);
}

StillOpen Take(std::size_t column, const std::vector<std::string>& cells,
               std::set<std::string> values, const std::string& name, const std::string& how,
               std::vector<int>& endings) {
  std::size_t taken = 0;
  std::size_t not_won = 0;
  for (std::size_t i = 0; i < endings.size(); ++i) {
    if (endings[i] < 0) {
      ++not_won;
      if (values.contains(std::string(Trim(cells[i])))) {
        ++taken;
        endings[i] = 0;
      }
    }
  }
  return {
      .column = column,
      .values = std::move(values),
      .sentence = std::to_string(taken) + " of the " + std::to_string(not_won) +
                  " deals that are not won " + how + " \"" + name +
                  "\" and count as still open, not as lost. Remove open_when if they were lost."};
}

std::optional<StillOpen> ByClosingDate(const Table& table, std::span<const ColumnFacts> facts,
                                       const MissingWords& missing, std::vector<int>& endings) {
  for (std::size_t j = 0; j < facts.size(); ++j) {
    const std::string& words = facts[j].words;
    if (!facts[j].date || !IsCalledAny(words, NamesOfClosed()) ||
        IsCalledAny(words, NamesOfCommitDate()) || IsOtherEnd(words) || IsStateOfExport(words)) {
      continue;
    }
    const auto filled = [&missing](std::string_view cell) { return !missing.Contains(cell); };
    const double of_others = ShareOf(table.columns[j], endings, -1, filled);
    if (ShareOf(table.columns[j], endings, 1, filled) < kNearlyAll || of_others < kSome ||
        of_others > 1 - kSome) {
      continue;
    }
    std::set<std::string> blanks;
    for (std::size_t i = 0; i < endings.size(); ++i) {
      if (const std::string_view cell = Trim(table.columns[j][i]); !filled(cell)) {
        blanks.emplace(cell);
      }
    }
    return Take(j, table.columns[j], std::move(blanks), facts[j].name, "have no", endings);
  }
  return std::nullopt;
}

std::optional<StillOpen> ByStage(const Table& table, std::span<const ColumnFacts> facts,
                                 const MissingWords& missing, std::vector<int>& endings) {
  for (std::size_t j = 0; j < facts.size(); ++j) {
    if (facts[j].date || facts[j].number || facts[j].flag ||
        !IsCalledAny(facts[j].words, NamesOfStage())) {
      continue;
    }
    std::set<std::string> of_won;
    std::set<std::string> of_others;
    for (std::size_t i = 0; i < endings.size(); ++i) {
      if (const std::string_view cell = Trim(table.columns[j][i]); !missing.Contains(cell)) {
        (endings[i] > 0 ? of_won : of_others).emplace(cell);
      }
    }
    const auto as_won = [&of_won](std::string_view cell) {
      return of_won.contains(std::string(cell));
    };
    const double ended = ShareOf(table.columns[j], endings, -1, as_won);
    std::set<std::string> open;
    for (const std::string& stage : of_others) {
      if (!of_won.contains(stage) && !MeansLost(stage)) {
        open.insert(stage);
      }
    }
    if (of_won.empty() || of_won.size() > kMostClosedStages || open.empty() || ended < kSome ||
        ended > 1 - kSome) {
      continue;
    }
    return Take(j, table.columns[j], std::move(open), facts[j].name, "are in an earlier", endings);
  }
  return std::nullopt;
}

}  // namespace

std::optional<StillOpen> FindStillOpen(const Table& table, std::span<const ColumnFacts> facts,
                                       const MissingWords& missing, std::vector<int>& endings) {
  if (auto found = ByClosingDate(table, facts, missing, endings)) {
    return found;
  }
  return ByStage(table, facts, missing, endings);
}

}  // namespace ri::ingest
