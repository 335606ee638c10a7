#include "forecasting/forecast_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "forecasting/forecast_fixture.h"

namespace ri::forecasting {
namespace {

using fixture::AllOf;
using fixture::Deal;
using fixture::RandomBook;

// Rounding of sums of up to a thousand products of doubles.
constexpr double kExact = 1e-12;
// Error of the factor quadrature (spacing .95 standard deviations): 6e-10 plus tails.
constexpr double kQuadrature = 3e-9;

ForecastEngine Engine(ForecastBook book, FactorModel model = {}, ForecastOptions options = {}) {
  auto engine = ForecastEngine::Create(std::move(book), model, options);
  EXPECT_TRUE(engine.has_value()) << engine.error().ToString();
  return *std::move(engine);
}

NodeForecast Total(const ForecastEngine& engine, ForecastPeriod period = ForecastPeriod::kCurrent) {
  auto forecast = engine.Forecast(AllOf(engine.book()), period);
  EXPECT_TRUE(forecast.has_value());
  return *std::move(forecast);
}

double MassAt(const Distribution& law, double x) { return law.Cdf(x) - law.CdfBelow(x); }

TEST(ForecastEngine, PoissonBinomialOfFourDealsIsThePublishedVector) {
  ForecastBook book;
  for (std::size_t i = 0; i < 4; ++i) {
    book.deals.push_back(Deal(i, 0.1 * static_cast<double>(i + 1), 1.0));
  }
  const NodeForecast forecast = Total(Engine(book));
  const double expected[] = {.3024, .4404, .2144, .0404, .0024};
  for (int k = 0; k <= 4; ++k) {
    EXPECT_NEAR(MassAt(forecast.distribution, k), expected[k], kExact) << k;
  }
}

TEST(ForecastEngine, IndependentDealsEqualDirectConvolution) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    ForecastBook book = RandomBook(150, 3, 1000, seed);
    const std::vector<double> oracle = fixture::DirectConvolution(book, 1000);
    ForecastOptions options;
    options.max_cells = 16384;
    const NodeForecast forecast = Total(Engine(book, {}, options));
    double cumulative = 0;
    for (std::size_t k = 0; k < oracle.size(); ++k) {
      cumulative += oracle[k];
      ASSERT_NEAR(forecast.distribution.Cdf(1000.0 * static_cast<double>(k)), cumulative, kExact);
    }
  }
}

// Sums over every outcome of every deal, given dense nodes of both factors.
std::map<double, double> Enumerate(const ForecastBook& book, const FactorModel& model) {
  const int num_nodes = 161;
  const double reach = 8;
  std::vector<double> z;
  std::vector<double> w;
  double total = 0;
  for (int k = 0; k < num_nodes; ++k) {
    z.push_back(-reach + 2 * reach * k / (num_nodes - 1));
    w.push_back(std::exp(-0.5 * z.back() * z.back()));
    total += w.back();
  }
  std::map<int, std::vector<const ForecastDeal*>> teams;
  for (const ForecastDeal& deal : book.deals) {
    teams[deal.team].push_back(&deal);
  }
  std::map<double, double> law;
  const double scale = 1 / std::sqrt(1 - model.rho());
  for (std::size_t g = 0; g < z.size(); ++g) {
    std::map<double, double> given_g{{0.0, w[g] / total}};
    for (const auto& [team, deals] : teams) {
      std::map<double, double> team_law;
      for (std::size_t t = 0; t < z.size(); ++t) {
        std::map<double, double> given{{0.0, w[t] / total}};
        for (const ForecastDeal* deal : deals) {
          const double shift =
              std::sqrt(model.rho_global) * z[g] + std::sqrt(model.rho_team) * z[t];
          const double q = base::NormalDistribution(
              (base::NormalQuantile(deal->win_this_period) + shift) * scale);
          std::map<double, double> next;
          for (const auto& [value, mass] : given) {
            next[value] += mass * (1 - q);
            const auto ratio =
                deal->amount_ratio < 0
                    ? AmountRatio::Certain()
                    : book.amount_ratios[static_cast<std::size_t>(deal->amount_ratio)];
            for (const RatioAtom& atom : ratio.atoms()) {
              next[value + deal->amount * atom.ratio] += mass * q * atom.probability;
            }
          }
          given = std::move(next);
        }
        for (const auto& [value, mass] : given) {
          team_law[value] += mass;
        }
      }
      std::map<double, double> next;
      for (const auto& [a, p] : given_g) {
        for (const auto& [b, r] : team_law) {
          next[a + b] += p * r;
        }
      }
      given_g = std::move(next);
    }
    for (const auto& [value, mass] : given_g) {
      law[value] += mass;
    }
  }
  return law;
}

