#include "forecasting/event_group.h"

#include <gtest/gtest.h>

#include "forecasting/fourier.h"

namespace ri::forecasting {
namespace {

TEST(EventGroup, AtomsOfOneCellPutTogetherKeepEveryTransform) {
  const MoneyGrid grid{.cell = 100, .first = 0, .length = 64, .exact = false};
  const auto roots = RootsOfUnity(grid.length);
  // Several in one cell, alone in one, at its edge, and losses on the other side of the circle.
  const std::vector<std::pair<double, double>> amounts = {{-130, .05}, {-120, .1}, {3, .2},
                                                          {40, .15},   {49, .1},   {100, .1},
                                                          {199, .05},  {205, .05}, {880, .2}};
  for (const AmountSplit split : {AmountSplit::kTwoPoints, AmountSplit::kThreePoints}) {
    std::vector<GridAtom> apart;
    for (const auto& [amount, probability] : amounts) {
      apart.push_back(PlaceAmount(amount, probability, grid, split));
    }
    std::vector<GridAtom> merged = apart;
    MergeCells(merged, 0);
    EXPECT_LT(merged.size(), apart.size());
    for (std::size_t j = 0; j <= grid.length / 2; ++j) {
      std::complex<double> wanted = 0;
      for (const GridAtom& atom : apart) {
        wanted += AtomTransform(atom, j, roots);
      }
      std::complex<double> got = 0;
      for (const GridAtom& atom : merged) {
        got += AtomTransform(atom, j, roots);
      }
      EXPECT_NEAR(std::abs(got - wanted), 0, 1e-15) << j;
    }
  }
}

TEST(EventGroup, AtomsBeforeTheFirstAreLeftAlone) {
  std::vector<GridAtom> atoms = {{3, .25, .25, .5}, {3, .75, .75, .5}, {3, .5, .5, 0}};
  MergeCells(atoms, 1);
  ASSERT_EQ(atoms.size(), 2U);
  EXPECT_EQ(atoms[0].weight, .5);
  EXPECT_EQ(atoms[1].fraction, .75);
  EXPECT_EQ(atoms[1].weight, .5);
  MergeCells(atoms, 2);
  EXPECT_EQ(atoms.size(), 2U);
}

}  // namespace
}  // namespace ri::forecasting
