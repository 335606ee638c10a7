#include <algorithm>
#include <array>
#include <string_view>

#include "quality/leakage_audit.h"

namespace ri::quality {
namespace {

struct NamePattern {
  /// Words that must all occur, in any order, separated by blanks.
  std::string_view words;
  std::string_view meaning;
};

// Names that sales systems give to what is written when, or after, a deal ends. Words are matched
// whole, after splitting at punctuation and case changes.
constexpr std::array kPatterns = {
    NamePattern{"leak", "calls itself a leak"},
    NamePattern{"last modified", "is bookkeeping of the last change, also after the end"},
    NamePattern{"modified by", "is bookkeeping of the last change, also after the end"},
    NamePattern{"last activity", "shows the state at export, not while the deal was open"},
    NamePattern{"last notable", "shows the state at export, not while the deal was open"},
    NamePattern{"last stage", "shows the state at export, not while the deal was open"},
    NamePattern{"close value", "is known at closing only"},
    NamePattern{"closed value", "is known at closing only"},
    NamePattern{"closed amount", "is known at closing only"},
    NamePattern{"actual value", "is known at closing only"},
    NamePattern{"actual close", "is known at closing only"},
    NamePattern{"closed won", "is known at closing only"},
    NamePattern{"closed lost", "is known at closing only"},
    NamePattern{"won date", "is known at closing only"},
    NamePattern{"lost date", "is known at closing only"},
    NamePattern{"lost reason", "is filled when a deal is lost"},
    NamePattern{"loss reason", "is filled when a deal is lost"},
    NamePattern{"win reason", "is filled when a deal is won"},
    NamePattern{"won reason", "is filled when a deal is won"},
    NamePattern{"close reason", "is filled at closing"},
    NamePattern{"days close", "measures the finished deal"},
    NamePattern{"through closing", "measures the finished deal"},
    NamePattern{"total days", "measures the finished deal"},
    NamePattern{"ratio days", "measures the finished deal"},
    NamePattern{"elapsed days", "measures the finished deal"},
    NamePattern{"stage change count", "counts over the finished deal"},
    NamePattern{"duration", "is known when the contact is over"},
    NamePattern{"tags", "is written by the sales team during or after the contact"},
    NamePattern{"lead quality", "is a judgement of the sales team during or after the contact"},
    NamePattern{"lead profile", "is a judgement of the sales team during or after the contact"},
    NamePattern{"activity score", "is a score computed at export"},
    NamePattern{"profile score", "is a score computed at export"},
    NamePattern{"lead score", "is a score computed at export"},
    NamePattern{"deal score", "is a score computed at export"},
    NamePattern{"activity index", "is a score computed at export"},
    NamePattern{"profile index", "is a score computed at export"},
    NamePattern{"is won", "is the outcome"},
    NamePattern{"is closed", "is the outcome"},
};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

/// "LastModifiedDate__c" -> {"last", "modified", "date", "c"}
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!IsLetter(name[i])) {
      continue;
    }
    const bool starts =
        i == 0 || !IsLetter(name[i - 1]) || (IsUpper(name[i]) && IsLower(name[i - 1]));
    if (starts) {
      words.emplace_back();
    }
    words.back() += IsUpper(name[i]) ? static_cast<char>(name[i] + 32) : name[i];
  }
  return words;
}

bool HasAll(const std::vector<std::string>& words, std::string_view needed) {
  while (!needed.empty()) {
    const std::size_t blank = std::min(needed.find(' '), needed.size());
    if (std::ranges::find(words, needed.substr(0, blank)) == words.end()) {
      return false;
    }
    needed.remove_prefix(std::min(blank + 1, needed.size()));
  }
  return true;
}

}  // namespace

std::optional<std::string> SuspiciousName(const std::string& name) {
  const std::vector<std::string> words = WordsOf(name);
  for (const NamePattern& pattern : kPatterns) {
    if (HasAll(words, pattern.words)) {
      return std::string(pattern.meaning);
    }
  }
  return std::nullopt;
}

}  // namespace ri::quality
