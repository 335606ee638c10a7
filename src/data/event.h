#pragma once

/// The nouns of the bitemporal event store.
///
/// Everything that was ever learned is an *event*: at `event_time` the `attribute` of an `entity`
/// became `value`. Events are never changed or deleted. When we learned it is the event's *known
/// time*, which is not stored but follows from three things that are: the time the source system
/// recorded the row (`recorded_time`), and the known-at times of the import batches that held it
/// (see `KnownTime`).

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "domain/date.h"

namespace ri::data {

/// What an event is about. The numbers are stored: never renumber.
enum class EntityKind : std::int16_t {
  kDeal = 1,
  kAccount = 2,
  kRep = 3,
  kContact = 4,
  kTeam = 5,
  kProduct = 6,
  kQuota = 7,
  kCurrencyRate = 8,
  kForecastSubmission = 9,
  kLineItem = 10,
  kSplit = 11,
  kFiscalPeriod = 12,
};

/// How the 64 stored bits of a value are read. The numbers are stored: never renumber.
enum class ValueType : std::int16_t {
  kFlag = 1,       ///< 0 or 1
  kInteger = 2,    ///< a count
  kReal = 3,       ///< a finite double, bit for bit
  kMoney = 4,      ///< minor units; the currency is the entity's "currency" attribute
  kDate = 5,       ///< days since 1970-01-01
  kTimestamp = 6,  ///< milliseconds since 1970-01-01 UTC
  kText = 7,       ///< id of a symbol
  kReference = 8,  ///< id of an entity of `reference_kind`
};

/// A property that entities of one kind can have. Identity is (kind, name, type).
struct AttributeDefinition {
  EntityKind kind = EntityKind::kDeal;
  std::string name;
  ValueType type = ValueType::kText;
  /// For kReference the kind of what is referred to; the attribute's own kind otherwise.
  EntityKind reference_kind = EntityKind::kDeal;
  /// True for a customer's own column, which becomes a feature by itself.
  bool custom = false;

  friend bool operator==(const AttributeDefinition&, const AttributeDefinition&) = default;
};

/// Stored for "the value was cleared"; never a legal value.
inline constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min();
/// Stored in `recorded_time` when the source does not say when it wrote the row.
inline constexpr std::int64_t kNotRecorded = std::numeric_limits<std::int64_t>::min();

/// One change of one thing, as stored. Times are milliseconds since 1970-01-01 UTC.
struct Event {
  std::uint32_t entity = 0;     ///< id from ImportTransaction::Intern
  std::uint32_t attribute = 0;  ///< id from ImportTransaction::Attribute
  std::int64_t event_time = 0;
  std::int64_t recorded_time = kNotRecorded;
  /// Order within the source for events of the same time; for activities a hash of the row's own
  /// id, so that two calls at the same minute are two events.
  std::int64_t sequence = 0;
  std::int64_t value = kNoValue;

