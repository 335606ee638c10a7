#pragma once

/// From where a forecast looks: one state of knowledge, one model, one moment; and the open deals
/// as they are seen from there.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "book/organisation.h"
#include "book/prepared_model.h"
#include "book/reporting_amount.h"
#include "book/workspace.h"
#include "domain/fiscal_calendar.h"

namespace ri::revenue {

/// Everything a forecast reads. The caller keeps what is pointed to alive. Nothing that became
/// visible after `as_of` is used, although `knowledge` may hold it.
struct ForecastView {
  const book::Knowledge* knowledge = nullptr;
  const book::PreparedModel* model = nullptr;
  const book::ReportingAmounts* amounts = nullptr;
  domain::FiscalCalendar calendar = domain::FiscalCalendar::Monthly();
  domain::Timestamp as_of{};
  int num_threads = 1;
  const book::DealBook* deals =
      nullptr;  ///< spares a second computation of the same rows; may be null

  [[nodiscard]] domain::Date today() const { return domain::DateOf(as_of); }
  [[nodiscard]] const data::EventLog& log() const { return *knowledge->log; }
};

/// The view of a book of scored deals, which must outlive it.
[[nodiscard]] ForecastView ViewOf(const book::DealBook& deals);

/// The two stretches of time that are forecast jointly. For a quarter that is running they are its
/// rest and the next quarter; for one that lies ahead, the time until it begins and the quarter.
struct ForecastHorizon {
  std::string name;                          ///< "2026Q4", "2026-09"
  domain::Quarter quarter;                   ///< the one asked for, or the one that holds the month
  domain::Period dates;                      ///< of that quarter
  domain::Period first;                      ///< from the quarter of the moment, or from today
  domain::Period second;                     ///< follows `first` without a gap
  std::optional<domain::Quarter> following;  ///< named when `second` is the quarter after
  bool ahead = false;                        ///< the quarter asked for is `second`
  bool over = false;                         ///< it ended before the moment
};

[[nodiscard]] ForecastHorizon HorizonOf(const domain::FiscalCalendar& calendar, domain::Date today,
                                        std::optional<domain::Quarter> quarter);

/// The same for a calendar month; the second stretch is the month after it.
[[nodiscard]] ForecastHorizon HorizonOfMonth(const domain::FiscalCalendar& calendar,
                                             domain::Date today, std::chrono::year_month month);

/// The same stretch `quarters_back` quarters earlier: whole months by the calendar, anything else
/// by its distance to the end of its quarter.
[[nodiscard]] domain::Period SameStretch(const domain::FiscalCalendar& calendar,
                                         const domain::Period& dates, int quarters_back);

/// What stands behind the amount of an open deal.
enum class AmountOrigin {
  kKnown,
  kMissing,     ///< no amount or zero: mean and spread of won deals stand in
  kUnusable,    ///< a credit, or a currency without a rate: treated like a missing one
  kWinsorised,  ///< beyond 20 times the 99th percentile of won deals: cut there
};

/// One open deal.
struct OpenPosition {
  std::uint32_t deal = 0;  ///< index into the log
  std::uint32_t episode = 0;
  std::string id;  ///< external key; "#1" is appended for the first reopened life, and so on
  features::DealState state;
  double win_ever = 0;
  double win_first = 0;   ///< P(won in the first stretch)
  double win_second = 0;  ///< P(won in the second stretch)
  double amount = 0;      ///< reporting currency, major units, as used
  AmountOrigin origin = AmountOrigin::kKnown;
};

/// Won deals known at a moment, reduced to what stands in for what is missing.
struct WonAmounts {
  double mean = 0;           ///< 0 without any won deal
  double log_deviation = 0;  ///< of the logarithm of positive amounts
  double percentile_99 = 0;
};

/// Open deals at the view's moment, by id. kRefused when the model knows no time.
[[nodiscard]] Result<std::vector<OpenPosition>> OpenPositions(const ForecastView& view,
                                                              const ForecastHorizon& horizon,
                                                              const WonAmounts& won,
                                                              base::Progress& progress);

/// Chances of given snapshots to be won before two dates after their moment; the earlier first.
struct ChancePair {
  double ever = 0;
  double first = 0;
  double second = 0;
};
struct SnapshotDates {
  domain::Date first_end;
  domain::Date second_end;
};
/// \pre one SnapshotDates per key, not before the key's moment
[[nodiscard]] Result<std::vector<ChancePair>> ChancesOf(const ForecastView& view,
                                                        std::span<const features::SnapshotKey> keys,
                                                        std::span<const SnapshotDates> dates);

/// Amount of a state in the reporting currency at a moment; NaN when it cannot be told.
[[nodiscard]] double StateAmount(const ForecastView& view, const features::DealState& state,
                                 domain::Timestamp moment);

}  // namespace ri::revenue
