#pragma once

/// Does an alert help? Some alerts are withheld at random; the difference in outcomes is the
/// effect of showing them, whatever people then did (intention to treat).

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace ri::monitoring {

/// Whether alerts of this deal are withheld. A pure function of its arguments: the same deal is
/// always on the same side. `share` in [0, 1].
[[nodiscard]] bool InHoldout(std::uint64_t seed, std::string_view deal_id, double share);

struct TrialRow {
  bool shown = false;
  double chance = 0;   ///< win probability when the alert fired
  double outcome = 0;  ///< 1 won, 0 not
};

struct Lift {
  std::size_t shown = 0, withheld = 0;
  bool enough = false;  ///< false: `estimate` and the interval say nothing yet
  double estimate = 0;  ///< change of the win rate by showing, in [-1, 1]
  double standard_error = 0;
  double low = 0, high = 0;  ///< 95 %
};

inline constexpr std::size_t kMinimumPerArm = 30;

/// Difference of win rates adjusted for the chance, with a line of its own in each arm (Lin 2013),
/// which is unbiased under randomisation whether or not the chances are right and narrower when
/// they are. `enough` is false below kMinimumPerArm rows in an arm or without any spread.
[[nodiscard]] Lift EstimateLift(std::span<const TrialRow> rows);

}  // namespace ri::monitoring
