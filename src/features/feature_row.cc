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
    : context_(context), scratch_(context.num_columns + 1), keys_(context.rates.size()) {}

void RowBuilder::SetLabel(FeatureId id, std::uint32_t label) {
  Set(id, label == kNoLabel ? kMissing : label);
}

double RowBuilder::DaysSince(std::int64_t time) const {
  return static_cast<double>(as_of_ - time) / static_cast<double>(kDay);
}

void RowBuilder::Build(const DealReplay& replay, const OutcomeLedger& ledger, std::int64_t as_of,
                       std::span<float> row) {
  if (!replay.exists()) {
    std::fill(row.begin(), row.end(), std::numeric_limits<float>::quiet_NaN());
    return;
  }
  replay_ = &replay;
  ledger_ = &ledger;
  as_of_ = as_of;
  created_ = replay.opened_first();
  today_ = context_.calendar.At(FloorDivide(as_of, kDay));
  context_.rates.KeysAt(replay, as_of, keys_);
  SetRates();
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

Counts RowBuilder::OthersIn(std::size_t rate_column) const {
  const std::uint32_t key = keys_[rate_column];
  if (key == kNoLabel) {
    return {};
  }
  Counts counts = context_.aggregates.rate_by_column[rate_column].At(key, as_of_, created_);
  for (const Contribution& own : ledger_->counted()) {
    if (own.in_rates && own.keys[rate_column] == key) {
      counts.n -= 1;
      counts.wins -= own.life.won ? 1 : 0;
    }
  }
  return counts;
}

void RowBuilder::SetRate(FeatureId rate, FeatureId count, std::size_t rate_column, double prior) {
  if (!Wants(rate)) {
    return;
  }
  if (keys_[rate_column] == kNoLabel) {
    Set(rate, kMissing);
    Set(count, kMissing);
    return;
  }
  const Counts counts = OthersIn(rate_column);
  Set(rate, Smooth(counts, prior));
  Set(count, counts.n);
}

void RowBuilder::SetRates() {
  const Counts all = OthersIn(kRateOfAll);
  // Laplace's rule, so that the very first deals have a prior too.
  rate_of_all_ = (all.wins + 1.0) / (all.n + 2.0);
  SetRate(FeatureId::kProductWinRate, FeatureId::kProductWinRateCount, kRateOfProduct,
          rate_of_all_);
  SetRate(FeatureId::kTypeWinRate, FeatureId::kTypeWinRateCount, kRateOfType, rate_of_all_);
  SetRate(FeatureId::kLeadSourceWinRate, FeatureId::kLeadSourceWinRateCount, kRateOfLeadSource,
          rate_of_all_);
  SetRate(FeatureId::kIndustryWinRate, FeatureId::kIndustryWinRateCount, kRateOfIndustry,
          rate_of_all_);
  if (Wants(FeatureId::kOwnerWinRate)) {
    double prior = rate_of_all_;
    for (const std::size_t parent : {kRateOfRegion, kRateOfTeam}) {
      if (keys_[parent] != kNoLabel) {
        prior = Smooth(OthersIn(parent), prior);
      }
    }
    SetRate(FeatureId::kOwnerWinRate, FeatureId::kOwnerWinRateCount, kRateOfOwner, prior);
  }
}

void RowBuilder::SetAccount() {
  const std::uint32_t account = replay_->account_index();
  SetLabel(FeatureId::kAccount, account);
  std::uint32_t region = kNoLabel;
  if (account == kNoLabel) {
    for (const FeatureId id :
         {FeatureId::kAccountWins, FeatureId::kAccountLosses, FeatureId::kAccountWinRate,
          FeatureId::kAccountWinRateCount, FeatureId::kDaysSinceAccountWin,
          FeatureId::kAccountOpenDeals, FeatureId::kAccountIsCustomer, FeatureId::kLogEmployees,
          FeatureId::kLogRevenue, FeatureId::kIndustry, FeatureId::kAmountToAccountMedian}) {
      Set(id, kMissing);
    }
  } else {
    const auto counted = ledger_->counted();
    const bool own = std::any_of(counted.begin(), counted.end(), [&](const Contribution& item) {
      return item.in_history && item.account == account;
    });
    const AccountHistory& history = context_.aggregates.account_history;
    const AccountRecord record =
        own ? history.AtWithout(account, as_of_, replay_->deal()) : history.At(account, as_of_);
    const Counts undated = context_.aggregates.undated_by_account.At(account, created_ - 1);
    const Counts counts{record.counts.n + undated.n, record.counts.wins + undated.wins};
    Set(FeatureId::kAccountWins, counts.wins);
    Set(FeatureId::kAccountLosses, counts.n - counts.wins);
    Set(FeatureId::kAccountWinRate, Smooth(counts, rate_of_all_));
    Set(FeatureId::kAccountWinRateCount, counts.n);
    Set(FeatureId::kDaysSinceAccountWin,
        record.last_won == kNever ? kMissing : DaysSince(record.last_won));
    Set(FeatureId::kAccountIsCustomer, counts.wins > 0 ? 1 : 0);
    Set(FeatureId::kAccountOpenDeals,
        context_.aggregates.open_by_account.At(account, as_of_).n - (replay_->IsOpen() ? 1 : 0));
    const std::int64_t amount = replay_->amount().latest();
    if (Wants(FeatureId::kAmountToAccountMedian)) {
      const double major = amount > 0 ? context_.currencies.ToMajorUnits(
                                            amount, replay_->value(Slot::kCurrency), as_of_)
                                      : kMissing;
      Set(FeatureId::kAmountToAccountMedian,
          record.median_won_amount > 0 ? std::log(major / record.median_won_amount) : kMissing);
    }
    const auto log_of = [&](const EntityTimeline& timeline) {
      const std::int64_t bits = timeline.ValueAt(account, as_of_);
      const double value = bits == data::kNoValue ? kMissing : std::bit_cast<double>(bits);
      return value >= 0 ? std::log1p(value) : kMissing;
    };
    Set(FeatureId::kLogEmployees, log_of(context_.facts.account_employees));
    Set(FeatureId::kLogRevenue, log_of(context_.facts.account_revenue));
    SetLabel(FeatureId::kIndustry, keys_[kRateOfIndustry]);
    region = context_.sources.Label(TextColumn::kRegion,
                                    context_.facts.account_region.ValueAt(account, as_of_));
  }
  SetLabel(FeatureId::kRegion, region != kNoLabel ? region : keys_[kRateOfRegion]);
}

void RowBuilder::SetRep() {
  const std::uint32_t owner = replay_->owner_index();
  SetLabel(FeatureId::kOwner, owner);
  if (owner == kNoLabel) {
    Set(FeatureId::kOwnerTenureDays, kMissing);
    Set(FeatureId::kOwnerOpenDeals, kMissing);
    Set(FeatureId::kOwnerCommitRealisation, kMissing);
  } else {
    const std::int64_t created = context_.facts.RepCreated(owner, as_of_);
    const std::int64_t first_deal = context_.aggregates.rep_first_deal[owner];
    Set(FeatureId::kOwnerTenureDays, DaysSince(std::min(created, first_deal)));
    Set(FeatureId::kOwnerOpenDeals,
        context_.aggregates.open_by_owner.At(owner, as_of_).n - (replay_->IsOpen() ? 1 : 0));
    if (Wants(FeatureId::kOwnerCommitRealisation)) {
      Counts all = context_.aggregates.rate_of_committed.At(0, as_of_, created_);
      Counts own = context_.aggregates.rate_by_committed_owner.At(owner, as_of_, created_);
      for (const Contribution& item : ledger_->counted()) {
        if (!item.in_rates || !item.committed) {
          continue;
        }
        const int won = item.life.won ? 1 : 0;
        all = {all.n - 1, all.wins - won};
        if (item.owner == owner) {
          own = {own.n - 1, own.wins - won};
        }
      }
      Set(FeatureId::kOwnerCommitRealisation, Smooth(own, (all.wins + 1.0) / (all.n + 2.0)));
    }
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
    if (first_visible <= as_of_) {
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
