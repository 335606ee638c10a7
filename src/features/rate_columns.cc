#include "features/rate_columns.h"

namespace ri::features {

using data::EntityKind;

RateColumns::RateColumns(const data::EventLog& log, const Sources& sources,
                         const EntityFacts& facts)
    : sources_(&sources), facts_(&facts), num_keys_(kNumFixedRates) {
  const auto num_labels = [&](TextColumn column) { return sources.LabelSymbols(column).size(); };
  num_keys_[kRateOfAll] = 1;
  num_keys_[kRateOfRegion] = num_labels(TextColumn::kRegion);
  num_keys_[kRateOfTeam] = log.count(EntityKind::kTeam);
  num_keys_[kRateOfOwner] = log.count(EntityKind::kRep);
  num_keys_[kRateOfProduct] = num_labels(TextColumn::kProduct);
  num_keys_[kRateOfType] = num_labels(TextColumn::kType);
  num_keys_[kRateOfLeadSource] = num_labels(TextColumn::kLeadSource);
  num_keys_[kRateOfIndustry] = num_labels(TextColumn::kIndustry);
  for (const CustomColumn& column : sources.custom_columns()) {
    if (column.treatment == Treatment::kCategory) {
      column_of_custom_.push_back(num_keys_.size());
      num_keys_.push_back(sources.LabelSymbols(column.label_column).size());
    } else if (column.treatment == Treatment::kReference) {
      column_of_custom_.push_back(num_keys_.size());
      num_keys_.push_back(log.count(column.reference_kind));
    } else {
      column_of_custom_.push_back(0);
    }
  }
  for (std::uint32_t column = 0; column < num_keys_.size(); ++column) {
    const bool is_active = num_keys_[column] > 0;
    place_.push_back(is_active ? static_cast<std::uint32_t>(active_.size()) : kNoLabel);
    if (is_active) {
      active_.push_back(column);
    }
  }
}

void RateColumns::KeysAt(const DealReplay& replay, std::int64_t as_of,
                         std::span<std::uint32_t> keys) const {
  const std::uint32_t owner = replay.owner_index();
  const std::uint32_t account = replay.account_index();
  keys[kRateOfAll] = 0;
  keys[kRateOfOwner] = owner;
  keys[kRateOfTeam] =
      owner == kNoLabel ? kNoLabel : DealReplay::ToIndex(facts_->rep_team.ValueAt(owner, as_of));
  keys[kRateOfRegion] =
      owner == kNoLabel
          ? kNoLabel
          : sources_->Label(TextColumn::kRegion, facts_->rep_region.ValueAt(owner, as_of));
  keys[kRateOfProduct] = sources_->Label(TextColumn::kProduct, replay.value(Slot::kProduct));
  keys[kRateOfType] = sources_->Label(TextColumn::kType, replay.value(Slot::kType));
  keys[kRateOfLeadSource] =
      sources_->Label(TextColumn::kLeadSource, replay.value(Slot::kLeadSource));
  keys[kRateOfIndustry] = account == kNoLabel
                              ? kNoLabel
                              : sources_->Label(TextColumn::kIndustry,
                                                facts_->account_industry.ValueAt(account, as_of));
  const auto& columns = sources_->custom_columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t key = column_of_custom_[i];
    if (key == 0) {
      continue;
    }
    const CustomColumn& column = columns[i];
    std::int64_t value = data::kNoValue;
    if (column.kind == EntityKind::kDeal) {
      value = replay.value(column.slot);
    } else if (account != kNoLabel) {
      value = facts_->custom[i].ValueAt(account, as_of);
    }
    keys[key] = column.treatment == Treatment::kReference
                    ? DealReplay::ToIndex(value)
                    : sources_->Label(column.label_column, value);
  }
}

}  // namespace ri::features
