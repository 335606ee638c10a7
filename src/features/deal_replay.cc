#include "features/deal_replay.h"

#include <algorithm>

namespace ri::features {
namespace {

constexpr std::uint16_t Index(Slot slot) { return static_cast<std::uint16_t>(slot); }

}  // namespace

DealReplay::DealReplay(const data::EventLog& log, const Sources& sources, unsigned interest,
                       bool keep_activities)
    : log_(&log),
      sources_(&sources),
      interest_(interest),
      keep_activities_(keep_activities),
      needs_qualification_(sources.Has(Role::kQualified)),
      latest_(sources.num_slots()) {}

void DealReplay::Start(std::size_t deal) {
  Start(deal, log_->events(data::EntityKind::kDeal, deal));
}

void DealReplay::Start(std::size_t deal, std::span<const data::LoggedEvent> events) {
  deal_ = static_cast<std::uint32_t>(deal);
  next_ = events.data();
  end_ = events.data() + events.size();
  changes_ = 0;
  created_ = kNever;
  earliest_event_ = kNever;
  last_edit_ = kNever;
  first_commit_ = kNever;
  qualified_ = !needs_qualification_;
  has_activities_ = false;
  activity_reported_ = false;
  has_executive_role_ = false;
  has_economic_buyer_ = false;
  undated_ = {};
  std::fill(latest_.begin(), latest_.end(), HistoryEntry{});
  stage_.Clear();
  amount_.Clear();
  commit_date_.Clear();
  owner_.Clear();
  outcomes_.clear();
  lives_.assign(1, {});
  activities_.clear();
  planned_meetings_.clear();
  contacts_.clear();
}

void DealReplay::Apply(const data::LoggedEvent& event) {
  const DealAttribute& attribute = sources_->deal_attribute(event.attribute);
  if (event.event_time < earliest_event_) {
    earliest_event_ = event.event_time;
    if (created_ == kNever) {
      changes_ |= kLife;
    }
  }
  if (attribute.is_edit &&
      sources_->FirstVisibleOf(event.attribute) + kSettledAfter <= event.visible_time &&
      (last_edit_ == kNever || event.event_time > last_edit_)) {
    last_edit_ = event.event_time;
  }
  const HistoryEntry entry{event.event_time, event.sequence, event.value};
  switch (attribute.role) {
    case Role::kIgnored:
      break;
    case Role::kLatest:
      ApplyLatest(event, attribute.slot);
      break;
    case Role::kCreated:
      if (event.value > 0 && event.event_time < created_) {
        created_ = event.event_time;
        changes_ |= kLife;
      }
      break;
    case Role::kStage:
      stage_.Insert(entry);
      changes_ |= kStage;
      break;
    case Role::kAmount:
      if (event.value > 0 && amount_.latest() <= 0) {
        changes_ |= kFirstAmount;
      }
      amount_.Insert(entry);
      break;
    case Role::kCommitDate:
      commit_date_.Insert(entry);
      break;
    case Role::kOwner: {
      const std::int64_t before = owner_.latest();
      owner_.Insert(entry);
      if (owner_.latest() != before) {
        changes_ |= kOwner;
        activity_reported_ = false;
      }
      break;
    }
    case Role::kOutcome:
      InsertOutcome(outcomes_, {event.event_time, event.sequence, event.value, event.visible_time});
      changes_ |= kLife;
      break;
    case Role::kUndatedOutcome:
      undated_ = std::max(undated_, entry);
      changes_ |= kLife;
      break;
    case Role::kQualified:
      if (event.value > 0 && !qualified_) {
        qualified_ = true;
        changes_ |= kLife;
      }
      break;
    case Role::kActivity:
      ApplyActivity(event, static_cast<ActivityType>(attribute.slot));
      break;
    case Role::kMeetingPlanned:
      if (event.value != data::kNoValue) {
        planned_meetings_.push_back(event.value);
      }
      break;
    case Role::kContactRole:
      if (keep_activities_ && event.value != data::kNoValue) {
        ContactOf(ToIndex(event.value), event.event_time).has_role = true;
      }
      break;
    case Role::kContactRoleName:
      has_executive_role_ = has_executive_role_ || sources_->IsExecutiveRole(event.value);
      has_economic_buyer_ = has_economic_buyer_ || sources_->IsEconomicBuyerRole(event.value);
      break;
  }
}

void DealReplay::ApplyLatest(const data::LoggedEvent& event, std::uint16_t slot) {
  if (slot == Index(Slot::kForecastCategory) && event.value != data::kNoValue &&
      event.event_time < first_commit_ && sources_->IsCommitCategory(event.value)) {
    first_commit_ = event.event_time;
  }
  HistoryEntry& latest = latest_[slot];
  const HistoryEntry entry{event.event_time, event.sequence, event.value};
  if (entry <= latest) {
    return;
  }
  const bool differs = latest.value != entry.value;
  latest = entry;
  if (!differs) {
    return;
  }
  if (slot == Index(Slot::kAccount)) {
    changes_ |= kAccount;
  } else if (slot == Index(Slot::kDeleted) || slot == Index(Slot::kExcluded)) {
    changes_ |= kLife;
  }
}

void DealReplay::ApplyActivity(const data::LoggedEvent& event, ActivityType type) {
  has_activities_ = true;
  if (!activity_reported_) {
    activity_reported_ = true;
    changes_ |= kFirstActivity;
  }
  if (!keep_activities_) {
    return;
  }
  const Activity activity{event.event_time, event.sequence, ToIndex(event.value), type};
  auto place = activities_.end();
  while (place != activities_.begin() && activity < *(place - 1)) {
    --place;
  }
  if (place == activities_.begin() || *(place - 1) != activity) {
    activities_.insert(place, activity);
  }
  if (activity.contact == kNoLabel) {
    return;
  }
  const auto raise = [&](std::int64_t& time) {
    time = time == kNever ? event.event_time : std::max(time, event.event_time);
  };
  DealContact& contact = ContactOf(activity.contact, event.event_time);
  raise(contact.last_seen);
  if (type == ActivityType::kMeeting || type == ActivityType::kCall ||
      type == ActivityType::kEmailIn) {
    raise(contact.last_active);
  }
}

DealContact& DealReplay::ContactOf(std::uint32_t contact, std::int64_t event_time) {
  const auto place =
      std::find_if(contacts_.begin(), contacts_.end(),
                   [&](const DealContact& known) { return known.contact == contact; });
  DealContact& found = place != contacts_.end() ? *place : contacts_.emplace_back();
  found.contact = contact;
  found.first_seen = std::min(found.first_seen, event_time);
  return found;
}

}  // namespace ri::features
