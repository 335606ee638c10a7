#include "features/peer_features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double Days(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / static_cast<double>(kDay);
}

}  // namespace

PeerFeatures::PeerFeatures(const RowContext& context)
    : context_(context),
      num_columns_(context.rates.size()),
      row_keys_(num_columns_),
      keys_(num_columns_ * kBatch),
      answers_((num_columns_ + kNumExtra) * kBatch),
      account_records_(kBatch),
      owner_loads_(kBatch),
      account_loads_(kBatch),
      product_medians_(kBatch) {
  rows_.reserve(kBatch);
}

void PeerFeatures::Add(const DealReplay& replay, const OutcomeLedger& ledger, std::int64_t as_of,
                       std::span<float> row) {
  const auto index = static_cast<std::uint32_t>(rows_.size());
  const std::int64_t amount = replay.amount().latest();
  rows_.push_back({.as_of = as_of,
                   .created = replay.opened_first(),
                   .deal = replay.deal(),
                   .owner = replay.owner_index(),
                   .account = replay.account_index(),
                   .stage = context_.sources.Label(TextColumn::kStage, replay.stage().latest()),
                   .amount = amount > 0 ? context_.currencies.ToMajorUnits(
                                              amount, replay.value(Slot::kCurrency), as_of)
                                        : kMissing,
                   .is_open = replay.IsOpen(),
                   .out = row});
  context_.rates.KeysAt(replay, as_of, row_keys_);
  for (std::size_t column = 0; column < num_columns_; ++column) {
    keys_[column * kBatch + index] = row_keys_[column];
  }
  if (!ledger.counted().empty()) {
    NoteOwn(ledger, index);
  }
}

void PeerFeatures::NoteOwn(const OutcomeLedger& ledger, std::uint32_t index) {
  Row& row = rows_[index];
  for (const Contribution& item : ledger.counted()) {
    row.account_knows_deal =
        row.account_knows_deal ||
        (item.in_history && row.account != kNoLabel && item.account == row.account);
    if (!item.in_rates) {
      continue;
    }
    const Counts one{1, item.life.won ? 1 : 0};
    for (std::uint32_t column = 0; column < num_columns_; ++column) {
      if (item.keys[column] != kNoLabel && item.keys[column] == row_keys_[column]) {
        own_.push_back({index, column, one});
      }
    }
    const auto note = [&](bool counted, Extra extra) {
      if (counted) {
        own_.push_back({index, static_cast<std::uint32_t>(QuestionOf(extra)), one});
      }
    };
    note(std::find(item.stages.begin(), item.stages.end(), row.stage) != item.stages.end(), kStage);
    note(item.committed, kCommitted);
    note(item.committed && item.owner != kNoLabel && item.owner == row.owner, kCommittedOwner);
  }
}

void PeerFeatures::Flush() {
  AskRates();
  AskAccounts();
  AskLoadsAndAmounts();
  for (const Own& own : own_) {
    Counts& answer = Answer(own.question, own.row);
    answer.n -= own.counts.n;
    answer.wins -= own.counts.wins;
  }
  for (std::size_t index = 0; index < rows_.size(); ++index) {
    WriteRow(index);
  }
  rows_.clear();
  own_.clear();
}

void PeerFeatures::AskRates() {
  const Aggregates& aggregates = context_.aggregates;
  const auto ask = [&](std::size_t question, const RateHistory& history, const auto& key_of) {
    if (history.empty()) {
      std::fill_n(answers_.begin() + static_cast<std::ptrdiff_t>(question * kBatch), rows_.size(),
                  Counts{});
      return;
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::uint32_t key = key_of(i);
      Answer(question, i) =
          key == kNoLabel ? Counts{} : history.At(key, rows_[i].as_of, rows_[i].created);
    }
  };
  for (std::size_t column = 0; column < num_columns_; ++column) {
    ask(column, aggregates.rate_by_column[column], [&](std::size_t i) { return KeyOf(column, i); });
  }
  ask(QuestionOf(kStage), aggregates.rate_by_stage, [&](std::size_t i) { return rows_[i].stage; });
  if (context_.Wants(FeatureId::kOwnerCommitRealisation)) {
    ask(QuestionOf(kCommittedOwner), aggregates.rate_by_committed_owner,
        [&](std::size_t i) { return rows_[i].owner; });
    ask(QuestionOf(kCommitted), aggregates.rate_of_committed, [](std::size_t) { return 0U; });
  }
}

