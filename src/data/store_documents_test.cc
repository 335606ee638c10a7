// Models, aliases, scores and settings: what every engine must do. Compiled into the test of each
// engine.

#include <cmath>
#include <limits>

#include "data/store_fixture.h"

namespace ri::data {
namespace {

TEST_F(StoreContract, ModelVersionsNeverChange) {
  StoredModel model = {.version = "v1",
                       .created_at = 5,
                       .manifest = "{\"a\": 1}",
                       .evaluation = "{}",
                       .artifact = std::string("{\0\xff}", 4)};
  ASSERT_TRUE(store_->AddModel(model).has_value());
  ASSERT_TRUE(store_->AddModel(model).has_value()) << "the same again does nothing";
  StoredModel changed = model;
  changed.artifact = "{}";
  EXPECT_EQ(store_->AddModel(changed).error().code(), ErrorCode::kConflict);
  model.version = "v0";
  model.created_at = 6;
  model.artifact.assign(std::size_t{20} << 20U, 'm');
  ASSERT_TRUE(store_->AddModel(model).has_value());
  const StoredModel stored = store_->Model("v0").value();
  EXPECT_EQ(stored.artifact, model.artifact);
  EXPECT_EQ(stored.manifest, model.manifest);
  EXPECT_EQ(store_->Model("v1")->artifact, std::string("{\0\xff}", 4));
  model.version = "a9";
  model.created_at = 5;
  ASSERT_TRUE(store_->AddModel(model).has_value());
  const std::vector<StoredModel> models = store_->Models().value();
  ASSERT_EQ(models.size(), 3U);
  EXPECT_EQ(models[0].version, "v0") << "newest first";
  EXPECT_EQ(models[1].version, "a9") << "ties by version";
  EXPECT_EQ(models[2].version, "v1");
  EXPECT_EQ(models[0].manifest, model.manifest);
  EXPECT_TRUE(models[0].artifact.empty());
}

TEST_F(StoreContract, AliasChangesAreALog) {
  ASSERT_TRUE(store_->AddModel({.version = "v1"}).has_value());
  const std::vector<AliasChange> changes = {
      {.alias = "champion", .version = "v1", .at = 9, .actor = "ada", .reason = "better"},
      {.alias = "champion", .version = "", .at = 8, .actor = "bob", .reason = "removed"}};
  for (const AliasChange& change : changes) {
    ASSERT_TRUE(store_->AppendAliasChange(change).has_value());
  }
  EXPECT_EQ(store_->AppendAliasChange({.alias = "champion", .version = "v9"}).error().code(),
            ErrorCode::kNotFound);
  const std::vector<AliasChange> stored = store_->AliasChanges().value();
  ASSERT_EQ(stored.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(stored[i].alias, changes[i].alias);
    EXPECT_EQ(stored[i].version, changes[i].version);
    EXPECT_EQ(stored[i].at, changes[i].at);
    EXPECT_EQ(stored[i].actor, changes[i].actor);
    EXPECT_EQ(stored[i].reason, changes[i].reason);
  }
}

TEST_F(StoreContract, ScoresComeBackBitForBitAndByDeal) {
  constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<StoredScore> scores = {
      {.deal_id = "b",
       .margin = -0.1,
       .win_probability = 1.0 / 3,
       .win_low = 5e-324,
       .win_high = 1 - 1e-16,
       .win_by_quarter_end = kNothing,
       .feature_row_hash = "00ff",
       .payload = "{\"why\": \"\xC3\xA9\\n\"}"},
      {.deal_id = "a",
       .margin = 1e300,
       .win_probability = kNothing,
       .win_low = kNothing,
       .win_high = kNothing,
       .win_by_quarter_end = 0,
       .feature_row_hash = "",
       .payload = ""},
      {.deal_id = "B", .margin = std::numeric_limits<double>::infinity()}};
  const ScoreRun run = {.as_of = 7, .known_at = 6, .model_version = "v1", .created_at = 8};
  EXPECT_EQ(store_->AddScoreRun(run, scores).value(), 1);
  EXPECT_EQ(store_->AddScoreRun(run, {}).value(), 2);
  const std::vector<StoredScore> twice = {scores[0], scores[0]};
  EXPECT_EQ(store_->AddScoreRun(run, twice).error().code(), ErrorCode::kUsage);

  const std::vector<ScoreRun> runs = store_->ScoreRuns().value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].id, 2);
  EXPECT_EQ(runs[1].as_of, 7);
  EXPECT_EQ(runs[1].known_at, 6);
  EXPECT_EQ(runs[1].model_version, "v1");
  EXPECT_EQ(runs[1].created_at, 8);
  EXPECT_TRUE(store_->Scores(2)->empty());
  const std::vector<StoredScore> stored = store_->Scores(1).value();
  ASSERT_EQ(stored.size(), 3U);
  EXPECT_EQ(stored[0].deal_id, "B") << "sorted by bytes, not by language";
  EXPECT_EQ(stored[0].margin, std::numeric_limits<double>::infinity());
  EXPECT_EQ(stored[1].deal_id, "a");
  EXPECT_EQ(stored[1].margin, 1e300);
  EXPECT_TRUE(std::isnan(stored[1].win_probability));
  EXPECT_EQ(stored[2].deal_id, "b");
  EXPECT_EQ(stored[2].margin, -0.1);
  EXPECT_EQ(stored[2].win_probability, 1.0 / 3);
  EXPECT_EQ(stored[2].win_low, 5e-324);
  EXPECT_EQ(stored[2].win_high, 1 - 1e-16);
  EXPECT_TRUE(std::isnan(stored[2].win_by_quarter_end));
  EXPECT_EQ(stored[2].feature_row_hash, "00ff");
  EXPECT_EQ(stored[2].payload, scores[0].payload);
}

TEST_F(StoreContract, SettingsKeepTheLastValue) {
  ASSERT_TRUE(store_->SetSetting("currency", "USD").has_value());
  ASSERT_TRUE(store_->SetSetting("currency", "EUR").has_value());
  ASSERT_TRUE(store_->SetSetting("note", "").has_value());
  const std::unique_ptr<Store> again = Reopen();
  EXPECT_EQ(again->Setting("currency").value(), "EUR");
  EXPECT_EQ(again->Setting("note").value(), "");
  EXPECT_EQ(again->Setting("Currency").value(), std::nullopt);
}

}  // namespace
}  // namespace ri::data
