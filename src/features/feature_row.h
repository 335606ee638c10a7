#pragma once

/// The part of a row that depends on the deal itself, its account, its owner and the calendar. What
/// other deals teach is written by peer_features.h.

#include <cstdint>
#include <span>
#include <vector>

#include "features/deal_replay.h"
#include "features/row_context.h"
#include "features/time_order.h"

namespace ri::features {

/// Thread safety: one thread per object.
class RowBuilder {
 public:
  explicit RowBuilder(const RowContext& context);

  /// `replay` stands at `as_of`; `keys` are the deal's by rate column. Writes one value per column;
  /// those of PeerFeatures hold anything.
  void Build(const DealReplay& replay, std::span<const std::uint32_t> keys, std::int64_t as_of,
             std::span<float> row);

 private:
  void SetDealTerms();
  void SetStage();
  void SetCloseDate();
  void SetActivity();
  void SetReplyLatency();
  void SetStakeholders();
  void SetAccount();
  void SetRep();
  void SetCalendar();
  void SetQuality();
  void SetCustom();

  void Set(FeatureId id, double value) {
    scratch_[context_.column_of[static_cast<std::size_t>(id)]] = static_cast<float>(value);
  }
  void SetLabel(FeatureId id, std::uint32_t label);
  [[nodiscard]] double DaysSince(std::int64_t time) const {
    return static_cast<double>(as_of_ - time) / static_cast<double>(kDay);
  }

  const RowContext& context_;
  std::vector<float> scratch_;  ///< one more than columns: what nobody wants goes to the last
  std::vector<double> latencies_;

  // The row being built.
  const DealReplay* replay_ = nullptr;
  std::span<const std::uint32_t> keys_;
  std::int64_t as_of_ = 0;
  std::int64_t created_ = 0;
  DayFacts today_;
};

}  // namespace ri::features
