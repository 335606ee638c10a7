#include "ingest/toml_text.h"

#include <algorithm>

namespace ri::ingest {

std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
    }
    quoted += static_cast<unsigned char>(c) < 0x20 || c == '\x7f' ? ' ' : c;
  }
  return quoted + "\"";
}

std::string QuoteAll(const std::set<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) {
    list += (list.empty() ? "" : ", ") + Quote(text);
  }
  return "[" + list + "]";
}

std::string OneLine(std::string text) {
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  return text;
}

}  // namespace ri::ingest
