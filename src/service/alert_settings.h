#pragma once

/// What a company set about its alerts: the model's own, the plain rules, the budget and the
/// hold-out.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/operations_store.h"
#include "domain/date.h"
#include "scoring/alert_policy.h"
#include "scoring/deal_rules.h"

namespace ri::service {

/// Alert types by number: 0 is the model's own ("miss"), then the rules in their order.
inline constexpr std::size_t kAlertTypes = 1 + scoring::kDealRules;
inline constexpr std::size_t kMissAlert = 0;
/// "miss", "overdue", "stalled", ...; stable.
[[nodiscard]] std::string_view AlertTypeName(std::size_t type);
[[nodiscard]] std::optional<std::size_t> AlertTypeNamed(std::string_view name);
[[nodiscard]] std::string_view AlertTypeUnit(std::size_t type);

struct ThresholdRange {
  double least = 0, most = 0;
};

struct AlertSettings {
  AlertSettings();

  scoring::AlertThresholds thresholds;
  scoring::RuleSettings rules;  ///< `muted` here is not used
  /// Forecast categories whose deals the team counts on: the model's own alert is about these
  /// alone. Empty = all. A deal without a category counts, so that a CRM without any is served.
  std::vector<std::string> counted_categories = {"Commit"};
  /// The model's own alert is raised only while the commit date lies at least so many days ahead: a
  /// warning needs time to be acted on.
  int least_days_ahead = 28;
  std::array<bool, kAlertTypes> muted{};
  double holdout_share = 0;  ///< of deals whose alerts are withheld; 0 = no experiment
  std::uint64_t holdout_seed = 1;
  std::int64_t holdout_since = 0;  ///< day number of the last change of the share

  /// The number that tunes a type: points of risk for "miss", days, times, share for the rules;
  /// empty for a rule without one.
  [[nodiscard]] std::optional<double> Threshold(std::size_t type) const;
  [[nodiscard]] static ThresholdRange RangeOf(std::size_t type);
  /// kUsage outside the range or for a rule without a number.
  Status SetThreshold(std::size_t type, double value);
};

/// One sentence on when a type fires, with its number: "The commit date passed at least 1 days
/// ago".
[[nodiscard]] std::string AlertTypeLabel(std::size_t type, const AlertSettings& settings);

[[nodiscard]] Result<AlertSettings> LoadAlertSettings(data::OperationsStore& operations);
[[nodiscard]] Status StoreAlertSettings(data::OperationsStore& operations,
                                        const AlertSettings& settings, std::int64_t at);
/// How changes of the settings are called in the audit log, which holds each with what was before
/// (alert_history.h).
inline constexpr std::string_view kAlertAuditAction = "alert-settings";

/// A change by a person; what is empty stays.
struct AlertSettingsChange {
  std::optional<std::size_t> type;  ///< whom `muted` and `threshold` are about
  std::optional<bool> muted;
  std::optional<double> threshold;
  std::optional<double> holdout_share;  ///< 0 to 0.5
  std::optional<std::size_t> new_per_rep_and_week;
  std::optional<std::vector<std::string>> counted_categories;
  std::string reason;  ///< why, in the person's words; kept with the change
};
/// Applies, stores and writes the change to the audit log; `settings` are the stored ones and are
/// updated. Nothing is stored without a change. kUsage for a number out of range.
Status ChangeAlertSettings(data::OperationsStore& operations, const AlertSettingsChange& change,
                           const std::string& actor, domain::Timestamp now,
                           AlertSettings& settings);

/// Names the settings' content, for results that depend on them.
[[nodiscard]] std::string AlertSettingsJson(const AlertSettings& settings);

}  // namespace ri::service
