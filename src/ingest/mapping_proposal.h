#pragma once

/// A first mapping for an export nobody has seen before.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace ri::ingest {

/// What is known of the table beyond its texts.
struct ProposalHints {
  struct Leak {
    std::string column;
    std::string evidence;  ///< one sentence
  };
  /// Columns that know the outcome: a leaking column is not used, unless its role is only read at
  /// the closing.
  std::vector<Leak> leaks;
  std::optional<std::string> outcome;  ///< the outcome column, if somebody named it
  std::vector<std::string> won;        ///< its values that mean won
};

/// What the proposal does with one column.
struct ProposedColumn {
  std::string name;
  std::string use;          ///< a role such as "amount", or "custom", "never_use", "ignore"
  std::string type;         ///< date, number, flag, category, text or empty
  std::string date_format;  ///< "dd.mm.yyyy"; empty for others
  std::string reason;       ///< why it is not used; may be empty
};

struct MappingProposal {
  std::string text;  ///< the mapping as TOML, with comments
  std::vector<ProposedColumn> columns;
  /// What only a person can decide, one sentence each; also comments of the text.
  std::vector<std::string> questions;
};

/// Guesses from names (English, German, French, Spanish) and values which column is what, and
/// writes a commented mapping that `import` accepts: a person corrects it instead of starting from
/// nothing. Looks at the first 20,000 rows. The file is taken for a table of deals. The order of
/// day and month is the one that most dates of the file prove; where none does, that is a question.
/// kBadInput and kNotFound as OpenRows.
[[nodiscard]] Result<MappingProposal> ProposeMapping(const std::string& path,
                                                     const ProposalHints& hints = {});

}  // namespace ri::ingest
