#pragma once

/// Features about other deals: win rates, histories of accounts, loads, usual amounts.
///
/// Rows are noted deal by deal, in parallel, and answered in the order of time by a PeerSweep.

#include <cstdint>
#include <span>
#include <vector>

#include "base/matrix.h"
#include "features/deal_replay.h"
#include "features/outcome_ledger.h"
#include "features/peer_sweep.h"
#include "features/row_context.h"

namespace ri::features {

class PeerFeatures {
 public:
  /// The deal's own part in a count.
  struct Own {
    std::uint32_t row = 0;
    std::uint32_t question = 0;
    Counts counts;
  };

  PeerFeatures(const RowContext& context, std::size_t num_rows);

  /// Notes what must be asked for a row; `replay` and `ledger` stand at `as_of`, `keys` are the
  /// deal's by rate column. Threads may note different rows at the same time; `own` is one list per
  /// thread.
  void Note(std::size_t row, const DealReplay& replay, const OutcomeLedger& ledger,
            std::span<const std::uint32_t> keys, std::int64_t as_of, std::vector<Own>& own);
  /// Gives the own parts of all rows together, in any order.
  void SetOwn(std::vector<Own> own);

  /// Writes the features of the given rows, which are in ascending order of `as_of`, into `values`.
  /// Rows that were not noted are left alone. Threads may write different rows at the same time.
  void Write(const data::EventLog& log, std::span<const std::uint32_t> rows,
             std::span<const std::int64_t> as_of, base::Matrix<float>& values) const;
  /// Writes the features of one noted row from a sweep that stands at `as_of`.
  void WriteOne(const PeerSweep& sweep, std::size_t row, std::int64_t as_of,
                std::span<float> out) const;

 private:
  // Questions after those of the active rate columns.
  enum Extra : std::uint32_t { kStage, kCommittedOwner, kCommitted, kAccount, kNumExtra };

  struct Row {
    std::int64_t created = 0;
    float amount = 0;  ///< major units of the corporate currency, NaN when not positive
    std::uint32_t deal = kNoLabel;  ///< kNoLabel: not noted
    std::uint32_t owner = kNoLabel;
    std::uint32_t account = kNoLabel;
    std::uint32_t stage = kNoLabel;
    bool is_open = false;
    bool has_own = false;
    bool account_knows_deal = false;  ///< the deal's own outcomes are in the account's history
  };
  /// Everything asked for one row.
  struct Answers {
    std::vector<Counts> counts;  ///< by question
    AccountRecord account;
    std::int32_t owner_load = 0;
    double product_median = 0;
  };

  [[nodiscard]] std::size_t QuestionOf(Extra extra) const { return num_active_ + extra; }
  [[nodiscard]] std::uint32_t KeyOf(std::size_t place, std::size_t row) const {
    return keys_[row * num_active_ + place];
  }
  void Ask(const PeerSweep& sweep, std::size_t row, Answers& answers) const;
  void Answer(const PeerSweep& sweep, std::size_t row, std::int64_t as_of, Answers& answers,
              std::span<float> out) const;
  void AddUndated(std::size_t row, Answers& answers) const;
  void TakeOutOwn(std::size_t row, Answers& answers) const;

  const RowContext& context_;
  std::size_t num_active_;  ///< rate columns
  std::vector<Row> rows_;
  std::vector<std::uint32_t> keys_;  ///< [row x active rate column]
  std::vector<Own> own_;             ///< by row

  friend class PeerWriter;
};

}  // namespace ri::features
