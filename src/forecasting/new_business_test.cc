#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "forecasting/credibility.h"
#include "forecasting/new_business_fit.h"
#include "forecasting/new_business_mixing.h"

namespace ri::forecasting {
namespace {

TEST(Credibility, HachemeistersBodilyInjuryClaims) {
  // Data of Hachemeister (1975); results as in the documentation of the R package actuar.
  const double ratios[5][12] = {
      {1738, 1642, 1794, 2051, 2079, 2234, 2032, 2035, 2115, 2262, 2267, 2517},
      {1364, 1408, 1597, 1444, 1342, 1675, 1470, 1448, 1464, 1831, 1612, 1471},
      {1759, 1685, 1479, 1763, 1674, 2103, 1502, 1622, 1828, 2155, 2233, 2059},
      {1223, 1146, 1010, 1257, 1426, 1532, 1953, 1123, 1343, 1243, 1762, 1306},
      {1456, 1499, 1609, 1741, 1482, 1572, 1606, 1735, 1607, 1573, 1613, 1690}};
  const double weights[5][12] = {
      {7861, 9251, 8706, 8575, 7917, 8263, 9456, 8003, 7365, 7832, 7849, 9077},
      {1622, 1742, 1523, 1515, 1622, 1602, 1964, 1515, 1527, 1748, 1654, 1861},
      {1147, 1357, 1329, 1204, 998, 1077, 1277, 1218, 896, 1003, 1108, 1121},
      {407, 396, 348, 341, 315, 328, 352, 331, 287, 384, 321, 342},
      {2902, 3172, 3046, 3068, 2693, 2910, 3275, 2697, 2663, 3017, 3242, 3425}};
  std::vector<std::vector<RateObservation>> segments(5);
  for (std::size_t s = 0; s < 5; ++s) {
    for (std::size_t k = 0; k < 12; ++k) {
      segments[s].push_back({ratios[s][k], weights[s][k]});
    }
  }
  const Credibility result = BuehlmannStraub(segments);
  EXPECT_NEAR(result.collective, 1683.713, .001);
  EXPECT_NEAR(result.between_variance, 89639, 1);
  EXPECT_NEAR(result.within_variance, 139120026, 1);
  const double factors[] = {.9847404, .9276352, .8984754, .7279092, .9587911};
  const double premiums[] = {2055, 1524, 1793, 1443, 1603};
  for (std::size_t s = 0; s < 5; ++s) {
    EXPECT_NEAR(result.factor[s], factors[s], 1e-7);
    EXPECT_NEAR(result.rate[s], premiums[s], .5);
  }
}

TEST(Credibility, NoDifferenceBetweenSegmentsMeansNoCredibility) {
  const std::vector<std::vector<RateObservation>> same{{{1, 2}, {3, 2}}, {{3, 2}, {1, 2}}, {}};
  const Credibility result = BuehlmannStraub(same);
  for (std::size_t s = 0; s < 3; ++s) {
    EXPECT_EQ(result.factor[s], 0);
    EXPECT_NEAR(result.rate[s], 2, 1e-12);
  }
}

NewBusinessHistory Simulated(int num_periods, std::uint64_t seed) {
  NewBusinessHistory history;
  history.num_segments = 2;
  history.exposure = {1, 1};
  history.amounts.resize(2);
  base::RandomStream stream(seed, "new-business-test");
  const double season[] = {0.8, 1.0, 0.9, 1.3};
  for (int period = 0; period < num_periods; ++period) {
    const double multiplier = stream.Gamma(8) / 8;
    for (const double weeks : {12.0, 8.0, 4.0, 1.0}) {
      for (int segment = 0; segment < 2; ++segment) {
        const double mean =
            (segment == 0 ? 30 : 10) * multiplier * season[period % 4] * (weeks + .5) / 13.5;
        const auto count = stream.Poisson(mean);
        history.records.push_back({segment, period, period % 4, weeks, static_cast<double>(count)});
        for (std::uint64_t n = 0; n < count; ++n) {
          history.amounts[static_cast<std::size_t>(segment)].push_back(1000 *
                                                                       std::exp(stream.Normal()));
        }
      }
    }
  }
  return history;
}

TEST(NewBusinessFit, FindsLevelSeasonSharesAndWeeksLeft) {
  // Means over 25 histories of 40 periods. One history errs by about 11 % in the level of a season
  // (10 multipliers of deviation .35), 16 % in the ratio of two, 30 % in 1 / size; the bounds are 4
  // standard errors of the mean plus what the priors take away (a fifth of the season's logarithm).
  const int num_histories = 25;
  double level = 0;
  double season = 0;
  double inverse_size = 0;
  for (int seed = 1; seed <= num_histories; ++seed) {
    const auto model = FitNewBusiness(Simulated(40, static_cast<std::uint64_t>(seed)));
    ASSERT_TRUE(model.has_value());
    EXPECT_FALSE(model->limited_history());
    const double large = model->Forecast(0, 3, 12, 1).expected_count;
    level += std::log(large / (30 * 1.3 * 12.5 / 13.5)) / num_histories;
    season += std::log(large / model->Forecast(0, 0, 12, 1).expected_count) / num_histories;
    inverse_size += 1 / model->size() / num_histories;
    EXPECT_NEAR(large / model->Forecast(1, 3, 12, 1).expected_count, 3, .5);
    EXPECT_NEAR(model->Forecast(0, 3, 4, 1).expected_count / large, 4.5 / 12.5, .1);
    EXPECT_GT(model->credibility(0), .5);
    EXPECT_EQ(model->Forecast(0, 3, 0, 1).expected_count, 0) << "no week is left";
  }
  EXPECT_NEAR(level, 0, .14);
  EXPECT_NEAR(season, std::log(1.3 / .8), .23);
  EXPECT_NEAR(inverse_size, 1.0 / 8, .035);
}

TEST(NewBusinessFit, LittleHistoryIsWideAndSaysSo) {
  const auto little = FitNewBusiness(Simulated(2, 5));
  const auto much = FitNewBusiness(Simulated(40, 5));
  EXPECT_TRUE(little->limited_history());
  EXPECT_LT(little->Forecast(0, 3, 12, 1).size, much->Forecast(0, 3, 12, 1).size);
  NewBusinessHistory empty;
  empty.exposure = {1};
  empty.amounts.resize(1);
  const auto nothing = FitNewBusiness(empty);
  ASSERT_TRUE(nothing.has_value());
  EXPECT_TRUE(nothing->limited_history());
  EXPECT_EQ(nothing->Forecast(0, 0, 10, 1).expected_count, 0);
}

TEST(NewBusinessFit, RefusesRecordsOutOfRange) {
  NewBusinessHistory history = Simulated(1, 1);
  history.records.front().segment = 7;
  EXPECT_FALSE(FitNewBusiness(history).has_value());
  history = Simulated(1, 1);
  history.exposure[0] = 0;
  EXPECT_FALSE(FitNewBusiness(history).has_value());
}

TEST(NewBusinessFit, SeverityKeepsTheMeanOfItsSources) {
  const std::vector<double> own{1, 2, 3, 4};
  const std::vector<double> pool{10, 20};
  const auto atoms = FitSeverity(own, pool, 4, 3);
  double mean = 0;
  double total = 0;
  for (const SeverityAtom& atom : atoms) {
    mean += atom.probability * atom.amount;
    total += atom.probability;
  }
  EXPECT_NEAR(total, 1, 1e-12);
  EXPECT_NEAR(mean, .5 * 2.5 + .5 * 15, 1e-12);
  EXPECT_TRUE(FitSeverity({}, {}).empty());
}

TEST(NewBusinessFit, EverySegmentHasItsOwnSeverityBesideThePoolOfAll) {
  NewBusinessHistory history = Simulated(6, 3);
  for (std::size_t s = 0; s < history.num_segments; ++s) {
    history.amounts[s].clear();
    for (std::size_t i = 0; i < 25 * s; ++i) {
      history.amounts[s].push_back(100 + static_cast<double>((7919 * i + 31 * s) % 997));
    }
  }
  std::vector<double> pool;
  for (const auto& amounts : history.amounts) {
    pool.insert(pool.end(), amounts.begin(), amounts.end());
  }
  const auto model = FitNewBusiness(history);
  ASSERT_TRUE(model.has_value());
  for (std::size_t s = 0; s < history.num_segments; ++s) {
    const auto severity = model->Forecast(s, 0, 10, 1).severity;
    EXPECT_TRUE(std::ranges::equal(severity, FitSeverity(history.amounts[s], pool),
                                   [](const SeverityAtom& a, const SeverityAtom& b) {
                                     return a.amount == b.amount && a.probability == b.probability;
                                   }))
        << s;
    EXPECT_EQ(severity.size(), s == 0 ? kSeverityAtoms : 2 * kSeverityAtoms);
  }
}

TEST(NewBusinessMixing, KeepsMeanAndVarianceOfTheGammaMultiplier) {
  const FactorQuadrature quadrature = MakeQuadrature({.05, .05}, ForecastPeriod::kCurrent);
  for (const double size : {.5, 2.0, 20.0}) {
    const NewBusinessMixing mixing = MakeMixing(size, .5, quadrature);
    double first = 0;
    double second = 0;
    double rising = -1;
    for (std::size_t g = 0; g < quadrature.num_global(); ++g) {
      double conditional = 0;
      for (std::size_t k = 0; k < mixing.num_u(); ++k) {
        const double weight = quadrature.global_weight[g] * mixing.given(g)[k];
        first += weight * mixing.multiplier[k];
        second += weight * mixing.multiplier[k] * mixing.multiplier[k];
        conditional += mixing.given(g)[k] * mixing.multiplier[k];
      }
      EXPECT_GT(conditional, rising) << "good quarters bring more new business";
      rising = conditional;
    }
    EXPECT_NEAR(first, 1, 1e-12);
    EXPECT_NEAR(second - 1, 1 / size, 2e-5 / size);
  }
}

}  // namespace
}  // namespace ri::forecasting
