#pragma once

/// A deal as rows of a Salesforce export: Opportunity, both histories, contact roles, activities.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "synthetic/company.h"
#include "synthetic/deal_record.h"
#include "synthetic/export_files.h"

namespace ri::synthetic {

// Numbers of records, from which their ids are made.
[[nodiscard]] std::uint64_t OpportunityNumber(std::uint64_t deal);
/// Number of the `row`-th row below an opportunity, from 0; unique within one object.
[[nodiscard]] std::uint64_t ChildNumber(std::uint64_t opportunity, std::uint64_t row);
[[nodiscard]] std::uint64_t DuplicateNumber(std::uint64_t deal);
[[nodiscard]] std::uint64_t TestRecordNumber(int record);
[[nodiscard]] std::uint64_t UserNumber(int rep);
[[nodiscard]] std::uint64_t TeamManagerNumber(int team);
[[nodiscard]] std::uint64_t RegionManagerNumber(int region);
inline constexpr std::uint64_t kChiefNumber = 30'000'000;
inline constexpr std::uint64_t kAdministratorNumber = 40'000'000;
/// `record` 0 is the account, 1 its duplicate.
[[nodiscard]] std::uint64_t AccountNumber(int account, int record);
[[nodiscard]] std::uint64_t ContactNumber(int account, int contact);

/// Everything the CRM says about a stage, 0..7.
struct StageWords {
  std::string_view label;
  std::string_view category;       ///< ForecastCategory
  std::string_view category_name;  ///< ForecastCategoryName
  int probability = 0;             ///< percent
};
[[nodiscard]] const std::array<StageWords, 8>& StageList();
/// Stage that is renamed in scenarios with that dirt, its later label, and when.
inline constexpr int kRenamedStage = 3;
inline constexpr std::string_view kRenamedLabel = "Solution Fit";
[[nodiscard]] domain::Timestamp StageRenamedAt(const Company& company);
/// Label of a stage as written at a moment.
[[nodiscard]] std::string_view StageLabel(const Company& company, int stage,
                                          domain::Timestamp time);

/// Header lines of the files this renders.
[[nodiscard]] std::string OpportunityHeader(const Company& company);
[[nodiscard]] std::string OpportunityHistoryHeader(const Company& company);
[[nodiscard]] std::string OpportunityFieldHistoryHeader();

/// Appends all rows of a deal, and of its duplicate entry if it has one.
void ExportDeal(const Company& company, const DealRecord& record, ExportBlock& block);

/// Appends the records an administrator made to try things out.
void ExportTestRecords(const Company& company, ExportBlock& block);

}  // namespace ri::synthetic
