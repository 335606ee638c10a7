#include "features/peer_features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "features/large_array.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
/// Rows ahead of the sweep that are fetched from memory.
constexpr std::size_t kFetchAhead = 12;
constexpr std::size_t kNoteFarAhead = 24;
constexpr std::size_t kCacheLine = 64;

double Days(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / static_cast<double>(kDay);
}

void Add(Counts& counts, const Counts& more) {
  counts.n += more.n;
  counts.wins += more.wins;
}

}  // namespace

/// Turns the answers of one row into its features.
class PeerWriter {
 public:
  PeerWriter(const RowContext& context, const PeerFeatures& features, std::size_t row,
             std::int64_t as_of, const PeerFeatures::Answers& answers, std::span<float> out)
      : context_(context),
        features_(features),
        row_(row),
        as_of_(as_of),
        noted_(features.rows_[row]),
        answers_(answers),
        out_(out) {
    const Counts all = CountsOf(kRateOfAll).value_or(Counts{});
    // Laplace's rule, so that the very first deals have a prior too.
    rate_of_all_ = (all.wins + 1.0) / (all.n + 2.0);
  }

  void Write() {
    WriteRates();
    if (context_.Wants(FeatureId::kAccount)) {
      WriteAccount();
    }
    if (context_.Wants(FeatureId::kOwner)) {
      WriteRep();
    }
    if (context_.Wants(FeatureId::kAmountToProductMedian)) {
      Set(FeatureId::kAmountToProductMedian,
          answers_.product_median > 0
              ? std::log(static_cast<double>(noted_.amount) / answers_.product_median)
              : kMissing);
    }
  }

 private:
  void Set(FeatureId id, double value) {
    const std::uint32_t column = context_.column_of[static_cast<std::size_t>(id)];
    if (column != context_.num_columns) {
      out_[column] = static_cast<float>(value);
    }
  }
  [[nodiscard]] double Smooth(const Counts& counts, double prior) const {
    return (counts.wins + context_.prior_weight * prior) / (counts.n + context_.prior_weight);
  }
  /// Of the deal's category in a rate column; empty when it has none.
  [[nodiscard]] std::optional<Counts> CountsOf(std::size_t column) const {
    const std::uint32_t place = context_.rates.ActivePlace(column);
    if (place == kNoLabel || features_.KeyOf(place, row_) == kNoLabel) {
      return std::nullopt;
    }
    return answers_.counts[place];
  }
  void SetRate(FeatureId rate, FeatureId count, std::size_t column, double prior) {
    if (!context_.Wants(rate)) {
      return;
    }
    const std::optional<Counts> counts = CountsOf(column);
    Set(rate, counts ? Smooth(*counts, prior) : kMissing);
    Set(count, counts ? counts->n : kMissing);
  }

  void WriteRates() {
    SetRate(FeatureId::kProductWinRate, FeatureId::kProductWinRateCount, kRateOfProduct,
            rate_of_all_);
    SetRate(FeatureId::kTypeWinRate, FeatureId::kTypeWinRateCount, kRateOfType, rate_of_all_);
    SetRate(FeatureId::kLeadSourceWinRate, FeatureId::kLeadSourceWinRateCount, kRateOfLeadSource,
            rate_of_all_);
    SetRate(FeatureId::kIndustryWinRate, FeatureId::kIndustryWinRateCount, kRateOfIndustry,
            rate_of_all_);
    const bool has_stage = noted_.stage != kNoLabel;
    const Counts& stage = answers_.counts[features_.QuestionOf(PeerFeatures::kStage)];
    Set(FeatureId::kStageWinRate, has_stage ? Smooth(stage, rate_of_all_) : kMissing);
    Set(FeatureId::kStageWinRateCount, has_stage ? stage.n : kMissing);
    float* const custom = out_.data() + context_.first_custom_column;
    for (const CustomOutput& output : context_.custom.outputs) {
      if (output.has_rate) {
        const std::optional<Counts> counts = CountsOf(context_.rates.ColumnOfCustom(output.column));
        custom[output.first + 1] =
            static_cast<float>(counts ? Smooth(*counts, rate_of_all_) : kMissing);
        custom[output.first + 2] = static_cast<float>(counts ? counts->n : kMissing);
      }
    }
  }

