#pragma once

/// Use case: past deals that the model saw for the same reasons when they were as old, and how they
/// ended.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "book/deal_book.h"

namespace ri::deals {

struct SimilarPastDeal {
  std::string deal_id;
  std::string name, account, owner;  ///< as of then; empty = not known
  domain::Timestamp as_of{};         ///< when it was as old as this deal is now
  bool won = false;
  std::optional<domain::Date> closed_on;
  std::optional<int> days_to_close;  ///< from then
  std::optional<std::int64_t> amount_minor;
  std::string currency;
  double distance = 0;              ///< log-odds; 0 = the same reasons
  double win_probability = 0;       ///< what the model would have said then
  std::vector<std::string> shared;  ///< business groups that weigh the same on both
};

struct SimilarDealsReport {
  std::vector<SimilarPastDeal> deals;  ///< nearest first
  /// Of the `compared` nearest (more than are listed) so many were won; 80 % Jeffreys interval.
  std::size_t compared = 0;
  std::size_t won = 0;
  double won_low = 0;
  double won_high = 1;
  std::string age;  ///< "28 to 55 days"
};

/// Neighbours in the space of the fields' contributions, among past deals of the same age class.
/// kNotFound when the deal is not open. Cost: one pass over the past deals, under a millisecond;
/// the first call on a book collects them.
[[nodiscard]] Result<SimilarDealsReport> FindSimilarDeals(const book::DealBook& book,
                                                          const std::string& deal_id,
                                                          std::size_t count = 10);

}  // namespace ri::deals
