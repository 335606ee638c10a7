#pragma once

/// Learns how many deals are still created and won inside a period, and how large they are.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "forecasting/forecast_book.h"

namespace ri::forecasting {

/// What one segment won in one closed period from deals created after a snapshot of that period.
struct NewBusinessRecord {
  int segment = 0;         ///< 0 .. num_segments-1
  int period = 0;          ///< running number of the period, the newest has the largest
  int season = 0;          ///< 0..3, the quarter of the fiscal year
  double weeks_left = 13;  ///< from the snapshot to the period's end
  double count = 0;        ///< deals created later and won before the period's end
};

struct NewBusinessHistory {
  std::size_t num_segments = 1;
  std::vector<double>
      exposure;  ///< size of each segment, for example reps or past revenue; positive
  std::vector<NewBusinessRecord> records;
  std::vector<std::vector<double>> amounts;  ///< per segment: amounts of such deals, positive
};

/// Negative binomial regression with log link:
///   ln mean = a + b ln((weeks_left + .5) / 13.5) + season + trend x damped periods,
/// for the sum of the segments, then one multiplier per segment by credibility. Ridge priors hold
/// seasons and trend near 0; snapshots of one period share one period's weight.
class NewBusinessModel {
 public:
  /// The new business of a segment in the period that is `periods_ahead` after the newest closed
  /// one (1 = the running period), `weeks_left` before its end. For a period that lies wholly
  /// ahead, weeks_left is its full length. The count's variance includes that of the fitted mean.
  /// \pre 0 <= segment < num_segments, 0 <= season < 4, weeks_left >= 0, periods_ahead >= 1
  [[nodiscard]] NewBusiness Forecast(std::size_t segment, int season, double weeks_left,
                                     int periods_ahead) const;

  [[nodiscard]] std::size_t num_periods() const { return num_periods_; }
  /// Fewer than four closed periods: the count is mostly prior, and the forecast says so.
  [[nodiscard]] bool limited_history() const { return num_periods_ < 4; }
  /// NB2 size of the total's count, before the uncertainty of the mean.
  [[nodiscard]] double size() const { return size_; }
  [[nodiscard]] double credibility(std::size_t segment) const { return credibility_[segment]; }
  /// a, b, four season effects, trend per period; for the forecast card.
  [[nodiscard]] std::span<const double> coefficients() const { return coefficients_; }

 private:
  friend Result<NewBusinessModel> FitNewBusiness(const NewBusinessHistory&);
  NewBusinessModel() = default;

  static constexpr std::size_t kNumCoefficients = 7;
  std::array<double, kNumCoefficients> coefficients_{};
  std::array<std::array<double, kNumCoefficients>, kNumCoefficients> covariance_{};
  double size_ = 1;
  std::size_t num_periods_ = 0;
  int newest_period_ = 0;
  std::vector<double> share_;        // expected share of each segment in the total
  std::vector<double> credibility_;  // of the segment's own multiplier
  std::vector<std::vector<SeverityAtom>> severity_;
};

/// Fails when a segment, season or exposure is out of range or a count or amount is negative. An
/// empty history gives a model that expects nothing and says that history is limited.
[[nodiscard]] Result<NewBusinessModel> FitNewBusiness(const NewBusinessHistory& history);

inline constexpr double kSeverityShrinkage = 30;   ///< deals of the pool a segment counts against
inline constexpr std::size_t kSeverityAtoms = 16;  ///< of the segment, and of the pool

/// At most `num_atoms` equal-count groups at their means: the segment's amounts with weight
/// n / (n + shrinkage), the pool's with the rest. Empty when there is no amount at all.
[[nodiscard]] std::vector<SeverityAtom> FitSeverity(std::span<const double> segment,
                                                    std::span<const double> pool,
                                                    double shrinkage = kSeverityShrinkage,
                                                    std::size_t num_atoms = kSeverityAtoms);

}  // namespace ri::forecasting
