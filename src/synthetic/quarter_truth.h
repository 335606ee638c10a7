#pragma once

/// The true distribution of a quarter's won revenue, as of each of its Mondays.
///
/// Known on a Monday: the hidden state of every deal, what is booked, and what this quarter's
/// weeks have said about the shocks of the market and of every team (exact posterior on a grid).
/// Unknown: the rest of those shocks, the fate of the open deals, and the deals not created yet.
/// The distribution is sampled; chances of single deals inside it are exact.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "synthetic/company.h"
#include "synthetic/deal_record.h"
#include "synthetic/deal_truth.h"
#include "synthetic/export_files.h"

namespace ri::synthetic {

/// A living open deal on a Monday, and how its week went.
struct QuarterOpenDeal {
  int quarter = 0;
  int week = 0;
  int team = 0;
  double win_odds = 0;  ///< of being won in this week, at shock 0; 0 when it died this week
  double refusal_odds = 0;
  enum class Week : std::uint8_t { kStayed, kWon, kRefused } week_result = Week::kStayed;
  NodeValues win{};        ///< chance to be won in the quarter, by shock node
  double early_share = 0;  ///< share of that before the last two weeks
  double amount = 0;       ///< corporate currency, whole units
};

/// A true win.
struct QuarterBooking {
  int quarter = 0;
  domain::Date closed;
  domain::Date created;
  double amount = 0;  ///< corporate currency, whole units
};

/// What one or many deals contribute; parts are joined in deal order.
struct QuarterMaterial {
  std::vector<QuarterOpenDeal> open;
  std::vector<QuarterBooking> bookings;
  void Append(const QuarterMaterial& other);
};

void CollectQuarterMaterial(const Company& company, const DealRecord& record, DealTruth& truth,
                            QuarterMaterial& material);

inline constexpr std::array<double, 7> kRevenueQuantiles = {0.05, 0.10, 0.25, 0.50,
                                                            0.75, 0.90, 0.95};

/// One quarter as of one of its Mondays. Money in whole units of the corporate currency.
struct QuarterTruthRow {
  int quarter = 0;
  int week_of_quarter = 0;  ///< 1 = the first Monday on or after the quarter began
  domain::Date as_of;
  std::size_t open_deals = 0;  ///< alive
  double booked = 0;
  double open_mean = 0;
  double new_mean = 0;
  double deviation = 0;                                      ///< standard deviation of the total
  std::array<double, kRevenueQuantiles.size()> quantiles{};  ///< of the total
  bool over = false;  ///< the quarter ended by as-of and was realised
  double realised = 0;
  double realised_open = 0;  ///< after the Monday, from deals created before it
  double realised_new = 0;
  [[nodiscard]] double mean() const { return booked + open_mean + new_mean; }
};

/// Rows of all Mondays from the first full quarter to as-of. \pre draws > 0
[[nodiscard]] std::vector<QuarterTruthRow> ComputeQuarterTruth(const Company& company,
                                                               const QuarterMaterial& material,
                                                               int draws, int num_threads);

[[nodiscard]] std::string TruthQuartersHeader();
void ExportTruthQuarters(const Company& company, const std::vector<QuarterTruthRow>& rows,
                         ExportBlock& block);

}  // namespace ri::synthetic
