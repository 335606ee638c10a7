#pragma once

/// One row of the feature table from the state of a deal and what is known of all others.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "features/aggregates.h"
#include "features/calendar_table.h"
#include "features/custom_features.h"
#include "features/deal_replay.h"
#include "features/entity_facts.h"
#include "features/feature_catalogue.h"
#include "features/outcome_ledger.h"
#include "features/rate_columns.h"
#include "features/sources.h"

namespace ri::features {

/// What rows are made from; shared by all threads.
struct RowContext {
  const Sources& sources;
  const EntityFacts& facts;
  const CurrencyConverter& currencies;
  const RateColumns& rates;
  const Aggregates& aggregates;
  const CalendarTable& calendar;
  const CustomFeatures& custom;
  double prior_weight;
  /// Column of each fixed feature; the number of columns where the log does not offer it.
  std::array<std::uint32_t, kNumFixedFeatures> column_of;
  std::size_t first_custom_column;
  std::size_t num_columns;
};

/// Thread safety: one thread per object.
class RowBuilder {
 public:
  explicit RowBuilder(const RowContext& context);

  /// `replay` and `ledger` stand at `as_of`. Writes one value per column.
  void Build(const DealReplay& replay, const OutcomeLedger& ledger, std::int64_t as_of,
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
  void SetRates();

  void Set(FeatureId id, double value) {
    scratch_[context_.column_of[static_cast<std::size_t>(id)]] = static_cast<float>(value);
  }
  void SetLabel(FeatureId id, std::uint32_t label);
  [[nodiscard]] bool Wants(FeatureId id) const {
    return context_.column_of[static_cast<std::size_t>(id)] != context_.num_columns;
  }
  [[nodiscard]] double DaysSince(std::int64_t time) const;
  /// Rate and number of outcomes of the deal's key in a column, its own left out.
  [[nodiscard]] Counts OthersIn(std::size_t rate_column) const;
  [[nodiscard]] double Smooth(Counts counts, double prior) const {
    return (counts.wins + context_.prior_weight * prior) / (counts.n + context_.prior_weight);
  }
  void SetRate(FeatureId rate, FeatureId count, std::size_t rate_column, double prior);

  const RowContext& context_;
  std::vector<float> scratch_;  ///< one more than columns: what nobody wants goes to the last
  std::vector<std::uint32_t> keys_;
  std::vector<double> latencies_;

  // The row being built.
  const DealReplay* replay_ = nullptr;
  const OutcomeLedger* ledger_ = nullptr;
  std::int64_t as_of_ = 0;
  std::int64_t created_ = 0;
  double rate_of_all_ = 0.5;
  DayFacts today_;
};

}  // namespace ri::features
