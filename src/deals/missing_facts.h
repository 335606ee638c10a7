#pragma once

/// Use case: which facts nobody has entered on a deal would sharpen its estimate, and what the past
/// says of deals that had them.

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "book/deal_book.h"

namespace ri::deals {

/// Past deals from the same place with, or without, a fact.
struct FactRecord {
  std::size_t deals = 0;
  std::size_t won = 0;
  double low = 0, high = 1;  ///< 80 % interval of the won share
};

/// One empty fact. What it would read is what the model says of this deal with the fact of each
/// past deal that had it put in its place, everything else as it is: an association, not an effect.
struct MissingFact {
  std::string fact;   ///< "next_step"; stable
  std::string label;  ///< as people call it
  FactRecord with, without;
  bool enough = false;  ///< at least kLeastPeersWithFact deals had it; else no figures below
  double low = std::numeric_limits<double>::quiet_NaN();  ///< 10 % of them would read less
  double middle = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();  ///< 10 % of them would read more
  /// Root mean square of the movement of the chance, in points: what the estimate does not know
  /// because of the gap.
  double moved = 0;
  double band_width = std::numeric_limits<double>::quiet_NaN();  ///< mean, in points
};
inline constexpr std::size_t kLeastPeersWithFact = 10;

struct MissingFacts {
  std::string deal_id;
  double win_probability = 0;
  double band_width = 0;  ///< now, in points
  std::string place;      ///< of the peers: "from Negotiation at 28 to 55 days"; empty: all
  std::size_t peers = 0;
  std::size_t facts = 0;           ///< the model uses
  std::vector<MissingFact> empty;  ///< by `moved`, then fact; those without figures last
};

/// kNotFound when the deal is not open in the book; errors of the collection of past deals. Cost:
/// at most 60 predictions per empty fact, below a millisecond each deal.
[[nodiscard]] Result<MissingFacts> FindMissingFacts(
    const book::DealBook& book, const std::string& deal_id,
    base::Language language = base::Language::kEnglish);

}  // namespace ri::deals