void PeerFeatures::AskAccounts() {
  if (!context_.Wants(FeatureId::kAccount)) {
    return;
  }
  const Aggregates& aggregates = context_.aggregates;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    account_records_[i] = row.account == kNoLabel
                              ? AccountRecord{}
                              : aggregates.account_history.At(row.account, row.as_of);
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    if (row.account_knows_deal) {
      account_records_[i] = aggregates.account_history.AtWithout(row.account, row.as_of, row.deal);
    }
    Answer(QuestionOf(kUndatedAccount), i) =
        row.account == kNoLabel ? Counts{}
                                : aggregates.undated_by_account.At(row.account, row.created - 1);
  }
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const Row& row = rows_[i];
    account_loads_[i] =
        row.account == kNoLabel ? 0 : aggregates.open_by_account.At(row.account, row.as_of).n;
  }
}

void PeerFeatures::AskLoadsAndAmounts() {
  const Aggregates& aggregates = context_.aggregates;
  if (context_.Wants(FeatureId::kOwner)) {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const Row& row = rows_[i];
      owner_loads_[i] =
          row.owner == kNoLabel ? 0 : aggregates.open_by_owner.At(row.owner, row.as_of).n;
    }
  }
  if (context_.Wants(FeatureId::kAmountToProductMedian)) {
    const auto no_product =
        static_cast<std::uint32_t>(context_.sources.LabelSymbols(TextColumn::kProduct).size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const std::uint32_t key = std::min(KeyOf(kRateOfProduct, i), no_product);
      product_medians_[i] = aggregates.amount_by_product.At(key, rows_[i].as_of);
    }
  }
}

void PeerFeatures::Set(std::size_t index, FeatureId id, double value) {
  const std::uint32_t column = context_.column_of[static_cast<std::size_t>(id)];
  if (column != context_.num_columns) {
    rows_[index].out[column] = static_cast<float>(value);
  }
}

void PeerFeatures::SetRate(std::size_t index, FeatureId rate, FeatureId count, std::size_t column,
                           double prior) {
  const bool known = KeyOf(column, index) != kNoLabel;
  const Counts counts = Answer(column, index);
  Set(index, rate, known ? Smooth(counts, prior) : kMissing);
  Set(index, count, known ? counts.n : kMissing);
}

void PeerFeatures::WriteRow(std::size_t index) {
  const Counts all = Answer(kRateOfAll, index);
  // Laplace's rule, so that the very first deals have a prior too.
  const double rate_of_all = (all.wins + 1.0) / (all.n + 2.0);
  WriteRates(index, rate_of_all);
  WriteAccount(index, rate_of_all);
  WriteRep(index, rate_of_all);
  if (context_.Wants(FeatureId::kAmountToProductMedian)) {
    const double median = product_medians_[index];
    Set(index, FeatureId::kAmountToProductMedian,
        median > 0 ? std::log(rows_[index].amount / median) : kMissing);
  }
}

