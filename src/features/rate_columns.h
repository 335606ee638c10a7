#pragma once

/// The categories by which win rates are kept, and the category of a deal in each at a moment.

#include <cstdint>
#include <span>
#include <vector>

#include "features/deal_replay.h"
#include "features/entity_facts.h"
#include "features/sources.h"

namespace ri::features {

/// Columns 0 to 3 are always there, whether or not the log fills them.
inline constexpr std::size_t kRateOfAll = 0;
inline constexpr std::size_t kRateOfRegion = 1;  ///< the owner's
inline constexpr std::size_t kRateOfTeam = 2;    ///< the owner's
inline constexpr std::size_t kRateOfOwner = 3;
inline constexpr std::size_t kRateOfProduct = 4;
inline constexpr std::size_t kRateOfType = 5;
inline constexpr std::size_t kRateOfLeadSource = 6;
inline constexpr std::size_t kRateOfIndustry = 7;
/// Custom categories follow, in the order of Sources::custom_columns().
inline constexpr std::size_t kNumFixedRates = 8;

class RateColumns {
 public:
  RateColumns(const data::EventLog& log, const Sources& sources, const EntityFacts& facts);

  [[nodiscard]] std::size_t size() const { return num_keys_.size(); }
  /// Keys of a column are below this.
  [[nodiscard]] std::size_t num_keys(std::size_t column) const { return num_keys_[column]; }
  /// The columns that have keys in this log, ascending; the keys of all others are kNoLabel.
  [[nodiscard]] std::span<const std::uint32_t> active() const { return active_; }
  /// Place of a column among the active ones; kNoLabel when it is none.
  [[nodiscard]] std::uint32_t ActivePlace(std::size_t column) const { return place_[column]; }
  /// Rate column of a custom column; 0 when it has none.
  [[nodiscard]] std::size_t ColumnOfCustom(std::size_t custom_column) const {
    return column_of_custom_[custom_column];
  }
  /// Keys of the deal in every column with what is known at `as_of`, to which `replay` has been
  /// advanced; kNoLabel where none is known.
  void KeysAt(const DealReplay& replay, std::int64_t as_of, std::span<std::uint32_t> keys) const;

 private:
  const Sources* sources_;
  const EntityFacts* facts_;
  std::vector<std::size_t> num_keys_;
  std::vector<std::size_t> column_of_custom_;
  std::vector<std::uint32_t> active_;
  std::vector<std::uint32_t> place_;
};

}  // namespace ri::features
