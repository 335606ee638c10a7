#pragma once

/// Books and oracles shared by the tests of this area.

#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "forecasting/forecast_engine.h"

namespace ri::forecasting::fixture {

inline domain::DealId Id(std::size_t i) {
  const std::string digits = std::to_string(i);
  return domain::DealId("D" + std::string(7 - digits.size(), '0') + digits);
}

inline ForecastDeal Deal(std::size_t i, double q1, double amount, int team = -1, double q2 = 0) {
  return {Id(i), q1, q2, amount, -1, team};
}

inline ForecastNode AllOf(const ForecastBook& book) {
  ForecastNode node;
  node.name = "total";
  for (std::uint32_t i = 0; i < book.deals.size(); ++i) {
    node.deals.push_back(i);
  }
  for (std::uint32_t i = 0; i < book.new_business.size(); ++i) {
    node.new_business[0].push_back(i);
    node.new_business[1].push_back(i);
  }
  return node;
}

/// Lognormal amounts, mixed probabilities. `unit` > 0 rounds amounts to its multiples.
inline ForecastBook RandomBook(std::size_t num_deals, int num_teams, double unit,
                               std::uint64_t seed) {
  ForecastBook book;
  base::RandomStream stream(seed, "forecast-test-book");
  for (std::size_t i = 0; i < num_deals; ++i) {
    double amount = 20000 * std::exp(0.9 * stream.Normal());
    if (unit > 0) {
      amount = unit * std::ceil(amount / unit);
    }
    const double q1 = 0.02 + 0.6 * stream.Uniform() * stream.Uniform();
    const double q2 = (1 - q1) * 0.5 * stream.Uniform();
    book.deals.push_back(Deal(
        i, q1, amount, static_cast<int>(stream.Below(static_cast<std::uint64_t>(num_teams))), q2));
  }
  return book;
}

/// Law of the sum of independent deals by direct convolution on a grid of `unit`.
inline std::vector<double> DirectConvolution(const ForecastBook& book, double unit) {
  std::vector<double> law{1.0};
  for (const ForecastDeal& deal : book.deals) {
    const auto step = static_cast<std::size_t>(std::llround(deal.amount / unit));
    std::vector<double> next(law.size() + step, 0.0);
    for (std::size_t k = 0; k < law.size(); ++k) {
      next[k] += law[k] * (1 - deal.win_this_period);
      next[k + step] += law[k] * deal.win_this_period;
    }
    law = std::move(next);
  }
  return law;
}

}  // namespace ri::forecasting::fixture
