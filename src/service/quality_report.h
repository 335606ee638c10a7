#pragma once

/// Use case: how well the open deals are described, what was entered late, and what the gaps cost.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "domain/date.h"

namespace ri::service {

struct QualityRequest {
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> known_at;
  domain::Timestamp now{};
  /// Trains a small model on the time before the last half year and judges it on the time since:
  /// seconds for ten thousand deals.
  bool measure_cost = true;
};

/// How much less sharp scores are for deals without a value. An association: such deals may differ
/// in other ways too.
struct FieldCost {
  std::size_t rows_with = 0, rows_without = 0;    ///< Monday snapshots of deals that have closed
  std::size_t deals_with = 0, deals_without = 0;  ///< clusters: accounts, else deals
  /// Out-of-time log loss without a value minus with one, in nats; above 0 means that filling
  /// goes with sharper scores. 90 % interval, robust to clusters.
  double difference = 0, low = 0, high = 0;
};

struct FieldHygiene {
  std::string field;
  std::size_t filled = 0;                       ///< open deals with a value
  std::map<std::string, double> share_by_team;  ///< of the team's open deals
  std::size_t late = 0;  ///< values learned more than a day after they were true
  double median_days_late = 0;
  std::optional<FieldCost> cost;
  std::string no_cost;  ///< why it cannot be measured; empty when it is
};

struct TeamHygiene {
  std::string team;
  std::size_t open_deals = 0;
  double filled = 0;                  ///< mean share over the fields
  std::size_t overdue = 0;            ///< commit date in the past
  std::optional<std::size_t> silent;  ///< no activity in 30 days; empty without activities
  std::size_t unchanged = 0;          ///< nothing at all happened in 30 days
  std::size_t late = 0;
  double interval_width = 0;  ///< mean of the 80 % bands of win probability; NaN without
};

/// A value of a choice field that is new, or is another one spelled differently.
struct OddValue {
  std::string field, value;
  std::size_t deals = 0;  ///< open deals that have it
  std::string like;       ///< the usual spelling; empty for a value first seen lately
  domain::Timestamp first_seen{};
};

struct QualityReport {
  domain::Timestamp as_of{};
  std::optional<domain::Timestamp> known_at;
  std::string note;
  std::string model_version, model_family, refusal;  ///< of the bands; empty without a champion
  std::size_t open_deals = 0;
  std::size_t overdue = 0;
  std::optional<std::size_t> silent;
  std::size_t unchanged = 0;
  std::vector<FieldHygiene> fields;  ///< the most gaps first
  std::vector<TeamHygiene> teams;    ///< by name
  std::vector<OddValue> odd_values;
  std::map<std::string, std::size_t> late_by_month;  ///< by month of learning, "2026-11"
  std::size_t late = 0;
  std::map<std::string, std::size_t> issues;    ///< deals, by data::attribute::kDataIssue
  std::map<std::string, std::size_t> excluded;  ///< deals kept out of training, by reason
  std::string cost_basis;                       ///< how the cost was measured, or why not at all
};

/// kNotFound without data. Works without a model; only the bands are missing then.
[[nodiscard]] Result<QualityReport> ReportQuality(book::Workspace& workspace,
                                                  const QualityRequest& request,
                                                  base::Progress& progress);

/// Fills the costs of `report.fields` and `report.cost_basis`.
[[nodiscard]] Status MeasureFieldCosts(book::Workspace& workspace, const book::Knowledge& knowledge,
                                       QualityReport& report, base::Progress& progress);

[[nodiscard]] std::string QualityJson(const QualityReport& report);
/// One page that needs nothing else: no scripts, no requests.
[[nodiscard]] std::string QualityHtml(const QualityReport& report);

}  // namespace ri::service
