#pragma once

/// Use case: can the numbers still be believed? Freshness of every source, drift against the same
/// week of earlier quarters, calibration before and after the outcomes are known, as one digest.

#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "monitoring/digest.h"
#include "monitoring/drift_report.h"
#include "monitoring/expected_performance.h"
#include "monitoring/freshness.h"
#include "monitoring/joint_drift.h"
#include "service/drift_decisions.h"
#include "service/monitor_calibration.h"

namespace ri::service {

struct MonitorReport {
  std::string model_version;
  std::string model_family;
  std::string refusal;
  book::Moment moment;
  std::optional<domain::Timestamp> trained_on;
  std::optional<domain::Timestamp> newest_fact;      ///< about any deal, by when it happened
  std::vector<monitoring::SourceFreshness> sources;  ///< by name
  monitoring::DriftReport drift;
  monitoring::JointDrift joint;
  DecisionDrifts decisions;  ///< what the shifts of drift.features did to decisions
  QuarterEvidence quarter;
  monitoring::ExpectedPerformance expected;  ///< of the open deals' win probabilities
  std::size_t open_deals = 0;
  std::vector<monitoring::MaturityCohort> cohorts;  ///< of the scores really given
  std::vector<monitoring::Finding> findings;        ///< the digest, in reading order
};

/// Everything as of the book's moment. Cost: the feature rows of up to nine quarters of Mondays.
[[nodiscard]] Result<MonitorReport> RunMonitor(book::Workspace& workspace,
                                               const book::DealBook& book,
                                               base::Progress& progress);

/// One JSON document, the same for the command line and HTTP.
[[nodiscard]] std::string MonitorJson(const MonitorReport& report);

}  // namespace ri::service
