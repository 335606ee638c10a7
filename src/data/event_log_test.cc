#include "data/event_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <tuple>

#include "base/random.h"

namespace ri::data {
namespace {

EventLog::Content RandomContent(std::uint64_t seed, std::size_t num_rows) {
  base::RandomStream random(seed, "event-log-content");
  EventLog::Content content;
  content.attributes = {
      {.name = "stage"},
      {.name = "amount", .type = ValueType::kMoney},
      {.name = "owner", .type = ValueType::kReference, .reference_kind = EntityKind::kRep},
      {.kind = EntityKind::kRep, .name = "team", .type = ValueType::kText, .custom = true}};
  for (int i = 0; i < 20; ++i) {
    content.symbols.push_back("symbol " + std::to_string(i * 7 % 20));
  }
  for (int i = 0; i < 30; ++i) {
    content.keys[1].push_back("deal " + std::to_string(i * 11 % 30));
  }
  for (int i = 0; i < 6; ++i) {
    content.keys[3].push_back("rep " + std::to_string(i));
  }
  for (std::size_t i = 0; i < num_rows; ++i) {
    EventLog::Row row;
    row.attribute = static_cast<std::uint32_t>(random.Below(4));
    row.kind = content.attributes[row.attribute].kind;
    row.entity = static_cast<std::uint32_t>(
        random.Below(content.keys[static_cast<std::size_t>(row.kind)].size()));
    row.event_time = static_cast<std::int64_t>(random.Below(5));
    row.visible_time = row.event_time + static_cast<std::int64_t>(random.Below(3));
    row.sequence = static_cast<std::int64_t>(random.Below(2));
    const std::uint64_t bound = row.attribute == 2 ? 6 : 20;
    row.value = random.Bernoulli(0.1) ? kNoValue : static_cast<std::int64_t>(random.Below(bound));
    content.rows.push_back(row);
  }
  return content;
}

/// Shuffles every dictionary and the rows, and adjusts the indices.
EventLog::Content Permuted(EventLog::Content content, std::uint64_t seed) {
  base::RandomStream random(seed, "permutation");
  const auto shuffle = [&](auto& items) {
    std::vector<std::uint32_t> new_position(items.size());
    std::iota(new_position.begin(), new_position.end(), 0U);
    std::shuffle(new_position.begin(), new_position.end(), random);
    auto moved = items;
    for (std::size_t i = 0; i < items.size(); ++i) {
      moved[new_position[i]] = items[i];
    }
    items = moved;
    return new_position;
  };
  const std::vector<AttributeDefinition> definitions = content.attributes;
  const auto attributes = shuffle(content.attributes);
  const auto symbols = shuffle(content.symbols);
  std::vector<std::vector<std::uint32_t>> keys;
  keys.reserve(content.keys.size());
  for (auto& kind : content.keys) {
    keys.push_back(shuffle(kind));
  }
  for (EventLog::Row& row : content.rows) {
    const AttributeDefinition& definition = definitions[row.attribute];
    if (row.value != kNoValue && definition.type == ValueType::kText) {
      row.value = symbols[static_cast<std::size_t>(row.value)];
    } else if (row.value != kNoValue && definition.type == ValueType::kReference) {
      row.value = keys[static_cast<std::size_t>(definition.reference_kind)]
                      [static_cast<std::size_t>(row.value)];
    }
    row.attribute = attributes[row.attribute];
    row.entity = keys[static_cast<std::size_t>(row.kind)][row.entity];
  }
  std::shuffle(content.rows.begin(), content.rows.end(), random);
  return content;
}

TEST(EventLog, DoesNotDependOnTheOrderOfRowsOrDictionaries) {
  const EventLog::Content content = RandomContent(1, 2000);
  const EventLog log = EventLog::Build(content);
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    EXPECT_EQ(EventLog::Build(Permuted(content, seed)), log) << seed;
  }
  EXPECT_NE(EventLog::Build(RandomContent(2, 2000)), log);
}

// Oracle: the same facts as texts, sorted by the stated order, equal ones once.
TEST(EventLog, HoldsTheFactsInTheStatedOrder) {
  const EventLog::Content content = RandomContent(3, 3000);
  using Fact = std::tuple<EntityKind, std::string, std::int64_t, std::int64_t, std::string,
                          std::int64_t, std::string>;
  const auto text_of = [](std::int64_t value, const AttributeDefinition& definition,
                          const auto& symbols, const auto& reps) -> std::string {
    if (value == kNoValue) {
      return "none";
    }
    const auto i = static_cast<std::size_t>(value);
    return definition.type == ValueType::kText        ? std::string(symbols[i])
           : definition.type == ValueType::kReference ? std::string(reps[i])
                                                      : std::to_string(value);
  };
  std::vector<Fact> expected;
  for (const EventLog::Row& row : content.rows) {
    const AttributeDefinition& definition = content.attributes[row.attribute];
    expected.emplace_back(row.kind, content.keys[static_cast<std::size_t>(row.kind)][row.entity],
                          row.visible_time, row.event_time, definition.name, row.sequence,
                          text_of(row.value, definition, content.symbols, content.keys[3]));
  }
  std::sort(expected.begin(), expected.end());
  expected.erase(std::unique(expected.begin(), expected.end()), expected.end());

  const EventLog log = EventLog::Build(content);
  EXPECT_TRUE(std::is_sorted(log.symbols().begin(), log.symbols().end()));
  std::vector<Fact> actual;
  for (const EntityKind kind : {EntityKind::kDeal, EntityKind::kRep}) {
    EXPECT_TRUE(std::is_sorted(log.keys(kind).begin(), log.keys(kind).end()));
    for (std::size_t entity = 0; entity < log.count(kind); ++entity) {
      const auto events = log.events(kind, entity);
      EXPECT_TRUE(std::is_sorted(
          events.begin(), events.end(), [](const LoggedEvent& a, const LoggedEvent& b) {
            return std::tie(a.visible_time, a.event_time, a.attribute, a.sequence, a.value) <
                   std::tie(b.visible_time, b.event_time, b.attribute, b.sequence, b.value);
          }));
      for (const LoggedEvent& event : events) {
        const AttributeDefinition& definition = log.attributes()[event.attribute];
        actual.emplace_back(
            kind, log.keys(kind)[entity], event.visible_time, event.event_time, definition.name,
            event.sequence,
            text_of(event.value, definition, log.symbols(), log.keys(EntityKind::kRep)));
      }
    }
  }
  EXPECT_EQ(actual.size(), log.num_events());
  std::sort(actual.begin(), actual.end());
  EXPECT_EQ(actual, expected);
}

TEST(EventLog, OfNothingIsEmpty) {
  EXPECT_EQ(EventLog::Build({}), EventLog());
  const EventLog log;
  EXPECT_EQ(log.num_events(), 0U);
  EXPECT_EQ(log.count(EntityKind::kDeal), 0U);
  EXPECT_EQ(log.Find(EntityKind::kDeal, "x"), std::nullopt);
  EXPECT_EQ(log.FindAttribute(EntityKind::kDeal, "stage"), std::nullopt);
}

TEST(EventLog, KeepsAnEntityWithoutEvents) {
  EventLog::Content content;
  content.keys[1] = {"b", "a"};
  const EventLog log = EventLog::Build(content);
  EXPECT_EQ(log.count(EntityKind::kDeal), 2U);
  EXPECT_TRUE(log.events(EntityKind::kDeal, 1).empty());
}

TEST(EventLog, OneEntity) {
  EventLog::Content content;
  content.attributes = {{.name = "amount", .type = ValueType::kMoney}};
  content.keys[1] = {"only"};
  content.rows = {{.event_time = 5, .visible_time = 9, .value = 7},
                  {.event_time = 6, .visible_time = 6, .value = 8},
                  {.event_time = 5, .visible_time = 9, .value = 7}};
  const EventLog log = EventLog::Build(content);
  const auto events = log.events(EntityKind::kDeal, 0);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].value, 8);
  EXPECT_EQ(events[1].value, 7);
  EXPECT_EQ(log.Find(EntityKind::kDeal, "only"), 0U);
}

