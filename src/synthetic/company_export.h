#pragma once

/// People, customers and settings of the invented company as rows of a Salesforce export.

#include <span>
#include <string>

#include "synthetic/company.h"
#include "synthetic/export_files.h"

namespace ri::synthetic {

/// Header lines.
[[nodiscard]] std::string AccountHeader();
[[nodiscard]] std::string ContactHeader();
[[nodiscard]] std::string UserHeader();
[[nodiscard]] std::string UserRoleHeader();
[[nodiscard]] std::string OpportunityStageHeader();
[[nodiscard]] std::string ForecastingQuotaHeader();
[[nodiscard]] std::string PeriodHeader();
[[nodiscard]] std::string CurrencyTypeHeader();
[[nodiscard]] std::string DatedConversionRateHeader();

/// Accounts [begin, end) with their contacts.
void ExportAccounts(const Company& company, std::size_t begin, std::size_t end, ExportBlock& block);
void ExportPeople(const Company& company, ExportBlock& block);
/// Stages, fiscal periods and, with several currencies, rates.
void ExportSettings(const Company& company, ExportBlock& block);
/// Quotas of reps and of the managers above them, one per quarter of history and for the current
/// one. `revenue_per_quarter` is the mean won revenue of a full quarter in whole units of the
/// corporate currency: quotas ask for a little more than the company sells.
void ExportQuotas(const Company& company, double revenue_per_quarter, ExportBlock& block);

}  // namespace ri::synthetic
