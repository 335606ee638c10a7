#pragma once

/// "Of past deals scored like this, 34 to 46 of 100 were won": how sure a score can be.

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "domain/probability.h"
#include "metrics/proportion.h"

namespace ri::models {

struct Band {
  double low = 0;  ///< ends of the 80 % Jeffreys interval of the won share
  double high = 1;
  std::size_t deals = 0;  ///< past deals behind it; 0 = nothing known, [0, 1]
  double won = 0;         ///< how many of them were won
};

/// Outcomes of past deals by out-of-time margin. Immutable; safe to share between threads.
class NeighbourBand {
 public:
  NeighbourBand() = default;

  /// Keeps one snapshot per deal, drawn by `seed` and the deal, because snapshots of one deal are
  /// no independent evidence. Equal lengths; labels in [0, 1]; margins finite, else kBadInput.
  /// Row order within a deal matters to the draw, order of deals does not.
  [[nodiscard]] static Result<NeighbourBand> Fit(std::span<const double> margins,
                                                 std::span<const double> labels,
                                                 std::span<const std::uint32_t> deals,
                                                 std::uint64_t seed);
  /// From stored columns; kBadInput unless margins ascend and labels are in [0, 1].
  [[nodiscard]] static Result<NeighbourBand> FromColumns(std::vector<double> margins,
                                                         std::vector<double> labels);

  /// The won share among the max(40, n / 12) deals with the nearest margins (all, if fewer).
  /// O(log n).
  [[nodiscard]] Band At(domain::LogOdds margin) const;

  [[nodiscard]] const std::vector<double>& margins() const { return margins_; }
  [[nodiscard]] const std::vector<double>& labels() const { return labels_; }

  friend bool operator==(const NeighbourBand&, const NeighbourBand&) = default;

 private:
  [[nodiscard]] std::size_t WindowSize() const;
  [[nodiscard]] double WonFrom(std::size_t low) const;
  void Tabulate();

  std::vector<double> margins_;  ///< ascending
  std::vector<double> labels_;
  std::vector<double> won_before_;  ///< prefix sums of labels, one longer
  /// By number won in a window that the margins can have, since a quantile of the beta costs more
  /// than finding the window. Empty when labels are not all 0 or 1.
  std::vector<metrics::ShareInterval> intervals_;
};

}  // namespace ri::models