void PeerFeatures::WriteRates(std::size_t index, double rate_of_all) {
  SetRate(index, FeatureId::kProductWinRate, FeatureId::kProductWinRateCount, kRateOfProduct,
          rate_of_all);
  SetRate(index, FeatureId::kTypeWinRate, FeatureId::kTypeWinRateCount, kRateOfType, rate_of_all);
  SetRate(index, FeatureId::kLeadSourceWinRate, FeatureId::kLeadSourceWinRateCount,
          kRateOfLeadSource, rate_of_all);
  SetRate(index, FeatureId::kIndustryWinRate, FeatureId::kIndustryWinRateCount, kRateOfIndustry,
          rate_of_all);
  const bool has_stage = rows_[index].stage != kNoLabel;
  const Counts stage = Answer(QuestionOf(kStage), index);
  Set(index, FeatureId::kStageWinRate, has_stage ? Smooth(stage, rate_of_all) : kMissing);
  Set(index, FeatureId::kStageWinRateCount, has_stage ? stage.n : kMissing);
  float* const custom = rows_[index].out.data() + context_.first_custom_column;
  for (const CustomOutput& output : context_.custom.outputs) {
    if (output.has_rate) {
      const std::size_t column = context_.rates.ColumnOfCustom(output.column);
      const bool known = KeyOf(column, index) != kNoLabel;
      const Counts counts = Answer(column, index);
      custom[output.first + 1] = static_cast<float>(known ? Smooth(counts, rate_of_all) : kMissing);
      custom[output.first + 2] = static_cast<float>(known ? counts.n : kMissing);
    }
  }
}

void PeerFeatures::WriteAccount(std::size_t index, double rate_of_all) {
  if (!context_.Wants(FeatureId::kAccount)) {
    return;
  }
  const Row& row = rows_[index];
  if (row.account == kNoLabel) {
    for (const FeatureId id : {FeatureId::kAccountWins, FeatureId::kAccountLosses,
                               FeatureId::kAccountWinRate, FeatureId::kAccountWinRateCount,
                               FeatureId::kDaysSinceAccountWin, FeatureId::kAccountOpenDeals,
                               FeatureId::kAccountIsCustomer, FeatureId::kAmountToAccountMedian}) {
      Set(index, id, kMissing);
    }
    return;
  }
  const AccountRecord& record = account_records_[index];
  const Counts undated = Answer(QuestionOf(kUndatedAccount), index);
  const Counts counts{record.counts.n + undated.n, record.counts.wins + undated.wins};
  Set(index, FeatureId::kAccountWins, counts.wins);
  Set(index, FeatureId::kAccountLosses, counts.n - counts.wins);
  Set(index, FeatureId::kAccountWinRate, Smooth(counts, rate_of_all));
  Set(index, FeatureId::kAccountWinRateCount, counts.n);
  Set(index, FeatureId::kDaysSinceAccountWin,
      record.last_won == kNever ? kMissing : Days(record.last_won, row.as_of));
  Set(index, FeatureId::kAccountIsCustomer, counts.wins > 0 ? 1 : 0);
  Set(index, FeatureId::kAccountOpenDeals, account_loads_[index] - (row.is_open ? 1 : 0));
  Set(index, FeatureId::kAmountToAccountMedian,
      record.median_won_amount > 0 ? std::log(row.amount / record.median_won_amount) : kMissing);
}

void PeerFeatures::WriteRep(std::size_t index, double rate_of_all) {
  if (!context_.Wants(FeatureId::kOwner)) {
    return;
  }
  const Row& row = rows_[index];
  double prior = rate_of_all;
  for (const std::size_t parent : {kRateOfRegion, kRateOfTeam}) {
    if (KeyOf(parent, index) != kNoLabel) {
      prior = Smooth(Answer(parent, index), prior);
    }
  }
  SetRate(index, FeatureId::kOwnerWinRate, FeatureId::kOwnerWinRateCount, kRateOfOwner, prior);
  const bool known = row.owner != kNoLabel;
  Set(index, FeatureId::kOwnerOpenDeals,
      known ? owner_loads_[index] - (row.is_open ? 1 : 0) : kMissing);
  if (context_.Wants(FeatureId::kOwnerCommitRealisation)) {
    const Counts all = Answer(QuestionOf(kCommitted), index);
    Set(index, FeatureId::kOwnerCommitRealisation,
        known ? Smooth(Answer(QuestionOf(kCommittedOwner), index), (all.wins + 1.0) / (all.n + 2.0))
              : kMissing);
  }
}

}  // namespace ri::features
