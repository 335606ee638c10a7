#include "data/event.h"

#include <gtest/gtest.h>

namespace ri::data {
namespace {

TEST(KnownTime, FirstImportTrustsTheSource) {
  EXPECT_EQ(KnownTime(10, 12, 100, kNotRecorded), 12);
  EXPECT_EQ(KnownTime(10, kNotRecorded, 100, kNotRecorded), 10);
}

TEST(KnownTime, NewsSinceThePreviousImportKeepItsRecordedTime) {
  EXPECT_EQ(KnownTime(40, 60, 100, 50), 60);
  EXPECT_EQ(KnownTime(60, kNotRecorded, 100, 50), 60);
}

TEST(KnownTime, ARowThePreviousImportCouldHaveHeldIsLate) {
  EXPECT_EQ(KnownTime(40, 45, 100, 50), 100);
  EXPECT_EQ(KnownTime(40, 50, 100, 50), 100);
  EXPECT_EQ(KnownTime(40, kNotRecorded, 100, 50), 100);
}

TEST(KnownTime, IsNeverLaterThanTheBatch) {
  EXPECT_EQ(KnownTime(500, kNotRecorded, 100, 50), 100);
  EXPECT_EQ(KnownTime(500, 700, 100, kNotRecorded), 100);
}

}  // namespace
}  // namespace ri::data