  void WriteAccount() {
    if (noted_.account == kNoLabel) {
      for (const FeatureId id :
           {FeatureId::kAccountWins, FeatureId::kAccountLosses, FeatureId::kAccountWinRate,
            FeatureId::kAccountWinRateCount, FeatureId::kDaysSinceAccountWin,
            FeatureId::kAccountOpenDeals, FeatureId::kAccountIsCustomer,
            FeatureId::kAmountToAccountMedian}) {
        Set(id, kMissing);
      }
      return;
    }
    const Counts& counts = answers_.counts[features_.QuestionOf(PeerFeatures::kAccount)];
    const AccountRecord& record = answers_.account;
    Set(FeatureId::kAccountWins, counts.wins);
    Set(FeatureId::kAccountLosses, counts.n - counts.wins);
    Set(FeatureId::kAccountWinRate, Smooth(counts, rate_of_all_));
    Set(FeatureId::kAccountWinRateCount, counts.n);
    Set(FeatureId::kDaysSinceAccountWin,
        record.last_won == kNever ? kMissing : Days(record.last_won, as_of_));
    Set(FeatureId::kAccountIsCustomer, counts.wins > 0 ? 1 : 0);
    Set(FeatureId::kAccountOpenDeals, record.num_open - (noted_.is_open ? 1 : 0));
    Set(FeatureId::kAmountToAccountMedian,
        record.median_won_amount > 0
            ? std::log(static_cast<double>(noted_.amount) / record.median_won_amount)
            : kMissing);
  }

  void WriteRep() {
    double prior = rate_of_all_;
    for (const std::size_t parent : {kRateOfRegion, kRateOfTeam}) {
      if (const std::optional<Counts> counts = CountsOf(parent)) {
        prior = Smooth(*counts, prior);
      }
    }
    SetRate(FeatureId::kOwnerWinRate, FeatureId::kOwnerWinRateCount, kRateOfOwner, prior);
    const bool known = noted_.owner != kNoLabel;
    Set(FeatureId::kOwnerOpenDeals,
        known ? answers_.owner_load - (noted_.is_open ? 1 : 0) : kMissing);
    if (context_.Wants(FeatureId::kOwnerCommitRealisation)) {
      const Counts& all = answers_.counts[features_.QuestionOf(PeerFeatures::kCommitted)];
      const Counts& own = answers_.counts[features_.QuestionOf(PeerFeatures::kCommittedOwner)];
      Set(FeatureId::kOwnerCommitRealisation,
          known ? Smooth(own, (all.wins + 1.0) / (all.n + 2.0)) : kMissing);
    }
  }

  const RowContext& context_;
  const PeerFeatures& features_;
  std::size_t row_;
  std::int64_t as_of_;
  const PeerFeatures::Row& noted_;
  const PeerFeatures::Answers& answers_;
  std::span<float> out_;
  double rate_of_all_ = 0.5;
};

PeerFeatures::PeerFeatures(const RowContext& context, std::size_t num_rows)
    : context_(context),
      num_active_(context.rates.active().size()),
      rows_(MakeLarge<Row>(num_rows)),
      keys_(MakeLarge<std::uint32_t>(num_rows * num_active_)) {}

void PeerFeatures::Note(std::size_t row, const DealReplay& replay, const OutcomeLedger& ledger,
                        std::span<const std::uint32_t> keys, std::int64_t as_of,
                        std::vector<Own>& own) {
  const std::int64_t amount = replay.amount().latest();
  Row& noted = rows_[row];
  noted = {
      .created = replay.opened_first(),
      .amount = static_cast<float>(amount > 0 ? context_.currencies.ToMajorUnits(
                                                    amount, replay.value(Slot::kCurrency), as_of)
                                              : kMissing),
      .deal = replay.deal(),
      .owner = replay.owner_index(),
      .account = replay.account_index(),
      .stage = context_.sources.Label(TextColumn::kStage, replay.stage().latest()),
      .is_open = replay.IsOpen()};
  const auto active = context_.rates.active();
  for (std::size_t place = 0; place < num_active_; ++place) {
    keys_[row * num_active_ + place] = keys[active[place]];
  }
  for (const Contribution& item : ledger.counted()) {
    const Counts one{1, item.life.won ? 1 : 0};
    const auto note = [&](bool counted, std::size_t question) {
      if (counted) {
        own.push_back({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(question), one});
        noted.has_own = true;
      }
    };
    const bool same_account =
        item.in_history && item.account != kNoLabel && item.account == noted.account;
    noted.account_knows_deal = noted.account_knows_deal || same_account;
    note(same_account, QuestionOf(kAccount));
    if (!item.in_rates) {
      continue;
    }
    for (std::size_t place = 0; place < num_active_; ++place) {
      const std::uint32_t key = keys[active[place]];
      note(key != kNoLabel && item.keys[active[place]] == key, place);
    }
    note(std::find(item.stages.begin(), item.stages.end(), noted.stage) != item.stages.end(),
         QuestionOf(kStage));
    note(item.committed, QuestionOf(kCommitted));
    note(item.committed && item.owner != kNoLabel && item.owner == noted.owner,
         QuestionOf(kCommittedOwner));
  }
}

void PeerFeatures::SetOwn(std::vector<Own> own) {
  own_ = std::move(own);
  std::sort(own_.begin(), own_.end(), [](const Own& a, const Own& b) { return a.row < b.row; });
}

