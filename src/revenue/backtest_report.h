#pragma once

/// The backtest as documents.

#include <string>

#include "revenue/backtest.h"

namespace ri::revenue {

/// One JSON document; money in major units.
[[nodiscard]] std::string BacktestJson(const BacktestReport& report);
/// One self-contained page: no script, no outside file, light and dark, readable without colours
/// and by a screen reader (every picture has its numbers in a table).
[[nodiscard]] std::string BacktestHtml(const BacktestReport& report);

/// "Stage-weighted pipeline" for "stage-weighted".
[[nodiscard]] std::string SourceTitle(const std::string& source);

}  // namespace ri::revenue
