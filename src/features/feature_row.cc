#include "features/feature_row.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

RowBuilder::RowBuilder(const RowContext& context)
    : context_(context), scratch_(context.num_columns + 1) {}

void RowBuilder::SetLabel(FeatureId id, std::uint32_t label) {
  Set(id, label == kNoLabel ? kMissing : label);
}

void RowBuilder::Build(const DealReplay& replay, std::span<const std::uint32_t> keys,
                       std::int64_t as_of, std::span<float> row) {
  replay_ = &replay;
  keys_ = keys;
  as_of_ = as_of;
  created_ = replay.opened_first();
  today_ = context_.calendar.At(FloorDivide(as_of, kDay));
  SetDealTerms();
  SetStage();
  SetCloseDate();
  SetActivity();
  SetStakeholders();
  SetAccount();
  SetRep();
  SetCalendar();
  SetQuality();
  SetCustom();
  std::copy_n(scratch_.begin(), row.size(), row.begin());
}

void RowBuilder::SetAccount() {
  const std::uint32_t account = replay_->account_index();
  SetLabel(FeatureId::kAccount, account);
  std::uint32_t region = kNoLabel;
  if (account == kNoLabel) {
    Set(FeatureId::kLogEmployees, kMissing);
    Set(FeatureId::kLogRevenue, kMissing);
  } else {
    const auto log_of = [&](const EntityTimeline& timeline) {
      const std::int64_t bits = timeline.ValueAt(account, as_of_);
      const double value = bits == data::kNoValue ? kMissing : std::bit_cast<double>(bits);
      return value >= 0 ? std::log1p(value) : kMissing;
    };
    Set(FeatureId::kLogEmployees, log_of(context_.facts.account_employees));
    Set(FeatureId::kLogRevenue, log_of(context_.facts.account_revenue));
    region = context_.sources.Label(TextColumn::kRegion,
                                    context_.facts.account_region.ValueAt(account, as_of_));
  }
  SetLabel(FeatureId::kIndustry, keys_[kRateOfIndustry]);
  SetLabel(FeatureId::kRegion, region != kNoLabel ? region : keys_[kRateOfRegion]);
}

void RowBuilder::SetRep() {
  const std::uint32_t owner = replay_->owner_index();
  SetLabel(FeatureId::kOwner, owner);
  if (owner == kNoLabel) {
    Set(FeatureId::kOwnerTenureDays, kMissing);
  } else {
    const std::int64_t created = context_.facts.RepCreated(owner, as_of_);
    const std::int64_t first_deal = context_.aggregates.rep_first_deal[owner];
    Set(FeatureId::kOwnerTenureDays, DaysSince(std::min(created, first_deal)));
  }
  // A first assignment is not a change.
  double changed = 0;
  std::int64_t before = data::kNoValue;
  for (const HistoryEntry& entry : replay_->owner().entries()) {
    if (before != data::kNoValue && entry.value != data::kNoValue && entry.value != before &&
        DaysSince(entry.event_time) < 28) {
      changed = 1;
    }
    before = entry.value != data::kNoValue ? entry.value : before;
  }
  Set(FeatureId::kOwnerChanged28, changed);
}

void RowBuilder::SetCalendar() {
  const DayFacts created = context_.calendar.At(FloorDivide(created_, kDay));
  Set(FeatureId::kDaysToQuarterEnd, today_.days_to_quarter_end);
  Set(FeatureId::kWeekOfQuarter, today_.week_of_quarter);
  Set(FeatureId::kFiscalQuarter, today_.quarter_number);
  Set(FeatureId::kMonth, today_.month);
  Set(FeatureId::kCreatedMonth, created.month);
  Set(FeatureId::kCreatedWeekday, created.weekday);
}

void RowBuilder::SetQuality() {
  const Sources& sources = context_.sources;
  int in_use = 0;
  int filled = 0;
  const auto count = [&](std::int64_t first_visible, std::int64_t value) {
    if (first_visible != kNever && first_visible + kSettledAfter <= as_of_) {
      ++in_use;
      filled += value != data::kNoValue ? 1 : 0;
    }
  };
  count(sources.FirstVisible(Role::kAmount), replay_->amount().latest());
  count(sources.FirstVisible(Role::kStage), replay_->stage().latest());
  count(sources.FirstVisible(Role::kCommitDate), replay_->commit_date().latest());
  count(sources.FirstVisible(Role::kOwner), replay_->owner().latest());
  for (const Slot slot : {Slot::kAccount, Slot::kForecastCategory, Slot::kProduct, Slot::kType,
                          Slot::kLeadSource, Slot::kNextStep}) {
    count(sources.FirstVisible(slot), replay_->value(slot));
  }
  for (const CustomColumn& column : sources.custom_columns()) {
    if (column.kind == data::EntityKind::kDeal) {
      count(sources.FirstVisibleOf(column.attribute), replay_->value(column.slot));
    }
  }
  Set(FeatureId::kShareFieldsFilled, in_use == 0 ? kMissing : static_cast<double>(filled) / in_use);
  Set(FeatureId::kDaysSinceEdit,
      replay_->last_edit() == kNever ? kMissing : DaysSince(replay_->last_edit()));
  Set(FeatureId::kNextStepPresent, replay_->value(Slot::kNextStep) != data::kNoValue ? 1 : 0);
  Set(FeatureId::kCompetitorNamed, replay_->value(Slot::kCompetitor) != data::kNoValue ? 1 : 0);
}

}  // namespace ri::features
