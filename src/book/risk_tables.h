#pragma once

/// Two of the four risks of a deal, from what happened to past deals in the same state: to stand
/// still, and to be won for less.

#include <optional>
#include <string>
#include <vector>

#include "book/workspace.h"
#include "features/feature_table.h"
#include "scoring/shrunken_shares.h"

namespace ri::book {

/// Immutable; safe to share between threads.
class RiskTables {
 public:
  /// Looks at the open deals of the Mondays of two years, each deal every fourth week, as far as
  /// what followed was visible at `as_of`: the same mix of ages as the deals that are asked about.
  /// Cost: two feature rows per case, at most some 30,000 cases.
  [[nodiscard]] static RiskTables Learn(const Knowledge& knowledge, domain::Timestamp as_of,
                                        int num_threads);

  /// Chance that within four weeks the deal neither advances a stage nor has a two-way contact and
  /// stays open, by stage, time since the last two-way contact and time in the stage. NaN when
  /// fewer than 50 past cases are known. `row` is a row of `table`.
  [[nodiscard]] double Stall(const features::FeatureTable& table, std::size_t row) const;
  /// Chance to close for less than nine tenths of the present amount if it is won, by stage and
  /// size of the amount. NaN without an amount or with fewer than 50 past cases.
  [[nodiscard]] double Shrink(const features::FeatureTable& table, std::size_t row) const;

 private:
  std::optional<scoring::ShrunkenShares> stalled_;
  std::optional<scoring::ShrunkenShares> shrunk_;
  std::vector<float> size_edges_;  ///< quartiles of the log amount of won deals
};

}  // namespace ri::book
