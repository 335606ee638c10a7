#pragma once

/// Deals that may bring revenue to a quarter, prepared for drawing many futures of it.

#include <cstddef>
#include <vector>

#include "base/random.h"
#include "synthetic/deal_truth.h"
#include "synthetic/shock_grid.h"

namespace ri::synthetic {

/// A chance that depends on the shock, tabulated for every sum of a ShockGrid.
using ChanceTable = std::vector<float>;

/// Interpolates the log-odds through the nodes (Lagrange). `deviation` is that of the sum of
/// shocks.
[[nodiscard]] ChanceTable Tabulate(const NodeValues& chances, const ShockGrid& grid,
                                   double deviation);

/// Share of the wins of a quarter that come before its last two weeks, at no shock.
[[nodiscard]] double EarlyShare(const QuarterNodes& nodes);

struct Candidate {
  std::size_t team = 0;
  double amount = 0;  ///< corporate currency, whole units
  double early_share = 0;
  int weeks_left = 0;  ///< whole weeks from its first Monday to the end of the quarter
  bool closes_at_once = false;
  ChanceTable chance;  ///< of being won in the quarter
};

/// What a won deal brings: changes of scope on the way, a discount at the end.
[[nodiscard]] double DrawRevenue(const Candidate& deal, base::RandomStream& stream);

/// Deals of one team that a week may still bring, with the wins among them drawn directly: given
/// the shock they are a thinned Poisson process. Immutable.
class ExpectedDeals {
 public:
  /// `count_per_candidate` = expected number of deals like each of the candidates.
  /// \pre pool is not empty
  ExpectedDeals(std::size_t team, std::vector<Candidate> pool, double count_per_candidate,
                std::size_t num_sums);

  [[nodiscard]] std::size_t team() const { return team_; }
  /// Expected number of wins when the team feels this sum of shocks.
  [[nodiscard]] double Wins(std::size_t sum) const {
    return count_per_candidate_ * cumulative_[(sum + 1) * pool_.size() - 1];
  }
  /// One of the wins.
  [[nodiscard]] const Candidate& DrawWin(std::size_t sum, base::RandomStream& stream) const;

 private:
  std::size_t team_;
  std::vector<Candidate> pool_;
  double count_per_candidate_;
  std::vector<double> cumulative_;  ///< [sum x candidate]
};

}  // namespace ri::synthetic
