#include "quality/outcome_column.h"

#include <utility>

#include "ingest/outcome_words.h"
#include "ingest/value_parser.h"

namespace ri::quality {
namespace {

constexpr std::size_t kMaxValues = 40;  // stages of several pipelines, at most

std::set<std::string> ValuesOf(std::span<const std::string> column) {
  std::set<std::string> values;
  for (const std::string& value : column) {
    if (!IsMissing(value)) {
      values.insert(value);
    }
  }
  return values;
}

}  // namespace

std::optional<OutcomeColumn> GuessOutcome(std::span<const ColumnProfile> profiles,
                                          std::span<const std::vector<std::string>> columns) {
  std::optional<OutcomeColumn> yes_and_no;
  for (std::size_t j = 0; j < profiles.size(); ++j) {
    if (profiles[j].distinct < 2 || profiles[j].distinct > kMaxValues) {
      continue;
    }
    auto found = ingest::ReadOutcomeValues(profiles[j].name, ValuesOf(columns[j]));
    if (!found) {
      continue;
    }
    OutcomeColumn outcome{.column = j,
                          .won = std::move(found->won),
                          .lost = std::move(found->lost),
                          .reason = std::move(found->reason)};
    // A column of words says more than one of flags, wherever it stands.
    if (!ingest::ParseFlag(*outcome.won.begin())) {
      return outcome;
    }
    if (!yes_and_no) {
      yes_and_no = std::move(outcome);
    }
  }
  return yes_and_no;
}

}  // namespace ri::quality
