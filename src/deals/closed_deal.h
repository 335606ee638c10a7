#pragma once

/// Use case: a deal that has ended, as it was seen last.

#include <memory>
#include <string>

#include "book/access.h"
#include "book/deal_book.h"

namespace ri::deals {

struct ClosedDeal {
  /// Holds the deal alone, a millisecond before it closed, with what was known then.
  std::shared_ptr<const book::DealBook> last_open;
  bool won = false;
  domain::Date closed_on;
};

/// kNotFound when the deal does not exist, is hidden from the reader, is open at the book's moment,
/// or ended without a date; no work is done before that is known, so that time tells nothing.
[[nodiscard]] Result<ClosedDeal> OpenClosedDeal(const std::shared_ptr<const book::DealBook>& book,
                                                const std::string& deal_id,
                                                const book::Visibility& visibility);

}  // namespace ri::deals