TEST(ForecastEngine, EqualsEnumerationOfEveryOutcomeWithAndWithoutFactors) {
  const FactorModel models[] = {{0, 0}, {.05, 0}, {0, .1}, {.05, .05}, {.2, .03}, {.005, .25}};
  for (const FactorModel& model : models) {
    ForecastBook book;
    book.amount_ratios.push_back(*AmountRatio::FromAtoms({{.5, .25}, {1, .5}, {2, .25}}));
    for (std::size_t i = 0; i < 8; ++i) {
      book.deals.push_back(Deal(i, 0.08 + 0.11 * static_cast<double>(i),
                                64.0 * static_cast<double>(1 + i * i % 7),
                                static_cast<int>(i % 2)));
    }
    book.deals[3].amount_ratio = 0;
    book.deals[6].amount_ratio = 0;
    const NodeForecast forecast = Total(Engine(book, model));
    for (const auto& [value, mass] : Enumerate(book, model)) {
      EXPECT_NEAR(MassAt(forecast.distribution, value), mass, kQuadrature)
          << value << " at " << model.rho_global << ", " << model.rho_team;
    }
  }
}

TEST(ForecastEngine, TwelveIndependentDealsEqualEnumeration) {
  ForecastBook book;
  for (std::size_t i = 0; i < 12; ++i) {
    book.deals.push_back(Deal(i, 0.05 + 0.07 * static_cast<double>(i), std::pow(2.0, i)));
  }
  ForecastOptions options;
  options.max_cells = 8192;
  const NodeForecast forecast = Total(Engine(book, {}, options));
  for (std::size_t outcome = 0; outcome < 4096; ++outcome) {
    double mass = 1;
    for (std::size_t i = 0; i < 12; ++i) {
      const double q = book.deals[i].win_this_period;
      mass *= (outcome >> i & 1) != 0 ? q : 1 - q;
    }
    ASSERT_NEAR(MassAt(forecast.distribution, static_cast<double>(outcome)), mass, kExact);
  }
}

TEST(ForecastEngine, TwoDealsShareTheBivariateNormalGolden) {
  ForecastBook book;
  book.deals = {Deal(0, .3, 1), Deal(1, .3, 1)};
  EXPECT_NEAR(MassAt(Total(Engine(book, {.2, 0})).distribution, 2), .1149452, 5e-8);
  EXPECT_NEAR(MassAt(Total(Engine(book, {.1, .1})).distribution, 2), .1149452, 5e-8)
      << "one team: both factors are shared";
  book.deals[1].team = 7;
  EXPECT_NEAR(MassAt(Total(Engine(book, {.1, .1})).distribution, 2),
              BivariateNormal(base::NormalQuantile(.3), base::NormalQuantile(.3), .1), kQuadrature);
}

TEST(ForecastEngine, MeanIsExactForEveryModelAndPeriod) {
  for (const FactorModel& model : {FactorModel{}, {.05, .05}, {.25, .2}, {.005, .1}, {.03, 0}}) {
    for (const double unit : {0.0, 500.0}) {
      ForecastBook book = RandomBook(400, 5, unit, 11);
      book.amount_ratios.push_back(*AmountRatio::FromAtoms({{.6, .2}, {1, .7}, {1.37, .1}}));
      book.amount_ratios.push_back(AmountRatio::Lognormal(1.0));
      for (std::size_t i = 0; i < 400; i += 9) {
        book.deals[i].amount_ratio = static_cast<int>(i % 2);
      }
      book.new_business.push_back({7.5, 2.0, {{5000, .3}, {12345.67, .5}, {90000, .2}}});
      const ForecastEngine engine = Engine(book, model);
      for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
        ForecastNode node = AllOf(book);
        node.booked = {123456.78, -500.0};
        const auto forecast = engine.Forecast(node, period);
        ASSERT_TRUE(forecast.has_value());
        EXPECT_NEAR(forecast->distribution.mean() / forecast->mean(), 1, kExact)
            << model.rho_global << " " << model.rho_team << " " << unit << " "
            << static_cast<int>(period);
      }
    }
  }
}

