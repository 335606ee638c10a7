#pragma once

/// Use case: what changed in quotas, in the hierarchy and in the fiscal calendar, each by the day
/// it took effect and the moment it became known.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "data/event_log.h"
#include "data/operations_store.h"
#include "domain/date.h"

namespace ri::service {

/// One change, or the quotas of one period that were set on one day.
struct OrganisationChange {
  /// When it was true; where the source gives no date, when it was learned.
  domain::Timestamp effective{};
  domain::Timestamp known{};  ///< when it was learned; never before `effective`
  /// "quota" (an amount was changed), "quotas" (first amounts of a period), "joined", "team",
  /// "manager", "region", "active", "name", "parent" (of a team), "forecaster" (of a team),
  /// "period" (of the CRM's calendar), "calendar" (of the settings)
  std::string kind;
  std::string subject;        ///< rep, team or period, by name at the end
  std::string before, after;  ///< as people read them; empty: nothing
  std::optional<std::int64_t> before_minor, after_minor;  ///< of quotas
  std::string currency;                                   ///< of the two
  std::size_t count = 1;                                  ///< quotas set at once
  std::string actor;                                      ///< who changed a setting; empty: the CRM
};

/// What became visible in (since, as_of] in the data, newest first. A value that a thing had from
/// its first day on is no change. Cost: linear in the events of reps, teams, quotas and periods.
[[nodiscard]] std::vector<OrganisationChange> OrganisationChanges(const data::EventLog& log,
                                                                  domain::Timestamp since,
                                                                  domain::Timestamp as_of);
/// Changes of the fiscal calendar by people in (since, as_of], newest first, from the audit log.
[[nodiscard]] Result<std::vector<OrganisationChange>> CalendarChanges(
    data::OperationsStore& operations, domain::Timestamp since, domain::Timestamp as_of);

}  // namespace ri::service
