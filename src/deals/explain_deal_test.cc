#include "deals/explain_deal.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <set>

#include "book/book_test.h"
#include "deals/explain_change.h"
#include "deals/score_payload.h"
#include "deals/similar_past_deals.h"
#include "deals/what_if.h"

namespace ri::deals {
namespace {

constexpr double kSumTolerance = 1e-9;

class ExplainDealTest : public book::testing::BookTest {
 protected:
  /// Every tenth deal of the book.
  static std::vector<std::string> SomeDeals() {
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < book_->deals().size(); i += 10) {
      ids.push_back(book_->deals()[i].deal_id);
    }
    return ids;
  }
};

TEST_F(ExplainDealTest, ReasonsAddUpToTheNumberOnTheScreen) {
  ASSERT_GT(book_->deals().size(), 50U);
  for (const std::string& id : SomeDeals()) {
    const auto explanation = ExplainDeal(*book_, id);
    ASSERT_TRUE(explanation.has_value()) << explanation.error().message();
    double points = explanation->base_points;
    double groups = explanation->base_points;
    for (const Reason& reason : explanation->reasons) {
      points += reason.points;
    }
    for (const Reason& group : explanation->groups) {
      groups += group.points;
    }
    const double shown = 100 * book_->deals()[*book_->Find(id)].win_probability;
    EXPECT_NEAR(points, shown, kSumTolerance);
    EXPECT_NEAR(groups, shown, kSumTolerance);
  }
}

TEST_F(ExplainDealTest, PeersAreCountedFromPastDeals) {
  const auto past = book_->past();
  ASSERT_TRUE(past.has_value()) << past.error().message();
  ASSERT_GT((*past)->snapshots().size(), 200U);
  const auto explanation = ExplainDeal(*book_, book_->deals()[3].deal_id);
  ASSERT_TRUE(explanation.has_value());
  ASSERT_TRUE(explanation->peers.has_value());
  const book::PeerGroup& group =
      (*past)->PeersOf(book_->deals()[3].stage, explanation->peers->age_class);
  for (const Reason& reason : explanation->reasons) {
    if (!reason.peers || std::isnan(reason.peers->own)) {
      continue;
    }
    const std::size_t column = *(*past)->table().Find(reason.feature);
    std::size_t known = 0;
    std::size_t at_most = 0;
    std::size_t same = 0;
    for (const std::uint32_t row : group.won) {
      const float value = (*past)->table().values(row, column);
      known += std::isnan(value) ? 0 : 1;
      at_most += static_cast<double>(value) <= reason.peers->own ? 1 : 0;
      same += static_cast<double>(value) == reason.peers->own ? 1 : 0;
    }
    ASSERT_EQ(reason.peers->won, known) << reason.feature;
    if (known > 0) {
      const features::FeatureDefinition& definition = book_->table().features[column];
      const bool label =
          definition.kind == features::FeatureKind::kCategory || definition.unit == "flag";
      EXPECT_NEAR(reason.peers->won_share,
                  static_cast<double>(label ? same : at_most) / static_cast<double>(known), 1e-12)
          << reason.feature;
    }
  }
}

TEST_F(ExplainDealTest, ASentenceTellsTheSideOnWhichTheValueLies) {
  constexpr std::size_t kMedian = 2;  // in kPeerLevels
  std::size_t told = 0;
  for (const std::string& id : SomeDeals()) {
    const auto explanation = ExplainDeal(*book_, id);
    ASSERT_TRUE(explanation.has_value());
    for (const Reason& reason : explanation->reasons) {
      if (!reason.peers || !(reason.points > 0)) {
        continue;
      }
      const std::string& text = reason.peers->text;
      if (text.find(" or more: ") != std::string::npos) {
        EXPECT_GE(reason.peers->own, reason.peers->won_quantiles[kMedian]) << text;
        ++told;
      } else if (text.find(" or less: ") != std::string::npos) {
        EXPECT_LE(reason.peers->own, reason.peers->won_quantiles[kMedian]) << text;
        ++told;
      }
    }
  }
  EXPECT_GT(told, 0U);
}

TEST_F(ExplainDealTest, PastDealsHadEndedAndWereOpenThen) {
  const auto past = book_->past();
  ASSERT_TRUE(past.has_value());
  const auto& episodes = book_->knowledge()->engine->episodes();
  for (const book::PastSnapshot& snapshot : (*past)->snapshots()) {
    const features::Episode& episode = episodes[snapshot.key.deal][snapshot.key.episode];
    if (!episode.undated) {
      EXPECT_LE(*episode.outcome_visible, book_->moment().as_of);
      EXPECT_LT(snapshot.key.as_of, *episode.closed);
    }
  }
}

TEST_F(ExplainDealTest, RowsOfFieldsAreEncodedAsTheModelDoes) {
  for (std::size_t i = 0; i < book_->deals().size(); i += 7) {
    const auto encoded = book_->field_model().encoder().Encode(book_->table().values.row(i));
    for (std::size_t j = 0; j < encoded.size(); ++j) {
      ASSERT_EQ(std::bit_cast<std::uint32_t>(encoded[j]),
                std::bit_cast<std::uint32_t>(book_->encoded()(i, j)));
    }
    EXPECT_EQ(book_->field_model().Margin(book_->table().values.row(i)), book_->deals()[i].margin);
  }
}

TEST_F(ExplainDealTest, AKeptExplanationComesBackBitForBit) {
  const auto& definitions = book_->prepared().model().parts().features;
  const auto columns = ColumnsOf(definitions, book_->table());
  for (const std::string& id : SomeDeals()) {
    const std::size_t row = *book_->Find(id);
    const auto explanation = ExplainDeal(*book_, id, {.compared_reasons = 0});
    ASSERT_TRUE(explanation.has_value());
    const auto shap =
        book_->explainer().Explain(base::MatrixView<const float>(book_->encoded().row(row).data(),
                                                                 1, book_->encoded().num_columns()),
                                   1);
    ASSERT_TRUE(shap.has_value());
    const FieldContributions contributions{
        .base_margin = shap->base_value,
        .margin = book_->deals()[row].margin,
        .log_odds = {shap->values.row(0).begin(), shap->values.row(0).end()}};
    const std::string payload =
        PackPayload(book_->deals()[row], columns, contributions, book_->table(), row);
    book::ScoredDeal deal;
    const auto kept = UnpackPayload(payload, definitions, deal);
    ASSERT_TRUE(kept.has_value()) << kept.error().message();
    EXPECT_EQ(kept->contributions.log_odds, contributions.log_odds);
    EXPECT_EQ(kept->contributions.base_margin, contributions.base_margin);
    EXPECT_EQ(deal.stage, book_->deals()[row].stage);
    EXPECT_EQ(deal.amount_minor, book_->deals()[row].amount_minor);
    EXPECT_EQ(deal.commit_date, book_->deals()[row].commit_date);
    for (const Reason& reason : explanation->reasons) {
      for (std::size_t j = 0; j < definitions.size(); ++j) {
        if (definitions[j].name == reason.feature) {
          EXPECT_EQ(kept->values[j], reason.value);
          EXPECT_EQ(kept->observations[j], reason.observation);
        }
      }
    }
  }
}

TEST_F(ExplainDealTest, ChangesAddUpAndUnchangedFieldsHaveExactlyNone) {
  const auto model = fixture_->AnotherModel(7);
  const auto then =
      fixture_->BookAt(book::testing::BookFixture::Now() - std::chrono::days(21), model);
  std::size_t compared = 0;
  std::size_t late = 0;
  for (const book::ScoredDeal& deal : book_->deals()) {
    const auto old_row = then->Find(deal.deal_id);
    if (!old_row) {
      continue;
    }
    const auto change = ExplainChange(*then, *book_, deal.deal_id);
    ASSERT_TRUE(change.has_value()) << change.error().message();
    ++compared;
    double sum = change->before_points;
    std::set<std::string> fields;
    for (const FieldOfChange& field : change->fields) {
      sum += field.points;
      fields.insert(field.field);
      late += field.cause == ChangeCause::kDataLate ? 1 : 0;
    }
    EXPECT_NEAR(sum, change->after_points, kSumTolerance);
    EXPECT_NEAR(change->before_points, 100 * then->deals()[*old_row].win_probability, 1e-12);
    double by_cause = change->before_points;
    for (const double points : change->by_cause) {
      by_cause += points;
    }
    EXPECT_NEAR(by_cause, change->after_points, kSumTolerance);
    const auto before = then->table().values.row(*old_row);
    const auto after = book_->table().values.row(*book_->Find(deal.deal_id));
    for (std::size_t j = 0; j < after.size(); ++j) {
      if (before[j] == after[j] || (std::isnan(before[j]) && std::isnan(after[j]))) {
        EXPECT_FALSE(fields.contains(book_->table().features[j].name))
            << book_->table().features[j].name;
      }
    }
  }
  EXPECT_GT(compared, 30U);
  EXPECT_GT(late, 0U) << "the company records late, which must show somewhere";
}

TEST_F(ExplainDealTest, TheSameBookOnBothSidesChangesNothing) {
  for (const std::string& id : SomeDeals()) {
    const auto change = ExplainChange(*book_, *book_, id);
    ASSERT_TRUE(change.has_value());
    EXPECT_TRUE(change->fields.empty());
    EXPECT_EQ(change->before_points, change->after_points);
  }
}

TEST_F(ExplainDealTest, AnEditGivesWhatTheDealWouldScoreHadItBeenRecorded) {
  const auto stages = book_->OpenStages();
  ASSERT_GT(stages.size(), 1U);
  for (const std::string& id : SomeDeals()) {
    const std::size_t row = *book_->Find(id);
    const std::string& stage =
        book_->deals()[row].stage == stages.front() ? stages.back() : stages.front();
    const auto answer = WhatIf(*book_, id, {{"stage", stage}, {"amount", "5000"}});
    ASSERT_TRUE(answer.has_value()) << answer.error().message();
    double sum = answer->before_points;
    for (const WhatIfShare& share : answer->shares) {
      sum += share.points;
    }
    EXPECT_NEAR(sum, answer->after_points, kSumTolerance);
    // The same by another way: the edits as events, the row by the engine, the margin by the model.
    const auto edited = ApplyEdits(*book_, row, {{"stage", stage}, {"amount", "5000"}});
    ASSERT_TRUE(edited.has_value());
    std::vector<float> fields(book_->table().features.size());
    (*book_->hypothetical())->Compute(book_->deals()[row].deal, edited->events, fields);
    EXPECT_EQ(fields[*book_->table().Find("days_in_stage")], 0.0F);
    EXPECT_EQ(answer->after_margin, book_->field_model().Margin(fields));
  }
}

TEST_F(ExplainDealTest, AnEditIsLookedAtFromTheDealsOwnMomentWhereEveryDealHasOne) {
  std::vector<features::SnapshotKey> keys;
  for (const features::SnapshotKey& key : book_->knowledge()->engine->FirstSnapshots()) {
    if (book_->knowledge()->engine->episodes()[key.deal][key.episode].outcome ==
        features::Outcome::kOpen) {
      keys.push_back(key);
    }
  }
  ASSERT_FALSE(keys.empty());
  const book::RiskTables risks =
      book::RiskTables::Learn(*book_->knowledge(), book_->moment().as_of, 1);
  auto scores = book::ScoreSnapshots({.knowledge = *book_->knowledge(),
                                      .model = *fixture_->model(),
                                      .amounts = book_->amounts(),
                                      .calendar = book_->calendar(),
                                      .num_threads = 1,
                                      .risks = &risks},
                                     keys, base::Progress::Silent());
  ASSERT_TRUE(scores.has_value());
  const book::DealBook own({.knowledge = book_->knowledge(),
                            .model = fixture_->model(),
                            .past = nullptr,
                            .moment = book_->moment(),
                            .as_of_created = true,
                            .opened_at = book_->moment().as_of,
                            .amounts = book_->amounts(),
                            .calendar = book_->calendar(),
                            .scores = book::ByPriority(*std::move(scores), 1),
                            .num_threads = 1});
  for (std::size_t i = 0; i < own.deals().size(); i += 1 + own.deals().size() / 20) {
    const std::string& id = own.deals()[i].deal_id;
    const auto same = WhatIf(own, id, {});
    ASSERT_TRUE(same.has_value()) << same.error().message();
    EXPECT_EQ(same->after_margin, same->before.margin);
    const auto edited = WhatIf(own, id, {{"amount", "5000"}});
    ASSERT_TRUE(edited.has_value()) << edited.error().message();
    EXPECT_EQ(edited->before.as_of, own.deals()[*own.Find(id)].as_of);
  }
}

TEST_F(ExplainDealTest, NoEditsChangeNothingAndNonsenseIsRefused) {
  const std::string id = book_->deals().front().deal_id;
  const auto nothing = WhatIf(*book_, id, {});
  ASSERT_TRUE(nothing.has_value());
  EXPECT_TRUE(nothing->shares.empty());
  EXPECT_EQ(nothing->after_margin, nothing->before.margin);
  for (const FieldEdit& edit :
       {FieldEdit{"stage", "No such stage"}, FieldEdit{"amount", "much"},
        FieldEdit{"age_days", "3"}, FieldEdit{"commit_date", "soon"}, FieldEdit{"meeting", "0"}}) {
    const auto answer = WhatIf(*book_, id, {edit});
    ASSERT_FALSE(answer.has_value()) << edit.field;
    EXPECT_EQ(answer.error().code(), ErrorCode::kUsage);
  }
}

TEST_F(ExplainDealTest, SimilarDealsAreTheNearestOfTheSameAge) {
  for (const std::string& id : SomeDeals()) {
    const auto report = FindSimilarDeals(*book_, id, 5);
    ASSERT_TRUE(report.has_value()) << report.error().message();
    for (std::size_t i = 1; i < report->deals.size(); ++i) {
      EXPECT_LE(report->deals[i - 1].distance, report->deals[i].distance);
    }
    EXPECT_LE(report->won, report->compared);
    for (const SimilarPastDeal& deal : report->deals) {
      EXPECT_NE(deal.deal_id, id);
    }
  }
}

TEST_F(ExplainDealTest, RisksAreChances) {
  std::size_t stalls = 0;
  for (const book::ScoredDeal& deal : book_->deals()) {
    EXPECT_NEAR(deal.loss, 1 - deal.win_probability, 1e-15);
    if (!std::isnan(deal.stall)) {
      ++stalls;
      EXPECT_GT(deal.stall, 0);
      EXPECT_LT(deal.stall, 1);
    }
    if (!std::isnan(deal.shrink)) {
      EXPECT_TRUE(deal.amount_minor.has_value());
      EXPECT_GT(deal.shrink, 0);
      EXPECT_LT(deal.shrink, 1);
    }
  }
  EXPECT_GT(stalls, 0U);
}

}  // namespace
}  // namespace ri::deals
