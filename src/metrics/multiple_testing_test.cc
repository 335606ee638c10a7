#include "metrics/multiple_testing.h"

#include <gtest/gtest.h>

#include <vector>

namespace ri::metrics {
namespace {

// Step-up by hand: .005*4/1, .01*4/2, .03*4/3, .04*4/4, then the running minimum from the top.
TEST(AdjustForFalseDiscovery, MatchesReferenceValues) {
  const auto adjusted = AdjustForFalseDiscovery(std::vector<double>{.01, .04, .03, .005});
  const std::vector<double> expected = {.02, .04, .04, .02};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(adjusted[i], expected[i], 1e-15);
  }
}

}  // namespace
}  // namespace ri::metrics
