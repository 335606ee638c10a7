#pragma once

/// The forecasts people make without a model, each with the spread of its own past errors: what a
/// model has to beat.

#include <span>

#include "forecasting/distribution.h"

namespace ri::forecasting {

struct WeightedDeal {
  double amount = 0;
  double rate = 0;  ///< as-of win rate of the deal's stage or category, in [0, 1]
};

/// Booked plus amount times the stage's (or category's) own past win rate.
[[nodiscard]] double WeightedPipeline(double booked, std::span<const WeightedDeal> open);

/// Booked so far over the share of the final total that past quarters had booked by the same week
/// (mean of the past shares, each in [0, 1]). With no share above 0 the mean of past totals is
/// used.
[[nodiscard]] double PaceForecast(double booked, std::span<const double> past_shares,
                                  std::span<const double> past_totals);

/// The same quarter one year ago times the growth of the quarters since: the total of the last four
/// closed quarters over the four before them. `past_totals` is oldest first and ends with the
/// quarter before the one forecast. With less than eight quarters growth is 1, with less than four
/// the mean of what there is; 0 for an empty history.
[[nodiscard]] double LastYearForecast(std::span<const double> past_totals);

/// Booked over the elapsed share of the quarter; the mean of past totals on its first day.
[[nodiscard]] double RunRateForecast(double booked, double elapsed_share,
                                     std::span<const double> past_totals);

/// Booked plus open pipeline times its past conversion at the same week.
[[nodiscard]] double CoverageForecast(double booked, double open_amount, double conversion);

/// The point forecast with the relative errors that the same rule made in past quarters at the same
/// week (outcome / point). With fewer than `smallest_history` usable ratios they are joined by a
/// lognormal spread of `default_deviation` around 1, so that a short history is not a narrow one.
/// \pre both lists have the same length
[[nodiscard]] Distribution WithEmpiricalSpread(double point, std::span<const double> past_points,
                                               std::span<const double> past_outcomes,
                                               std::size_t smallest_history = 4,
                                               double default_deviation = 0.3);

}  // namespace ri::forecasting
