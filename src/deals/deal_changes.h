#pragma once

/// What happened to a deal, in the order in which it happened.

#include <string>
#include <vector>

#include "book/deal_book.h"
#include "deals/attribute_text.h"

namespace ri::deals {

/// One entry of the timeline. A contact is one entry with its role; who it is is not kept.
struct DealChange {
  domain::Timestamp at{};
  std::string kind;   ///< created, stage, amount, ..., activity, contact, field
  std::string label;  ///< one sentence
  std::string field;
  std::string from, to;
};

/// What became visible in (since, reading.as_of], oldest first; bulk corrections of the same
/// instant are one entry per field. `reading.currency` is that of money whose deal names none.
[[nodiscard]] std::vector<DealChange> ChangesIn(const AttributeReading& reading, std::uint32_t deal,
                                                domain::Timestamp since);

/// The same as of the book's moment.
[[nodiscard]] std::vector<DealChange> ChangesOf(const book::DealBook& book, std::uint32_t deal,
                                                domain::Timestamp since,
                                                base::Language language = base::Language::kEnglish);

}  // namespace ri::deals
