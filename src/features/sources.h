#pragma once

/// What a log offers to the features: which of its attributes play which part, when each was first
/// seen, which columns are categories and what their labels are. All text is looked at here, once;
/// the engine itself works on numbers only.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "data/event_log.h"
#include "features/deal_lives.h"

namespace ri::features {

/// A field speaks about care for the record only after it has been seen for a while. A field
/// without history enters the store with the first export that holds it: counted at once, every
/// open deal would look better kept on that day than any deal of the past.
inline constexpr std::int64_t kSettledAfter = std::int64_t{90} * 86'400'000;  // milliseconds

inline constexpr std::uint32_t kNoLabel = std::numeric_limits<std::uint32_t>::max();

/// Names that features read beyond those of data/event.h. A source without them has no such events.
namespace attribute {
inline constexpr std::string_view kDiscount = "discount";           ///< deal, real, percent
inline constexpr std::string_view kTermMonths = "term_months";      ///< deal, integer or real
inline constexpr std::string_view kProductCount = "product_count";  ///< deal, integer or real
inline constexpr std::string_view kCompetitor = "competitor";       ///< deal, text
inline constexpr std::string_view kTitle = "title";                 ///< contact, text
}  // namespace attribute

enum class ActivityType : std::uint8_t { kMeeting, kCall, kEmailOut, kEmailIn, kTask };
inline constexpr std::size_t kNumActivityTypes = 5;

/// What an attribute of a deal is for.
enum class Role : std::uint8_t {
  kIgnored,
  kLatest,  ///< only the value in force counts; `slot` says where it is kept
  kCreated,
  kStage,
  kAmount,
  kCommitDate,
  kOwner,
  kOutcome,
  kUndatedOutcome,
  kQualified,
  kActivity,  ///< `slot` is the ActivityType
  kMeetingPlanned,
  kContactRole,
  kContactRoleName,
};

/// Places of the values of which only the one in force counts. Custom columns follow.
enum class Slot : std::uint16_t {
  kAccount,
  kCurrency,
  kForecastCategory,
  kProduct,
  kType,
  kLeadSource,
  kNextStep,
  kName,
  kCrmProbability,
  kDiscount,
  kTermMonths,
  kProductCount,
  kCompetitor,
  kDeleted,
  kExcluded,
  kClosedAmount,
  kCount,
};
inline constexpr std::size_t kNumSlots = static_cast<std::size_t>(Slot::kCount);

struct DealAttribute {
  Role role = Role::kIgnored;
  bool is_edit = false;  ///< somebody worked on the record; outcomes and activities are not edits
  std::uint16_t slot = 0;
};

/// Text columns that are categories whether or not a log has them.
enum class TextColumn : std::uint16_t {
  kStage,
  kProduct,
  kType,
  kLeadSource,
  kCurrency,
  kForecastCategory,
  kIndustry,
  kRegion,  ///< of accounts and of reps: one set of labels
  kCount,
};
inline constexpr std::size_t kNumTextColumns = static_cast<std::size_t>(TextColumn::kCount);

/// How a customer's own column becomes features.
enum class Treatment : std::uint8_t {
  kNumber,
  kFlag,
  kMoney,      ///< value and log
  kDate,       ///< days from the snapshot and from creation
  kCategory,   ///< 2 to 5,000 labels; also a win rate
  kReference,  ///< category whose labels are keys of entities; also a win rate
  kPresence,   ///< a single label
  kFreeText,   ///< nearly every deal has its own text: presence and length
};

struct CustomColumn {
  std::string name;  ///< as in the log
  data::ValueType type = data::ValueType::kText;
  data::EntityKind kind = data::EntityKind::kDeal;  ///< deal or account
  data::EntityKind reference_kind = data::EntityKind::kDeal;
  std::uint32_t attribute = 0;  ///< in the log
  std::uint16_t slot = 0;       ///< deals: where the value in force is kept
  Treatment treatment = Treatment::kNumber;
  /// kCategory: column of `Sources::Label`.
  std::size_t label_column = 0;
};

inline constexpr std::size_t kMostLabels = 5000;

class Sources {
 public:
  explicit Sources(const data::EventLog& log);

  [[nodiscard]] const DealAttribute& deal_attribute(std::uint32_t attribute) const {
    return deal_attributes_[attribute];
  }
  [[nodiscard]] const std::vector<CustomColumn>& custom_columns() const { return custom_columns_; }
  /// Number of places for values in force: Slot::kCount plus the custom columns of deals.
  [[nodiscard]] std::size_t num_slots() const { return num_slots_; }

