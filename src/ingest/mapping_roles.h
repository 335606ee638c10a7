#pragma once

/// The words of a mapping: what a row can be, and what a column can be in such a row.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace ri::ingest {

/// What every row of a file is.
enum class Noun {
  kDeal,     ///< one deal, as it is at the export
  kOutcome,  ///< how one deal ended
  kAccount,
  kRep,
  kTeam,
  kProduct,
  kQuota,
  kCurrencyRate,
  kStage,               ///< one stage of the sales process: is it closed, is it won
  kStageHistory,        ///< the state of a deal's stage, amount, commit date... after a change
  kFieldHistory,        ///< one change of one field
  kEventLog,            ///< something that happened to a deal: activities, changes, by rules
  kContact,             ///< a person of a customer: only which records are the same one
  kContactRole,         ///< a contact that takes part in a deal
  kLineItem,            ///< a product on a deal
  kSplit,               ///< somebody's share of a deal
  kForecastSubmission,  ///< what somebody said a period will bring
  kFiscalPeriod,        ///< a fiscal year, quarter or month
  kIgnored,             ///< known, and of no use
};
inline constexpr std::size_t kNumNouns = 19;

/// What a column is within its row.
enum class Role {
  kId,
  kName,
  kCreated,
  kClosed,
  kOutcome,
  kIsClosed,
  kIsWon,
  kStage,
  kAmount,
  kClosedAmount,
  kCurrency,
  kCommitDate,
  kForecastCategory,
  kProbability,
  kOwner,
  kAccount,
  kProduct,
  kType,
  kLeadSource,
  kNextStep,
  kQualified,
  kDeleted,
  kModified,
  kIndustry,
  kEmployees,
  kRevenue,
  kRegion,
  kParent,
  kTeam,
  kManager,
  kActive,
  kBegin,
  kEnd,
  kDeal,
  kTime,
  kSequence,
  kField,
  kOldValue,
  kNewValue,
  kRecorded,
  kContact,
  kContactRole,
  kRate,
  kPrice,
  kQuantity,
  kDiscount,
  kPercent,
  kCategory,
  kAmountOwn,
  kNumber,
  kMerged,      ///< ids of records that were merged into this one
  kMergedInto,  ///< of a record that was merged away: the one that stayed
  kAlsoCalled,  ///< another word by which rows name a rep
  kGivenName,
  kFamilyName,
  kPreviousStage,  ///< what stood before the row's change; equal or empty: nothing is known of it
  kPreviousAmount,
  kPreviousCommitDate,
  kPreviousForecastCategory,
};
inline constexpr std::size_t kNumRoles = 59;

/// The word in a mapping file: "stage_history", "commit_date".
[[nodiscard]] std::string_view NameOf(Noun noun);
[[nodiscard]] std::string_view NameOf(Role role);
[[nodiscard]] std::optional<Noun> NounFromName(std::string_view name);
[[nodiscard]] std::optional<Role> RoleFromName(std::string_view name);
/// Roles that rows of this noun can have.
[[nodiscard]] std::span<const Role> RolesOf(Noun noun);
/// Roles without which such a row means nothing.
[[nodiscard]] std::span<const Role> RequiredRolesOf(Noun noun);

}  // namespace ri::ingest
