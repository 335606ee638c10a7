#pragma once

#include <array>
#include <cstdint>

#include "features/aggregates.h"
#include "features/calendar_table.h"
#include "features/custom_features.h"
#include "features/entity_facts.h"
#include "features/feature_catalogue.h"
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

  [[nodiscard]] bool Wants(FeatureId id) const {
    return column_of[static_cast<std::size_t>(id)] != num_columns;
  }
};

}  // namespace ri::features
