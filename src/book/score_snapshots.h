#pragma once

/// Scores of given snapshots: what books, explanations and forecasts share.

#include <span>
#include <vector>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"
#include "book/prepared_model.h"
#include "book/reporting_amount.h"
#include "book/risk_tables.h"
#include "book/scored_deal.h"
#include "features/feature_table.h"

namespace ri::book {

/// Rows of the three members belong together.
struct SnapshotScores {
  features::FeatureTable table;
  base::Matrix<float> encoded;
  std::vector<ScoredDeal> deals;
};

struct ScoringContext {
  const Knowledge& knowledge;
  const PreparedModel& model;
  const ReportingAmounts& amounts;
  const domain::FiscalCalendar& calendar;
  int num_threads = 1;
  const RiskTables* risks = nullptr;  ///< null: stall and shrink stay empty
};

/// In the order of the keys. Excess risk compares the given snapshots with each other.
[[nodiscard]] Result<SnapshotScores> ScoreSnapshots(const ScoringContext& context,
                                                    std::span<const features::SnapshotKey> keys,
                                                    base::Progress& progress);

/// The same rows by priority, then deal id.
[[nodiscard]] SnapshotScores ByPriority(SnapshotScores scores, int num_threads);

}  // namespace ri::book
