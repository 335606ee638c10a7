#include "book/risk_tables.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "book/book_fixture.h"

namespace ri::book {
namespace {

// Said and happened are compared on every open deal of half a year of Mondays, most of which the
// tables have not seen. The mean of some thousand deal-weeks, of a few hundred deals, is off by
// more than 0.06 by chance in fewer than one of a thousand companies (five standard errors of the
// share with a deal as the unit).
TEST(RiskTables, DealsStandStillAsOftenAsIsSaidWhateverTheirAge) {
  const testing::BookFixture fixture({.seed = 7, .deals = 1200});
  const Knowledge& knowledge = *fixture.knowledge();
  const domain::Timestamp known = testing::BookFixture::Now();
  const RiskTables tables = RiskTables::Learn(knowledge, known, 1);
  constexpr std::chrono::days kWindow{28};
  std::vector<features::SnapshotKey> now;
  std::vector<features::SnapshotKey> later;
  const domain::Date last = domain::MondayOnOrBefore(domain::DateOf(known - kWindow));
  for (int week = 0; week < 26; ++week) {
    const domain::Timestamp moment = domain::StartOf(last - std::chrono::days(7 * week));
    for (const features::SnapshotKey& key : knowledge.engine->OpenAt(moment)) {
      now.push_back(key);
      later.push_back({key.deal, key.episode, moment + kWindow});
    }
  }
  const features::FeatureTable before = knowledge.engine->Compute(now, 1);
  const features::FeatureTable after = knowledge.engine->Compute(later, 1);
  const auto advances = after.Find("stage_advances_28d");
  const auto touch = after.Find("days_since_two_way_touch");
  ASSERT_TRUE(advances && touch);
  std::array<double, 2> stated{};
  std::array<double, 2> happened{};
  std::array<double, 2> judged{};
  for (std::size_t i = 0; i < now.size(); ++i) {
    const features::Episode& life = knowledge.engine->episodes()[now[i].deal][now[i].episode];
    const bool closed = life.closed && *life.closed <= later[i].as_of;
    const bool moved = after.values(i, *advances) > 0 || after.values(i, *touch) < 28;
    const std::size_t old = now[i].as_of - *life.qualified > std::chrono::days(90) ? 1 : 0;
    stated[old] += tables.Stall(before, i);
    happened[old] += !closed && !moved ? 1 : 0;
    judged[old] += 1;
  }
  for (const std::size_t old : {0U, 1U}) {
    ASSERT_GT(judged[old], 300);
    EXPECT_NEAR(stated[old] / judged[old], happened[old] / judged[old], 0.06)
        << (old == 1 ? "old" : "young") << " deals, " << judged[old];
  }
}

}  // namespace
}  // namespace ri::book
