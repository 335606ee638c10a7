#pragma once

/// What is said about one open deal at one moment.

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "domain/date.h"

namespace ri::book {

/// One scored deal. Probabilities are unclipped and in [0, 1]; NaN = not available for this data,
/// which is why they are plain doubles here, at the edge.
struct ScoredDeal {
  std::string deal_id;
  std::string name, owner, account, stage, forecast_category;  ///< empty = not known
  std::uint32_t deal = 0;
  std::uint32_t episode = 0;
  domain::Timestamp as_of{};
  std::optional<std::int64_t> amount_minor;  ///< in `currency`
  std::string currency;
  std::optional<domain::Date> commit_date;

  double margin = 0;  ///< log-odds before calibration
  double win_probability = 0;
  /// "Of past deals scored like this, low to high of 100 were won": 80 % Jeffreys interval over
  /// `band_deals` nearest past deals.
  double win_low = std::numeric_limits<double>::quiet_NaN();
  double win_high = std::numeric_limits<double>::quiet_NaN();
  std::size_t band_deals = 0;
  double win_by_quarter_end = std::numeric_limits<double>::quiet_NaN();
  double win_by_next_quarter_end = std::numeric_limits<double>::quiet_NaN();
  double win_by_commit_date = std::numeric_limits<double>::quiet_NaN();
  double slip = std::numeric_limits<double>::quiet_NaN();  ///< P(still open after the commit date)
  double loss = std::numeric_limits<double>::quiet_NaN();  ///< 1 - win_probability
  /// P(neither a stage advance nor a two-way contact within four weeks while it stays open)
  double stall = std::numeric_limits<double>::quiet_NaN();
  /// P(closes for less than nine tenths of the amount | won)
  double shrink = std::numeric_limits<double>::quiet_NaN();
  std::optional<domain::Date> expected_close_p10, expected_close_p50, expected_close_p90;
  double risk = std::numeric_limits<double>::quiet_NaN();         ///< 0..100
  double excess_risk = std::numeric_limits<double>::quiet_NaN();  ///< log-odds below peers
  double priority = 0;  ///< amount at stake in reporting currency: larger first
  std::string feature_row_hash;
};

}  // namespace ri::book
