#include "training/calibration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace ri::training {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kOrigins = 4;
constexpr std::size_t kRowsEach = 500;

/// A deal an hour, judged by four origins in turn. Margins are exact but for a level that rises by
/// `drift` log-odds from the first deal to the last, and told `boldness` times as far from 0.
struct Past {
  explicit Past(double drift, double boldness = 1) {
    constexpr std::size_t kRows = kOrigins * kRowsEach;
    judged.origins.resize(kOrigins);
    base::RandomStream random(11, "drifting level");
    for (std::size_t i = 0; i < kRows; ++i) {
      TrainingRow row;
      row.key.deal = static_cast<std::uint32_t>(i);
      row.key.as_of = domain::StartOf(domain::MakeDate(2025, 1, 1)) + std::chrono::hours(i);
      matrix.set.rows.push_back(row);
      const double margin = random.Normal();
      const double level = drift * static_cast<double>(i) / kRows;
      judged.rows.rows.push_back(i);
      judged.rows.origin.push_back(i / kRowsEach);
      judged.rows.label.push_back(random.Bernoulli(domain::Logistic(margin + level)) ? 1 : 0);
      judged.rows.weight.push_back(1);
      judged.rows.cluster.push_back(row.key.deal);
      judged.rows.deal.push_back(row.key.deal);
      judged.origins[i / kRowsEach].validated.push_back(i);
      candidate.margins.push_back(boldness * margin);
    }
  }

  [[nodiscard]] CalibratedMargins Calibrated() const {
    auto result = CalibrateOutOfTime(matrix, judged, candidate);
    EXPECT_TRUE(result.has_value());
    return *std::move(result);
  }

  TrainingMatrix matrix;
  OutOfTimeResult judged;
  CandidateMargins candidate;
};

TEST(CalibrateOutOfTime, LeavesTheLevelToTheHead) {
  // A head made again knows the newest weeks, at whose level the ones of the past could only guess.
  const Past past(3, 2);
  const CalibratedMargins calibrated = past.Calibrated();
  double raw = 0;
  double mapped = 0;
  for (const double margin : past.candidate.margins) {
    raw += domain::Logistic(margin);
    mapped += calibrated.calibrator(domain::LogOdds(margin)).value();
  }
  EXPECT_LT(calibrated.calibrator.Slope(domain::LogOdds(0)), 0.8);
  EXPECT_NEAR(mapped, raw, 1e-6 * raw);
}

TEST(CalibrateOutOfTime, ServesScoresAsTheyAreWhereNoMapMadeThemBetter) {
  const CalibratedMargins calibrated = Past(0).Calibrated();
  EXPECT_THAT(calibrated.reason, HasSubstr("as they are"));
  for (const double margin : {-2.0, 0.0, 1.5}) {
    EXPECT_DOUBLE_EQ(calibrated.calibrator.CalibratedLogOdds(domain::LogOdds(margin)).value(),
                     margin);
  }
  // Within the bounds that 2,000 deals allow: nobody is told a chance of one in a million.
  EXPECT_DOUBLE_EQ(calibrated.calibrator(domain::LogOdds(12)).value(), 1 - 1.0 / 4002);
}

TEST(CalibrateOutOfTime, FlattensScoresThatAreTooBold) {
  const CalibratedMargins calibrated = Past(0, 2).Calibrated();
  EXPECT_NEAR(calibrated.calibrator.CalibratedLogOdds(domain::LogOdds(2)).value(), 1, 0.2);
  EXPECT_NEAR(calibrated.calibrator.CalibratedLogOdds(domain::LogOdds(-2)).value(), -1, 0.2);
}

TEST(CalibrateOutOfTime, TheFirstOriginIsToldWithoutAMap) {
  const Past past(3);
  const CalibratedMargins calibrated = past.Calibrated();
  for (std::size_t i = 0; i < kRowsEach; i += 50) {
    EXPECT_NEAR(calibrated.probability[i], domain::Logistic(past.candidate.margins[i]), 1e-12);
  }
}

}  // namespace
}  // namespace ri::training
