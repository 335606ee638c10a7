#include "lifecycle/model_card_plots.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "documents/html_text.h"

namespace ri::lifecycle {
namespace {

std::string Line(const char* style, double x1, double y1, double x2, double y2) {
  return fmt::format("<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>",
                     style, x1, y1, x2, y2);
}

std::string Label(const char* style, double x, double y, const char* anchor,
                  std::string_view text) {
  return fmt::format("<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>",
                     style, x, y, anchor, documents::Escaped(text));
}

std::string Open(double width, double height, std::string_view id, std::string_view title,
                 std::string_view description) {
  return fmt::format(
      "<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-labelledby=\"{}-t {}-d\">"
      "<title id=\"{}-t\">{}</title><desc id=\"{}-d\">{}</desc>\n",
      width, height, id, id, id, documents::Escaped(title), id, documents::Escaped(description));
}

// Distances of ticks that make at most `most` of them.
double Step(double range, int most) {
  const double rough = range / most;
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough) {
      return factor * power;
    }
  }
  return 10 * power;
}

}  // namespace

std::string ReliabilityPlot(const CardFigures& figures) {
  if (figures.curve.empty()) {
    return "";
  }
  constexpr double kLeft = 52, kTop = 12, kSize = 336, kHistogram = 56, kGap = 14;
  const auto x = [&](double p) { return kLeft + kSize * std::clamp(p, 0.0, 1.0); };
  const auto y = [&](double p) { return kTop + kSize * (1 - std::clamp(p, 0.0, 1.0)); };
  std::string id = "reliability-";
  for (const char c : figures.title) {
    id += c >= 'a' && c <= 'z' ? c : '-';
  }
  std::string svg = Open(
      kLeft + kSize + 28, kTop + kSize + kGap + kHistogram + 46, id,
      "Reliability: " + figures.title,
      fmt::format("Observed share of events against the forecast chance on {} snapshots. The "
                  "calibration error after removing noise is {:.3f}; exact forecasts would show "
                  "{:.3f} before removing it.",
                  figures.rows, figures.calibration_error, figures.calibration_error_floor));
  for (int k = 0; k <= 10; k += 2) {
    const double p = k / 10.0;
    svg += Line("grid", x(0), y(p), x(1), y(p)) + Line("grid", x(p), y(0), x(p), y(1));
    svg += Label("tick", kLeft - 8, y(p) + 4, "end", fmt::format("{} %", 10 * k));
    svg += Label("tick", x(p), kTop + kSize + kGap + kHistogram + 16, "middle",
                 fmt::format("{} %", 10 * k));
  }
  if (figures.band_forecast.size() > 1 && figures.band_low.size() == figures.band_forecast.size() &&
      figures.band_high.size() == figures.band_forecast.size()) {
    std::string points;
    for (std::size_t i = 0; i < figures.band_forecast.size(); ++i) {
      points += fmt::format("{:.1f},{:.1f} ", x(figures.band_forecast[i]), y(figures.band_high[i]));
    }
    for (std::size_t i = figures.band_forecast.size(); i-- > 0;) {
      points += fmt::format("{:.1f},{:.1f} ", x(figures.band_forecast[i]), y(figures.band_low[i]));
    }
    svg += "<polygon class=\"band\" points=\"" + points + "\"/>\n";
  }
  svg += Line("exact", x(0), y(0), x(1), y(1));
  std::string path;
  double most = 0;
  std::vector<double> bars(20, 0.0);
  for (const CardStep& step : figures.curve) {
    path += fmt::format("{}{:.1f},{:.1f} L{:.1f},{:.1f} ", path.empty() ? "M" : "L", x(step.low),
                        y(step.observed), x(step.high), y(step.observed));
    // A piece's snapshots are spread over the bars it covers.
    const auto first = static_cast<std::size_t>(std::clamp(step.low * 20, 0.0, 19.0));
    const auto last = static_cast<std::size_t>(std::clamp(step.high * 20, 0.0, 19.0));
    for (std::size_t bar = first; bar <= last; ++bar) {
      bars[bar] += step.weight / static_cast<double>(last - first + 1);
      most = std::max(most, bars[bar]);
    }
  }
  svg += "<path class=\"curve\" d=\"" + path + "\"/>\n";
  const double floor = kTop + kSize + kGap + kHistogram;
  for (std::size_t bar = 0; bar < bars.size() && most > 0; ++bar) {
    const double height = kHistogram * bars[bar] / most;
    svg += fmt::format(
        "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>",
        x(static_cast<double>(bar) / 20) + 1, floor - height, kSize / 20 - 2, height);
  }
  svg += Line("axis", x(0), floor, x(1), floor);
  svg += Label("axis-name", x(.5), floor + 34, "middle", "forecast chance");
  svg += fmt::format(
      "<text class=\"axis-name\" text-anchor=\"middle\" transform=\"translate(12 {:.1f}) "
      "rotate(-90)\">share that came true</text>",
      y(.5));
  return svg + "</svg>\n";
}