  /// First moment an event of the role was visible anywhere; kNever when the log has none.
  [[nodiscard]] std::int64_t FirstVisible(Role role) const {
    return role_first_visible_[static_cast<std::size_t>(role)];
  }
  [[nodiscard]] std::int64_t FirstVisible(Slot slot) const {
    return slot_first_visible_[static_cast<std::size_t>(slot)];
  }
  [[nodiscard]] std::int64_t FirstVisible(ActivityType type) const {
    return activity_first_visible_[static_cast<std::size_t>(type)];
  }
  /// The same of an attribute of the log.
  [[nodiscard]] std::int64_t FirstVisibleOf(std::uint32_t attribute) const {
    return attribute_first_visible_[attribute];
  }
  [[nodiscard]] bool Has(Role role) const { return FirstVisible(role) != kNever; }
  [[nodiscard]] bool Has(Slot slot) const { return FirstVisible(slot) != kNever; }
  [[nodiscard]] bool HasActivities() const { return Has(Role::kActivity); }
  /// Whether any event has this attribute of another kind than deal.
  [[nodiscard]] bool Has(data::EntityKind kind, std::string_view name) const;

  /// Index of a symbol among the sorted labels of a text column; kNoLabel when it is not there.
  [[nodiscard]] std::uint32_t Label(std::size_t column, std::int64_t symbol) const {
    if (symbol < 0) {
      return kNoLabel;
    }
    const std::uint32_t compact = compact_of_symbol_[static_cast<std::size_t>(symbol)];
    return compact == kNoLabel ? kNoLabel : labels_[column].label_of_compact[compact];
  }
  [[nodiscard]] std::uint32_t Label(TextColumn column, std::int64_t symbol) const {
    return Label(static_cast<std::size_t>(column), symbol);
  }
  /// Symbols of the labels of a text column, ascending, which is also the order of their texts.
  [[nodiscard]] const std::vector<std::uint32_t>& LabelSymbols(std::size_t column) const {
    return labels_[column].symbols;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& LabelSymbols(TextColumn column) const {
    return LabelSymbols(static_cast<std::size_t>(column));
  }

  [[nodiscard]] const OutcomeSymbols& outcomes() const { return outcomes_; }
  /// Length in bytes of a text.
  [[nodiscard]] std::uint32_t TextLength(std::int64_t symbol) const {
    return static_cast<std::uint32_t>(log_->symbols()[static_cast<std::size_t>(symbol)].size());
  }
  [[nodiscard]] bool IsCommitCategory(std::int64_t symbol) const;
  [[nodiscard]] bool IsExecutiveRole(std::int64_t symbol) const;
  [[nodiscard]] bool IsEconomicBuyerRole(std::int64_t symbol) const;
  [[nodiscard]] bool IsExecutiveTitle(std::int64_t symbol) const;
  [[nodiscard]] bool HasCommitCategories() const { return !commit_categories_.empty(); }
  [[nodiscard]] bool HasExecutiveTitles() const { return !executive_titles_.empty(); }
  /// Whether deals kept out for this reason ("test-record", "merged") never really existed.
  [[nodiscard]] bool IsUnrealReason(std::int64_t symbol) const {
    return symbol == test_record_ || symbol == merged_;
  }

 private:
  struct Labels {
    std::vector<std::uint32_t> symbols;
    std::vector<std::uint32_t> label_of_compact;
  };
  struct Survey;

  void AssignDealAttributes();
  void AssignCustomColumns();
  void ClassifyCustomTexts(const Survey& survey);
  void CollectLabels(const Survey& survey);
  void ClassifyTexts(const Survey& survey);

  const data::EventLog* log_;
  OutcomeSymbols outcomes_;
  std::vector<DealAttribute> deal_attributes_;
  std::vector<CustomColumn> custom_columns_;
  std::size_t num_slots_ = kNumSlots;
  std::vector<std::int64_t> role_first_visible_;
  std::vector<std::int64_t> slot_first_visible_;
  std::vector<std::int64_t> activity_first_visible_;
  std::vector<std::int64_t> attribute_first_visible_;
  std::vector<std::uint32_t> compact_of_symbol_;
  std::vector<Labels> labels_;
  // Sorted symbol ids.
  std::vector<std::int64_t> commit_categories_;
  std::vector<std::int64_t> executive_roles_;
  std::vector<std::int64_t> economic_buyer_roles_;
  std::vector<std::int64_t> executive_titles_;
  std::int64_t test_record_ = -1;
  std::int64_t merged_ = -1;
};

}  // namespace ri::features
