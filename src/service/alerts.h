#pragma once

/// Use cases: draw the alerts of a week, measure alert types on the past, list what was raised.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "data/operations_store.h"
#include "monitoring/holdout.h"
#include "service/alert_measure.h"
#include "service/alert_settings.h"

namespace ri::service {

struct AlertRunRequest {
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> known_at;
  std::string model = "champion";
  domain::Timestamp now{};
};

struct AlertRun {
  domain::Date week{};   ///< the Monday on or before the moment
  bool already = false;  ///< that Monday was drawn before; nothing changed
  int weeks = 0;         ///< drawn now: missed Mondays are made up for
  std::string model_version;
  std::size_t fired = 0;     ///< of all weeks drawn now, withheld ones included
  std::size_t withheld = 0;  ///< of these, kept silent by the hold-out
  std::size_t waiting = 0;   ///< held back by the budget in the newest week
  std::size_t ended = 0;
  std::vector<data::StoredAlert> raised;  ///< shown ones, newest week first
};

/// Scores the open deals of every Monday since the last one drawn, advances the alerts by it and
/// keeps what was raised with its reason; each week is kept all or nothing, so that a stopped run
/// goes on where it was and the same moment changes nothing a second time. The first run, and one
/// after more than a quarter of silence, begins one week earlier, so that "red twice in a row" can
/// be told. While base rates are served the model raises none; the rules do. Cost: one scoring of
/// all open deals per Monday.
[[nodiscard]] Result<AlertRun> RunAlerts(book::Workspace& workspace,
                                         data::OperationsStore& operations,
                                         const AlertRunRequest& request, base::Progress& progress);

struct AlertMeasureRequest {
  std::size_t quarters = 8;
  bool again = false;  ///< measure also when the same was measured before
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> known_at;
  domain::Timestamp now{};
};

/// How each type would have done on the past: the weekly policy replayed over rolling-origin scores
/// (see deal_weeks.h). Kept in the database; found there when data, settings and options are the
/// same. Cost: one training per quarter.
[[nodiscard]] Result<AlertMeasurement> MeasureAlertHistory(book::Workspace& workspace,
                                                           data::OperationsStore& operations,
                                                           const AlertMeasureRequest& request,
                                                           base::Progress& progress);
/// The last one kept; empty before the first.
[[nodiscard]] Result<std::optional<AlertMeasurement>> StoredAlertMeasurement(
    data::OperationsStore& operations);

/// What raising alerts changed, by the hold-out.
struct AlertEffect {
  double holdout_share = 0;
  std::size_t waiting = 0;  ///< deals whose outcome is not known yet
  monitoring::Lift lift;    ///< of the share of promises kept
};
/// Every deal counts once, with its first alert, as soon as its promise of then is due.
[[nodiscard]] Result<AlertEffect> MeasureAlertEffect(const book::Knowledge& knowledge,
                                                     data::OperationsStore& operations,
                                                     domain::Timestamp as_of);

/// Documents for the command line and HTTP alike.
[[nodiscard]] std::string AlertRunJson(const AlertRun& run);
[[nodiscard]] std::string AlertListJson(const std::vector<data::StoredAlert>& alerts);
/// Rules with their settings, and their measurement beside them where there is one.
[[nodiscard]] std::string AlertTrustJson(const AlertSettings& settings,
                                         const std::optional<AlertMeasurement>& measurement,
                                         const std::optional<AlertEffect>& effect);

}  // namespace ri::service
