#pragma once

/// Plots of a model card as inline SVG. Colours come from the page's CSS variables; every plot has
/// a title and a description for those who do not see it.

#include <span>
#include <string>

#include "lifecycle/model_card_facts.h"

namespace ri::lifecycle {

/// Observed share against forecast: the isotonic curve, the band in which it would lie if the
/// forecasts were exact, and how many snapshots lie where. Empty without a curve.
[[nodiscard]] std::string ReliabilityPlot(const CardFigures& figures);

/// Log loss of other answers minus the model's, with intervals; right of zero the model is better.
[[nodiscard]] std::string ComparisonPlot(std::span<const CardComparison> comparisons);

/// Told and observed win share of each segment.
[[nodiscard]] std::string SegmentPlot(std::span<const CardSegment> segments);

}  // namespace ri::lifecycle
