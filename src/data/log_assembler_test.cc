#include "data/log_assembler.h"

#include <gtest/gtest.h>

namespace ri::data {
namespace {

Batch MakeBatch(std::int64_t id, const std::string& source, std::int64_t known_at) {
  Batch batch;
  batch.id = id;
  batch.source = source;
  batch.known_at = known_at;
  return batch;
}

const Event kEvent = {.entity = 1, .attribute = 1, .event_time = 10, .value = 5};

/// A log with the one event held by batch `holder` and seen by the others.
Result<EventLog> Assemble(const std::vector<Batch>& batches, std::int64_t holder,
                          const std::vector<std::int64_t>& seen_by, const LoadOptions& options) {
  LogAssembler assembler(options);
  assembler.SetBatches(batches);
  assembler.AddAttribute(1, {.name = "amount", .type = ValueType::kMoney});
  assembler.AddEntity(1, EntityKind::kDeal, "d");
  for (const std::int64_t batch : seen_by) {
    assembler.AddSighting(batch, kEvent);
  }
  assembler.BeginEvents(1);
  assembler.AddEvent(holder, kEvent);
  return assembler.Finish();
}

std::int64_t Visible(const EventLog& log) {
  return log.events(EntityKind::kDeal, 0)[0].visible_time;
}

TEST(LogAssembler, TheEarliestHolderDecides) {
  const std::vector<Batch> batches = {MakeBatch(1, "a", 100), MakeBatch(2, "a", 50),
                                      MakeBatch(3, "a", 20)};
  EXPECT_EQ(Visible(*Assemble(batches, 1, {}, {})), 100) << "late: 20 and 50 came without it";
  EXPECT_EQ(Visible(*Assemble(batches, 1, {2}, {})), 50);
  EXPECT_EQ(Visible(*Assemble(batches, 1, {2, 3}, {})), 10) << "in the first import";
}

TEST(LogAssembler, TheCutCountsTheEarliestHolder) {
  const std::vector<Batch> batches = {MakeBatch(1, "a", 100), MakeBatch(2, "b", 50)};
  EXPECT_EQ(Assemble(batches, 1, {2}, {.known_at = 49})->num_events(), 0U);
  EXPECT_EQ(Assemble(batches, 1, {2}, {.known_at = 50})->num_events(), 1U);
  EXPECT_EQ(Assemble(batches, 1, {}, {.known_at = 50})->num_events(), 0U);
}

TEST(LogAssembler, WhenSourcesShareAMomentTheEarliestKnownTimeHolds) {
  // Source a had an import at 40 without the event, so by a alone it would be late.
  const std::vector<Batch> batches = {MakeBatch(1, "a", 100), MakeBatch(2, "b", 100),
                                      MakeBatch(3, "a", 40)};
  EXPECT_EQ(Visible(*Assemble(batches, 1, {}, {})), 100);
  EXPECT_EQ(Visible(*Assemble(batches, 1, {2}, {})), 10);
  EXPECT_EQ(Visible(*Assemble(batches, 2, {1}, {})), 10);
}

TEST(LogAssembler, DropsDictionaryEntriesNobodyMentions) {
  LogAssembler assembler({});
  assembler.SetBatches({MakeBatch(1, "a", 100)});
  assembler.AddAttribute(
      1, {.name = "owner", .type = ValueType::kReference, .reference_kind = EntityKind::kRep});
  assembler.AddAttribute(2, {.name = "unused"});
  assembler.AddEntity(1, EntityKind::kDeal, "d");
  assembler.AddEntity(2, EntityKind::kRep, "mentioned");
  assembler.AddEntity(3, EntityKind::kRep, "unused");
  assembler.AddSymbol(1, "unused");
  assembler.BeginEvents(1);
  assembler.AddEvent(1, {.entity = 1, .attribute = 1, .value = 2});
  const EventLog log = assembler.Finish().value();
  EXPECT_EQ(log.attributes().size(), 1U);
  EXPECT_TRUE(log.symbols().empty());
  ASSERT_EQ(log.count(EntityKind::kRep), 1U);
  EXPECT_EQ(log.keys(EntityKind::kRep)[0], "mentioned");
}

TEST(LogAssembler, ReportsRowsThatPointAtNothing) {
  const std::vector<std::pair<std::int64_t, Event>> broken = {
      {9, kEvent},
      {1, {.entity = 7, .attribute = 1}},
      {1, {.entity = 1, .attribute = 7}},
      {1, {.entity = 2, .attribute = 1}},
      {1, {.entity = 1, .attribute = 2, .value = 4}},
      {1, {.entity = 1, .attribute = 2, .value = -4}}};
  for (const auto& [batch, event] : broken) {
    LogAssembler assembler({});
    assembler.SetBatches({MakeBatch(1, "a", 100)});
    assembler.AddAttribute(1, {.name = "amount", .type = ValueType::kMoney});
    assembler.AddAttribute(2, {.name = "stage"});
    assembler.AddEntity(1, EntityKind::kDeal, "d");
    assembler.AddEntity(2, EntityKind::kRep, "r");
    assembler.BeginEvents(1);
    assembler.AddEvent(batch, event);
    const auto log = assembler.Finish();
    ASSERT_FALSE(log.has_value());
    EXPECT_EQ(log.error().code(), ErrorCode::kStorage);
  }
}

TEST(LogAssembler, ReportsDictionariesThatCannotBe) {
  const auto finish = [](const auto& add) {
    LogAssembler assembler({});
    add(assembler);
    assembler.BeginEvents(0);
    return assembler.Finish();
  };
  const auto no_kind = static_cast<EntityKind>(99);
  EXPECT_FALSE(finish([&](auto& log) { log.AddEntity(1, no_kind, "x"); }).has_value());
  EXPECT_FALSE(finish([](auto& log) { log.AddEntity(-1, EntityKind::kDeal, "x"); }).has_value());
  EXPECT_FALSE(finish([](auto& log) { log.AddSymbol(std::int64_t{1} << 40, "x"); }).has_value());
  EXPECT_FALSE(finish([&](auto& log) { log.AddAttribute(1, {.kind = no_kind}); }).has_value());
}

}  // namespace
}  // namespace ri::data