TEST(EventLog, MergesDictionaryEntriesThatAreEqual) {
  EventLog::Content content;
  content.attributes = {{.name = "stage", .custom = true}, {.name = "stage"}};
  content.symbols = {"x", "x"};
  content.keys[1] = {"d", "d"};
  content.rows = {{.entity = 0, .attribute = 0, .value = 0},
                  {.entity = 1, .attribute = 1, .value = 1}};
  const EventLog log = EventLog::Build(content);
  EXPECT_EQ(log.num_events(), 1U);
  EXPECT_EQ(log.symbols().size(), 1U);
  EXPECT_EQ(log.count(EntityKind::kDeal), 1U);
  ASSERT_EQ(log.attributes().size(), 1U);
  EXPECT_FALSE(log.attributes()[0].custom);
}

TEST(EventLog, FindsAttributesByKindAndName) {
  const EventLog log = EventLog::Build(RandomContent(1, 10));
  EXPECT_EQ(log.attributes()[*log.FindAttribute(EntityKind::kDeal, "owner")].name, "owner");
  EXPECT_EQ(log.attributes()[*log.FindAttribute(EntityKind::kRep, "team")].kind, EntityKind::kRep);
  EXPECT_EQ(log.FindAttribute(EntityKind::kRep, "owner"), std::nullopt);
  EXPECT_EQ(log.FindAttribute(EntityKind::kDeal, "zzz"), std::nullopt);
}

}  // namespace
}  // namespace ri::data
