#pragma once

/// Whose revenue a deal is: its owner's, unless splits share it among several people.

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::revenue {

struct CreditShare {
  std::size_t rep = 0;
  double share = 1;  ///< of the deal, in (0, 1]; the shares of a deal sum to 1
};

/// Immutable.
class RevenueCredits {
 public:
  /// Splits visible at a moment. Of several split types the one counts whose name contains
  /// "revenue", else the first by name, provided its percentages make 100 (within one); they are
  /// scaled to exactly that. Everything else (overlay credit, half-entered splits) is left to the
  /// owner.
  [[nodiscard]] static RevenueCredits At(const data::EventLog& log, domain::Timestamp as_of);

  /// By rep; empty when the owner has it all.
  [[nodiscard]] std::span<const CreditShare> Of(std::uint32_t deal) const;

 private:
  std::map<std::uint32_t, std::vector<CreditShare>> shares_;
};

}  // namespace ri::revenue
