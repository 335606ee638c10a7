#include "monitoring/sketch_history.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/random.h"

namespace ri::monitoring {
namespace {

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::vector<float> Normals(std::uint64_t seed, std::size_t n, float shift = 0) {
  base::RandomStream stream(seed, "sketch-test");
  std::vector<float> values(n);
  for (float& value : values) {
    value = static_cast<float>(stream.Normal()) + shift;
  }
  return values;
}

TEST(FeatureSketch, CountsLikeALoopOverTheEdges) {
  const std::vector<float> reference = Normals(1, 1000);
  for (const std::size_t max_bins : {2U, 3U, 7U, 20U}) {
    const FeatureBins bins = CutNumeric("x", reference, max_bins);
    std::vector<float> values = Normals(2, 500);
    values.push_back(kMissing);
    values.push_back(-100);
    values.push_back(100);
    values.insert(values.end(), bins.edges.begin(), bins.edges.end());  // exactly at a cut
    FeatureSketch expected(bins.num_slots(), 0);
    for (const float value : values) {
      std::size_t slot = 0;
      while (slot < bins.edges.size() && bins.edges[slot] <= value) {
        ++slot;
      }
      ++expected[std::isnan(value) ? bins.missing_slot() : slot];
    }
    EXPECT_EQ(SketchNumeric(bins, values.data(), values.size(), 1, 0), expected);
  }
}

TEST(FeatureSketch, FillsItsBinsEvenlyOnTheReference) {
  const std::vector<float> reference = Normals(3, 10'000);
  const FeatureBins bins = CutNumeric("x", reference, 10);
  const FeatureSketch counts = SketchNumeric(bins, reference.data(), reference.size(), 1, 0);
  for (std::size_t b = 0; b < 10; ++b) {
    EXPECT_EQ(counts[b], 1000U);
  }
}

TEST(FeatureSketch, SurvivesConstantAndEmptyReferences) {
  const FeatureBins constant = CutNumeric("x", std::vector<float>{2, 2, 2});
  EXPECT_TRUE(constant.edges.empty());
  const std::vector<float> values = {1, 2, 3, kMissing};
  EXPECT_EQ(SketchNumeric(constant, values.data(), 4, 1, 0), (FeatureSketch{3, 1}));
  const FeatureBins empty = CutNumeric("x", {});
  EXPECT_EQ(SketchNumeric(empty, values.data(), 4, 1, 0), (FeatureSketch{3, 1}));
}

TEST(FeatureSketch, CountsUnseenLabelsApart) {
  const FeatureBins bins = CutCategorical("source", {"web", "event", "web"});
  const std::vector<std::string> labels = {"event", "partner", "web"};  // this week's numbering
  const std::vector<float> values = {0, 1, 1, 2, kMissing};
  EXPECT_EQ(SketchCategorical(bins, values.data(), 5, 1, 0, labels), (FeatureSketch{1, 1, 2, 1}));
}

SketchHistory HistoryOf(int quarters) {
  SketchHistory history({CutNumeric("x", Normals(1, 1000))});
  for (int q = 0; q < quarters; ++q) {
    for (int week = 1; week <= 13; ++week) {
      const std::vector<float> values =
          Normals(static_cast<std::uint64_t>(100 * q + week), 200, static_cast<float>(week) / 10);
      WeekSketch sketch{.num_deals = values.size()};
      sketch.features.push_back(
          SketchNumeric(history.bins()[0], values.data(), values.size(), 1, 0));
      EXPECT_TRUE(history.Add({{2020 + q / 4, 1 + q % 4}, week}, std::move(sketch)).has_value());
    }
  }
  return history;
}

TEST(SketchHistory, NeedsTheSameMemoryForAHundredQuartersAsForTen) {
  const SketchHistory ten = HistoryOf(10);
  const SketchHistory hundred = HistoryOf(100);
  EXPECT_EQ(ten.num_weeks(), hundred.num_weeks());
  EXPECT_EQ(ten.num_weeks(), static_cast<std::size_t>(kQuartersKept * 13));
}

TEST(SketchHistory, ComparesWithTheSameWeeksOfEarlierQuartersOnly) {
  const SketchHistory history = HistoryOf(3);
  const ReferenceSketch reference = history.SameWeekBefore({{2020, 3}, 5});
  EXPECT_EQ(reference.weeks, 6U);  // weeks 4, 5, 6 of two quarters
  EXPECT_EQ(reference.sum.num_deals, 1200U);
  EXPECT_EQ(history.SameWeekBefore({{2020, 1}, 5}).weeks, 0U);
}

TEST(SketchHistory, ComesBackFromItsJson) {
  const SketchHistory history = HistoryOf(2);
  const auto read = SketchHistory::FromJson(history.ToJson());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->ToJson(), history.ToJson());
  EXPECT_EQ(read->bins(), history.bins());
  EXPECT_FALSE(SketchHistory::FromJson("{}").has_value());
  EXPECT_FALSE(SketchHistory::FromJson("[1").has_value());
}

TEST(SketchHistory, RefusesAWeekOfOtherFeatures) {
  SketchHistory history = HistoryOf(1);
  EXPECT_EQ(history.Add({{2020, 1}, 1}, {}).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(history.Add({{2020, 1}, 1}, {.num_deals = 1, .features = {{1}}}).error().code(),
            ErrorCode::kUsage);
}

}  // namespace
}  // namespace ri::monitoring
