// Rows, first part: deal terms, stage and velocity, close date.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "features/feature_row.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double RealOf(std::int64_t bits) {
  return bits == data::kNoValue ? kMissing : std::bit_cast<double>(bits);
}

}  // namespace

void RowBuilder::SetDealTerms() {
  const std::int64_t amount = replay_->amount().latest();
  const std::int64_t currency = replay_->value(Slot::kCurrency);
  const double major = amount == data::kNoValue
                           ? kMissing
                           : context_.currencies.ToMajorUnits(amount, currency, as_of_);
  Set(FeatureId::kLogAmount, major >= 0 ? std::log1p(major) : kMissing);
  Set(FeatureId::kAmountMissing, major > 0 ? 0 : 1);
  std::int64_t first = data::kNoValue;
  std::int64_t before = data::kNoValue;
  int changes_28 = 0;
  int changes_90 = 0;
  int sign = 0;
  for (const HistoryEntry& entry : replay_->amount().entries()) {
    if (entry.value == data::kNoValue) {
      continue;
    }
    if (first == data::kNoValue && entry.value > 0) {
      first = entry.value;
    }
    if (before != data::kNoValue && entry.value != before) {
      const double age = DaysSince(entry.event_time);
      changes_28 += age < 28 ? 1 : 0;
      changes_90 += age < 90 ? 1 : 0;
      sign = entry.value > before ? 1 : -1;
    }
    before = entry.value;
  }
  const double change =
      amount == first ? 0 : std::log(static_cast<double>(amount) / static_cast<double>(first));
  Set(FeatureId::kAmountChange, amount > 0 ? change : kMissing);
  Set(FeatureId::kAmountChanges28, changes_28);
  Set(FeatureId::kAmountChanges90, changes_90);
  Set(FeatureId::kLastAmountChangeSign, sign);
  Set(FeatureId::kDiscount, RealOf(replay_->value(Slot::kDiscount)));
  Set(FeatureId::kProductCount, RealOf(replay_->value(Slot::kProductCount)));
  Set(FeatureId::kTermMonths, RealOf(replay_->value(Slot::kTermMonths)));
  SetLabel(FeatureId::kProduct, keys_[kRateOfProduct]);
  SetLabel(FeatureId::kType, keys_[kRateOfType]);
  SetLabel(FeatureId::kLeadSource, keys_[kRateOfLeadSource]);
  SetLabel(FeatureId::kCurrency, context_.sources.Label(TextColumn::kCurrency, currency));
}

void RowBuilder::SetStage() {
  const Sources& sources = context_.sources;
  const auto lives = replay_->lives();
  const double age = DaysSince(lives.back().opened);
  Set(FeatureId::kAgeDays, age);
  Set(FeatureId::kReopenings, static_cast<double>(lives.size() - 1));
  SetLabel(FeatureId::kForecastCategory,
           sources.Label(TextColumn::kForecastCategory, replay_->value(Slot::kForecastCategory)));
  const auto entries = replay_->stage().entries();
  const std::uint32_t stage = sources.Label(TextColumn::kStage, replay_->stage().latest());
  SetLabel(FeatureId::kStage, stage);

  const auto facts = context_.aggregates.stages.At(as_of_);
  const auto facts_of = [&](std::uint32_t label) {
    return label < facts.size() ? facts[label] : StageFacts{};
  };
  int advances_28 = 0;
  int regressions = 0;
  int skipped = 0;
  float furthest = std::numeric_limits<float>::quiet_NaN();
  std::int16_t rank_before = kNoRank;
  int num_stages = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::int64_t value = entries[i].value;
    if (value == data::kNoValue) {
      continue;
    }
    const bool seen_before =
        std::any_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(i),
                    [&](const HistoryEntry& entry) { return entry.value == value; });
    num_stages += seen_before ? 0 : 1;
    const StageFacts place = facts_of(sources.Label(TextColumn::kStage, value));
    if (place.rank == kNoRank) {
      continue;
    }
    furthest = std::fmax(furthest, place.place);
    if (rank_before != kNoRank && place.rank != rank_before) {
      if (place.rank > rank_before) {
        advances_28 += DaysSince(entries[i].event_time) < 28 ? 1 : 0;
        skipped += place.rank - rank_before - 1;
      } else {
        ++regressions;
      }
    }
    rank_before = place.rank;
  }
  Set(FeatureId::kStageAdvances28, advances_28);
  Set(FeatureId::kStageRegressions, regressions);
  Set(FeatureId::kSkippedStages, skipped);
  Set(FeatureId::kFurthestStage, furthest);
  Set(FeatureId::kStageVelocity,
      num_stages == 0 ? kMissing : 30.0 * num_stages / std::max(age, 1.0));

  if (stage == kNoLabel) {
    for (const FeatureId id :
         {FeatureId::kStageOrder, FeatureId::kDaysInStage, FeatureId::kStageTimeRatio,
          FeatureId::kDaysPastStageP90, FeatureId::kStageWinRate, FeatureId::kStageWinRateCount}) {
      Set(id, kMissing);
    }
    return;
  }
  std::size_t entered = entries.size() - 1;
  while (entered > 0 && entries[entered - 1].value == entries[entered].value) {
    --entered;
  }
  const double days_in_stage = DaysSince(entries[entered].event_time);
  const StageFacts here = facts_of(stage);
  Set(FeatureId::kStageOrder, here.place);
  Set(FeatureId::kDaysInStage, days_in_stage);
  Set(FeatureId::kStageTimeRatio,
      std::isnan(here.median_stay)
          ? kMissing
          : days_in_stage / std::max(1.0, static_cast<double>(here.median_stay)));
  Set(FeatureId::kDaysPastStageP90,
      std::isnan(here.p90_stay)
          ? kMissing
          : std::max(0.0, days_in_stage - static_cast<double>(here.p90_stay)));
}

