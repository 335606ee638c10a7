#pragma once

/// What the features need to know about accounts, reps, contacts and currencies.

#include <vector>

#include "data/event_log.h"
#include "features/entity_timeline.h"
#include "features/sources.h"

namespace ri::features {

struct EntityFacts {
  EntityFacts(const data::EventLog& log, const Sources& sources);

  EntityTimeline account_industry;
  EntityTimeline account_region;
  EntityTimeline account_employees;
  EntityTimeline account_revenue;
  EntityTimeline rep_team;
  EntityTimeline rep_region;
  EntityTimeline contact_title;
  /// By custom column; empty timelines for columns of deals.
  std::vector<EntityTimeline> custom;

  /// When the rep's user was created, event time, if that was visible at `as_of`; else kNever.
  [[nodiscard]] std::int64_t RepCreated(std::uint32_t rep, std::int64_t as_of) const {
    return rep_created_[rep].visible_time <= as_of ? rep_created_[rep].event_time : kNever;
  }

 private:
  struct Creation {
    std::int64_t visible_time = kNever;
    std::int64_t event_time = kNever;
  };
  std::vector<Creation> rep_created_;
};

/// Turns amounts into units of the corporate currency.
class CurrencyConverter {
 public:
  CurrencyConverter(const data::EventLog& log, const Sources& sources);

  /// Major units of the corporate currency at the rate known at `as_of`; of the deal's own currency
  /// when there is no rate. `currency` is a symbol or data::kNoValue (two decimal digits).
  [[nodiscard]] double ToMajorUnits(std::int64_t minor_units, std::int64_t currency,
                                    std::int64_t as_of) const;
  /// The same without conversion.
  [[nodiscard]] double OwnMajorUnits(std::int64_t minor_units, std::int64_t currency) const;

 private:
  struct Entry {
    double major_per_minor = 0.01;
    std::uint32_t rate_entity = kNoLabel;
  };
  const Sources* sources_;
  std::vector<Entry> entries_;  ///< by label of the currency column
  EntityTimeline rates_;
};

}  // namespace ri::features
