#pragma once

/// The deals of two opened quarters side by side, as the waterfall wants them.

#include <map>
#include <string>
#include <vector>

#include "forecasting/waterfall.h"
#include "revenue/quarter_book.h"

namespace ri::revenue {

/// One quarter opened at two moments, with where both looked from.
struct QuarterPair {
  const ForecastView* earlier_view;
  const ForecastView* later_view;
  const QuarterBook* earlier;
  const QuarterBook* later;
  ForecastNode by = ForecastNode::kTotal;
};

struct WaterfallItems {
  std::vector<forecasting::WaterfallItem> items;  ///< by id
  std::vector<std::uint32_t> deals;               ///< per item, index into the log
  std::vector<int> team;                          ///< per item
  std::vector<int> amount_ratio_before;           ///< per item, laws of the earlier book
  std::vector<int> amount_ratio_after;            ///< per item, laws of the later book
  std::vector<std::string> nodes;                 ///< names; 0 = "total"
  std::vector<forecasting::WaterfallExpectation> expectations;
};

/// Item i belongs to node nodes.size() + i as well, alone: its own bars.
[[nodiscard]] Result<WaterfallItems> CollectItems(const QuarterPair& pair);

}  // namespace ri::revenue
