#pragma once

/// Use case: the few deals that the time at hand should go to, because something a seller can move
/// takes most from the value at risk of missing its promise. That nothing helps is a valid answer.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "book/deal_book.h"
#include "deals/counterfactuals.h"

namespace ri::deals {

struct PlannedWork {
  std::size_t position = 0;  ///< in the book
  /// Amount in the reporting currency times the fall of the chance to miss, says the model; 0 when
  /// nothing it knows of helps.
  double gain = 0;
  std::vector<CounterfactualOption> options;  ///< largest step first; empty when nothing helps
};

struct WorkPlan {
  std::vector<PlannedWork> items;  ///< by gain; those without after them, by amount at stake
  double gain = 0;                 ///< of all items
  double gain_by_amount = 0;       ///< of as many deals, taken by amount instead
  std::size_t helped = 0;          ///< items with a gain
  std::size_t considered = 0;
  std::string message;  ///< why nothing helps; empty when something does
};

/// How many of the deals with most at stake are looked at for one place on the list.
inline constexpr std::size_t kLookedAtPerPlace = 2;

/// Chooses `size` deals among those with most at stake and the largest by amount (positions in the
/// book, largest first); for each the exact best change of at most two fields is looked for. The
/// gain is what the model would say, not a proven effect. Cost: milliseconds per deal.
/// \pre by_amount.size() <= size
[[nodiscard]] WorkPlan PlanWork(const book::DealBook& book, std::span<const std::size_t> by_stake,
                                std::span<const std::size_t> by_amount, std::size_t size,
                                base::Language language = base::Language::kEnglish);

}  // namespace ri::deals
