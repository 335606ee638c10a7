#include "api/language.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ri::api {
namespace {

using base::Language;

std::string_view Trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t end = text.find_last_not_of(" \t");
  return end == std::string_view::npos ? "" : text.substr(begin, end + 1 - begin);
}

/// The part up to the divider, which is taken off.
std::string_view Next(std::string_view& rest, char divider) {
  const std::size_t end = std::min(rest.find(divider), rest.size());
  const std::string_view part = Trimmed(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

/// A range such as "de-AT" is answered by its language; "*" by English.
std::optional<Language> Named(std::string_view range) {
  const std::string_view tag = range.substr(0, range.find('-'));
  const auto is = [tag](char first, char second) {
    return tag.size() == 2 && (tag[0] | 0x20) == first && (tag[1] | 0x20) == second;
  };
  if (is('d', 'e')) {
    return Language::kGerman;
  }
  return is('e', 'n') || tag == "*" ? std::optional(Language::kEnglish) : std::nullopt;
}

/// "q=0.5"; 1 when it is left out, 0 when it is no number.
double WeightOf(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = Next(parameters, ';');
    if (parameter.starts_with("q=") || parameter.starts_with("Q=")) {
      double weight = 0;
      const auto read =
          std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), weight);
      return read.ec == std::errc() ? weight : 0;
    }
  }
  return 1;
}

}  // namespace

Language LanguageOf(const Request& request) {
  Language best = Language::kEnglish;
  double most = 0;
  for (std::string_view rest = request.Header("accept-language"); !rest.empty();) {
    std::string_view entry = Next(rest, ',');
    const auto language = Named(Next(entry, ';'));
    const double weight = WeightOf(entry);
    if (language && weight > most) {
      best = *language;
      most = weight;
    }
  }
  return best;
}

std::string_view LanguageTag(Language language) {
  return language == Language::kGerman ? "de" : "en";
}

}  // namespace ri::api
