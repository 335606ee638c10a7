#pragma once

/// The state of one deal, played forward event by event in the order in which they became visible.

#include <cstdint>
#include <span>
#include <vector>

#include "data/event_log.h"
#include "features/deal_lives.h"
#include "features/event_order.h"
#include "features/sources.h"

namespace ri::features {

struct Activity {
  std::int64_t event_time = 0;
  std::int64_t sequence = 0;
  std::uint32_t contact = kNoLabel;
  ActivityType type = ActivityType::kMeeting;

  friend auto operator<=>(const Activity&, const Activity&) = default;
};

/// A contact of the buyer, by activities and by roles. Event times; kNever when it never happened.
struct DealContact {
  std::uint32_t contact = kNoLabel;
  bool has_role = false;
  std::int64_t first_seen = kNever;
  std::int64_t last_seen = kNever;    ///< latest activity of any kind
  std::int64_t last_active = kNever;  ///< latest meeting, call or email from the contact
};

/// Reused for many deals, one after the other: Start(), then AdvanceTo() with rising times.
/// Thread safety: one thread per object.
class DealReplay {
 public:
  /// What a batch of events that became visible at the same moment has touched.
  enum Change : unsigned {
    kLife = 1,  ///< creation, outcome, qualification, deletion, exclusion
    kOwner = 2,
    kAccount = 4,
    kFirstAmount = 8,     ///< a positive amount, none was known before
    kFirstActivity = 16,  ///< an activity, the first since the owner was last changed
    kStage = 32,
  };
  /// `interest` says which changes are reported. Without activities the replay is cheaper; it still
  /// reports kFirstActivity.
  DealReplay(const data::EventLog& log, const Sources& sources, unsigned interest,
             bool keep_activities);

  void Start(std::size_t deal);
  /// The same with other events than the log's, in the order of EventLog; they must outlive the
  /// replay of the deal.
  void Start(std::size_t deal, std::span<const data::LoggedEvent> events);

  /// Applies all events visible at `as_of`. After each batch of the same moment that changed
  /// something of the kinds above, calls `on_change(visible_time, changes)`.
  template <typename OnChange>
  void AdvanceTo(std::int64_t as_of, OnChange&& on_change) {
    while (next_ != end_ && next_->visible_time <= as_of) {
      const std::int64_t time = next_->visible_time;
      do {
        Apply(*next_++);
      } while (next_ != end_ && next_->visible_time == time);
      if (changes_ != 0) {
        if ((changes_ & kLife) != 0) {
          TraceLives(sources_->outcomes(), opened_first(), outcomes_, lives_);
        }
        if ((changes_ & interest_) != 0) {
          on_change(time, changes_ & interest_);
        }
        changes_ = 0;
      }
    }
  }

  [[nodiscard]] std::uint32_t deal() const { return deal_; }
  /// False before the first event.
  [[nodiscard]] bool exists() const { return earliest_event_ != kNever; }
  /// Creation, or the earliest event when the creation is not known.
  [[nodiscard]] std::int64_t opened_first() const {
    return created_ != kNever ? created_ : earliest_event_;
  }
  /// Never empty once the deal exists.
  [[nodiscard]] std::span<const Life> lives() const { return lives_; }
  [[nodiscard]] bool is_qualified() const { return qualified_; }
  [[nodiscard]] bool is_deleted() const { return value(Slot::kDeleted) > 0; }
  /// Symbol of the outcome whose moment is not known; data::kNoValue when there is none.
  [[nodiscard]] std::int64_t undated_outcome() const { return undated_.value; }
  /// Pipeline as far as is known: qualified where that matters, not closed, not deleted.
  [[nodiscard]] bool IsOpen() const {
    return exists() && !lives_.back().is_closed() && is_qualified() && !is_deleted() &&
           undated_outcome() == data::kNoValue;
  }

  [[nodiscard]] std::int64_t value(Slot slot) const {
    return latest_[static_cast<std::size_t>(slot)].value;
  }
  [[nodiscard]] std::int64_t value(std::uint16_t slot) const { return latest_[slot].value; }
  [[nodiscard]] const ValueHistory& stage() const { return stage_; }
  [[nodiscard]] const ValueHistory& amount() const { return amount_; }
  [[nodiscard]] const ValueHistory& commit_date() const { return commit_date_; }
  [[nodiscard]] const ValueHistory& owner() const { return owner_; }
  [[nodiscard]] std::uint32_t owner_index() const { return ToIndex(owner_.latest()); }
  [[nodiscard]] std::uint32_t account_index() const { return ToIndex(value(Slot::kAccount)); }
  /// When the deal first entered a commit forecast category, event time; kNever if it did not.
  [[nodiscard]] std::int64_t first_commit() const { return first_commit_; }
  /// In event order.
  [[nodiscard]] std::span<const Activity> activities() const { return activities_; }
  [[nodiscard]] bool has_activities() const { return has_activities_; }
  [[nodiscard]] std::span<const std::int64_t> planned_meetings() const { return planned_meetings_; }
  /// Once each, in the order they became visible. Empty without activities kept.
  [[nodiscard]] std::span<const DealContact> contacts() const { return contacts_; }
  [[nodiscard]] bool has_executive_role() const { return has_executive_role_; }
  [[nodiscard]] bool has_economic_buyer() const { return has_economic_buyer_; }
  /// Event time of the newest change of the record itself; kNever when there was none.
  [[nodiscard]] std::int64_t last_edit() const { return last_edit_; }

  [[nodiscard]] static std::uint32_t ToIndex(std::int64_t value) {
    return value == data::kNoValue ? kNoLabel : static_cast<std::uint32_t>(value);
  }

 private:
  void Apply(const data::LoggedEvent& event);
  void ApplyLatest(const data::LoggedEvent& event, std::uint16_t slot);
  void ApplyActivity(const data::LoggedEvent& event, ActivityType type);
  DealContact& ContactOf(std::uint32_t contact, std::int64_t event_time);

  const data::EventLog* log_;
  const Sources* sources_;
  unsigned interest_;
  bool keep_activities_;
  bool needs_qualification_;

  std::uint32_t deal_ = 0;
  const data::LoggedEvent* next_ = nullptr;
  const data::LoggedEvent* end_ = nullptr;
  unsigned changes_ = 0;

  std::int64_t created_ = kNever;
  std::int64_t earliest_event_ = kNever;
  std::int64_t last_edit_ = kNever;
  std::int64_t first_commit_ = kNever;
  bool qualified_ = false;
  bool has_activities_ = false;
  bool activity_reported_ = false;
  bool has_executive_role_ = false;
  bool has_economic_buyer_ = false;
  HistoryEntry undated_;
  std::vector<HistoryEntry> latest_;
  ValueHistory stage_;
  ValueHistory amount_;
  ValueHistory commit_date_;
  ValueHistory owner_;
  std::vector<OutcomeEvent> outcomes_;
  std::vector<Life> lives_;
  std::vector<Activity> activities_;
  std::vector<std::int64_t> planned_meetings_;
  std::vector<DealContact> contacts_;
};

}  // namespace ri::features
