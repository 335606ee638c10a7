// Rows, second part: activities and stakeholders.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "features/feature_row.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

constexpr std::array<FeatureId, kNumActivityTypes> kFirstWindow = {
    FeatureId::kMeetings7, FeatureId::kCalls7, FeatureId::kEmailsOut7, FeatureId::kEmailsIn7,
    FeatureId::kTasks7};

FeatureId Shift(FeatureId id, unsigned offset) {
  return static_cast<FeatureId>(static_cast<unsigned>(id) + offset);
}

bool IsTwoWay(ActivityType type) {
  return type == ActivityType::kMeeting || type == ActivityType::kCall ||
         type == ActivityType::kEmailIn;
}

}  // namespace

void RowBuilder::SetActivity() {
  const Sources& sources = context_.sources;
  if (sources.Has(Role::kMeetingPlanned)) {
    std::int64_t next = kNever;
    for (const std::int64_t planned : replay_->planned_meetings()) {
      next = planned > as_of_ ? std::min(next, planned) : next;
    }
    const bool in_use = sources.FirstVisible(Role::kMeetingPlanned) <= as_of_;
    Set(FeatureId::kNextMeetingPlanned, !in_use ? kMissing : (next != kNever ? 1 : 0));
    Set(FeatureId::kDaysToNextMeeting, next != kNever ? -DaysSince(next) : kMissing);
  }
  if (!sources.HasActivities()) {
    return;
  }
  const std::uint32_t owner = replay_->owner_index();
  const std::int64_t first_activity = owner == kNoLabel
                                          ? context_.aggregates.first_activity
                                          : context_.aggregates.rep_first_activity[owner];
  const bool synced = replay_->has_activities() || first_activity <= as_of_;
  Set(FeatureId::kNoActivitySync, synced ? 0 : 1);

  // Newest first: three windows of counts, the 28 days before the last 28, and the last touches.
  std::array<std::array<int, 3>, kNumActivityTypes> counts{};
  int last_28 = 0;
  int before_28 = 0;
  std::int64_t last_two_way = kNever;
  const auto activities = replay_->activities();
  for (std::size_t i = activities.size(); i > 0; --i) {
    const Activity& activity = activities[i - 1];
    const std::int64_t age = as_of_ - activity.event_time;
    if (last_two_way == kNever && IsTwoWay(activity.type)) {
      last_two_way = activity.event_time;
    }
    if (age >= 90 * kDay) {
      if (last_two_way != kNever) {
        break;
      }
      continue;
    }
    std::array<int, 3>& windows = counts[static_cast<std::size_t>(activity.type)];
    windows[0] += age < 7 * kDay ? 1 : 0;
    windows[1] += age < 28 * kDay ? 1 : 0;
    windows[2] += 1;
    last_28 += age < 28 * kDay ? 1 : 0;
    before_28 += age >= 28 * kDay && age < 56 * kDay ? 1 : 0;
  }
  for (std::size_t type = 0; type < kNumActivityTypes; ++type) {
    const bool known = synced && sources.FirstVisible(static_cast<ActivityType>(type)) <= as_of_;
    for (unsigned window = 0; window < 3; ++window) {
      Set(Shift(kFirstWindow[type], window), known ? counts[type][window] : kMissing);
    }
  }
  const int in = counts[static_cast<std::size_t>(ActivityType::kEmailIn)][2];
  const int out = counts[static_cast<std::size_t>(ActivityType::kEmailOut)][2];
  Set(FeatureId::kInboundShare90, in + out > 0 ? static_cast<double>(in) / (in + out) : kMissing);
  Set(FeatureId::kDaysSinceTwoWayTouch,
      last_two_way == kNever ? kMissing : DaysSince(last_two_way));
  Set(FeatureId::kDaysSinceTouch,
      activities.empty() ? kMissing : DaysSince(activities.back().event_time));
  Set(FeatureId::kActivityTrend, synced ? std::log((last_28 + 1.0) / (before_28 + 1.0)) : kMissing);
  if (context_.Wants(FeatureId::kReplyLatency)) {
    SetReplyLatency();
  }
  int active = 0;
  for (const DealContact& contact : replay_->contacts()) {
    active += contact.last_active != kNever && as_of_ - contact.last_active < 28 * kDay ? 1 : 0;
  }
  Set(FeatureId::kActiveContacts28, synced ? active : kMissing);
}

// A reply is the first email from the buyer after one or more to the buyer; its delay is counted
// from the first of them.
void RowBuilder::SetReplyLatency() {
  latencies_.clear();
  std::int64_t asked = kNever;
  for (const Activity& activity : replay_->activities()) {
    if (activity.type == ActivityType::kEmailOut) {
      asked = std::min(asked, activity.event_time);
    } else if (activity.type == ActivityType::kEmailIn && asked != kNever) {
      if (as_of_ - activity.event_time < 90 * kDay) {
        latencies_.push_back(static_cast<double>(activity.event_time - asked) /
                             static_cast<double>(kDay));
      }
      asked = kNever;
    }
  }
  if (latencies_.empty()) {
    Set(FeatureId::kReplyLatency, kMissing);
    return;
  }
  std::sort(latencies_.begin(), latencies_.end());
  const std::size_t n = latencies_.size();
  Set(FeatureId::kReplyLatency, (latencies_[(n - 1) / 2] + latencies_[n / 2]) / 2);
}

void RowBuilder::SetStakeholders() {
  int roles = 0;
  int fresh = 0;
  bool executive = replay_->has_executive_role();
  for (const DealContact& contact : replay_->contacts()) {
    roles += contact.has_role ? 1 : 0;
    fresh += as_of_ - contact.first_seen < 28 * kDay ? 1 : 0;
    if (!executive && contact.last_seen != kNever && as_of_ - contact.last_seen < 90 * kDay) {
      executive = context_.sources.IsExecutiveTitle(
          context_.facts.contact_title.ValueAt(contact.contact, as_of_));
    }
  }
  Set(FeatureId::kContactRoles, roles);
  Set(FeatureId::kNewContacts28, fresh);
  Set(FeatureId::kExecutiveContact, executive ? 1 : 0);
  Set(FeatureId::kEconomicBuyerKnown, replay_->has_economic_buyer() ? 1 : 0);
}

}  // namespace ri::features
