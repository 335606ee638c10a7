#include "api/known_sentences.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "features/feature_engine.h"
#include "features/reason_phrases.h"
#include "features/reason_sentence.h"

namespace ri::api {
namespace {

using base::Language;
using base::Phrase;

constexpr std::string_view kParts = "||";
constexpr std::string_view kNext = "; ";
/// Sentences hold sentences at most this deep: an alert its reasons, a reason its value.
constexpr int kDeepest = 3;

/// A part with its words for one or for many; "{value}" is 1 for one, other places stay.
std::string Inflected(std::string_view part, bool one) {
  return features::FillPart(part, one ? "1" : "{value}", one);
}

/// One form of a template, cut at its places.
struct Pattern {
  std::vector<std::string> literals;  ///< one more than places
  std::vector<std::string> places;
  std::string german;
  std::size_t letters = 0;  ///< of the literals
};

Pattern PatternOf(std::string_view english, std::string german) {
  Pattern pattern{.literals = {""}, .places = {}, .german = std::move(german)};
  for (std::size_t at = 0; at < english.size(); ++at) {
    const std::size_t end = english[at] == '{' ? english.find('}', at) : std::string_view::npos;
    if (end == std::string_view::npos) {
      pattern.literals.back().push_back(english[at]);
      ++pattern.letters;
    } else {
      pattern.places.emplace_back(english.substr(at + 1, end - at - 1));
      pattern.literals.emplace_back();
      at = end;
    }
  }
  return pattern;
}

class KnownSentences {
 public:
  KnownSentences() {
    std::ranges::for_each(KnownPhrases(), [this](const Phrase& phrase) { Add(phrase); });
    std::ranges::for_each(features::SentencePhrases(),
                          [this](const Phrase& phrase) { Add(phrase); });
    for (const features::FeatureDefinition& definition : features::FullCatalogue()) {
      const float missing = std::nanf("");
      patterns_.push_back(
          PatternOf(features::ReasonSentence(definition, {}, missing),
                    features::ReasonSentence(definition, {}, missing, Language::kGerman)));
    }
    // The template that says most is tried first.
    std::ranges::stable_sort(patterns_, std::greater(), &Pattern::letters);
  }

  [[nodiscard]] std::optional<std::string> List(std::string_view english, int depth) const {
    if (auto whole = Whole(english, depth)) {
      return whole;
    }
    for (std::size_t at = english.find(kNext); at != std::string_view::npos;
         at = english.find(kNext, at + 1)) {
      const auto first = Whole(english.substr(0, at), depth);
      const auto rest =
          first ? List(english.substr(at + kNext.size()), depth) : std::optional<std::string>();
      if (rest) {
        return *first + std::string(kNext) + *rest;
      }
    }
    return std::nullopt;
  }

 private:
  void Add(const Phrase& phrase) {
    std::string_view english = phrase.In(Language::kEnglish);
    std::string_view german = phrase.In(Language::kGerman);
    for (bool more = true; more;) {
      const std::string_view part = english.substr(0, english.find(kParts));
      const std::string_view in_german = german.substr(0, german.find(kParts));
      patterns_.push_back(PatternOf(Inflected(part, false), Inflected(in_german, false)));
      if (std::string one = Inflected(part, true); one != Inflected(part, false)) {
        patterns_.push_back(PatternOf(one, Inflected(in_german, true)));
      }
      more = part.size() < english.size();
      english.remove_prefix(std::min(english.size(), part.size() + kParts.size()));
      german.remove_prefix(std::min(german.size(), in_german.size() + kParts.size()));
    }
  }

  [[nodiscard]] std::optional<std::string> Whole(std::string_view english, int depth) const {
    for (const Pattern& pattern : patterns_) {
      if (depth <= kDeepest && english.starts_with(pattern.literals.front()) &&
          english.ends_with(pattern.literals.back())) {
        if (auto text = Filled(pattern, english, depth)) {
          return text;
        }
      }
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> Filled(const Pattern& pattern, std::string_view english,
                                                  int depth) const {
    const std::size_t tail = english.size() - pattern.literals.back().size();
    std::size_t at = pattern.literals.front().size();
    if (pattern.places.empty()) {
      return at == english.size() ? std::optional(pattern.german) : std::nullopt;
    }
    std::string german = pattern.german;
    for (std::size_t i = 0; i < pattern.places.size(); ++i) {
      const bool last = i + 1 == pattern.places.size();
      const std::size_t end = last ? tail : english.find(pattern.literals[i + 1], at);
      // A value is never empty and never reaches into the next sentence of a list.
      if (end == std::string_view::npos || end > tail || end <= at) {
        return std::nullopt;
      }
      const std::string_view value = english.substr(at, end - at);
      const bool list = pattern.places[i] == "list";
      if (!list && value.find(kNext) != std::string_view::npos) {
        return std::nullopt;
      }
      const auto known = list ? List(value, depth + 1) : Whole(value, depth + 1);
      if (list && !known) {
        return std::nullopt;
      }
      const std::string place = "{" + pattern.places[i] + "}";
      const std::string text =
          known ? *known : base::NumberIn(Language::kGerman, std::string(value));
      for (std::size_t hole = german.find(place); hole != std::string::npos;
           hole = german.find(place, hole + text.size())) {
        german.replace(hole, place.size(), text);
      }
      at = end + pattern.literals[i + 1].size();
    }
    return german;
  }

  std::vector<Pattern> patterns_;
};

void Translate(Language language, nlohmann::ordered_json& object, const char* member) {
  if (const auto found = object.find(member); found != object.end() && found->is_string()) {
    *found = InLanguage(language, found->get_ref<const std::string&>());
  }
}

}  // namespace

std::string InLanguage(Language language, std::string_view english) {
  if (language == Language::kEnglish || english.empty()) {
    return std::string(english);
  }
  static const KnownSentences known;
  return known.List(english, 0).value_or(std::string(english));
}

void TranslateProblem(Language language, Response& response) {
  const auto is_problem = [](const auto& header) {
    return header.first == "Content-Type" && header.second == "application/problem+json";
  };
  if (language == Language::kEnglish || std::ranges::none_of(response.headers, is_problem)) {
    return;
  }
  auto problem = nlohmann::ordered_json::parse(response.body, nullptr, false);
  if (!problem.is_object()) {
    return;
  }
  Translate(language, problem, "title");
  Translate(language, problem, "detail");
  if (const auto errors = problem.find("errors"); errors != problem.end()) {
    for (auto& error : *errors) {
      Translate(language, error, "detail");
    }
  }
  response.body = problem.dump();
}

}  // namespace ri::api
