#include "deals/missing_facts.h"

#include <gtest/gtest.h>

#include <cmath>

#include "book/book_test.h"

namespace ri::deals {
namespace {

class MissingFactsTest : public book::testing::BookTest {
 protected:
  static float Value(std::size_t position, const char* feature) {
    return book_->table().values(position, *book_->table().Find(feature));
  }
};

TEST_F(MissingFactsTest, OnlyFactsThatAreNotThereAreNamedAndTheSharpestFirst) {
  std::size_t named = 0;
  for (std::size_t i = 0; i < book_->deals().size(); i += 7) {
    const auto found = FindMissingFacts(*book_, book_->deals()[i].deal_id);
    ASSERT_TRUE(found.has_value()) << found.error().message();
    double before = std::numeric_limits<double>::infinity();
    for (const MissingFact& fact : found->empty) {
      ++named;
      if (fact.fact == "next_step") {
        EXPECT_EQ(Value(i, "next_step_present"), 0);
      }
      if (fact.fact == "buyer_role") {
        EXPECT_EQ(Value(i, "economic_buyer_known"), 0);
      }
      if (fact.fact == "commit_date") {
        EXPECT_TRUE(std::isnan(Value(i, "days_to_commit")));
      }
      EXPECT_FALSE(fact.label.empty());
      if (fact.enough) {
        EXPECT_LE(fact.moved, before);
        before = fact.moved;
      }
    }
  }
  EXPECT_GT(named, 0U);
}

TEST_F(MissingFactsTest, EveryPeerIsCountedOnceAndTheFiguresAreChances) {
  std::size_t judged = 0;
  for (std::size_t i = 0; i < book_->deals().size(); i += 5) {
    const auto found = FindMissingFacts(*book_, book_->deals()[i].deal_id);
    ASSERT_TRUE(found.has_value());
    EXPECT_DOUBLE_EQ(found->win_probability, book_->deals()[i].win_probability);
    for (const MissingFact& fact : found->empty) {
      EXPECT_EQ(fact.with.deals + fact.without.deals, found->peers);
      for (const FactRecord& record : {fact.with, fact.without}) {
        EXPECT_LE(record.won, record.deals);
        EXPECT_LE(record.low, record.high);
      }
      EXPECT_EQ(fact.enough, !std::isnan(fact.middle));
      if (!fact.enough) {
        continue;
      }
      ++judged;
      EXPECT_GE(fact.with.deals, kLeastPeersWithFact);
      EXPECT_GE(fact.low, 0);
      EXPECT_LE(fact.low, fact.middle);
      EXPECT_LE(fact.middle, fact.high);
      EXPECT_LE(fact.high, 1);
      EXPECT_GT(fact.moved, 0);
    }
  }
  EXPECT_GT(judged, 0U);
}

// A flag has one value when it is set, so what the estimate would read can be computed by hand; a
// fact that the model does not react to is not asked for.
TEST_F(MissingFactsTest, AFlagReadsWhatTheModelSaysWithTheFlagSet) {
  const std::size_t column = *book_->table().Find("next_step_present");
  std::size_t compared = 0;
  for (std::size_t i = 0; i < book_->deals().size(); ++i) {
    const auto row = book_->table().values.row(i);
    if (row[column] != 0) {
      continue;
    }
    const auto found = FindMissingFacts(*book_, book_->deals()[i].deal_id);
    ASSERT_TRUE(found.has_value());
    const auto fact = std::ranges::find(found->empty, "next_step", &MissingFact::fact);
    std::vector<float> with(row.begin(), row.end());
    with[column] = 1;
    const book::FieldModel& model = book_->field_model();
    const double chance = model.model().Predict(model.encoder().Encode(with)).win.value();
    const double moved = 100 * std::fabs(chance - found->win_probability);
    if (fact == found->empty.end()) {
      EXPECT_LT(moved, 0.05);
    } else if (fact->enough) {
      EXPECT_DOUBLE_EQ(fact->low, chance);
      EXPECT_DOUBLE_EQ(fact->high, chance);
      EXPECT_NEAR(fact->moved, moved, 1e-9);
    }
    ++compared;
  }
  EXPECT_GT(compared, 0U);
}

TEST_F(MissingFactsTest, ADealThatIsNotOpenIsNotFound) {
  const auto found = FindMissingFacts(*book_, "no such deal");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace ri::deals
