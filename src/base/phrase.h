#pragma once

/// A sentence in every language that readers may choose, side by side.
///
/// Places for values are named, "{value}", so that each language may put them where its grammar
/// wants them. "||" divides a sentence into parts of which one is chosen by a value (see
/// features/reason_sentence.h); "{s}" and "{one|many}" follow a number and may differ between
/// languages. That both languages have the same parts and the same places is checked by the
/// compiler.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace ri::base {

/// English is the language of the command line, of logs and of everything that is kept.
enum class Language { kEnglish, kGerman };

/// Whether every part of `first` and `second` has the same places.
[[nodiscard]] constexpr bool HaveSamePlaces(std::string_view first, std::string_view second);

class Phrase {
 public:
  consteval Phrase(std::string_view english, std::string_view german)
      : english_(english), german_(german) {
    if (english.empty() || german.empty() || !HaveSamePlaces(english, german)) {
      throw "Both languages need a text, with the same parts and the same places in each.";
    }
  }
  [[nodiscard]] constexpr std::string_view In(Language language) const {
    return language == Language::kGerman ? german_ : english_;
  }

 private:
  std::string_view english_;
  std::string_view german_;
};

using PhraseValues = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// The text with its places filled by name; a place without a value stays as it is.
[[nodiscard]] std::string Filled(std::string_view text, PhraseValues values);
[[nodiscard]] inline std::string Say(const Phrase& phrase, Language language,
                                     PhraseValues values = {}) {
  return Filled(phrase.In(language), values);
}

/// "1,250.5" as the language writes it: "1.250,5". Anything that is no number stays as it is.
[[nodiscard]] std::string NumberIn(Language language, std::string english);

namespace internal {

constexpr std::string_view kParts = "||";

constexpr bool IsPlace(std::string_view word) {
  return word != "s" && word.find('|') == std::string_view::npos;
}

/// Whether `part` has a place of that name.
constexpr bool HasPlace(std::string_view part, std::string_view name) {
  for (std::size_t at = part.find('{'); at != std::string_view::npos; at = part.find('{', at + 1)) {
    const std::size_t end = part.find('}', at);
    if (end != std::string_view::npos && part.substr(at + 1, end - at - 1) == name) {
      return true;
    }
  }
  return false;
}

/// Whether `second` has all places of `first`.
constexpr bool HoldsPlacesOf(std::string_view first, std::string_view second) {
  for (std::size_t at = first.find('{'); at != std::string_view::npos;
       at = first.find('{', at + 1)) {
    const std::size_t end = first.find('}', at);
    if (end == std::string_view::npos) {
      return false;
    }
    const std::string_view name = first.substr(at + 1, end - at - 1);
    if (IsPlace(name) && !HasPlace(second, name)) {
      return false;
    }
  }
  return true;
}

/// Takes the first part off; `last` when nothing is left after it.
constexpr std::string_view NextPart(std::string_view& rest, bool& last) {
  const std::size_t end = rest.find(kParts);
  const std::string_view part = rest.substr(0, end);
  last = end == std::string_view::npos;
  rest.remove_prefix(last ? rest.size() : end + kParts.size());
  return part;
}

}  // namespace internal

constexpr bool HaveSamePlaces(std::string_view first, std::string_view second) {
  for (bool first_ends = false, second_ends = false; !first_ends;) {
    const std::string_view a = internal::NextPart(first, first_ends);
    const std::string_view b = internal::NextPart(second, second_ends);
    if (first_ends != second_ends || !internal::HoldsPlacesOf(a, b) ||
        !internal::HoldsPlacesOf(b, a)) {
      return false;
    }
  }
  return true;
}

}  // namespace ri::base
