#pragma once

/// What people's own numbers were worth: every call and override of a period that is over, against
/// what happened and against what the model said at the same moment.

#include <optional>
#include <string>
#include <vector>

#include "domain/date.h"
#include "domain/fiscal_calendar.h"
#include "revenue/forecast_view.h"

namespace ri::revenue {

/// A number somebody gave for a node and a period. Amounts in major units of the reporting
/// currency.
struct ForecastSubmission {
  std::string person;
  std::string reason;  ///< why it differs from the model; empty = none given
  std::string note;
  std::string node;  ///< "total", "rep:KEY", "team:NAME" or "region:NAME"
  domain::Quarter period;
  domain::Timestamp at{};
  double amount = 0;
  /// The model's mean and quantiles when the number was given; never changed afterwards.
  std::optional<double> model_mean, model_p10, model_p50, model_p90;
};

/// One submission whose period is over.
struct JudgedSubmission {
  std::size_t index = 0;  ///< into the submissions given
  double outcome = 0;
  double error = 0;                   ///< amount - outcome
  std::optional<double> model_error;  ///< model mean - outcome
  /// |model error| - |error|: what the person's number was closer by; negative = further away.
  std::optional<double> value_added;
};

/// Everything of one person, or of one reason.
struct SubmissionLine {
  std::string name;
  std::size_t submissions = 0;  ///< all, also of running periods
  std::size_t judged = 0;
  std::size_t compared = 0;      ///< judged, with the model's number beside
  std::size_t closer = 0;        ///< of those, closer than the model
  double mean_error = 0;         ///< mean |error| / mean |outcome|; 0 when nothing is judged
  double bias = 0;               ///< mean error / mean |outcome|
  double value_added = 0;        ///< mean over the compared, money
  double value_added_error = 0;  ///< its standard error by periods; 0 with fewer than two
};

struct SubmissionsReport {
  std::vector<JudgedSubmission> judged;
  std::vector<SubmissionLine> people;   ///< by name
  std::vector<SubmissionLine> reasons;  ///< by name; overrides without a reason under ""
};

/// Judged is what ended by the view's moment; outcomes are those visible there. Several numbers of
/// one person for one node and period count one by one: the history is not rewritten.
[[nodiscard]] SubmissionsReport JudgeSubmissions(const ForecastView& view,
                                                 std::span<const ForecastSubmission> submissions);

/// Won in the period by the owners that belong to the node as of the period's last moment; empty
/// for an unknown node or a period that is not over.
[[nodiscard]] std::optional<double> OutcomeOf(const ForecastView& view, const std::string& node,
                                              domain::Quarter period);

/// What the CRM itself recorded people to have called, as far as it is visible at the view's
/// moment: node "rep:KEY", without the model's number.
[[nodiscard]] std::vector<ForecastSubmission> ImportedSubmissions(const ForecastView& view);

/// One document: people, reasons and every judged number.
[[nodiscard]] std::string SubmissionsJson(const SubmissionsReport& report,
                                          std::span<const ForecastSubmission> submissions);

}  // namespace ri::revenue