TEST(ForecastEngine, VarianceIsTheSumOfPairCovariances) {
  const FactorModel model{.06, .04};
  ForecastBook book = RandomBook(120, 4, 0, 5);
  const NodeForecast forecast = Total(Engine(book, model));
  double variance = 0;
  for (const ForecastDeal& a : book.deals) {
    for (const ForecastDeal& b : book.deals) {
      const double p = a.win_this_period;
      const double q = b.win_this_period;
      const double rho = a.team == b.team ? model.rho() : model.rho_global;
      const double covariance =
          &a == &b ? p * (1 - p)
                   : BivariateNormal(base::NormalQuantile(p), base::NormalQuantile(q), rho) - p * q;
      variance += a.amount * b.amount * covariance;
    }
  }
  // Rounding of amounts to the grid may add 1e-5 of the variance.
  EXPECT_NEAR(forecast.distribution.variance() / variance, 1, 1.1e-5);
}

TEST(ForecastEngine, ManySmallDealsKeepTheirVarianceOnACoarseGrid) {
  ForecastBook book = RandomBook(20000, 1, 0, 8);
  const NodeForecast forecast = Total(Engine(book));
  double variance = 0;
  for (const ForecastDeal& deal : book.deals) {
    variance += deal.win_this_period * (1 - deal.win_this_period) * deal.amount * deal.amount;
  }
  EXPECT_NEAR(forecast.distribution.variance() / variance, 1, 1e-8);
  EXPECT_NEAR(forecast.distribution.mean() / forecast.mean(), 1, kExact);
}

TEST(ForecastEngine, AManyDealBookHasNoRipplesFromTheFactorNodes) {
  ForecastBook book = RandomBook(5000, 1, 0, 21);
  const NodeForecast forecast = Total(Engine(book, {.1, 0}));
  // A unimodal law: masses rise to one peak and fall.
  const auto masses = forecast.distribution.masses();
  const auto peak = std::max_element(masses.begin(), masses.end());
  const double slack = 1e-9;
  for (auto it = masses.begin(); it + 1 != masses.end(); ++it) {
    ASSERT_TRUE(it < peak ? it[1] >= it[0] - slack : it[1] <= it[0] + slack)
        << (it - masses.begin());
  }
}

TEST(ForecastEngine, NegativeBinomialCompoundEqualsPanjersRecursion) {
  // Panjer (1981): f_k = 1/(1 - a g_0) sum_j (a + b j / k) g_j f_{k-j}.
  const double mean = 6;
  const double size = 2.5;
  ForecastBook book;
  book.new_business.push_back({mean, size, {{1, .5}, {2, .3}, {5, .2}}});
  ForecastNode node = AllOf(book);
  const auto forecast = Engine(book).Forecast(node, ForecastPeriod::kCurrent);
  ASSERT_TRUE(forecast.has_value());
  const double a = mean / (mean + size);
  const double b = (size - 1) * a;
  const double severity[] = {0, .5, .3, 0, 0, .2};
  std::vector<double> law{std::pow(1 - a, size)};
  for (std::size_t k = 1; k < 120; ++k) {
    double mass = 0;
    for (std::size_t j = 1; j <= std::min<std::size_t>(k, 5); ++j) {
      mass += (a + b * static_cast<double>(j) / static_cast<double>(k)) * severity[j] * law[k - j];
    }
    law.push_back(mass);
  }
  for (std::size_t k = 0; k < law.size(); ++k) {
    // The gamma mixing variable is integrated on nodes: error of that rule.
    ASSERT_NEAR(MassAt(forecast->distribution, static_cast<double>(k)), law[k], 1e-6) << k;
  }
}

TEST(ForecastEngine, EdgeCasesAreDefined) {
  const ForecastEngine empty = Engine({});
  EXPECT_EQ(Total(empty).distribution.size(), 1U);
  EXPECT_EQ(Total(empty).distribution.mean(), 0);
  ForecastNode booked = AllOf(empty.book());
  booked.booked[0] = -1234.5;
  EXPECT_EQ(empty.Forecast(booked, ForecastPeriod::kCurrent)->distribution.Quantile(.1), -1234.5);

  ForecastBook certain;
  certain.deals = {Deal(0, 1, 100), Deal(1, 0, 5000), Deal(2, .4, 0)};
  const NodeForecast point = Total(Engine(certain, {.1, .1}));
  EXPECT_EQ(point.distribution.size(), 1U);
  EXPECT_EQ(point.distribution.mean(), 100);

  ForecastBook giant = RandomBook(300, 3, 0, 4);
  giant.deals.push_back(Deal(300, .4, 3e7, 1));
  const NodeForecast bimodal = Total(Engine(giant, {.05, .05}));
  EXPECT_NEAR(bimodal.distribution.ProbabilityAtLeast(2e7), .4, 1e-8);
  EXPECT_NEAR(bimodal.distribution.mean() / bimodal.mean(), 1, kExact);
}

