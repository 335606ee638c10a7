#pragma once

/// Contact roles and activities of a deal as rows of a Salesforce export.

#include <string>

#include "synthetic/deal_record.h"
#include "synthetic/export_files.h"

namespace ri::synthetic {

/// Header lines.
[[nodiscard]] std::string OpportunityContactRoleHeader();
[[nodiscard]] std::string TaskHeader();
[[nodiscard]] std::string EventHeader();

void ExportContactRoles(const DealRecord& record, ExportBlock& block);
/// Meetings go to Event.csv; mail, calls and the rest to Task.csv. Mail carries its direction in
/// Type: "Inbound Email" or "Outbound Email".
void ExportActivities(const DealRecord& record, ExportBlock& block);

}  // namespace ri::synthetic
