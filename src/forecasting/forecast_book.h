#pragma once

/// What a forecast is computed from: open deals, booked money, and business not yet created.
/// Amounts are in major units of the reporting currency, converted as of the forecast's date.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/identifier.h"
#include "forecasting/amount_ratio.h"

namespace ri::forecasting {

/// The period that contains the forecast's date, and the one after it.
enum class ForecastPeriod { kCurrent = 0, kNext = 1 };
inline constexpr std::size_t kNumPeriods = 2;

struct ForecastDeal {
  domain::DealId id;
  double win_this_period = 0;  ///< P(won before this period ends), calibrated
  double win_next_period = 0;  ///< P(won during the next period), calibrated; the two sum to <= 1
  double amount = 0;           ///< current amount, not negative; a segment mean when missing
  int amount_ratio = -1;       ///< index into ForecastBook::amount_ratios; -1 = amount is certain
  int team = -1;               ///< team whose factor the deal shares; all of -1 form one team

  [[nodiscard]] double win_probability(ForecastPeriod period) const {
    return period == ForecastPeriod::kCurrent ? win_this_period : win_next_period;
  }
};

struct SeverityAtom {
  double amount = 0;
  double probability = 0;
};

/// Deals that will be created and won later in a period: a negative binomial number of them
/// (variance = mean + mean^2 / size) with independent amounts.
struct NewBusiness {
  double expected_count = 0;
  double size = 1;                     ///< NB2 size; +infinity gives a Poisson count
  std::vector<SeverityAtom> severity;  ///< sums to 1; amounts not negative
};

/// One node of the roll-up, or any filter: which parts of the book it contains.
struct ForecastNode {
  std::string name;
  std::array<double, kNumPeriods>
      booked{};                      ///< already won in each period; may be negative (credits)
  std::vector<std::uint32_t> deals;  ///< indices into ForecastBook::deals, ascending
  std::array<std::vector<std::uint32_t>, kNumPeriods> new_business;  ///< indices, ascending
};

struct ForecastBook {
  std::vector<ForecastDeal> deals;  ///< sorted by id, so that every sum has one order
  std::vector<AmountRatio> amount_ratios;
  std::vector<NewBusiness> new_business;
};

/// Refuses what no forecast may be computed from: probabilities outside [0, 1] or summing above 1
/// (beyond 1e-9), amounts that are negative or not finite, indices out of range, ids that are not
/// sorted and unique. Negative amounts (credits) belong to `booked`.
[[nodiscard]] Status Validate(const ForecastBook& book);
[[nodiscard]] Status Validate(const ForecastNode& node, const ForecastBook& book);

/// Mean and variance of one new deal's amount.
[[nodiscard]] double SeverityMean(const NewBusiness& business);
[[nodiscard]] double SeveritySecondMoment(const NewBusiness& business);

}  // namespace ri::forecasting
