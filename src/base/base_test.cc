#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <numeric>
#include <vector>

#include "base/parallel.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sha256.h"
#include "base/sum.h"

namespace ri::base {
namespace {

// Known-answer vectors of Random123 (Salmon et al.), file kat_vectors, philox4x32 10 rounds.
TEST(Philox, MatchesPublishedVectors) {
  using Block = std::array<std::uint32_t, 4>;
  EXPECT_EQ(Philox4x32({0, 0, 0, 0}, {0, 0}),
            (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(Philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(Philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(NormalQuantile, InvertsTheDistribution) {
  for (const double p : {1e-12, 1e-4, 0.025, 0.3, 0.5, 0.8, 0.999}) {
    EXPECT_NEAR(NormalDistribution(NormalQuantile(p)) / p, 1, 1e-12) << p;
  }
  EXPECT_NEAR(NormalQuantile(0.975), 1.959963984540054, 1e-14);
}

// Means of 40,000 draws; bounds are 5 standard errors, false-alarm rate below 1e-6 per line.
TEST(RandomStream, MomentsOfItsDistributions) {
  constexpr int kDraws = 40000;
  RandomStream stream(7, "moments");
  double normal = 0, exponential = 0, poisson = 0, large_poisson = 0, gamma = 0;
  for (int i = 0; i < kDraws; ++i) {
    normal += stream.Normal();
    exponential += stream.Exponential();
    poisson += static_cast<double>(stream.Poisson(2.5));
    large_poisson += static_cast<double>(stream.Poisson(200));
    gamma += stream.Gamma(0.5);
  }
  const double root = std::sqrt(static_cast<double>(kDraws));
  EXPECT_NEAR(normal / kDraws, 0, 5 / root);
  EXPECT_NEAR(exponential / kDraws, 1, 5 / root);
  EXPECT_NEAR(poisson / kDraws, 2.5, 5 * std::sqrt(2.5) / root);
  EXPECT_NEAR(large_poisson / kDraws, 200, 5 * std::sqrt(200.0) / root);
  EXPECT_NEAR(gamma / kDraws, 0.5, 5 * std::sqrt(0.5) / root);
}

TEST(RandomStream, StreamsDifferByPurposeAndEntity) {
  EXPECT_EQ(RandomStream(1, "a", 5)(), RandomStream(1, "a", 5)());
  EXPECT_NE(RandomStream(1, "a", 5)(), RandomStream(1, "b", 5)());
  EXPECT_NE(RandomStream(1, "a", 5)(), RandomStream(1, "a", 6)());
}

TEST(ParallelFor, VisitsEveryIndexOnceAtAnyThreadCount) {
  for (const int threads : {1, 2, 7}) {
    std::vector<std::atomic<int>> visits(1003);
    ParallelFor(visits.size(), 64, threads, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) {
        ++visits[i];
      }
    });
    for (const auto& count : visits) {
      ASSERT_EQ(count, 1);
    }
  }
  ParallelFor(0, 8, 2, [](std::size_t, std::size_t) { FAIL() << "nothing to do"; });
}

TEST(CompensatedSum, KeepsSmallTermsBesideLargeOnes) {
  CompensatedSum sum;
  for (const double term : {1.0, 1e100, 1.0, -1e100}) {
    sum.Add(term);
  }
  EXPECT_EQ(sum.value(), 2.0);
}

// FIPS 180-4 example: one block message.
TEST(Sha256, MatchesPublishedVector) {
  EXPECT_EQ(ToHex(Sha256Of("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

Result<int> Half(int value) {
  if (value % 2 != 0) {
    return Fail(ErrorCode::kBadInput, "odd");
  }
  return value / 2;
}

Result<int> Quarter(int value) {
  RI_ASSIGN_OR_RETURN(const int half, Half(value));
  return Half(half);
}

TEST(Result, MacrosReturnEarly) {
  EXPECT_EQ(Quarter(8).value(), 2);
  ASSERT_FALSE(Quarter(6).has_value());
  EXPECT_EQ(Quarter(6).error().code(), ErrorCode::kBadInput);
  EXPECT_EQ(Error(ErrorCode::kBadInput, "no amount").In("line 3").In("deals.csv").ToString(),
            "deals.csv: line 3: no amount");
}

}  // namespace
}  // namespace ri::base
