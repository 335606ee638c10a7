#include "revenue/backtest_baselines.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "forecasting/baselines.h"
#include "revenue/people_forecast.h"

namespace ri::revenue {
namespace {

constexpr std::size_t kSmallestHistory = 2;

// A quarter seen on one Monday, with the quarters before it.
struct Scene {
  double booked = 0;
  double elapsed_share = 0;
  const std::vector<PastDeal>* deals = nullptr;
  domain::Period dates;
  std::span<const PastQuarter> older;  ///< newest first
};

using Point = std::function<std::optional<double>(const Scene&)>;
using Key = std::function<std::optional<std::size_t>(const PastDeal&)>;

std::vector<double> TotalsOldestFirst(std::span<const PastQuarter> older) {
  std::vector<double> totals;
  for (const PastQuarter& past : older) {
    totals.insert(totals.begin(), past.total);
  }
  return totals;
}

// Amount times the won share of deals with the same key in older quarters.
std::optional<double> Weighted(const Scene& scene, const Key& key) {
  constexpr double kPrior = 15;
  struct Counts {
    double deals = 0;
    double won = 0;
  };
  std::map<std::optional<std::size_t>, Counts> counts;
  Counts all;
  for (const PastQuarter& past : scene.older) {
    for (const PastDeal& deal : past.deals) {
      Counts& own = counts[key(deal)];
      ++own.deals;
      ++all.deals;
      own.won += deal.won ? 1 : 0;
      all.won += deal.won ? 1 : 0;
    }
  }
  if (all.deals == 0) {
    return std::nullopt;
  }
  std::vector<forecasting::WeightedDeal> open;
  for (const PastDeal& deal : *scene.deals) {
    if (deal.amount > 0) {
      const Counts own = counts[key(deal)];
      open.push_back(
          {deal.amount, (own.won + kPrior * all.won / all.deals) / (own.deals + kPrior)});
    }
  }
  return forecasting::WeightedPipeline(scene.booked, open);
}

std::vector<std::pair<std::string, Point>> Rules(const ForecastView& view) {
  const auto category = [](const PastDeal& deal) { return deal.state.forecast_category; };
  const auto has_categories = [category](const Scene& scene) {
    return std::ranges::any_of(*scene.deals,
                               [&](const PastDeal& deal) { return category(deal).has_value(); });
  };
  return {
      {"stage-weighted",
       [](const Scene& scene) {
         return Weighted(scene, [](const PastDeal& deal) { return deal.state.stage; });
       }},
      {"category",
       [=](const Scene& scene) {
         return has_categories(scene) ? Weighted(scene, category) : std::nullopt;
       }},
      {"pace",
       [](const Scene& scene) -> std::optional<double> {
         std::vector<double> shares;
         for (const PastQuarter& past : scene.older) {
           if (past.total > 0) {
             shares.push_back(std::clamp(past.booked_then / past.total, 0.0, 1.0));
           }
         }
         return forecasting::PaceForecast(scene.booked, shares, TotalsOldestFirst(scene.older));
       }},
      {"last-year",
       [](const Scene& scene) -> std::optional<double> {
         constexpr std::size_t kYear = 4;
         return scene.older.size() < kYear
                    ? std::nullopt
                    : std::optional(forecasting::LastYearForecast(TotalsOldestFirst(scene.older)));
       }},
      {"run-rate",
       [](const Scene& scene) -> std::optional<double> {
         return forecasting::RunRateForecast(scene.booked, scene.elapsed_share,
                                             TotalsOldestFirst(scene.older));
       }},
      {"commit",
       [&view](const Scene& scene) -> std::optional<double> {
         double committed = scene.booked;
         bool called = false;
         for (const PastDeal& deal : *scene.deals) {
           const auto& called_as = deal.state.forecast_category;
           if (called_as && IsCommit(view.log().symbols()[*called_as])) {
             called = true;
             if (deal.amount > 0 && deal.state.commit_date &&
                 scene.dates.Contains(*deal.state.commit_date)) {
               committed += deal.amount;
             }
           }
         }
         return called ? std::optional(committed) : std::nullopt;
       }},
  };
}

}  // namespace

std::vector<BaselineForecast> BaselineForecasts(const ForecastView& view, const QuarterBook& book) {
  std::vector<PastDeal> now;
  for (const OpenPosition& position : book.open) {
    PastDeal deal;
    deal.state = position.state;
    deal.amount = position.amount;
    now.push_back(std::move(deal));
  }
  const domain::Period& dates = book.horizon.dates;
  const double elapsed = std::clamp(static_cast<double>((view.today() - dates.begin).count()) /
                                        static_cast<double>((dates.end - dates.begin).count()),
                                    0.0, 1.0);
  const std::span<const PastQuarter> past = book.past;
  const Scene today{.booked = book.engine_nodes[0].booked[0],
                    .elapsed_share = elapsed,
                    .deals = &now,
                    .dates = dates,
                    .older = past};
  std::vector<BaselineForecast> forecasts;
  for (const auto& [source, rule] : Rules(view)) {
    const auto point = rule(today);
    if (!point || past.empty()) {
      continue;
    }
    std::vector<double> points;
    std::vector<double> outcomes;
    for (std::size_t j = 0; j + kSmallestHistory <= past.size(); ++j) {
      const Scene then{.booked = past[j].booked_then,
                       .elapsed_share = elapsed,
                       .deals = &past[j].deals,
                       .dates = past[j].dates,
                       .older = past.subspan(j + 1)};
      const auto said = rule(then);
      if (said && *said > 0) {
        points.push_back(*said);
        outcomes.push_back(past[j].total);
      }
    }
    forecasts.push_back(
        {.source = source, .law = forecasting::WithEmpiricalSpread(*point, points, outcomes)});
  }
  return forecasts;
}

}  // namespace ri::revenue
