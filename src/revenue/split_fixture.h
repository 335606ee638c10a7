#pragma once

/// A log that holds nothing but splits of revenue, for tests.

#include <algorithm>
#include <bit>
#include <string>
#include <utility>
#include <vector>

#include "data/event_log.h"

namespace ri::revenue {

/// Of deals d0 and d1 among reps r0 to r2; `at` in milliseconds.
struct Split {
  std::uint32_t deal;
  std::string type;
  std::uint32_t rep;
  double percent;
  std::int64_t at = 1000;
  bool deleted = false;
};

inline data::EventLog LogOfSplits(const std::vector<Split>& splits) {
  using data::EntityKind;
  using data::ValueType;
  data::EventLog::Content content;
  const auto kind = static_cast<std::size_t>(EntityKind::kSplit);
  content.keys[static_cast<std::size_t>(EntityKind::kDeal)] = {"d0", "d1"};
  content.keys[static_cast<std::size_t>(EntityKind::kRep)] = {"r0", "r1", "r2"};
  content.attributes = {{EntityKind::kSplit, std::string(data::attribute::kDeal),
                         ValueType::kReference, EntityKind::kDeal},
                        {EntityKind::kSplit, std::string(data::attribute::kOwner),
                         ValueType::kReference, EntityKind::kRep},
                        {EntityKind::kSplit, std::string(data::attribute::kSplitPercent),
                         ValueType::kReal, EntityKind::kSplit},
                        {EntityKind::kSplit, std::string(data::attribute::kType), ValueType::kText,
                         EntityKind::kSplit},
                        {EntityKind::kSplit, std::string(data::attribute::kDeleted),
                         ValueType::kFlag, EntityKind::kSplit}};
  for (const Split& split : splits) {
    if (std::ranges::find(content.symbols, split.type) == content.symbols.end()) {
      content.symbols.push_back(split.type);
    }
    const auto entity = static_cast<std::uint32_t>(content.keys[kind].size());
    content.keys[kind].push_back("s" + std::to_string(entity));
    const auto symbol = std::ranges::find(content.symbols, split.type) - content.symbols.begin();
    const auto add = [&](std::uint32_t attribute, std::int64_t value) {
      content.rows.push_back({EntityKind::kSplit, entity, attribute, split.at, split.at, 0, value});
    };
    add(0, split.deal);
    add(1, split.rep);
    add(2, std::bit_cast<std::int64_t>(split.percent));
    add(3, symbol);
    if (split.deleted) {
      add(4, 1);
    }
  }
  return data::EventLog::Build(std::move(content));
}

}  // namespace ri::revenue
