#pragma once

/// Meetings, mail, calls and contact roles of a deal: what engagement looks like from outside.

#include "synthetic/deal_record.h"

namespace ri::synthetic {

/// Fills activities and contact roles of a record whose episodes and versions are complete.
/// Reps without sync leave no activities at all.
void AddActivities(const Company& company, DealRecord& record);

}  // namespace ri::synthetic
