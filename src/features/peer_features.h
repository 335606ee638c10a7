#pragma once

/// Features about other deals: win rates, histories of accounts, loads, usual amounts.
///
/// Rows are collected and answered in batches, one kind of question after the other: the lookups
/// wait for memory, and a processor waits for many at once when they stand side by side.

#include <cstdint>
#include <span>
#include <vector>

#include "features/deal_replay.h"
#include "features/outcome_ledger.h"
#include "features/row_context.h"

namespace ri::features {

/// Thread safety: one thread per object.
class PeerFeatures {
 public:
  explicit PeerFeatures(const RowContext& context);

  /// Notes a row; `replay` and `ledger` stand at `as_of`. `row` is written by Flush.
  void Add(const DealReplay& replay, const OutcomeLedger& ledger, std::int64_t as_of,
           std::span<float> row);
  [[nodiscard]] bool full() const { return rows_.size() >= kBatch; }
  /// Answers everything noted so far.
  void Flush();

 private:
  static constexpr std::size_t kBatch = 1024;

  struct Row {
    std::int64_t as_of = 0;
    std::int64_t created = 0;
    std::uint32_t deal = 0;
    std::uint32_t owner = kNoLabel;
    std::uint32_t account = kNoLabel;
    std::uint32_t stage = kNoLabel;
    double amount = 0;  ///< major units, NaN when not positive
    bool is_open = false;
    bool account_knows_deal = false;  ///< the deal's own outcomes are in the account's history
    std::span<float> out;
  };
  /// The deal's own part in a count.
  struct Own {
    std::uint32_t row = 0;
    std::uint32_t question = 0;
    Counts counts;
  };
  // Questions beyond the rate columns.
  enum Extra : std::uint32_t { kStage, kCommittedOwner, kCommitted, kUndatedAccount, kNumExtra };

  [[nodiscard]] std::size_t QuestionOf(Extra extra) const { return num_columns_ + extra; }
  [[nodiscard]] Counts& Answer(std::size_t question, std::size_t row) {
    return answers_[question * kBatch + row];
  }
  [[nodiscard]] std::uint32_t KeyOf(std::size_t column, std::size_t row) const {
    return keys_[column * kBatch + row];
  }
  void NoteOwn(const OutcomeLedger& ledger, std::uint32_t index);
  void AskRates();
  void AskAccounts();
  void AskLoadsAndAmounts();
  void WriteRow(std::size_t index);
  void WriteRates(std::size_t index, double rate_of_all);
  void WriteAccount(std::size_t index, double rate_of_all);
  void WriteRep(std::size_t index, double rate_of_all);

  void Set(std::size_t index, FeatureId id, double value);
  [[nodiscard]] double Smooth(Counts counts, double prior) const {
    return (counts.wins + context_.prior_weight * prior) / (counts.n + context_.prior_weight);
  }
  void SetRate(std::size_t index, FeatureId rate, FeatureId count, std::size_t column,
               double prior);

  const RowContext& context_;
  std::size_t num_columns_;
  std::vector<Row> rows_;
  std::vector<Own> own_;
  std::vector<std::uint32_t> row_keys_;  ///< of one row, by rate column
  std::vector<std::uint32_t> keys_;      ///< [rate column x row]
  std::vector<Counts> answers_;          ///< [question x row]
  std::vector<AccountRecord> account_records_;
  std::vector<std::int32_t> owner_loads_;
  std::vector<std::int32_t> account_loads_;
  std::vector<double> product_medians_;
};

}  // namespace ri::features