void PeerFeatures::Write(const data::EventLog& log, std::span<const std::uint32_t> rows,
                         std::span<const std::int64_t> as_of, base::Matrix<float>& values) const {
  PeerSweep sweep(context_.aggregates, log, context_.sources, context_.rates);
  Answers answers;
  answers.counts.resize(num_active_ + kNumExtra);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kNoteFarAhead < rows.size()) {
      const std::uint32_t ahead = rows[i + kNoteFarAhead];
      __builtin_prefetch(&rows_[ahead]);
      __builtin_prefetch(keys_.data() + ahead * num_active_);
    }
    if (i + kFetchAhead < rows.size()) {
      const std::uint32_t ahead = rows[i + kFetchAhead];
      if (rows_[ahead].account != kNoLabel) {
        sweep.FetchAccount(rows_[ahead].account);
      }
      const auto* const out = reinterpret_cast<const char*>(values.row(ahead).data());
      for (std::size_t byte = 0; byte < context_.num_columns * sizeof(float); byte += kCacheLine) {
        __builtin_prefetch(out + byte, 1);
      }
    }
    const std::uint32_t row = rows[i];
    if (rows_[row].deal == kNoLabel) {
      continue;
    }
    sweep.AdvanceTo(as_of[row]);
    Answer(sweep, row, as_of[row], answers, values.row(row));
  }
}

void PeerFeatures::WriteOne(const PeerSweep& sweep, std::size_t row, std::int64_t as_of,
                            std::span<float> out) const {
  Answers answers;
  answers.counts.resize(num_active_ + kNumExtra);
  Answer(sweep, row, as_of, answers, out);
}

void PeerFeatures::Answer(const PeerSweep& sweep, std::size_t row, std::int64_t as_of,
                          Answers& answers, std::span<float> out) const {
  Ask(sweep, row, answers);
  if (context_.aggregates.has_undated) {
    AddUndated(row, answers);
  }
  if (rows_[row].has_own) {
    TakeOutOwn(row, answers);
  }
  PeerWriter(context_, *this, row, as_of, answers, out).Write();
}

void PeerFeatures::Ask(const PeerSweep& sweep, std::size_t row, Answers& answers) const {
  const Row& noted = rows_[row];
  for (std::size_t place = 0; place < num_active_; ++place) {
    const std::uint32_t key = KeyOf(place, row);
    answers.counts[place] = key == kNoLabel ? Counts{} : sweep.OfColumn(place, key);
  }
  answers.counts[QuestionOf(kStage)] =
      noted.stage == kNoLabel ? Counts{} : sweep.OfStage(noted.stage);
  answers.counts[QuestionOf(kCommitted)] = sweep.OfCommitted();
  answers.counts[QuestionOf(kCommittedOwner)] = Counts{};
  if (noted.owner != kNoLabel) {
    answers.counts[QuestionOf(kCommittedOwner)] = sweep.OfCommittedOwner(noted.owner);
    answers.owner_load = sweep.OpenOfOwner(noted.owner);
  }
  if (noted.account != kNoLabel) {
    answers.account = noted.account_knows_deal ? sweep.OfAccountWithout(noted.account, noted.deal)
                                               : sweep.OfAccount(noted.account);
    answers.counts[QuestionOf(kAccount)] = answers.account.counts;
  }
  const auto no_product = static_cast<std::uint32_t>(context_.rates.num_keys(kRateOfProduct));
  const std::uint32_t product = context_.rates.ActivePlace(kRateOfProduct);
  answers.product_median = sweep.MedianAmount(
      product == kNoLabel ? no_product : std::min(KeyOf(product, row), no_product));
}

void PeerFeatures::AddUndated(std::size_t row, Answers& answers) const {
  const Row& noted = rows_[row];
  const UndatedCounts& undated = context_.aggregates.undated;
  // Only of deals that were created before this one.
  const std::int64_t until = noted.created - 1;
  const auto add = [&](std::size_t question, const KeyedCounts& counts, std::uint32_t key) {
    if (key != kNoLabel) {
      Add(answers.counts[question], counts.At(key, until));
    }
  };
  for (std::size_t place = 0; place < num_active_; ++place) {
    add(place, undated.by_column[place], KeyOf(place, row));
  }
  add(QuestionOf(kStage), undated.by_stage, noted.stage);
  add(QuestionOf(kCommitted), undated.of_committed, 0);
  add(QuestionOf(kCommittedOwner), undated.by_committed_owner, noted.owner);
  add(QuestionOf(kAccount), undated.by_account, noted.account);
}

void PeerFeatures::TakeOutOwn(std::size_t row, Answers& answers) const {
  auto own = std::lower_bound(own_.begin(), own_.end(), row,
                              [](const Own& a, std::size_t value) { return a.row < value; });
  for (; own != own_.end() && own->row == row; ++own) {
    answers.counts[own->question].n -= own->counts.n;
    answers.counts[own->question].wins -= own->counts.wins;
  }
}

}  // namespace ri::features