void RowBuilder::SetCloseDate() {
  if (!context_.Wants(FeatureId::kDaysToCommit)) {
    return;
  }
  const std::int64_t commit = replay_->commit_date().latest();
  if (commit == data::kNoValue) {
    for (const FeatureId id :
         {FeatureId::kDaysToCommit, FeatureId::kDaysPastCommit, FeatureId::kCommitInQuarter,
          FeatureId::kCommitOnMonthEnd, FeatureId::kCommitOnQuarterEnd}) {
      Set(id, kMissing);
    }
  } else {
    const std::int64_t ahead = commit - FloorDivide(as_of_, kDay);
    const DayFacts day = context_.calendar.At(commit);
    Set(FeatureId::kDaysToCommit, static_cast<double>(ahead));
    Set(FeatureId::kDaysPastCommit, static_cast<double>(std::max<std::int64_t>(0, -ahead)));
    Set(FeatureId::kCommitInQuarter, day.quarter == today_.quarter ? 1 : 0);
    Set(FeatureId::kCommitOnMonthEnd, day.is_month_end ? 1 : 0);
    Set(FeatureId::kCommitOnQuarterEnd, day.days_to_quarter_end == 1 ? 1 : 0);
  }
  int pushes = 0;
  int pulls = 0;
  std::int64_t days_pushed = 0;
  std::int64_t first = data::kNoValue;
  std::int64_t before = data::kNoValue;
  std::int64_t changed = kNever;
  for (const HistoryEntry& entry : replay_->commit_date().entries()) {
    if (entry.value == data::kNoValue || entry.value == before) {
      continue;
    }
    if (before == data::kNoValue) {
      first = entry.value;
    } else if (entry.value > before) {
      ++pushes;
      days_pushed += entry.value - before;
    } else {
      ++pulls;
    }
    before = entry.value;
    changed = entry.event_time;
  }
  Set(FeatureId::kCommitPushes, pushes);
  Set(FeatureId::kDaysPushed, static_cast<double>(days_pushed));
  Set(FeatureId::kCommitPulls, pulls);
  Set(FeatureId::kDaysSinceCommitChange, changed == kNever ? kMissing : DaysSince(changed));
  Set(FeatureId::kPlannedCycleDays, first == data::kNoValue
                                        ? kMissing
                                        : static_cast<double>(first - FloorDivide(created_, kDay)));
}

void RowBuilder::SetCustom() {
  const auto& columns = context_.sources.custom_columns();
  const std::int64_t currency = replay_->value(Slot::kCurrency);
  const auto value_of = [&](std::size_t i) {
    const CustomColumn& column = columns[i];
    if (column.kind == data::EntityKind::kDeal) {
      return replay_->value(column.slot);
    }
    const std::uint32_t account = replay_->account_index();
    return account == kNoLabel ? data::kNoValue : context_.facts.custom[i].ValueAt(account, as_of_);
  };
  // Midnight of a date, or the moment itself.
  const auto time_of = [&](std::size_t i, std::int64_t value) {
    return columns[i].type == data::ValueType::kDate ? value * kDay : value;
  };
  float* const out = scratch_.data() + context_.first_custom_column;
  const auto set = [&](std::size_t index, double value) { out[index] = static_cast<float>(value); };
  for (const CustomOutput& output : context_.custom.outputs) {
    const CustomColumn& column = columns[output.column];
    const std::int64_t value = value_of(output.column);
    const bool known = value != data::kNoValue;
    switch (column.treatment) {
      case Treatment::kNumber:
        set(output.first,
            !known ? kMissing
                   : (column.type == data::ValueType::kReal ? std::bit_cast<double>(value)
                                                            : static_cast<double>(value)));
        break;
      case Treatment::kFlag:
        set(output.first, known ? (value != 0 ? 1 : 0) : kMissing);
        break;
      case Treatment::kMoney: {
        const double major = known ? context_.currencies.OwnMajorUnits(value, currency) : kMissing;
        set(output.first, major);
        set(output.first + 1, major >= 0 ? std::log1p(major) : kMissing);
        break;
      }
      case Treatment::kDate: {
        const std::int64_t time = known ? time_of(output.column, value) : 0;
        set(output.first, known ? -DaysSince(time) : kMissing);
        set(output.first + 1,
            known ? static_cast<double>(time - created_) / static_cast<double>(kDay) : kMissing);
        break;
      }
      case Treatment::kCategory:
      case Treatment::kReference: {
        const std::uint32_t key = keys_[context_.rates.ColumnOfCustom(output.column)];
        set(output.first, key == kNoLabel ? kMissing : key);
        break;
      }
      case Treatment::kPresence:
        set(output.first, known ? 1 : 0);
        break;
      case Treatment::kFreeText:
        set(output.first, known ? 1 : 0);
        set(output.first + 1, known ? context_.sources.TextLength(value) : kMissing);
        break;
    }
  }
  for (const CustomDatePair& pair : context_.custom.date_pairs) {
    const std::int64_t from = value_of(pair.from);
    const std::int64_t to = value_of(pair.to);
    const bool known = from != data::kNoValue && to != data::kNoValue;
    set(pair.output, known ? static_cast<double>(time_of(pair.to, to) - time_of(pair.from, from)) /
                                 static_cast<double>(kDay)
                           : kMissing);
  }
}

}  // namespace ri::features
