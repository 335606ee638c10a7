#pragma once

/// Which deals deserve an alert this week: few, early, and without flicker.
///
/// A deal must be red in two weekly scores in a row, or jump by 20 points into red, before it
/// fires; it stays until it was calm twice; then it rests for two weeks. A rep hears of at most
/// five new deals a week, the most valuable first; the others wait their turn.

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/date.h"

namespace ri::scoring {

struct AlertThresholds {
  double red_excess = 0.5;    ///< log-odds worse than peers
  double red_risk = 50;       ///< points, 0 to 100
  double calm_excess = 0.35;  ///< below it a week counts as calm; also where amber begins
  double jump_points = 20;    ///< rise of the risk in one week that needs no second week
  int weeks_to_enter = 2;
  int weeks_to_leave = 2;
  int cool_down_days = 14;
  std::size_t new_per_rep_and_week = 5;
};

enum class RiskBand { kGreen, kAmber, kRed };

/// NaN for either number is green: nothing is said without evidence.
[[nodiscard]] RiskBand BandOf(double risk, double excess_risk, const AlertThresholds& thresholds);

/// What is known about one open deal this week.
struct WeeklyRisk {
  std::string deal_id;
  std::string rep;
  double risk = 0;         ///< points, 0 to 100
  double excess_risk = 0;  ///< log-odds
  double value = 0;        ///< amount at stake; decides who goes first
  std::string reason;      ///< kept with the alert
};

enum class AlertChange {
  kFired,
  kWaiting,  ///< would have fired; the rep's budget of the week is spent
  kLeft,     ///< calm again
  kGone,     ///< the deal is no longer open
};

struct AlertEvent {
  AlertChange change = AlertChange::kFired;
  std::string deal_id;
  std::string rep;
  domain::Date date{};
  double risk = 0;
  double excess_risk = 0;
  std::string reason;
};

/// State of one deal between two weeks.
struct AlertState {
  int red_weeks = 0;   ///< in a row
  int calm_weeks = 0;  ///< in a row
  bool active = false;
  double last_risk = 0;
  domain::Date fired_on{};
  std::optional<domain::Date> left_on;
  int fired = 0;  ///< times so far
  std::string reason;
};

/// All alerts of a company, advanced once a week. Thread safety: one thread.
class AlertBook {
 public:
  explicit AlertBook(const AlertThresholds& thresholds = {}) : thresholds_(thresholds) {}

  /// Takes the scores of a week and returns what changed, by deal id. kUsage when the week is not
  /// after the one before or a deal comes twice. O(n log n).
  /// \param spent  new alerts by rep that other books raised this week, which count against the
  /// same budget; those raised here are added. May be null.
  Result<std::vector<AlertEvent>> Advance(domain::Date week, std::span<const WeeklyRisk> deals,
                                          std::map<std::string, std::size_t>* spent = nullptr);

  [[nodiscard]] const std::map<std::string, AlertState, std::less<>>& states() const {
    return states_;
  }
  [[nodiscard]] std::optional<domain::Date> last_week() const { return last_week_; }

  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<AlertBook> FromJson(std::string_view json,
                                                  const AlertThresholds& thresholds = {});

 private:
  AlertThresholds thresholds_;
  std::map<std::string, AlertState, std::less<>> states_;
  std::optional<domain::Date> last_week_;
};

}  // namespace ri::scoring
