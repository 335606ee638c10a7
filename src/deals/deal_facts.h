#pragma once

/// Use case: what the CRM knows about a deal as of a moment, and how its chance developed and goes
/// on.

#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "book/deal_book.h"

namespace ri::deals {

struct DealFact {
  std::string field;
  std::string value;  ///< as people read it; empty when it was cleared
  domain::Timestamp since{};
};

/// Latest value of every field, by name. Activities and contacts are left out: there are many of
/// each, and the timeline has them (deal_changes.h).
[[nodiscard]] std::vector<DealFact> FactsOf(const book::DealBook& book, std::uint32_t deal,
                                            base::Language language = base::Language::kEnglish);

/// Mondays before the book's moment on which the deal's present life was open, oldest first, at
/// most `weeks`; then the moment itself.
[[nodiscard]] Result<std::vector<book::ScoredDeal>> ScoreHistory(const book::DealBook& book,
                                                                 std::size_t position, int weeks);

/// Chance to be won, lost and still open, week by week. Empty when the model knows no time.
struct CloseShare {
  domain::Date date;
  double won = 0, lost = 0, open = 1;
};
[[nodiscard]] std::vector<CloseShare> CloseCurveOf(const book::DealBook& book, std::size_t position,
                                                   int weeks);

}  // namespace ri::deals
