#include "data/migration.h"

#include <gtest/gtest.h>

namespace ri::data {
namespace {

constexpr Migration kAll[] = {{1, "first", "a"}, {2, "second", "b"}, {3, "third", "c"}};

TEST(PendingMigrations, AreTheOnesAfterTheCurrentVersion) {
  EXPECT_EQ(PendingMigrations(kAll, 0)->size(), 3U);
  EXPECT_EQ(PendingMigrations(kAll, 2)->size(), 1U);
  EXPECT_EQ(PendingMigrations(kAll, 2)->front().version, 3);
  EXPECT_TRUE(PendingMigrations(kAll, 3)->empty());
}

TEST(PendingMigrations, RefuseADatabaseThatIsNewerThanTheProgram) {
  const auto pending = PendingMigrations(kAll, 4);
  ASSERT_FALSE(pending.has_value());
  EXPECT_EQ(pending.error().code(), ErrorCode::kStorage);
  EXPECT_NE(pending.error().message().find("version 4"), std::string::npos);
  EXPECT_FALSE(PendingMigrations(kAll, -1).has_value());
}

}  // namespace
}  // namespace ri::data
