#pragma once

/// What is true about one deal before anything happens to it.

#include <cstdint>
#include <string_view>

#include "domain/date.h"
#include "synthetic/company.h"

namespace ri::synthetic {

/// Where deals come from; the order is that of the exported picklist.
enum class LeadSource { kReferral, kWeb, kPartner, kEvent, kColdOutreach };
inline constexpr int kLeadSources = 5;
[[nodiscard]] std::string_view LeadSourceName(LeadSource source);

struct DealLatents {
  std::uint64_t index = 0;
  domain::Timestamp created;
  int created_week = 0;
  int account = 0;
  int segment = 0;
  int region = 0;
  int seat = 0;            ///< at creation; its team's shock rules the deal for good
  int transfer_week = -1;  ///< first week on another seat; -1 = never
  int transfer_seat = 0;
  double quality = 0;      ///< what nobody can see; log win rate
  double fit = 0;          ///< the account's
  double skill_shift = 0;  ///< added to the owner's skill; 0 unless moved by hand
  int contacts = 1;        ///< buyer contacts who will take part
  bool sponsor = false;    ///< an economic buyer is among them
  bool competitor = false;
  bool existing_customer = false;
  LeadSource source = LeadSource::kWeb;
  double amount_ratio = 0;  ///< ln(first amount / segment median)
  /// First amount in minor units of the deal's currency, as it was written down.
  std::int64_t first_amount = 0;
  double decision_week = 0;  ///< when the buyer means to decide, in weeks of the calendar
  int first_engagement = 0;  ///< level in the week after creation
  bool same_week_close = false;
  int review_week = -1;  ///< week a manager looks at the deal; -1 without the arm
  bool treated = false;  ///< the review leads to action; false = silent control
};

/// How the intervention arm works. Reviews happen at a random age and help the treated half.
struct InterventionArm {
  bool enabled = false;
  double effect = 0.5;  ///< added to the log win rate, subtracted from the log death rate
};

/// Draws deal `index`. \pre index < company.created().size()
[[nodiscard]] DealLatents DrawDeal(const Company& company, const InterventionArm& arm,
                                   std::uint64_t index);

/// Draws a deal that never was: one created at `created`, from the law of all deals. `number`
/// distinguishes several of the same moment. Used for the deals a quarter still expects.
[[nodiscard]] DealLatents DrawHypotheticalDeal(const Company& company, domain::Timestamp created,
                                               std::uint64_t number);

/// Minor digits of the currency of a region.
[[nodiscard]] int MinorDigits(const Company& company, int region);
/// Value of an amount of a region's currency in the corporate currency, whole units, at the rate
/// of a quarter.
[[nodiscard]] double CorporateValue(const Company& company, int region, int quarter,
                                    std::int64_t minor_units);

}  // namespace ri::synthetic
