#include "data/erasure_identifiers.h"

#include <algorithm>

namespace ri::data {
namespace {

constexpr std::size_t kMinLength = 4;

}  // namespace

bool IsSearchable(const std::vector<Word>& words) {
  std::size_t length = 0;
  bool letter = false;
  for (const Word& word : words) {
    length += word.folded.size();
    letter = letter ||
             std::ranges::any_of(word.folded, [](char byte) { return byte < '0' || byte > '9'; });
  }
  return letter && length >= kMinLength;
}

std::string FoldedText(const std::vector<Word>& words) {
  std::string text;
  for (const Word& word : words) {
    text += word.folded + ' ';
  }
  return text;
}

std::string JoinList(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) {
    text += (text.empty() ? "" : " ") + item;
  }
  return text;
}

std::vector<std::string> SplitList(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    items.emplace_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  }
  return items;
}

}  // namespace ri::data
