#pragma once

/// Use case: probabilities and risks of every open deal as of a moment.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/moment.h"
#include "book/scored_deal.h"
#include "book/workspace.h"
#include "domain/date.h"

namespace ri::deals {

struct ScoreRequest {
  std::optional<domain::Timestamp> as_of;
  /// Every deal without an outcome at its own first snapshot, instead of one moment for all.
  bool as_of_created = false;
  std::optional<domain::Timestamp> known_at;
  std::string model = "champion";
  bool store = true;  ///< keep the run in the database
  domain::Timestamp now{};
};

struct ScoreReport {
  std::string model_version;
  std::string model_family;  ///< "trees", "ridge and trees", "ridge", "stage table", "base rate"
  std::string refusal;       ///< empty, or why base rates are served
  book::Moment moment;
  bool as_of_created = false;
  std::vector<book::ScoredDeal> deals;  ///< by priority, then deal id
  std::optional<std::int64_t> run_id;
};

[[nodiscard]] Result<ScoreReport> ScoreDeals(book::Workspace& workspace,
                                             const ScoreRequest& request, base::Progress& progress);

/// scores.csv: deal_id, as_of, win_probability, win_low, win_high, win_by_quarter_end,
/// win_by_commit_date, slip, loss, stall, shrink, expected_close_p10, expected_close_p50,
/// expected_close_p90, risk, excess_risk, priority, model_version. Empty = not available;
/// 17 significant digits.
Status WriteScoresCsv(const ScoreReport& report, const std::string& path);

}  // namespace ri::deals
