#pragma once

/// When a deal will close, given how it ends.

#include <vector>

namespace ri::models {

/// Two distributions of the closing day, one given that the deal is won, one given that it is lost,
/// by days from the as-of date: "within k days" means on one of the days as_of, ..., as_of + k - 1.
/// Both rise from 0 to 1 at the horizon.
class CloseCurve {
 public:
  /// Cumulative shares for 0, 1, ..., horizon days. \pre equal lengths of at least 2, from 0 to 1,
  /// non-decreasing
  CloseCurve(std::vector<double> won, std::vector<double> lost);

  /// F_W(k); 0 for days <= 0, 1 from the horizon on.
  [[nodiscard]] double WonWithin(int days) const;
  /// F_L(k)
  [[nodiscard]] double LostWithin(int days) const;
  /// The least k with F_W(k) >= level. \pre 0 < level <= 1
  [[nodiscard]] int WonQuantileDays(double level) const;
  /// The same curve led through F_W(days) = share: the parts before and after keep their shapes.
  /// Unchanged for days <= 0 and from the horizon on. \pre 0 <= share <= 1
  [[nodiscard]] CloseCurve WithWonShare(int days, double share) const;
  [[nodiscard]] int horizon_days() const { return static_cast<int>(won_.size()) - 1; }

 private:
  std::vector<double> won_;
  std::vector<double> lost_;
};

}  // namespace ri::models
