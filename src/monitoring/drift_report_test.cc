#include "monitoring/drift_report.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "metrics/drift.h"

namespace ri::monitoring {
namespace {

struct Pair {
  std::vector<FeatureBins> bins;
  ReferenceSketch before{.weeks = 1, .sum = {}};
  WeekSketch now;
};

std::vector<float> Draw(std::uint64_t seed, std::size_t n, double shift, double scale) {
  base::RandomStream stream(seed, "drift-test");
  std::vector<float> values(n);
  for (float& value : values) {
    value = static_cast<float>(shift + scale * stream.Normal());
  }
  return values;
}

void AddFeature(Pair& pair, const std::string& name, const std::vector<float>& before,
                const std::vector<float>& now) {
  pair.bins.push_back(CutNumeric(name, before));
  pair.before.sum.num_deals = before.size();
  pair.now.num_deals = now.size();
  pair.before.sum.features.push_back(
      SketchNumeric(pair.bins.back(), before.data(), before.size(), 1, 0));
  pair.now.features.push_back(SketchNumeric(pair.bins.back(), now.data(), now.size(), 1, 0));
}

TEST(DriftReport, FindsTheShiftedFeatureAndOnlyThat) {
  Pair pair;
  AddFeature(pair, "same", Draw(1, 2000, 0, 1), Draw(2, 1000, 0, 1));
  AddFeature(pair, "shifted", Draw(3, 2000, 0, 1), Draw(4, 1000, 0.8, 1));
  AddFeature(pair, "wider", Draw(5, 2000, 0, 1), Draw(6, 1000, 0, 2));
  const DriftReport report = CompareSketches(pair.bins, pair.before, pair.now);
  ASSERT_EQ(report.features.size(), 3U);
  EXPECT_EQ(report.features.back().name, "same");
  EXPECT_FALSE(report.features.back().drifted);
  EXPECT_TRUE(report.features[0].drifted);
  EXPECT_TRUE(report.features[1].drifted);
}

TEST(DriftReport, DistancesAgreeWithThoseOfTheRows) {
  const std::vector<float> before = Draw(7, 4000, 0, 1);
  const std::vector<float> now = Draw(8, 3000, 0.5, 1);
  Pair pair;
  AddFeature(pair, "x", before, now);
  const DriftReport report = CompareSketches(pair.bins, pair.before, pair.now);
  const FeatureDrift& drift = report.features.front();
  const std::vector<double> first(before.begin(), before.end());
  const std::vector<double> second(now.begin(), now.end());
  const double exact = metrics::KolmogorovSmirnov(first, second).distance;
  EXPECT_LE(drift.kolmogorov_smirnov, exact + 1e-12);  // a supremum over fewer points
  EXPECT_GT(drift.kolmogorov_smirnov, exact - 0.05);   // one of 20 bins holds 5 %
  const double area = metrics::WassersteinDistance(first, second);
  EXPECT_NEAR(drift.wasserstein_per_iqr, area / 1.349, 0.05);  // IQR of a standard normal
}

TEST(DriftReport, SaysNothingOnTooLittleData) {
  Pair pair;
  AddFeature(pair, "x", Draw(1, 40, 0, 1), Draw(2, 40, 3, 1));
  const DriftReport report = CompareSketches(pair.bins, pair.before, pair.now);
  EXPECT_TRUE(report.features.empty());
  EXPECT_NE(report.refusal.find("40"), std::string::npos);
  pair.before.weeks = 0;
  EXPECT_FALSE(CompareSketches(pair.bins, pair.before, pair.now).refusal.empty());
}

TEST(DriftReport, NoticesMissingValuesAndNewCategories) {
  Pair pair;
  std::vector<float> now = Draw(2, 1000, 0, 1);
  for (std::size_t i = 0; i < now.size(); i += 2) {
    now[i] = std::nanf("");
  }
  AddFeature(pair, "half_missing", Draw(1, 1000, 0, 1), now);
  pair.bins.push_back(CutCategorical("source", {"web"}));
  pair.before.sum.features.push_back({1000, 0, 0});
  pair.now.features.push_back({700, 300, 0});
  const DriftReport report = CompareSketches(pair.bins, pair.before, pair.now);
  for (const FeatureDrift& drift : report.features) {
    EXPECT_TRUE(drift.drifted) << drift.name;
    if (drift.name == "source") {
      EXPECT_NEAR(drift.unknown_now, 0.3, 1e-12);
      EXPECT_NEAR(drift.jensen_shannon,
                  metrics::JensenShannonDivergence(std::vector<double>{1000, 0, 0},
                                                   std::vector<double>{700, 300, 0}),
                  1e-12);
    } else {
      EXPECT_NEAR(drift.missing_now, 0.5, 1e-12);
    }
  }
}

/// A company whose feature wanders from quarter to quarter by `wander`, and by `last` in the ninth.
SketchHistory Wandering(double wander, double last) {
  SketchHistory history({CutNumeric("x", Draw(1, 4000, 0, 1))});
  for (int quarter = 0; quarter < 9; ++quarter) {
    const double shift = quarter == 8 ? last : (quarter % 2 == 0 ? wander : -wander);
    for (int week = 1; week <= 13; ++week) {
      const auto values =
          Draw(static_cast<std::uint64_t>(1000 + 20 * quarter + week), 300, shift, 1);
      WeekSketch sketch{.num_deals = values.size()};
      sketch.features.push_back(
          SketchNumeric(history.bins()[0], values.data(), values.size(), 1, 0));
      EXPECT_TRUE(history.Add({{2020 + quarter / 4, 1 + quarter % 4}, week}, std::move(sketch))
                      .has_value());
    }
  }
  return history;
}

TEST(DriftReport, TakesWhatIsOrdinaryForTheCompanyIntoAccount) {
  const WeekKey now{{2022, 1}, 6};
  const DriftReport restless = CompareWeek(Wandering(0.4, 0.5), now);
  ASSERT_EQ(restless.features.size(), 1U);
  EXPECT_GT(restless.features[0].stability_index, 0.1);
  EXPECT_LT(restless.features[0].adjusted_p_value, 0.01);
  EXPECT_GT(restless.features[0].ordinary, 0.1);
  EXPECT_FALSE(restless.features[0].drifted) << "it always moves like that";
  EXPECT_TRUE(CompareWeek(Wandering(0.4, 2.5), now).features.at(0).drifted);
  EXPECT_TRUE(CompareWeek(Wandering(0.0, 0.5), now).features.at(0).drifted);
  EXPECT_FALSE(CompareWeek(Wandering(0.0, 0.0), now).features.at(0).drifted);
  EXPECT_FALSE(CompareWeek(Wandering(0.0, 0.0), {{2030, 1}, 6}).refusal.empty());
}

// 200 weeks x 60 features without drift. A false alarm needs an adjusted p below .01 in a week,
// which Benjamini-Hochberg allows in at most 1 % of them: at most 2 expected; more than 8 has a
// chance below 1 in 4,000.
TEST(DriftReport, RaisesFewFalseAlarms) {
  int alarms = 0;
  for (std::uint64_t week = 0; week < 200; ++week) {
    Pair pair;
    for (std::uint64_t j = 0; j < 60; ++j) {
      AddFeature(pair, std::to_string(j), Draw(1000 * week + j, 300, 0, 1),
                 Draw(1'000'000 + 1000 * week + j, 150, 0, 1));
    }
    const DriftReport report = CompareSketches(pair.bins, pair.before, pair.now);
    for (const FeatureDrift& drift : report.features) {
      alarms += drift.drifted ? 1 : 0;
    }
  }
  EXPECT_LE(alarms, 8);
}

}  // namespace
}  // namespace ri::monitoring
