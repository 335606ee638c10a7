#pragma once

/// Sums of contributions: encoded columns to the field they came from, fields to business groups.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"

namespace ri::explanations {

/// Names of the targets and, for every source column, the index of its target.
struct Folding {
  std::vector<std::string> names;
  std::vector<std::size_t> target_of;  ///< one per column; each below names.size()
};

/// Sum per target, members added in column order; a target without members gets 0. Additivity is
/// kept; the result is the sum of the members' values, not the value of the group as one player.
/// \pre contributions.size() == folding.target_of.size()
[[nodiscard]] std::vector<double> Fold(const Folding& folding,
                                       std::span<const double> contributions);

/// The same for every row.
[[nodiscard]] base::Matrix<double> FoldRows(const Folding& folding,
                                            base::MatrixView<const double> contributions);

/// Columns straight to the targets of `second`: first columns to fields, then fields to groups.
/// \pre second has one entry per name of first
[[nodiscard]] Folding Compose(const Folding& first, const Folding& second);

}  // namespace ri::explanations
