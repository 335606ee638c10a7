#pragma once

/// What is true about a deal on a Monday: the chances of its future, computed exactly from its
/// latent state by backward recursion, not sampled.
///
/// The state known is everything about this deal (also that it is secretly dead), not the shock
/// of the running quarter or of later ones: those are integrated out by Gauss-Hermite quadrature,
/// weighted with what this deal's own weeks in the quarter say about the shock. Hence
/// E[outcome | the deal's own past] equals the number given, exactly up to quadrature (1e-7).
/// The careers of the owners and a market break are part of the world and taken as known.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "domain/date.h"
#include "synthetic/company.h"
#include "synthetic/deal_dynamics.h"
#include "synthetic/deal_path.h"

namespace ri::synthetic {

inline constexpr int kShockNodes = 5;
using NodeValues = std::array<double, kShockNodes>;

/// Nodes of the quadrature for a standard normal, and its weights.
[[nodiscard]] const NodeValues& ShockNodes();
[[nodiscard]] const NodeValues& ShockWeights();

/// Chances of the future of an open episode, as of the beginning of a Monday. Dates are inclusive.
struct SnapshotTruth {
  int week = 0;
  double win_ever = 0;  ///< this episode ends won; 1 - win_ever is lost or never closed
  double win_by_quarter_end = 0;
  double open_at_quarter_end = 0;
  double win_by_commit_date = 0;   ///< 0 when the date has passed
  double open_at_commit_date = 0;  ///< slip: 1 when the date has passed
  [[nodiscard]] double loss_by_commit_date() const {
    return 1 - win_by_commit_date - open_at_commit_date;
  }
};

/// A deal's hidden state on a Monday.
struct LatentState {
  int stage = 0;
  int level = 0;
  bool dead = false;
};

/// Chance to be won by the end of the quarter, and by two weeks before, for each shock node.
struct QuarterNodes {
  int week = 0;
  NodeValues win{};
  NodeValues win_early{};
};

/// Computes truths. Keeps working memory: one object per thread.
class DealTruth {
 public:
  explicit DealTruth(const Company& company);

  /// One truth per Monday of the path, the first commits.size() of them; `commits[i]` is the
  /// committed date shown on that Monday. \pre commits.size() <= path.weeks.size(), and those
  /// Mondays are not after as-of
  [[nodiscard]] std::vector<SnapshotTruth> AlongPath(const DealDynamics& dynamics,
                                                     const DealPath& path,
                                                     std::span<const domain::Date> commits);

  /// Truth of one state in one week. `weights` are the shock weights to use, ShockWeights() for a
  /// deal about which this quarter has not said anything.
  [[nodiscard]] SnapshotTruth AtState(const DealDynamics& dynamics, LatentState state, int week,
                                      domain::Date commit, const NodeValues& weights);

  /// Shock weights of a Monday of a path: prior times the likelihood of the deal's own weeks.
  [[nodiscard]] NodeValues OwnWeights(const DealDynamics& dynamics, const DealPath& path,
                                      int week) const;

  /// For every Monday of the path in quarter `quarter`, the chances until its end, by node.
  [[nodiscard]] std::vector<QuarterNodes> QuarterEndByNode(const DealDynamics& dynamics,
                                                           const DealPath& path, int quarter);
  /// The same for a fresh deal in its first week of its first quarter.
  [[nodiscard]] QuarterNodes FreshDealByNode(const DealDynamics& dynamics, int quarter);

 private:
  /// One value per stage and shock node, side by side so that a step treats them all at once.
  using Lanes = std::array<double, static_cast<std::size_t>(kOpenStages* kShockNodes)>;
  using Grid = std::array<Lanes, static_cast<std::size_t>(kEngagementLevels)>;
  struct Values {
    Grid win{};
    Grid open{};
    double open_dead = 1;
  };
  void Reset(double open);
  void AverageNodes();
  void StepBack(const DealDynamics& dynamics, int week, int last_day, bool with_open);
  /// Expectation over next week's engagement.
  void Mix(const Grid& during, Grid& result) const;
  [[nodiscard]] static double Weighted(const Grid& grid, LatentState state,
                                       const NodeValues& weights);
  /// Calls visit(week) for week = from, from-1, ..., to with values_ as of that Monday. `target`
  /// is the last day counted; empty for "ever".
  template <typename Visit>
  void Backward(const DealDynamics& dynamics, std::optional<WeekDay> target, int to, bool with_open,
                const Visit& visit);
  [[nodiscard]] double WinAt(LatentState state, const NodeValues& weights) const;
  [[nodiscard]] double OpenAt(LatentState state, const NodeValues& weights) const;
  [[nodiscard]] WeekDay QuarterEndDay(int week) const;
  void MultiplyOwnLikelihood(const DealDynamics& dynamics, const WeekState& state, int week,
                             NodeValues& weights) const;

  const Company& company_;
  NodeValues shock_factor_{};
  Values values_;
};

}  // namespace ri::synthetic
