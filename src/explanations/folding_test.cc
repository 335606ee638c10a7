#include "explanations/folding.h"

#include <gtest/gtest.h>

namespace ri::explanations {
namespace {

const Folding& Fields() {
  static const Folding fields{.names = {"stage", "amount", "region"}, .target_of = {0, 0, 1, 2, 0}};
  return fields;
}

TEST(Fold, EncodedColumnsAddUpToTheirField) {
  EXPECT_EQ(Fold(Fields(), std::vector<double>{1, 2, 4, 8, 16}), (std::vector<double>{19, 4, 8}));
}

TEST(Fold, GroupWithoutMembersGetsZero) {
  const Folding groups{.names = {"terms", "people"}, .target_of = {0, 0, 0}};
  EXPECT_EQ(Fold(groups, std::vector<double>{1, 2, 4}), (std::vector<double>{7, 0}));
}

TEST(Fold, ComposedFoldingIsOneFoldAfterTheOther) {
  const Folding groups{.names = {"terms", "place"}, .target_of = {0, 0, 1}};
  const base::Matrix<double> rows({1, 2, 4, 8, 16, 32, 64, 128, 256, 512}, 2, 5);
  const auto twice = FoldRows(groups, FoldRows(Fields(), rows.view()).view());
  const auto once = FoldRows(Compose(Fields(), groups), rows.view());
  EXPECT_EQ(once.values(), twice.values());
  EXPECT_EQ(once.values(), (std::vector<double>{23, 8, 736, 256}));
}

}  // namespace
}  // namespace ri::explanations
