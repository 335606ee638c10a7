#pragma once

/// The fixed part of the feature catalogue: what each feature is called, means and needs. Features
/// of a customer's own columns are described in custom_features.h.

#include <cstdint>
#include <span>
#include <vector>

#include "features/feature_table.h"
#include "features/sources.h"

namespace ri::features {

/// Numbers of the fixed features. Of features with windows, the 7, 28 and 90 days are consecutive.
enum class FeatureId : std::uint16_t {
  // deal terms
  kLogAmount,
  kAmountMissing,
  kAmountToAccountMedian,
  kAmountToProductMedian,
  kAmountChange,
  kAmountChanges28,
  kAmountChanges90,
  kLastAmountChangeSign,
  kDiscount,
  kProductCount,
  kTermMonths,
  kProduct,
  kProductWinRate,
  kProductWinRateCount,
  kType,
  kTypeWinRate,
  kTypeWinRateCount,
  kLeadSource,
  kLeadSourceWinRate,
  kLeadSourceWinRateCount,
  kCurrency,
  // stage and velocity
  kStage,
  kStageWinRate,
  kStageWinRateCount,
  kStageOrder,
  kDaysInStage,
  kAgeDays,
  kStageTimeRatio,
  kDaysPastStageP90,
  kStageAdvances28,
  kStageRegressions,
  kSkippedStages,
  kFurthestStage,
  kStageVelocity,
  kReopenings,
  kForecastCategory,
  // close date
  kDaysToCommit,
  kDaysPastCommit,
  kCommitPushes,
  kDaysPushed,
  kCommitPulls,
  kDaysSinceCommitChange,
  kCommitInQuarter,
  kCommitOnMonthEnd,
  kCommitOnQuarterEnd,
  kPlannedCycleDays,
  // buyer engagement
  kMeetings7,
  kMeetings28,
  kMeetings90,
  kEmailsIn7,
  kEmailsIn28,
  kEmailsIn90,
  kInboundShare90,
  kDaysSinceTwoWayTouch,
  kNextMeetingPlanned,
  kDaysToNextMeeting,
  kReplyLatency,
  // seller activity
  kEmailsOut7,
  kEmailsOut28,
  kEmailsOut90,
  kCalls7,
  kCalls28,
  kCalls90,
  kTasks7,
  kTasks28,
  kTasks90,
  kDaysSinceTouch,
  kActivityTrend,
  // stakeholders
  kActiveContacts28,
  kExecutiveContact,
  kNewContacts28,
  kEconomicBuyerKnown,
  kContactRoles,
  // account
  kAccount,
  kAccountWins,
  kAccountLosses,
  kAccountWinRate,
  kAccountWinRateCount,
  kDaysSinceAccountWin,
  kAccountOpenDeals,
  kAccountIsCustomer,
  kLogEmployees,
  kLogRevenue,
  kIndustry,
  kIndustryWinRate,
  kIndustryWinRateCount,
  kRegion,
  // rep and team
  kOwner,
  kOwnerWinRate,
  kOwnerWinRateCount,
  kOwnerTenureDays,
  kOwnerOpenDeals,
  kOwnerCommitRealisation,
  kOwnerChanged28,
  // calendar
  kDaysToQuarterEnd,
  kWeekOfQuarter,
  kFiscalQuarter,
  kMonth,
  kCreatedMonth,
  kCreatedWeekday,
  // data quality
  kShareFieldsFilled,
  kDaysSinceEdit,
  kNextStepPresent,
  kCompetitorNamed,
  kNoActivitySync,
  kCount,
};
inline constexpr std::size_t kNumFixedFeatures = static_cast<std::size_t>(FeatureId::kCount);

/// What a log must have for a feature to exist; a set of bits.
enum Need : std::uint32_t {
  kNeedsNothing = 0,
  kNeedsAmount = 1U << 0,
  kNeedsStage = 1U << 1,
  kNeedsStageOrder = 1U << 2,  ///< 2 to kMostStages stages
  kNeedsCommitDate = 1U << 3,
  kNeedsOwner = 1U << 4,
  kNeedsAccount = 1U << 5,
  kNeedsOutcome = 1U << 6,  ///< dated or not
  kNeedsDatedOutcome = 1U << 7,
  kNeedsProduct = 1U << 8,
  kNeedsType = 1U << 9,
  kNeedsLeadSource = 1U << 10,
  kNeedsCurrency = 1U << 11,
  kNeedsForecastCategory = 1U << 12,
  kNeedsIndustry = 1U << 13,
  kNeedsRegion = 1U << 14,
  kNeedsEmployees = 1U << 15,
  kNeedsRevenue = 1U << 16,
  kNeedsActivity = 1U << 17,
  kNeedsMeetings = 1U << 18,
  kNeedsCalls = 1U << 19,
  kNeedsEmailsOut = 1U << 20,
  kNeedsEmailsIn = 1U << 21,
  kNeedsTasks = 1U << 22,
  kNeedsPlannedMeetings = 1U << 23,
  kNeedsContacts = 1U << 24,  ///< contacts of deals, by activity or by role
  kNeedsExecutives = 1U << 25,
  kNeedsRoleNames = 1U << 26,
  kNeedsNextStep = 1U << 27,
  kNeedsDiscount = 1U << 28,
  kNeedsTermMonths = 1U << 29,
  kNeedsProductCount = 1U << 30,
  kNeedsCompetitor = 1U << 31,
};

struct CatalogueEntry {
  FeatureId id = FeatureId::kCount;
  std::uint32_t needs = kNeedsNothing;
  FeatureDefinition definition;
};

/// All fixed features in the order of their ids.
[[nodiscard]] std::span<const CatalogueEntry> FixedFeatures();

/// What a log offers, as a set of Need bits.
[[nodiscard]] std::uint32_t OffersOf(const data::EventLog& log, const Sources& sources);

// Parts of the catalogue.
[[nodiscard]] std::vector<CatalogueEntry> DealTermFeatures();
[[nodiscard]] std::vector<CatalogueEntry> StageFeatures();
[[nodiscard]] std::vector<CatalogueEntry> CloseDateFeatures();
[[nodiscard]] std::vector<CatalogueEntry> ActivityFeatures();
[[nodiscard]] std::vector<CatalogueEntry> StakeholderFeatures();
[[nodiscard]] std::vector<CatalogueEntry> AccountFeatures();
[[nodiscard]] std::vector<CatalogueEntry> RepFeatures();
[[nodiscard]] std::vector<CatalogueEntry> CalendarFeatures();
[[nodiscard]] std::vector<CatalogueEntry> QualityFeatures();

/// The three features every category has: itself, its win rate, and the number of outcomes behind
/// the rate.
struct CategoryTexts {
  FeatureId id;
  std::uint32_t needs;
  std::string name;  ///< "lead_source"
  std::string what;  ///< "lead source", within a sentence
  std::string group;
  std::string prior;  ///< what the rate is drawn to: "all deals"
  std::string leak_note;
};
void AddCategory(std::vector<CatalogueEntry>& entries, const CategoryTexts& texts);

}  // namespace ri::features
