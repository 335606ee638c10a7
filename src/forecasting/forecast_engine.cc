#include "forecasting/forecast_engine.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "base/parallel.h"

namespace ri::forecasting {
namespace {

// One over the share of all memberships that makes a node large.
constexpr std::size_t kLargeNodeShare = 20;
constexpr std::size_t kSmallestGrid = 64;
constexpr std::size_t kLargestGrid = std::size_t{1} << 22;

NodeForecast Summarise(const ForecastNode& node, const NodeSpectrum& spectrum) {
  return {node.name, spectrum.distribution(), spectrum.booked(), spectrum.open_mean(),
          spectrum.new_business_mean()};
}

}  // namespace

Result<ForecastEngine> ForecastEngine::Create(ForecastBook book, FactorModel model,
                                              ForecastOptions options) {
  RI_RETURN_IF_ERROR(Validate(book));
  RI_RETURN_IF_ERROR(Validate(model));
  if (!std::has_single_bit(options.max_cells) || options.max_cells < kSmallestGrid ||
      options.max_cells > kLargestGrid) {
    return Fail(
        ErrorCode::kUsage,
        "The number of grid cells of a forecast must be a power of two from 64 to 4194304.");
  }
  ForecastEngine engine;
  engine.book_ = std::make_unique<const ForecastBook>(std::move(book));
  engine.options_ = options;
  auto prepared = std::make_unique<PreparedBook>();
  prepared->book = engine.book_.get();
  prepared->model = model;
  prepared->thresholds.resize(engine.book_->deals.size());
  base::ParallelFor(prepared->thresholds.size(), 512, options.num_threads,
                    [&](std::size_t begin, std::size_t end) {
                      for (std::size_t i = begin; i < end; ++i) {
                        prepared->thresholds[i] = ThresholdsOf(engine.book_->deals[i], model);
                      }
                    });
  engine.prepared_ = std::move(prepared);
  return engine;
}

Result<NodeForecast> ForecastEngine::Forecast(const ForecastNode& node,
                                              ForecastPeriod period) const {
  RI_RETURN_IF_ERROR(Validate(node, *book_));
  return Summarise(node, NodeSpectrum::Compute(*prepared_, node, period, options_, false));
}

Result<std::vector<NodeForecast>> ForecastEngine::ForecastAll(std::span<const ForecastNode> nodes,
                                                              ForecastPeriod period) const {
  for (const ForecastNode& node : nodes) {
    RI_RETURN_IF_ERROR(Validate(node, *book_));
  }
  // A node that holds a large part of the work would keep one thread busy alone at the end: such
  // nodes run one after the other with all threads, the rest side by side.
  std::size_t total = 0;
  for (const ForecastNode& node : nodes) {
    total += node.deals.size();
  }
  ForecastOptions inner = options_;
  inner.num_threads = 1;
  std::vector<std::optional<NodeForecast>> slots(nodes.size());
  std::vector<std::size_t> small;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].deals.size() * kLargeNodeShare < total) {
      small.push_back(i);
      continue;
    }
    slots[i] =
        Summarise(nodes[i], NodeSpectrum::Compute(*prepared_, nodes[i], period, options_, false));
  }
  base::ParallelFor(small.size(), 1, options_.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t k = begin; k < end; ++k) {
      const std::size_t i = small[k];
      slots[i] =
          Summarise(nodes[i], NodeSpectrum::Compute(*prepared_, nodes[i], period, inner, false));
    }
  });
  std::vector<NodeForecast> forecasts;
  forecasts.reserve(nodes.size());
  for (auto& slot : slots) {
    forecasts.push_back(*std::move(slot));
  }
  return forecasts;
}

Result<NodeSpectrum> ForecastEngine::Open(const ForecastNode& node, ForecastPeriod period,
                                          std::size_t max_cells) const {
  RI_RETURN_IF_ERROR(Validate(node, *book_));
  ForecastOptions options = options_;
  if (max_cells > 0) {
    options.max_cells = std::min(max_cells, options_.max_cells);
  }
  return NodeSpectrum::Compute(*prepared_, node, period, options, true);
}

}  // namespace ri::forecasting
