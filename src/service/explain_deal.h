#pragma once

/// Use case: why one deal has the probability it has.

#include <string>
#include <vector>

#include "base/result.h"
#include "service/deal_book.h"

namespace ri::service {

/// One field's share of the shown number.
struct Reason {
  std::string feature;
  std::string group;
  std::string value;     ///< as people read it; "missing" when it is
  std::string sentence;  ///< what was observed; associated with the outcome, never its cause
  double log_odds = 0;   ///< contribution to the margin
  double points = 0;     ///< contribution to the probability, in percentage points
};

/// base_points + sum of reasons' points == shown_points, and the same in log-odds; both are checked
/// before they are returned (kInternal otherwise).
struct Explanation {
  ScoredDeal score;
  std::string model_version;
  std::string model_family;
  std::string refusal;
  Moment moment;
  double base_points = 0;   ///< average deal of the background, in percent
  double shown_points = 0;  ///< this deal's win probability, in percent
  double base_margin = 0;
  double margin = 0;
  double additivity_error = 0;  ///< largest miss of the two sums
  std::vector<Reason> reasons;  ///< by |points|, then name; zero shares are left out
  std::vector<Reason> groups;   ///< summed to business groups, same order rule
  std::size_t background_rows = 0;
};

/// kNotFound when the deal is not open in the book; the message says why.
[[nodiscard]] Result<Explanation> ExplainDeal(const DealBook& book, const std::string& deal_id);

}  // namespace ri::service
