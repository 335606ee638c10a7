#include "ingest/outcome_words.h"

#include <algorithm>
#include <array>
#include <vector>

#include "ingest/header.h"
#include "ingest/value_parser.h"

namespace ri::ingest {
namespace {

using Texts = std::vector<std::string_view>;

constexpr std::size_t kMostValues = 40;   // stages of several pipelines, at most
constexpr std::size_t kLongestLabel = 5;  // words; anything longer is a remark

/// Whole values.
const Texts& WonValues() {
  static const Texts values = {"approved",   "accepted", "success",   "successful",
                               "converted",  "sold",     "signed",    "auftrag",
                               "beauftragt", "ordered",  "purchased", "closed deal"};
  return values;
}
const Texts& LostValues() {
  static const Texts values = {
      "declined",       "failed",    "rejected",  "cancelled",   "canceled",      "abandoned",
      "no sale",        "refused",   "abgelehnt", "storniert",   "abgesagt",      "dropped",
      "disqualified",   "withdrawn", "not won",   "no decision", "not converted", "unsuccessful",
      "nicht gewonnen", "dead",      "not sold",  "no deal",     "closed no sale"};
  return values;
}
/// Words that decide wherever they stand in a label.
const Texts& WonWords() {
  static const Texts words = {"won",
                              "win",
                              "closedwon",
                              "gewonnen",
                              "gagn\xC3\xA9",
                              "gagne",
                              "gagn\xC3\xA9"
                              "e",
                              "gagn\xC3\x89",
                              "gagnee",
                              "ganada",
                              "ganado",
                              "ganadas",
                              "ganho",
                              "ganha",
                              "vinto",
                              "vinta",
                              "vunnen",
                              "vunnet",
                              "vundet",
                              "wygrana",
                              "wygrany",
                              "wygrane"};
  return words;
}
const Texts& LostWords() {
  static const Texts words = {"lost",      "loss",     "lose",    "closedlost",      "verloren",
                              "perdu",     "perdue",   "perdida", "perdido",         "perso",
                              "persa",     "tapt",     "tabt",    "f\xC3\xB6rlorad", "przegrana",
                              "przegrany", "przegrane"};
  return words;
}
const Texts& Negations() {
  static const Texts words = {"not", "nicht", "no", "non", "pas", "never", "nie", "un"};
  return words;
}

bool Has(const Texts& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

/// Lower-case words; digits, percentages and punctuation around them are no part of a label.
std::vector<std::string> WordsOf(std::string_view text) {
  std::vector<std::string> words;
  bool within = false;
  for (const char c : LowerCase(Trim(text))) {
    const bool letter =
        (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) > 0x7F || (within && c == '\'');
    if (letter && !within) {
      words.emplace_back();
    }
    if (letter) {
      words.back() += c;
    }
    within = letter;
  }
  return words;
}

bool Means(std::string_view text, const Texts& values, const Texts& decisive,
           const Texts& opposite) {
  const std::vector<std::string> words = WordsOf(text);
  std::string label;
  for (const std::string& word : words) {
    label += (label.empty() ? "" : " ") + word;
  }
  if (Has(values, label)) {
    return true;
  }
  const auto any = [&words](const Texts& of) {
    return std::ranges::any_of(words, [&of](const std::string& word) { return Has(of, word); });
  };
  return !words.empty() && words.size() <= kLongestLabel && any(decisive) && !any(opposite) &&
         !any(Negations());
}

/// Names under which yes and no tell the outcome.
bool SpeaksOfOutcome(std::string_view name) {
  const std::vector<std::string> words = WordsOf(name);
  static const Texts names = {
      "outcome", "result",       "converted", "conversion",      "won",    "iswon", "win",
      "success", "ergebnis",     "gewonnen",  "ganada",          "ganado", "ganho", "vinto",
      "vinta",   "gagn\xC3\xA9", "resultado", "r\xC3\xA9sultat", "esito"};
  const std::string whole = LowerCase(Trim(name));
  return whole == "y" || whole == "target" || whole == "label" ||
         std::ranges::any_of(words, [](const std::string& word) { return Has(names, word); });
}

}  // namespace

bool MeansWon(std::string_view text) { return Means(text, WonValues(), WonWords(), LostWords()); }
bool MeansLost(std::string_view text) { return Means(text, LostValues(), LostWords(), WonWords()); }

std::optional<OutcomeValues> ReadOutcomeValues(std::string_view column_name,
                                               const std::set<std::string>& values) {
  if (values.size() < 2 || values.size() > kMostValues) {
    return std::nullopt;
  }
  OutcomeValues words{.reason = "it has values that mean won and lost"};
  OutcomeValues letters{.reason = "its values are W and L"};
  OutcomeValues flags{.reason = "its name speaks of an outcome and it says yes or no"};
  bool all_short = true;
  bool all_flags = true;
  for (const std::string& value : values) {
    (MeansWon(value) ? words.won : MeansLost(value) ? words.lost : words.open).insert(value);
    const std::string lower = LowerCase(value);
    (lower == "w" ? letters.won : lower == "l" ? letters.lost : letters.open).insert(value);
    all_short = all_short && value.size() == 1;
    const auto flag = ParseFlag(value);
    all_flags = all_flags && flag.has_value();
    (flag.value_or(false) ? flags.won : flags.lost).insert(value);
  }
  if (!words.won.empty() && !words.lost.empty()) {
    return words;
  }
  constexpr std::size_t kMostLetters = 4;
  if (all_short && values.size() <= kMostLetters && !letters.won.empty() && !letters.lost.empty()) {
    return letters;
  }
  if (all_flags && !flags.won.empty() && !flags.lost.empty() && SpeaksOfOutcome(column_name)) {
    return flags;
  }
  return std::nullopt;
}

}  // namespace ri::ingest
