#include "models/close_curve.h"

#include <gtest/gtest.h>

namespace ri::models {
namespace {

TEST(CloseCurve, LooksUpDaysAndQuantiles) {
  const CloseCurve curve({0, .25, .25, 1}, {0, 0, .5, 1});
  EXPECT_EQ(curve.WonWithin(-3), 0);
  EXPECT_EQ(curve.WonWithin(1), .25);
  EXPECT_EQ(curve.WonWithin(99), 1);
  EXPECT_EQ(curve.LostWithin(2), .5);
  EXPECT_EQ(curve.WonQuantileDays(.25), 1);
  EXPECT_EQ(curve.WonQuantileDays(.26), 3);
  EXPECT_EQ(curve.horizon_days(), 3);
}

TEST(CloseCurve, CanBeLedThroughAPointWithoutChangingItsShape) {
  const CloseCurve curve({0, .1, .4, .5, .8, 1}, {0, .2, .4, .6, .8, 1});
  const CloseCurve led = curve.WithWonShare(2, .6);
  EXPECT_DOUBLE_EQ(led.WonWithin(2), .6);
  EXPECT_DOUBLE_EQ(led.WonWithin(1), .15);
  EXPECT_DOUBLE_EQ(1 - led.WonWithin(3), .5 * .4 / .6);
  EXPECT_EQ(led.WonWithin(5), 1);
  EXPECT_EQ(led.LostWithin(3), .6);
}

TEST(CloseCurve, CanBeLedThroughAnyPoint) {
  const CloseCurve late({0, 0, 0, 1}, {0, 0, 0, 1});
  EXPECT_EQ(late.WithWonShare(2, .3).WonWithin(2), .3);
  EXPECT_EQ(late.WithWonShare(2, .3).WonWithin(1), 0);
  const CloseCurve early({0, 1, 1, 1}, {0, 1, 1, 1});
  EXPECT_EQ(early.WithWonShare(1, .3).WonWithin(2), .3);
  EXPECT_EQ(early.WithWonShare(1, .3).WonWithin(3), 1);
  EXPECT_EQ(early.WithWonShare(1, 0).WonWithin(1), 0);
  EXPECT_EQ(late.WithWonShare(2, 1).WonWithin(2), 1);
  // At the horizon everything has closed and at the start nothing: no room.
  EXPECT_EQ(late.WithWonShare(3, .3).WonWithin(2), 0);
  EXPECT_EQ(early.WithWonShare(0, .3).WonWithin(0), 0);
}

}  // namespace
}  // namespace ri::models
