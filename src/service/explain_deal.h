#pragma once

/// Use case: why one deal has the probability it has.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "service/score_deals.h"
#include "service/workspace.h"

namespace ri::service {

struct ExplainRequest {
  std::string deal_id;
  std::optional<domain::Timestamp> as_of;
  bool as_of_created = false;
  std::optional<domain::Timestamp> known_at;
  std::string model = "champion";
  domain::Timestamp now{};
};

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

[[nodiscard]] Result<Explanation> ExplainDeal(Workspace& workspace, const ExplainRequest& request,
                                              base::Progress& progress);

}  // namespace ri::service
