#include "base/phrase.h"

#include <algorithm>

namespace ri::base {

std::string Filled(std::string_view text, PhraseValues values) {
  std::string filled;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = std::min(text.find('{', at), text.size());
    filled += text.substr(at, begin - at);
    const std::size_t end = text.find('}', begin);
    if (end == std::string_view::npos) {
      filled += text.substr(begin);
      break;
    }
    const auto* found = std::ranges::find(values, text.substr(begin + 1, end - begin - 1),
                                          [](const auto& value) { return value.first; });
    filled += found == values.end() ? text.substr(begin, end - begin + 1) : found->second;
    at = end + 1;
  }
  return filled;
}

std::string NumberIn(Language language, std::string english) {
  const auto belongs = [](char c) {
    return (c >= '0' && c <= '9') || c == ',' || c == '.' || c == '-' || c == '+';
  };
  if (language == Language::kGerman && std::ranges::all_of(english, belongs)) {
    for (char& c : english) {
      c = c == ',' ? '.' : c == '.' ? ',' : c;
    }
  }
  return english;
}

}  // namespace ri::base