std::string ComparisonPlot(std::span<const CardComparison> comparisons) {
  std::vector<const CardComparison*> shown;
  double low = 0;
  double high = 0;
  for (const CardComparison& entry : comparisons) {
    if (std::isfinite(entry.difference.value) && std::isfinite(entry.difference.low) &&
        std::isfinite(entry.difference.high)) {
      shown.push_back(&entry);
      low = std::min(low, entry.difference.low);
      high = std::max(high, entry.difference.high);
    }
  }
  if (shown.empty() || !(high > low)) {
    return "";
  }
  constexpr double kLeft = 190, kWidth = 400, kRow = 28, kTop = 10;
  const double pad = .06 * (high - low);
  low -= pad;
  high += pad;
  const auto x = [&](double value) { return kLeft + kWidth * (value - low) / (high - low); };
  const double bottom = kTop + kRow * static_cast<double>(shown.size());
  std::string svg =
      Open(kLeft + kWidth + 20, bottom + 44, "comparison", "Log loss of other answers",
           "Log loss of each alternative minus that of the model on the same snapshots, with 95 % "
           "intervals. Right of zero the model is better.");
  const double step = Step(high - low, 6);
  for (double tick = std::ceil(low / step) * step; tick <= high; tick += step) {
    const bool zero = std::fabs(tick) < step / 2;
    svg += Line(zero ? "exact" : "grid", x(tick), kTop, x(tick), bottom);
    svg += Label("tick", x(tick), bottom + 16, "middle",
                 zero ? std::string("0") : fmt::format("{:+.3g}", tick));
  }
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const CardEstimate& difference = shown[i]->difference;
    const double at = kTop + kRow * (static_cast<double>(i) + .5);
    svg += Label("row", kLeft - 12, at + 4, "end", shown[i]->name);
    svg += Line("interval", x(difference.low), at, x(difference.high), at);
    svg += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>\n",
                       x(difference.value), at);
  }
  svg += Label("axis-name", kLeft + kWidth / 2, bottom + 36, "middle",
               "log loss above the model's; right of 0 the model is better");
  return svg + "</svg>\n";
}

std::string SegmentPlot(std::span<const CardSegment> segments) {
  if (segments.empty()) {
    return "";
  }
  constexpr double kLeft = 230, kWidth = 360, kRow = 24, kTop = 10;
  double high = .1;
  for (const CardSegment& segment : segments) {
    high = std::max({high, segment.told, segment.observed});
  }
  high = std::min(1.0, std::ceil(high * 10 + .01) / 10);
  const auto x = [&](double value) { return kLeft + kWidth * value / high; };
  const double bottom = kTop + kRow * static_cast<double>(segments.size());
  std::string svg = Open(kLeft + kWidth + 20, bottom + 44, "segments", "Win share by segment",
                         "For each segment, the mean forecast chance as a ring and the observed "
                         "share as a dot.");
  const double step = Step(high, 5);
  for (double tick = 0; tick <= high + 1e-9; tick += step) {
    svg += Line("grid", x(tick), kTop, x(tick), bottom);
    svg += Label("tick", x(tick), bottom + 16, "middle", fmt::format("{:.0f} %", 100 * tick));
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const CardSegment& segment = segments[i];
    const double at = kTop + kRow * (static_cast<double>(i) + .5);
    svg += Label("row", kLeft - 12, at + 4, "end", segment.name);
    svg += Line("interval", x(segment.told), at, x(segment.observed), at);
    svg += fmt::format("<circle class=\"ring\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"/>",
                       x(segment.told), at);
    svg += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>\n",
                       x(segment.observed), at);
  }
  svg += Label("axis-name", kLeft + kWidth / 2, bottom + 36, "middle",
               "ring: forecast chance; dot: share won");
  return svg + "</svg>\n";
}

}  // namespace ri::lifecycle
