#pragma once

/// Which names can be looked for in texts, and how lists of identifiers are stored.

#include <string>
#include <string_view>
#include <vector>

#include "data/redactor.h"

namespace ri::data {

/// True for words that hardly stand in a text by chance: with a letter, and four characters in all.
[[nodiscard]] bool IsSearchable(const std::vector<Word>& words);

/// The words in a form that is equal for texts that are found as equal.
[[nodiscard]] std::string FoldedText(const std::vector<Word>& words);

/// Lists in one column, separated by blanks.
[[nodiscard]] std::string JoinList(const std::vector<std::string>& items);
[[nodiscard]] std::vector<std::string> SplitList(std::string_view text);

}  // namespace ri::data
