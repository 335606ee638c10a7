#include "quality/outcome_column.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "ingest/outcome_words.h"

namespace ri::quality {
namespace {

constexpr std::size_t kMaxValues = 25;  // stages of a process, at most

constexpr std::array<std::string_view, 4> kYesWords = {"yes", "true", "1", "y"};
constexpr std::array<std::string_view, 4> kNoWords = {"no", "false", "0", "n"};
constexpr std::array<std::string_view, 11> kOutcomeNames = {
    "outcome", "result", "converted", "y",      "target", "won",
    "is_won",  "iswon",  "success",   "is won", "label"};

std::string Folded(std::string_view text) {
  std::string folded(text);
  std::ranges::transform(folded, folded.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character + 32) : character;
  });
  return folded;
}

template <std::size_t N>
bool IsOneOf(const std::array<std::string_view, N>& words, const std::string& text) {
  return std::ranges::find(words, text) != words.end();
}

}  // namespace

std::optional<OutcomeColumn> GuessOutcome(std::span<const ColumnProfile> profiles,
                                          std::span<const std::vector<std::string>> columns) {
  std::optional<OutcomeColumn> by_name;
  for (std::size_t j = 0; j < profiles.size(); ++j) {
    if (profiles[j].distinct < 2 || profiles[j].distinct > kMaxValues) {
      continue;
    }
    const std::set<std::string> values(columns[j].begin(), columns[j].end());
    OutcomeColumn words{.column = j, .reason = "it has values that mean won and lost"};
    OutcomeColumn flags{.column = j,
                        .reason = "its name speaks of an outcome and it says yes or no"};
    for (const std::string& value : values) {
      const std::string folded = Folded(value);
      if (ingest::MeansWon(value)) {
        words.won.insert(value);
      } else if (ingest::MeansLost(value)) {
        words.lost.insert(value);
      } else if (IsOneOf(kYesWords, folded)) {
        flags.won.insert(value);
      } else if (IsOneOf(kNoWords, folded)) {
        flags.lost.insert(value);
      }
    }
    if (!words.won.empty() && !words.lost.empty()) {
      return words;
    }
    if (!by_name && !flags.won.empty() && !flags.lost.empty() &&
        IsOneOf(kOutcomeNames, Folded(profiles[j].name))) {
      by_name = std::move(flags);
    }
  }
  return by_name;
}

}  // namespace ri::quality