  friend bool operator==(const Event&, const Event&) = default;
};

/// When the system learned an event.
///
/// `recorded` is the event's recorded time or kNotRecorded. `first_batch_known_at` is the smallest
/// known-at among the batches that held the event, `previous_known_at` the largest known-at of the
/// same source below that (kNotRecorded when there is none).
///
/// - A row of the first import of a source was known to the business when its own system recorded
///   it: recorded, or the event time when the source does not say.
/// - A row of a later import that was recorded since the previous one is normal news: recorded.
/// - A row that could have been in the previous import but was not is late: it was learned with
///   this import.
/// Never later than the batch. Callers use max(event time, known time) as the moment from which an
/// event is visible.
[[nodiscard]] std::int64_t KnownTime(std::int64_t event_time, std::int64_t recorded,
                                     std::int64_t first_batch_known_at,
                                     std::int64_t previous_known_at);

// Attribute names every reader and every feature agrees on. A source without a column simply has
// no such events.
namespace attribute {
// deal
inline constexpr std::string_view kCreated = "created";         ///< flag 1 at creation
inline constexpr std::string_view kName = "name";               ///< text
inline constexpr std::string_view kStage = "stage";             ///< text
inline constexpr std::string_view kAmount = "amount";           ///< money
inline constexpr std::string_view kCurrency = "currency";       ///< text, ISO 4217
inline constexpr std::string_view kCommitDate = "commit_date";  ///< date: CRM close date while open
inline constexpr std::string_view kForecastCategory = "forecast_category";  ///< text
inline constexpr std::string_view kCrmProbability = "crm_probability";      ///< real, 0..1
inline constexpr std::string_view kOwner = "owner";                         ///< reference to rep
inline constexpr std::string_view kAccount = "account";         ///< reference to account
inline constexpr std::string_view kProduct = "product";         ///< text
inline constexpr std::string_view kType = "type";               ///< text
inline constexpr std::string_view kLeadSource = "lead_source";  ///< text
inline constexpr std::string_view kNextStep = "next_step";      ///< text
/// text "won" / "lost" / "open" (reopened), at the moment of closing
inline constexpr std::string_view kOutcome = "outcome";
/// money, at the moment of closing: what a won deal was really worth
inline constexpr std::string_view kClosedAmount = "closed_amount";
/// text "won" / "lost" for a deal whose closing moment the source does not know; event time is
/// the creation. Only training may read it, as a label; never a feature.
inline constexpr std::string_view kUndatedOutcome = "undated_outcome";
/// flag 1: the deal now counts as open pipeline. When any deal of a store has this event, snapshots
/// of a deal begin with it; otherwise they begin at creation.
inline constexpr std::string_view kQualified = "qualified";
inline constexpr std::string_view kDeleted = "deleted";  ///< flag 1: tombstone
/// text: reason a deal is kept out of training ("born-closed", "test-record", "bulk-load",
/// "merged")
inline constexpr std::string_view kExcluded = "excluded";
/// text: what is wrong with a deal's history, at the moment from which it is
/// ("history-starts-late", "history-cut", "revision-cap", "missing-change", "histories-disagree",
/// "row-disagrees"); for people, no feature
inline constexpr std::string_view kDataIssue = "data_issue";
// deal activities: one event each; value is the contact (reference), kNoValue when unknown
inline constexpr std::string_view kMeeting = "activity.meeting";
inline constexpr std::string_view kCall = "activity.call";
inline constexpr std::string_view kEmailOut = "activity.email_out";
inline constexpr std::string_view kEmailIn = "activity.email_in";
inline constexpr std::string_view kTask = "activity.task";  ///< anything else completed
/// timestamp: a meeting planned for that moment; event time is when it was planned
inline constexpr std::string_view kMeetingPlanned = "activity.meeting_planned";
inline constexpr std::string_view kContactRole =
    "contact_role";  ///< reference to contact: added to the deal
inline constexpr std::string_view kContactRoleName =
    "contact_role_name";  ///< text: role that was added
// account
inline constexpr std::string_view kIndustry = "industry";     ///< text
inline constexpr std::string_view kEmployees = "employees";   ///< real
inline constexpr std::string_view kRevenue = "revenue";       ///< real
inline constexpr std::string_view kRegion = "region";         ///< text (account or rep)
inline constexpr std::string_view kParent = "parent";         ///< reference (account or team)
inline constexpr std::string_view kListPrice = "list_price";  ///< money (product)
// rep
inline constexpr std::string_view kTeam = "team";  ///< reference to team
/// reference to rep: of a rep, or who forecasts for a team
inline constexpr std::string_view kManager = "manager";
inline constexpr std::string_view kActive = "active";  ///< flag
// quota: entity key "<owner key>/<period begin>"; owner is a rep or team key
inline constexpr std::string_view kQuotaOwner = "quota_owner";    ///< text: rep or team key
inline constexpr std::string_view kQuotaAmount = "quota_amount";  ///< money
inline constexpr std::string_view kPeriodBegin = "period_begin";  ///< date
inline constexpr std::string_view kPeriodEnd = "period_end";      ///< date, exclusive
// line item and split: parts of a deal's amount. The key is the source's id; "currency" and
// "deleted" as for deals. Amounts of the line items of a deal add up, as do those of its splits of
// one type.
inline constexpr std::string_view kDeal = "deal";             ///< reference to deal
inline constexpr std::string_view kQuantity = "quantity";     ///< real
inline constexpr std::string_view kUnitPrice = "unit_price";  ///< money
inline constexpr std::string_view kDiscount = "discount";     ///< real, percent (line item, deal)
inline constexpr std::string_view kServiceDate = "service_date";    ///< date
inline constexpr std::string_view kSplitPercent = "split_percent";  ///< real, 0..100
// forecast submission: what a person said a period will bring. The key is
// "<owner key>/<period begin>/<category>"; events at the moment of saying: "owner" (reference to
// rep), "manager" (reference to rep: who said it, when not the owner), "category" (text), "amount"
// (money), "amount_own" (money: without subordinates and overrides), "currency", "period_begin",
// "period_end"
inline constexpr std::string_view kCategory = "category";     ///< text
inline constexpr std::string_view kAmountOwn = "amount_own";  ///< money
// fiscal period: key is the source's id; "name", "period_begin", "period_end" and:
inline constexpr std::string_view kPeriodType = "period_type";      ///< text "year", "quarter", ...
inline constexpr std::string_view kPeriodNumber = "period_number";  ///< real, within its year
// currency rate: entity key = ISO code; units of that currency per unit of the corporate currency
inline constexpr std::string_view kRate = "rate";  ///< real
}  // namespace attribute

}  // namespace ri::data
