#pragma once

/// Revenue distributions of a book: the entry of this area.

#include <memory>
#include <span>
#include <vector>

#include "forecasting/node_spectrum.h"

namespace ri::forecasting {

/// What one node is forecast to bring in one period.
struct NodeForecast {
  std::string name;
  Distribution distribution;
  double booked = 0;             ///< already won
  double open_mean = 0;          ///< expected from open deals
  double new_business_mean = 0;  ///< expected from deals not yet created

  [[nodiscard]] double mean() const { return booked + open_mean + new_business_mean; }
};

/// Forecasts any node of one book under one factor model. Keeps the book. Thread safety: const
/// after construction; safe to share.
class ForecastEngine {
 public:
  /// Fails when the book or the model is not valid, or max_cells is no power of two of at least 64.
  [[nodiscard]] static Result<ForecastEngine> Create(ForecastBook book, FactorModel model,
                                                     ForecastOptions options = {});

  /// Exact distribution of one node. Uses options.num_threads threads.
  [[nodiscard]] Result<NodeForecast> Forecast(const ForecastNode& node,
                                              ForecastPeriod period) const;

  /// The same for many nodes, in parallel over nodes; order and bytes do not depend on threads.
  [[nodiscard]] Result<std::vector<NodeForecast>> ForecastAll(std::span<const ForecastNode> nodes,
                                                              ForecastPeriod period) const;

  /// A node with all its transforms, for scenarios and attribution. It refers to this engine,
  /// which must outlive it. `max_cells` asks for a coarser grid than the options'; 0: theirs.
  [[nodiscard]] Result<NodeSpectrum> Open(const ForecastNode& node, ForecastPeriod period,
                                          std::size_t max_cells = 0) const;

  [[nodiscard]] const ForecastBook& book() const { return *book_; }
  [[nodiscard]] const FactorModel& model() const { return prepared_->model; }
  [[nodiscard]] const ForecastOptions& options() const { return options_; }

 private:
  ForecastEngine() = default;
  std::unique_ptr<const ForecastBook> book_;
  std::unique_ptr<const PreparedBook> prepared_;
  ForecastOptions options_;
};

}  // namespace ri::forecasting
