#pragma once

/// The first hint that wins are rarer or more frequent than said: earlier than the alarm of
/// CalibrationEvidence, and less certain, so that it is for the weekly digest and pages nobody.
///
/// The score S = wins - said wins, with information V = sum of p (1 - p), is looked at every
/// Monday. Without a fault S given the luck of the quarter, a shift theta ~ N(0, tau^2) of all
/// log-odds, is about N(theta V, V). S / (1 + tau^2 V) is then Brownian motion at the time
/// r = V / (1 + tau^2 V), and its two-sided boundary spends a given chance of a false sign over
/// the looks of the quarter (Lan and DeMets 1983; the recursion over looks is that of Armitage,
/// McPherson and Rowe 1969). Most is spent in the first eight weeks: a later sign is of less use.

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "monitoring/calibration_evidence.h"

namespace ri::monitoring {

struct EarlySignOptions {
  double alpha = 0.1;           ///< chance of a sign in a quarter without a fault
  double ordinary_shift = 0.1;  ///< tau: standard deviation of a quarter's luck, log-odds
  double least_variance = 3;    ///< no look before; the normal law does not hold yet
  int soon_weeks = 8;
  double soon_share = 0.9;  ///< of alpha that is spent by then
  int quarter_weeks = 13;
};

/// Of one quarter. Thread safety: one thread.
class EarlySign {
 public:
  explicit EarlySign(const EarlySignOptions& options = {}) : options_(options) {}

  /// O(bets), and some 25,000 exponentials for the boundary.
  void AddWeek(std::span<const WeeklyBet> bets);

  /// Standard deviations by which the wins so far are above (> 0) or below what was said, ordinary
  /// luck included; 0 before the first look.
  [[nodiscard]] double z() const { return z_; }
  /// |z| from which it is a sign; infinite before the first look and when all is spent.
  [[nodiscard]] double boundary() const { return boundary_; }
  /// Once true, true until the quarter ends.
  [[nodiscard]] bool seen() const { return seen_; }

 private:
  void Look(double time, double spend);

  EarlySignOptions options_;
  double score_ = 0;
  double variance_ = 0;
  int weeks_ = 0;
  double spent_ = 0;  ///< of alpha
  double z_ = 0;
  double boundary_ = std::numeric_limits<double>::infinity();
  bool seen_ = false;
  /// Density of the motion among quarters without a sign so far, on an even grid over
  /// [-edge_, edge_] at the time of the last look; empty before it.
  std::vector<double> density_;
  double edge_ = 0;
  double time_ = 0;
};

}  // namespace ri::monitoring
