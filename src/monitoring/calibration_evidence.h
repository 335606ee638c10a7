#pragma once

/// Early warning that chances of winning and losing are off, week by week, long before most deals
/// of a quarter have ended.
///
/// Every Monday the model says for each open deal how likely it is won, lost or still open a week
/// later; the next Monday tells. The monitor bets on alternatives in which all wins and losses are
/// more or less likely than said (odds multiplied by e^shift). Its wealth is a test martingale: if
/// the model is right to within the tolerated shift, the chance that it ever reaches 1 / alpha is
/// at most alpha, however often one looks (Ville 1939; universal inference, Wasserman, Ramdas and
/// Balakrishnan 2020).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ri::monitoring {

enum class WeekResult : std::uint8_t { kStillOpen, kWon, kLost };

/// What was said about one deal on a Monday and what the next Monday showed.
struct WeeklyBet {
  double win_chance = 0;   ///< within the week, in [0, 1]
  double loss_chance = 0;  ///< within the week, in [0, 1]; the sum is at most 1
  WeekResult result = WeekResult::kStillOpen;
};

struct EvidenceOptions {
  double alpha = 0.01;  ///< chance of a false alarm per quarter
  /// Shifts up to this size, common to all deals, are ordinary luck of a quarter and no fault.
  double tolerated_shift = 0.1;
};

/// State of one quarter; starts anew each quarter. Thread safety: one thread. Memory: constant.
class CalibrationEvidence {
 public:
  explicit CalibrationEvidence(const EvidenceOptions& options = {});

  /// O(bets x alternatives). Impossible chances are moved 1e-9 into the possible.
  void AddWeek(std::span<const WeeklyBet> bets);

  /// log of the wealth against the best tolerated explanation; the alarm is at -log(alpha).
  [[nodiscard]] double log_evidence() const;
  /// Once true, true until the quarter ends.
  [[nodiscard]] bool alarm() const { return alarm_; }
  [[nodiscard]] int weeks() const { return weeks_; }
  /// The shifts in log-odds that explain best what was seen; 0 before the first week.
  [[nodiscard]] double likely_win_shift() const;
  [[nodiscard]] double likely_loss_shift() const;

  [[nodiscard]] std::string ToJson() const;
  [[nodiscard]] static Result<CalibrationEvidence> FromJson(std::string_view json);

 private:
  [[nodiscard]] std::size_t MostLikely() const;

  EvidenceOptions options_;
  std::vector<double> log_likelihood_;  ///< one per pair of shifts, up to a common constant
  int weeks_ = 0;
  bool alarm_ = false;
};

}  // namespace ri::monitoring
