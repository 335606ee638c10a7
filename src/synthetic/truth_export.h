#pragma once

/// The truth about deals as rows: what they really were and what their chances really were.

#include <string>

#include "synthetic/company.h"
#include "synthetic/deal_record.h"
#include "synthetic/deal_truth.h"
#include "synthetic/export_files.h"

namespace ri::synthetic {

[[nodiscard]] std::string TruthDealsHeader();
[[nodiscard]] std::string TruthSnapshotsHeader();
[[nodiscard]] std::string TruthDuplicatesHeader();
[[nodiscard]] std::string TruthInterventionsHeader();

/// One row of latents and true outcomes.
void ExportTruthDeal(const Company& company, const DealRecord& record, ExportBlock& block);

/// One row per episode and Monday on which it was truly open, up to as-of.
void ExportTruthSnapshots(const Company& company, const DealRecord& record, DealTruth& truth,
                          ExportBlock& block);

/// One row per review of an open deal by as-of: the arm, and the true chances with and without
/// the action.
void ExportTruthInterventions(const Company& company, const InterventionArm& arm,
                              const DealRecord& record, DealTruth& truth, ExportBlock& block);

/// The committed dates the CRM showed on the Mondays of an episode up to as-of, for
/// DealTruth::AlongPath.
[[nodiscard]] std::vector<domain::Date> CommitDatesOnMondays(const Company& company,
                                                             const DealRecord& record,
                                                             const DealPath& path);

}  // namespace ri::synthetic