// One team with one segment of new business is computed with a single factor. A deal of another
// team that is as good as lost makes the same law go the long way, with both factors.
TEST(ForecastEngine, OneTeamAloneHasTheLawOfBothFactors) {
  const FactorModel model{.04, .08};
  for (const bool with_business : {false, true}) {
    ForecastBook book = RandomBook(60, 1, 500, 17);
    if (with_business) {
      book.new_business.push_back({3.5, 2.0, {{5000, .5}, {12000, .5}}});
    }
    ForecastBook wider = book;
    wider.deals.push_back(Deal(60, 1e-11, 500, 1, 1e-11));
    // Nodes of the factors and, with new business, of its gamma law; the next period takes other
    // residual points for one factor than for two.
    ForecastOptions options;
    options.max_cells = 32768;  // every amount on its own grid point
    const double tolerance[] = {2e-6, 2e-4};
    for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
      const NodeForecast alone = Total(Engine(book, model, options), period);
      const NodeForecast both = Total(Engine(wider, model, options), period);
      for (double x = 0; x < 2 * alone.mean(); x += 500) {
        ASSERT_NEAR(alone.distribution.Cdf(x), both.distribution.Cdf(x),
                    tolerance[static_cast<std::size_t>(period)])
            << x << (with_business ? " with new business" : "");
      }
    }
  }
}

// P(revenue of the period <= k * unit) of one team, by convolution given every pair of dense
// nodes: the sum of the period's own factors and what this period's factors have besides.
std::vector<double> OneTeamByConvolution(const ForecastBook& book, const FactorModel& model,
                                         ForecastPeriod period, double unit) {
  constexpr int kNodes = 49;
  constexpr double kReach = 6;
  const double r = model.period_correlation;
  const double scale = 1 / std::sqrt(1 - model.rho());
  std::vector<DealThresholds> thresholds;
  std::size_t cells = 1;
  for (const ForecastDeal& deal : book.deals) {
    thresholds.push_back(ThresholdsOf(deal, model));
    cells += static_cast<std::size_t>(std::llround(deal.amount / unit));
  }
  std::vector<double> sum(cells, 0.0);
  double total = 0;
  for (int i = 0; i < kNodes * kNodes; ++i) {
    const double own = -kReach + 2 * kReach * (i / kNodes) / (kNodes - 1);
    const double rest = -kReach + 2 * kReach * (i % kNodes) / (kNodes - 1);
    const double weight = std::exp(-0.5 * (own * own + rest * rest));
    total += weight;
    const double deviation = std::sqrt(model.rho());
    const double earlier = deviation * (r * own + std::sqrt(1 - r * r) * rest);
    std::vector<double> law(cells, 0.0);
    law[0] = weight;
    std::size_t reached = 0;
    for (std::size_t d = 0; d < book.deals.size(); ++d) {
      const double q =
          period == ForecastPeriod::kCurrent
              ? base::NormalDistribution((thresholds[d].current + deviation * own) * scale)
              : base::NormalDistribution((thresholds[d].next + deviation * own) * scale) *
                    base::NormalDistribution(-(thresholds[d].current + earlier) * scale);
      const auto step = static_cast<std::size_t>(std::llround(book.deals[d].amount / unit));
      for (std::size_t k = reached + 1; k-- > 0;) {
        law[k + step] += q * law[k];
        law[k] *= 1 - q;
      }
      reached += step;
    }
    for (std::size_t k = 0; k < cells; ++k) {
      sum[k] += law[k];
    }
  }
  double cumulative = 0;
  for (double& value : sum) {
    cumulative += value / total;
    value = cumulative;
  }
  return sum;
}

double LargestError(const Distribution& law, const std::vector<double>& oracle, double unit) {
  double largest = 0;
  for (std::size_t k = 0; k < oracle.size(); ++k) {
    largest = std::max(largest, std::fabs(law.Cdf(unit * static_cast<double>(k)) - oracle[k]));
  }
  return largest;
}

