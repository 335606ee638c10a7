#include "forecasting/scenario.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "forecasting/forecast_fixture.h"
#include "forecasting/monte_carlo.h"

namespace ri::forecasting {
namespace {

using fixture::AllOf;
using fixture::Deal;
using fixture::RandomBook;

constexpr double kQuadrature = 5e-9;

ForecastBook EightDeals() {
  ForecastBook book;
  for (std::size_t i = 0; i < 8; ++i) {
    book.deals.push_back(Deal(i, 0.1 + 0.1 * static_cast<double>(i), std::pow(2.0, i) * 100,
                              static_cast<int>(i % 2), .05));
  }
  return book;
}

// P(set of won deals) for every set, by dense sums over both factors.
std::vector<double> Outcomes(const ForecastBook& book, const FactorModel& model) {
  const std::size_t n = book.deals.size();
  std::vector<double> law(std::size_t{1} << n, 0.0);
  const double scale = 1 / std::sqrt(1 - model.rho());
  std::vector<double> z;
  std::vector<double> w;
  double total = 0;
  for (int k = -60; k <= 60; ++k) {
    z.push_back(k / 8.0);
    w.push_back(std::exp(-0.5 * z.back() * z.back()));
    total += w.back();
  }
  for (std::size_t g = 0; g < z.size(); ++g) {
    // Per team: P(outcome of its deals | g).
    std::vector<std::map<std::size_t, double>> teams(2);
    for (std::size_t t = 0; t < z.size(); ++t) {
      for (int team = 0; team < 2; ++team) {
        std::map<std::size_t, double> given{{0, w[t] / total}};
        for (std::size_t i = 0; i < n; ++i) {
          if (book.deals[i].team != team) {
            continue;
          }
          const double shift =
              std::sqrt(model.rho_global) * z[g] + std::sqrt(model.rho_team) * z[t];
          const double q = base::NormalDistribution(
              (base::NormalQuantile(book.deals[i].win_this_period) + shift) * scale);
          std::map<std::size_t, double> next;
          for (const auto& [set, mass] : given) {
            next[set] += mass * (1 - q);
            next[set | (std::size_t{1} << i)] += mass * q;
          }
          given = std::move(next);
        }
        for (const auto& [set, mass] : given) {
          teams[static_cast<std::size_t>(team)][set] += mass;
        }
      }
    }
    for (const auto& [a, p] : teams[0]) {
      for (const auto& [b, q] : teams[1]) {
        law[a | b] += w[g] / total * p * q;
      }
    }
  }
  return law;
}

struct Case {
  std::vector<Pin> pins;
  std::size_t won;   // deals that must be won
  std::size_t lost;  // deals that must not be won
};

TEST(Scenario, ConditionalLawEqualsEnumeration) {
  const ForecastBook book = EightDeals();
  const Case cases[] = {
      {{{3, PinKind::kWon, {}}}, 8, 0},
      {{{7, PinKind::kLost, {}}}, 0, 128},
      {{{0, PinKind::kWon, {}}, {6, PinKind::kSlipped, {}}, {4, PinKind::kWon, {}}}, 17, 64},
  };
  for (const FactorModel& model : {FactorModel{}, {.1, .1}, {.05, 0}}) {
    const auto engine = ForecastEngine::Create(book, model);
    const ForecastNode node = AllOf(book);
    const auto spectrum = engine->Open(node, ForecastPeriod::kCurrent);
    const std::vector<double> outcomes = Outcomes(book, model);
    for (const Case& c : cases) {
      const auto scenario = ApplyPins(*spectrum, node, c.pins, {});
      ASSERT_TRUE(scenario.has_value());
      double probability = 0;
      std::map<double, double> law;
      for (std::size_t set = 0; set < outcomes.size(); ++set) {
        if ((set & c.won) == c.won && (set & c.lost) == 0) {
          probability += outcomes[set];
          law[100.0 * static_cast<double>(set)] += outcomes[set];
        }
      }
      EXPECT_NEAR(scenario->probability, probability, kQuadrature);
      for (const auto& [value, mass] : law) {
        const Distribution& d = scenario->distribution;
        ASSERT_NEAR(d.Cdf(value) - d.CdfBelow(value), mass / probability, 4 * kQuadrature)
            << value << " of case " << (&c - cases) << " at " << model.rho();
      }
    }
  }
}

TEST(Scenario, DividingOutEqualsComputingAgainWithoutTheDeal) {
  // Independent deals: the conditional law is the law of the others plus the pinned amount.
  ForecastBook book = RandomBook(400, 2, 0, 12);
  const auto engine = ForecastEngine::Create(book, {});
  const ForecastNode node = AllOf(book);
  const auto spectrum = engine->Open(node, ForecastPeriod::kCurrent);
  for (const std::uint32_t deal : {0U, 17U, 399U}) {
    const Pin pin{deal, PinKind::kWon, {}};
    const auto scenario = ApplyPins(*spectrum, node, std::span(&pin, 1), {});
    EXPECT_FALSE(scenario->recomputed);
    ForecastNode rest = node;
    rest.deals.erase(rest.deals.begin() + deal);
    rest.booked[0] = book.deals[deal].amount;
    const Distribution expected = engine->Forecast(rest, ForecastPeriod::kCurrent)->distribution;
    EXPECT_NEAR(scenario->distribution.mean() / expected.mean(), 1, 1e-9);
    for (const double p : {.05, .25, .5, .75, .95}) {
      EXPECT_NEAR(scenario->distribution.Quantile(p), expected.Quantile(p),
                  1.01 * (scenario->distribution.cell() + expected.cell()));
    }
  }
}

TEST(Scenario, WeightedMeanOfWonAndNotWonIsTheForecast) {
  ForecastBook book = RandomBook(500, 4, 0, 3);
  book.amount_ratios.push_back(*AmountRatio::FromAtoms({{.5, .5}, {1.5, .5}}));
  book.deals[42].amount_ratio = 0;
  book.new_business.push_back({5, 2, {{20000, .5}, {50000, .5}}});
  const auto engine = ForecastEngine::Create(book, {.05, .05});
  const ForecastNode node = AllOf(book);
  for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
    const auto spectrum = engine->Open(node, period);
    for (const std::uint32_t deal : {42U, 100U}) {
      const Pin won{deal, PinKind::kWon, {}};
      const Pin not_won{deal, PinKind::kSlipped, {}};
      const auto a = ApplyPins(*spectrum, node, std::span(&won, 1), {});
      const auto b = ApplyPins(*spectrum, node, std::span(&not_won, 1), {});
      EXPECT_NEAR(a->probability, book.deals[deal].win_this_period, 2e-6);
      EXPECT_NEAR(a->probability + b->probability, 1, 2e-6);
      const double mean =
          a->probability * a->distribution.mean() + b->probability * b->distribution.mean();
      EXPECT_NEAR(mean / spectrum->distribution().mean(), 1, 1e-5);
      if (period == ForecastPeriod::kCurrent) {
        EXPECT_GT(a->distribution.mean() - b->distribution.mean(), book.deals[deal].amount * .999)
            << "a win also says that the market is good";
      }
    }
  }
}

TEST(Scenario, AmountPinsMoveTheMeanByTheExpectedDifference) {
  ForecastBook book = RandomBook(300, 3, 0, 30);
  const auto engine = ForecastEngine::Create(book, {.05, .05});
  const ForecastNode node = AllOf(book);
  const auto spectrum = engine->Open(node, ForecastPeriod::kCurrent);
  for (const double amount : {0.0, 50000.0, 5e7}) {
    const Pin pin{7, PinKind::kAmount, amount};
    const auto scenario = ApplyPins(*spectrum, node, std::span(&pin, 1), {});
    ASSERT_TRUE(scenario.has_value());
    const double expected = spectrum->distribution().mean() +
                            book.deals[7].win_this_period * (amount - book.deals[7].amount);
    EXPECT_NEAR(scenario->distribution.mean() / expected, 1, 1e-6) << amount;
    EXPECT_NEAR(scenario->probability, 1, 1e-8);
    EXPECT_EQ(scenario->recomputed, amount > 1e7) << "ten times the book needs another grid";
  }
}

TEST(Scenario, ImpossiblePinsAreAssumptions) {
  ForecastBook book = RandomBook(50, 2, 1000, 3);
  book.deals[4].win_this_period = 0;
  book.deals[9].win_this_period = 1;
  book.deals[9].win_next_period = 0;
  const auto engine = ForecastEngine::Create(book, {.05, .05});
  const ForecastNode node = AllOf(book);
  const auto spectrum = engine->Open(node, ForecastPeriod::kCurrent);
  const double mean = spectrum->distribution().mean();
  const Pin won{4, PinKind::kWon, {}};
  const Pin lost{9, PinKind::kLost, {}};
  const auto more = ApplyPins(*spectrum, node, std::span(&won, 1), {});
  const auto less = ApplyPins(*spectrum, node, std::span(&lost, 1), {});
  EXPECT_EQ(more->probability, 0);
  EXPECT_EQ(less->probability, 0);
  EXPECT_NEAR(more->distribution.mean(), mean + book.deals[4].amount, 1e-3);
  EXPECT_NEAR(less->distribution.mean(), mean - book.deals[9].amount, 1e-3);
}

TEST(Scenario, AllDealsPinnedLeaveThePoint) {
  const ForecastBook book = EightDeals();
  const auto engine = ForecastEngine::Create(book, {.05, .05});
  const ForecastNode node = AllOf(book);
  std::vector<Pin> pins;
  for (std::uint32_t i = 0; i < 8; ++i) {
    pins.push_back({i, i % 2 == 0 ? PinKind::kWon : PinKind::kLost, {}});
  }
  const auto scenario = ApplyPins(*engine->Open(node, ForecastPeriod::kCurrent), node, pins, {});
  EXPECT_NEAR(scenario->distribution.mean(), 100 * (1 + 4 + 16 + 64), 1e-6);
  EXPECT_LT(scenario->distribution.standard_deviation(), 1);
}

TEST(Scenario, RefusesPinsThatMakeNoSense) {
  const ForecastBook book = EightDeals();
  const auto engine = ForecastEngine::Create(book, {});
  ForecastNode node = AllOf(book);
  node.deals.pop_back();
  const auto spectrum = engine->Open(node, ForecastPeriod::kCurrent);
  const auto code = [&](std::vector<Pin> pins) {
    return ApplyPins(*spectrum, node, pins, {}).error().code();
  };
  EXPECT_EQ(code({{7, PinKind::kWon, {}}}), ErrorCode::kNotFound);
  EXPECT_EQ(code({{1, PinKind::kWon, {}}, {1, PinKind::kLost, {}}}), ErrorCode::kUsage);
  EXPECT_EQ(code({{1, PinKind::kAmount, {}}}), ErrorCode::kUsage);
  EXPECT_EQ(code({{1, PinKind::kWon, -5.0}}), ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::forecasting
