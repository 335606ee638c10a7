// What every engine must do. Compiled into the test of each engine.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>

#include "data/sample_import.h"
#include "data/store_fixture.h"

namespace ri::data {
namespace {

const AttributeDefinition kStageAttribute = {.name = "stage"};
const AttributeDefinition kAmountAttribute = {.name = "amount", .type = ValueType::kMoney};

Fact Amount(const std::string& deal, std::int64_t time, std::int64_t value,
            std::int64_t recorded = kNotRecorded) {
  Fact fact;
  fact.key = deal;
  fact.attribute = kAmountAttribute;
  fact.event_time = time;
  fact.recorded_time = recorded;
  fact.number = value;
  return fact;
}

TEST_F(StoreContract, AnEmptyStoreIsEmptyEverywhere) {
  EXPECT_EQ(Load(*store_), EventLog());
  EXPECT_TRUE(store_->Batches()->empty());
  EXPECT_TRUE(store_->Rejects(1)->empty());
  EXPECT_TRUE(store_->Models()->empty());
  EXPECT_TRUE(store_->AliasChanges()->empty());
  EXPECT_TRUE(store_->ScoreRuns()->empty());
  EXPECT_EQ(store_->Setting("currency").value(), std::nullopt);
  EXPECT_EQ(store_->Scores(1).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(store_->Model("v1").error().code(), ErrorCode::kNotFound);
}

TEST_F(StoreContract, KeepsWhatWasImportedAcrossReopening) {
  const SampleImport sample = {SampleDescription("crm/deals", 5000, "first"), RandomFacts(1, 50)};
  const Batch batch = MustImport(*store_, sample);
  EXPECT_EQ(batch.id, 1);
  EXPECT_EQ(batch.num_rows, static_cast<std::int64_t>(sample.facts.size()));
  EXPECT_GT(batch.num_events, 0);
  EXPECT_LT(batch.num_events, batch.num_rows) << "facts that occur twice count once";
  const EventLog before = Load(*store_);
  EXPECT_EQ(static_cast<std::int64_t>(before.num_events()), batch.num_events);

  const std::unique_ptr<Store> again = Reopen();
  EXPECT_EQ(Load(*again), before);
  const std::vector<Batch> batches = again->Batches().value();
  ASSERT_EQ(batches.size(), 1U);
  EXPECT_EQ(batches[0].source, sample.description.source);
  EXPECT_EQ(batches[0].path, sample.description.path);
  EXPECT_EQ(batches[0].content_sha256, sample.description.content_sha256);
  EXPECT_EQ(batches[0].mapping, sample.description.mapping);
  EXPECT_EQ(batches[0].known_at, sample.description.known_at);
  EXPECT_EQ(batches[0].num_rows, batch.num_rows);
  EXPECT_EQ(batches[0].num_events, batch.num_events);
}

TEST_F(StoreContract, RoundTripsTheExtremesOfEveryField) {
  constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min() + 1;
  constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
  const auto bits = [](double value) { return std::bit_cast<std::int64_t>(value); };
  const std::vector<std::int64_t> values = {
      kSmallest, -1, 0, 1, kLargest, kNoValue, bits(0.1), bits(-0.0), bits(1e300), bits(5e-324)};
  AttributeDefinition real = {.name = "score", .type = ValueType::kReal, .custom = true};
  SampleImport sample{SampleDescription("crm/deals", kLargest, "extremes"), {}};
  std::vector<std::int64_t> expected;
  for (std::size_t i = 0; i < values.size(); ++i) {
    Fact fact =
        Amount("deal", static_cast<std::int64_t>(i), values[i], static_cast<std::int64_t>(i));
    fact.attribute = real;
    fact.sequence = i % 2 == 0 ? kSmallest : kLargest;
    sample.facts.push_back(fact);
  }
  MustImport(*store_, sample);
  const EventLog log = Load(*store_);
  ASSERT_EQ(log.num_events(), values.size());
  EXPECT_EQ(log.attributes()[0], real);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const LoggedEvent& event = log.events(EntityKind::kDeal, 0)[i];
    EXPECT_EQ(event.value, values[i]);
    EXPECT_EQ(event.event_time, static_cast<std::int64_t>(i));
    EXPECT_EQ(event.sequence, i % 2 == 0 ? kSmallest : kLargest);
  }
}

TEST_F(StoreContract, KeepsTextsAsTheyAre) {
  const std::vector<std::string> texts = {"",
                                          " ",
                                          "\\N",
                                          "a\tb\nc\rd",
                                          "'; DROP TABLE events; --",
                                          "\"quoted\"",
                                          "NULL",
                                          "\\.",
                                          "\xF0\x9F\x98\x80",
                                          "\xE2\x82\xAC",
                                          std::string(100000, 'x'),
                                          "\x01\x7f"};
  SampleImport sample{SampleDescription("crm/deals", 1, "texts"), {}};
  for (std::size_t i = 0; i < texts.size(); ++i) {
    Fact fact;
    fact.key = texts[i].empty() ? std::string("empty") : texts[i].substr(0, 200);
    fact.attribute = kStageAttribute;
    fact.text = texts[i];
    sample.facts.push_back(fact);
  }
  MustImport(*store_, sample);
  const EventLog log = Load(*store_);
  std::vector<std::string> sorted = texts;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_EQ(std::vector<std::string>(log.symbols().begin(), log.symbols().end()), sorted);
  for (const Fact& fact : sample.facts) {
    const auto deal = log.Find(EntityKind::kDeal, fact.key);
    ASSERT_TRUE(deal.has_value()) << fact.key;
    ASSERT_EQ(log.events(EntityKind::kDeal, *deal).size(), 1U);
    EXPECT_EQ(
        log.symbols()[static_cast<std::size_t>(log.events(EntityKind::kDeal, *deal)[0].value)],
        *fact.text);
  }
}

TEST_F(StoreContract, RefusesTextThatOneEngineCouldNotHold) {
  const auto import = store_->BeginImport(SampleDescription("crm/deals", 1, "bad")).value();
  for (const std::string& bad :
       {std::string("\xff"), std::string("a\0b", 3), std::string("\xC0\xAF"),
        std::string("\xED\xA0\x80"), std::string("cut \xE2\x82")}) {
    EXPECT_EQ(import->Symbol(bad).error().code(), ErrorCode::kBadInput);
    EXPECT_EQ(import->Intern(EntityKind::kDeal, bad).error().code(), ErrorCode::kBadInput);
  }
  EXPECT_EQ(import->Intern(EntityKind::kDeal, "").error().code(), ErrorCode::kBadInput);
  EXPECT_EQ(import->Intern(EntityKind::kDeal, std::string(256, 'k')).error().code(),
            ErrorCode::kBadInput);
  // One bad row does not cost the import.
  EXPECT_TRUE(AppendFacts(*import, {Amount("good", 1, 2)}).has_value());
  EXPECT_TRUE(import->Commit(2).has_value());
  EXPECT_EQ(Load(*store_).num_events(), 1U);
}

TEST_F(StoreContract, RefusesIdsItDidNotGiveOut) {
  const auto import = store_->BeginImport(SampleDescription("crm/deals", 1, "ids")).value();
  const std::uint32_t deal = import->Intern(EntityKind::kDeal, "d").value();
  const std::uint32_t rep = import->Intern(EntityKind::kRep, "r").value();
  const std::uint32_t amount = import->Attribute(kAmountAttribute).value();
  const std::uint32_t stage = import->Attribute(kStageAttribute).value();
  const std::uint32_t owner =
      import
          ->Attribute(
              {.name = "owner", .type = ValueType::kReference, .reference_kind = EntityKind::kRep})
          .value();
  const std::vector<Event> wrong = {{.entity = 99, .attribute = amount, .value = 1},
                                    {.entity = 0, .attribute = amount},
                                    {.entity = rep, .attribute = amount, .value = 1},
                                    {.entity = deal, .attribute = 99},
                                    {.entity = deal, .attribute = stage, .value = 1},
                                    {.entity = deal, .attribute = stage, .value = -5},
                                    {.entity = deal, .attribute = owner, .value = deal}};
  for (const Event& event : wrong) {
    EXPECT_EQ(import->Append({&event, 1}).error().code(), ErrorCode::kUsage);
  }
  const Event right = {.entity = deal, .attribute = owner, .value = rep};
  EXPECT_TRUE(import->Append({&right, 1}).has_value());
}

TEST_F(StoreContract, IdsStayValidInLaterImports) {
  std::uint32_t deal = 0;
  std::uint32_t stage = 0;
  std::int64_t symbol = 0;
  {
    const auto import = store_->BeginImport(SampleDescription("crm/deals", 1, "a")).value();
    deal = import->Intern(EntityKind::kDeal, "d").value();
    stage = import->Attribute(kStageAttribute).value();
    symbol = import->Symbol("Won").value();
    EXPECT_EQ(import->Intern(EntityKind::kDeal, "d").value(), deal);
    EXPECT_NE(import->Intern(EntityKind::kAccount, "d").value(), deal);
    const Event event = {.entity = deal, .attribute = stage, .event_time = 1, .value = symbol};
    ASSERT_TRUE(import->Append({&event, 1}).has_value());
    ASSERT_TRUE(import->Commit(1).has_value());
  }
  const auto import = store_->BeginImport(SampleDescription("crm/deals", 2, "b")).value();
  const Event event = {.entity = deal, .attribute = stage, .event_time = 2, .value = symbol};
  ASSERT_TRUE(import->Append({&event, 1}).has_value());
  EXPECT_EQ(import->Intern(EntityKind::kDeal, "d").value(), deal);
  EXPECT_EQ(import->Attribute(kStageAttribute).value(), stage);
  EXPECT_EQ(import->Symbol("Won").value(), symbol);
  EXPECT_NE(import->Symbol("Lost").value(), symbol);
  ASSERT_TRUE(import->Commit(1).has_value());
  EXPECT_EQ(Load(*store_).events(EntityKind::kDeal, 0).size(), 2U);
}

TEST_F(StoreContract, AStandardAttributeStaysStandardInEitherOrder) {
  AttributeDefinition custom = kAmountAttribute;
  custom.custom = true;
  Fact by_mapping = Amount("d", 1, 10);
  by_mapping.attribute = custom;
  MustImport(*store_, {SampleDescription("a", 1, "custom"), {by_mapping}});
  EXPECT_TRUE(Load(*store_).attributes()[0].custom);
  MustImport(*store_, {SampleDescription("a", 2, "standard"), {Amount("d", 2, 20)}});
  MustImport(*store_, {SampleDescription("a", 3, "custom"), {by_mapping}});
  const EventLog log = Load(*store_);
  ASSERT_EQ(log.attributes().size(), 1U);
  EXPECT_FALSE(log.attributes()[0].custom);
}

TEST_F(StoreContract, RefusesAnAttributeThatRefersToAnotherKindThanBefore) {
  const auto import = store_->BeginImport(SampleDescription("a", 1, "x")).value();
  AttributeDefinition owner = {
      .name = "owner", .type = ValueType::kReference, .reference_kind = EntityKind::kRep};
  ASSERT_TRUE(import->Attribute(owner).has_value());
  owner.reference_kind = EntityKind::kTeam;
  EXPECT_EQ(import->Attribute(owner).error().code(), ErrorCode::kConflict);
}

TEST_F(StoreContract, TheSameContentTwiceIsAConflictThatNamesTheBatch) {
  const SampleImport sample = {SampleDescription("crm/deals", 1, "same"), RandomFacts(1, 5)};
  MustImport(*store_, sample);
  const auto again = store_->BeginImport(sample.description);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code(), ErrorCode::kConflict);
  EXPECT_NE(again.error().message().find("batch 1"), std::string::npos) << again.error().message();
}

TEST_F(StoreContract, AnAbandonedImportLeavesNoTrace) {
  const SampleImport sample = {SampleDescription("crm/deals", 1, "kept"), RandomFacts(1, 20)};
  MustImport(*store_, sample);
  const EventLog before = Load(*store_);
  {
    const auto import = store_->BeginImport(SampleDescription("crm/deals", 2, "left")).value();
    ASSERT_TRUE(AppendFacts(*import, RandomFacts(2, 40)).has_value());
    const Reject reject = {.file = "f", .line = 1, .reason = "r"};
    ASSERT_TRUE(import->Quarantine({&reject, 1}).has_value());
    EXPECT_EQ(Load(*store_), before) << "an unfinished import is invisible";
  }
  EXPECT_EQ(Load(*store_), before);
  EXPECT_EQ(store_->Batches()->size(), 1U);
  EXPECT_TRUE(store_->Rejects(2)->empty());
  EXPECT_EQ(MustImport(*store_, {SampleDescription("crm/deals", 2, "left"), {}}).id, 2);
}

TEST_F(StoreContract, NothingCanBeAddedAfterCommit) {
  const auto import = store_->BeginImport(SampleDescription("a", 1, "x")).value();
  ASSERT_TRUE(import->Commit(0).has_value());
  EXPECT_EQ(import->Commit(0).error().code(), ErrorCode::kUsage);
  EXPECT_EQ(import->Symbol("late").error().code(), ErrorCode::kUsage);
}

TEST_F(StoreContract, AnEventIsStoredOnceHoweverOftenItIsImported) {
  const std::vector<Fact> facts = RandomFacts(1, 30);
  const Batch first = MustImport(*store_, {SampleDescription("a", 10000, "x"), facts});
  std::vector<Fact> reversed(facts.rbegin(), facts.rend());
  reversed.push_back(Amount("deal-3", 77, 78));
  const Batch second = MustImport(*store_, {SampleDescription("a", 20000, "y"), reversed});
  EXPECT_EQ(second.num_events, 1);
  const Batch third = MustImport(*store_, {SampleDescription("b", 30000, "z"), reversed});
  EXPECT_EQ(third.num_events, 0);
  EXPECT_EQ(static_cast<std::int64_t>(Load(*store_).num_events()), first.num_events + 1);
}

// Every difference in one field makes another event.
TEST_F(StoreContract, EventsThatDifferInOneFieldAreDifferent) {
  Fact base = Amount("d", 1, 10, 2);
  std::vector<Fact> facts(6, base);
  facts[1].key = "e";
  facts[2].event_time = 2;
  facts[3].recorded_time = kNotRecorded;
  facts[4].sequence = 1;
  facts[5].number = kNoValue;
  const Batch batch = MustImport(*store_, {SampleDescription("a", 1, "x"), facts});
  EXPECT_EQ(batch.num_events, 6);
  EXPECT_EQ(MustImport(*store_, {SampleDescription("a", 2, "y"), facts}).num_events, 0);
}

TEST_F(StoreContract, KeepsRejectsInOrder) {
  const auto import = store_->BeginImport(SampleDescription("a", 1, "x")).value();
  const std::vector<Reject> rejects = {
      {.file = "deals.csv",
       .line = 7,
       .column = "Amount",
       .value = "N/A",
       .reason = "Not a number."},
      {.file = "deals.csv",
       .line = 3,
       .column = "",
       .value = std::string(500, 'v'),
       .reason = "No."},
      {.file = "deals.csv", .line = 9, .column = "c", .value = "\xff\x00z", .reason = "Encoding."}};
  ASSERT_TRUE(import->Quarantine({rejects.data(), 1}).has_value());
  ASSERT_TRUE(import->Quarantine({rejects.data() + 1, 2}).has_value());
  const Batch batch = import->Commit(3).value();
  EXPECT_EQ(batch.num_rejects, 3);
  const std::vector<Reject> stored = store_->Rejects(batch.id).value();
  ASSERT_EQ(stored.size(), 3U);
  EXPECT_EQ(stored[0].line, 7);
  EXPECT_EQ(stored[0].column, "Amount");
  EXPECT_EQ(stored[0].value, "N/A");
  EXPECT_EQ(stored[0].reason, "Not a number.");
  EXPECT_EQ(stored[1].value.size(), 200U);
  EXPECT_EQ(stored[2].value.substr(0, 3), "\xEF\xBF\xBD");
  EXPECT_EQ(store_->Batches()->at(0).num_rejects, 3);
}

// KnownTime through a store: first import, normal news, and a row that came late.
TEST_F(StoreContract, ResolvesKnownTimesFromTheHistoryOfImports) {
  MustImport(*store_, {SampleDescription("a", 100, "1"), {Amount("d", 10, 1, 12)}});
  MustImport(*store_, {SampleDescription("a", 200, "2"),
                       {Amount("d", 10, 1, 12), Amount("d", 150, 2, 160), Amount("d", 50, 3, 60)}});
  MustImport(*store_, {SampleDescription("other", 300, "3"), {Amount("d", 20, 4, 25)}});
  const EventLog log = Load(*store_);
  const auto events = log.events(EntityKind::kDeal, 0);
  ASSERT_EQ(events.size(), 4U);
  const auto visible = [&](std::int64_t value) {
    return std::find_if(events.begin(), events.end(),
                        [&](const LoggedEvent& event) { return event.value == value; })
        ->visible_time;
  };
  EXPECT_EQ(visible(1), 12) << "first import: when its own system recorded it";
  EXPECT_EQ(visible(2), 160) << "recorded since the previous import";
  EXPECT_EQ(visible(3), 200) << "could have been in the previous import and was not";
  EXPECT_EQ(visible(4), 25) << "first import of its source";
}

// The core promise: whatever the order of imports, every cut shows the same log.
TEST_F(StoreContract, TheOrderOfImportsDoesNotMatterAtAnyCut) {
  std::vector<SampleImport> samples = {
      {SampleDescription("a", 1000, "a1"), RandomFacts(1, 40)},
      {SampleDescription("a", 9000, "a2"), RandomFacts(2, 60)},
      {SampleDescription("a", 9000, "a3"), RandomFacts(3, 50)},
      {SampleDescription("b", 9000, "b1"), RandomFacts(4, 50)},
      {SampleDescription("b", 20000, "b2"), RandomFacts(5, 80)},
  };
  const std::vector<std::vector<int>> orders = {
      {0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {3, 0, 4, 2, 1}, {1, 0, 3, 4, 2}};
  const std::vector<LoadOptions> cuts = {{},
                                         {.known_at = 0},
                                         {.known_at = 999},
                                         {.known_at = 1000},
                                         {.known_at = 8999},
                                         {.known_at = 9000},
                                         {.known_at = 20000}};
  std::vector<EventLog> expected;
  for (const std::vector<int>& order : orders) {
    const std::unique_ptr<EngineUnderTest> engine = MakeEngineUnderTest();
    const std::unique_ptr<Store> store = engine->Open(kImpatient).value();
    for (const int i : order) {
      MustImport(*store, samples[static_cast<std::size_t>(i)]);
    }
    for (std::size_t c = 0; c < cuts.size(); ++c) {
      EventLog log = Load(*store, cuts[c]);
      if (expected.size() == c) {
        expected.push_back(std::move(log));
      } else {
        EXPECT_EQ(log, expected[c]) << "cut " << c;
      }
    }
  }
  EXPECT_EQ(expected[1], EventLog());
  EXPECT_EQ(expected[3], expected[4]);
  EXPECT_NE(expected[4], expected[5]);
  EXPECT_EQ(expected[6], expected[0]);
}

TEST_F(StoreContract, ACutShowsTheStoreAsItWasThen) {
  MustImport(*store_, {SampleDescription("a", 1000, "a1"), RandomFacts(1, 40)});
  const EventLog then = Load(*store_);
  Fact renamed = Amount("deal-900", 1, 1);
  renamed.attribute = {.name = "brand new", .custom = true};
  renamed.text = "a text nobody had";
  MustImport(*store_, {SampleDescription("a", 2000, "a2"), {renamed}});
  EXPECT_NE(Load(*store_), then);
  EXPECT_EQ(Load(*store_, {.known_at = 1999}), then);
}

TEST_F(StoreContract, LoadingStopsWhenAskedTo) {
  struct Impatient : base::Progress {
    [[nodiscard]] bool cancelled() const override { return true; }
  } impatient;
  std::vector<Fact> facts;
  for (int i = 0; i < 70000; ++i) {
    facts.push_back(Amount("d" + std::to_string(i % 100), i, i));
  }
  MustImport(*store_, {SampleDescription("a", 1, "x"), facts});
  EXPECT_EQ(store_->Load({}, impatient).error().code(), ErrorCode::kCancelled);
}

TEST_F(StoreContract, DiagnosisSaysThatAllIsWell) {
  MustImport(*store_, {SampleDescription("a", 1, "x"), RandomFacts(1, 30)});
  const auto lines = store_->Diagnose();
  ASSERT_TRUE(lines.has_value()) << lines.error().ToString();
  ASSERT_GE(lines->size(), 4U);
  EXPECT_TRUE(lines->at(0).starts_with("engine: ")) << lines->at(0);
  EXPECT_TRUE(lines->at(1).starts_with("schema version: ")) << lines->at(1);
  EXPECT_EQ(lines->back(), "integrity: ok");
}

}  // namespace
}  // namespace ri::data