TEST(ForecastEngine, OneTeamEqualsConvolutionUnderTheFactorsOfBothPeriods) {
  constexpr double kUnit = 2000;
  // A single factor by default; a deal of another team that is as good as lost makes the same law
  // go the long way. This period errs by the distance of the nodes, the next by its residual
  // points.
  constexpr double kSingle[] = {2e-7, 3e-5};
  constexpr double kDouble[] = {2e-6, 2e-4};
  ForecastOptions options;
  options.max_cells = 32768;  // every amount on its own grid point
  for (const FactorModel& model : {FactorModel{.05, .05}, FactorModel{.04, .08}}) {
    for (const std::size_t n : {30U, 100U}) {
      const ForecastBook book = RandomBook(n, 1, kUnit, 17);
      ForecastBook wider = book;
      wider.deals.push_back(Deal(n, 1e-11, kUnit, 1, 1e-11));
      for (const ForecastPeriod period : {ForecastPeriod::kCurrent, ForecastPeriod::kNext}) {
        const std::vector<double> oracle = OneTeamByConvolution(book, model, period, kUnit);
        const auto error_of = [&](const ForecastBook& b) {
          return LargestError(Total(Engine(b, model, options), period).distribution, oracle, kUnit);
        };
        const auto index = static_cast<std::size_t>(period);
        EXPECT_LT(error_of(book), kSingle[index]) << n << " deals, period " << index;
        EXPECT_LT(error_of(wider), kDouble[index]) << n << " deals, period " << index;
      }
    }
  }
}

TEST(ForecastEngine, ManyNodesTogetherEqualEachAlone) {
  const ForecastEngine engine =
      Engine(RandomBook(120, 4, 0, 9), {.rho_global = 0.05, .rho_team = 0.02});
  std::vector<ForecastNode> nodes = {AllOf(engine.book())};
  for (std::uint32_t begin = 0; begin < 120; begin += 20) {
    ForecastNode part{.name = "deals from " + std::to_string(begin)};
    for (std::uint32_t i = begin; i < begin + 20; ++i) {
      part.deals.push_back(i);
    }
    nodes.push_back(part);
  }
  const auto together = engine.ForecastAll(nodes, ForecastPeriod::kNext);
  ASSERT_TRUE(together) << together.error().ToString();
  ASSERT_EQ(together->size(), nodes.size());
  double parts = 0;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto alone = engine.Forecast(nodes[i], ForecastPeriod::kNext);
    EXPECT_EQ((*together)[i].name, nodes[i].name);
    EXPECT_EQ((*together)[i].mean(), alone->mean());
    EXPECT_EQ((*together)[i].distribution.Quantile(0.9), alone->distribution.Quantile(0.9));
    parts += i > 0 ? alone->mean() : 0;
  }
  EXPECT_NEAR(parts, together->front().mean(), 1e-9 * parts);
  nodes.back().deals = {3, 3};
  EXPECT_EQ(engine.ForecastAll(nodes, ForecastPeriod::kNext).error().code(), ErrorCode::kBadInput);
}

TEST(ForecastEngine, RefusesWhatNoForecastMayBeComputedFrom) {
  const auto refused = [](ForecastDeal deal) {
    ForecastBook book;
    book.deals = {std::move(deal)};
    return ForecastEngine::Create(book, {}).error().code() == ErrorCode::kBadInput;
  };
  EXPECT_TRUE(refused(Deal(0, .5, -1)));
  EXPECT_TRUE(refused(Deal(0, .5, std::numeric_limits<double>::quiet_NaN())));
  EXPECT_TRUE(refused(Deal(0, 1.5, 1)));
  EXPECT_TRUE(refused(Deal(0, .6, 1, -1, .6)));
  ForecastBook twice;
  twice.deals = {Deal(0, .5, 1), Deal(0, .5, 1)};
  EXPECT_FALSE(ForecastEngine::Create(twice, {}).has_value());
  EXPECT_FALSE(ForecastEngine::Create({}, {.3, .25}).has_value());
}

TEST(ForecastEngine, BytesDoNotDependOnThreads) {
  ForecastBook book = RandomBook(700, 6, 0, 9);
  book.new_business.push_back({4, 1.5, {{20000, .5}, {70000, .5}}});
  ForecastOptions four;
  four.num_threads = 4;
  const NodeForecast one = Total(Engine(book, {.04, .06}));
  const NodeForecast many = Total(Engine(book, {.04, .06}, four));
  ASSERT_EQ(one.distribution.size(), many.distribution.size());
  EXPECT_TRUE(std::ranges::equal(one.distribution.masses(), many.distribution.masses()));
}

}  // namespace
}  // namespace ri::forecasting
