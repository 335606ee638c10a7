#include "data/import_session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/random.h"

namespace ri::data {
namespace {

using Fields = std::tuple<std::uint32_t, std::uint32_t, std::int64_t, std::int64_t, std::int64_t,
                          std::int64_t>;

Fields FieldsOf(const Event& e) {
  return {e.entity, e.attribute, e.event_time, e.recorded_time, e.sequence, e.value};
}

/// A store in memory, with the counters the tests look at.
struct Tables {
  std::vector<Batch> batches;
  std::vector<std::pair<std::uint32_t, AttributeDefinition>> attributes;
  std::vector<std::tuple<std::uint32_t, EntityKind, std::string>> entities;
  std::vector<std::pair<std::uint32_t, std::string>> symbols;
  std::vector<std::pair<std::int64_t, Event>> events;
  std::vector<std::pair<std::int64_t, Event>> sightings;
  int num_scans = 0;
  bool fail_next_write = false;
};

/// Writes into the tables at once; commits by leaving them as they are.
class MemoryWriter final : public BatchWriter, public EventReader {
 public:
  explicit MemoryWriter(Tables& tables) : tables_(tables) {}

  EventReader& reader() override { return *this; }
  Result<std::vector<Batch>> ReadBatches() override { return tables_.batches; }
  Status ReadAttributes(const AttributeVisitor& visit) override {
    for (const auto& [id, definition] : tables_.attributes) {
      visit(id, definition);
    }
    return {};
  }
  Status ReadEntities(const EntityVisitor& visit) override {
    for (const auto& [id, kind, key] : tables_.entities) {
      visit(id, kind, key);
    }
    return {};
  }
  Status ReadSymbols(const SymbolVisitor& visit) override {
    for (const auto& [id, text] : tables_.symbols) {
      visit(id, text);
    }
    return {};
  }
  Status ReadEvents(const EventVisitor& visit) override {
    ++tables_.num_scans;
    for (const auto& [batch, event] : tables_.events) {
      visit(batch, event);
    }
    return {};
  }
  Status ReadSightings(const EventVisitor& visit) override {
    for (const auto& [batch, event] : tables_.sightings) {
      visit(batch, event);
    }
    return {};
  }
  Status AddBatch(const Batch& /*batch*/) override { return {}; }
  Status AddAttribute(std::uint32_t id, const AttributeDefinition& definition) override {
    tables_.attributes.emplace_back(id, definition);
    return {};
  }
  Status MakeStandard(std::uint32_t /*attribute*/) override { return {}; }
  Status AddEntity(std::uint32_t id, EntityKind kind, std::string_view key) override {
    tables_.entities.emplace_back(id, kind, key);
    return {};
  }
  Status AddSymbol(std::uint32_t id, std::string_view text) override {
    tables_.symbols.emplace_back(id, text);
    return {};
  }
  Status AddEvents(std::int64_t batch, std::span<const Event> events) override {
    if (tables_.fail_next_write) {
      return Fail(ErrorCode::kStorage, "The disk is full.");
    }
    for (const Event& event : events) {
      tables_.events.emplace_back(batch, event);
    }
    return {};
  }
  Status AddSightings(std::int64_t batch, std::span<const Event> events) override {
    for (const Event& event : events) {
      tables_.sightings.emplace_back(batch, event);
    }
    return {};
  }
  Status AddReject(std::int64_t /*batch*/, std::int64_t /*position*/,
                   const Reject& /*reject*/) override {
    return {};
  }
  Status Commit(const Batch& batch) override {
    tables_.batches.push_back(batch);
    return {};
  }

 private:
  Tables& tables_;
};

std::unique_ptr<ImportTransaction> Begin(Tables& tables, const std::string& source,
                                         std::int64_t known_at, std::size_t num_buffered) {
  BatchDescription description;
  description.source = source;
  description.known_at = known_at;
  description.content_sha256 = std::to_string(tables.batches.size());
  auto import =
      ImportSession::Begin(std::make_unique<MemoryWriter>(tables), description, num_buffered);
  EXPECT_TRUE(import.has_value());
  return *std::move(import);
}

// Oracle: the set of (event, known_at, source) that every batch held.
TEST(ImportSession, KeepsEveryEventOnceAndItsEarliestHoldersAtAnyBufferSize) {
  for (const std::size_t num_buffered : {1U, 7U, 64U, 100000U}) {
    base::RandomStream random(num_buffered, "sessions");
    Tables tables;
    std::map<Fields, std::set<std::pair<std::int64_t, std::string>>> held;
    for (int round = 0; round < 12; ++round) {
      const std::string source = random.Bernoulli(0.5) ? "a" : "b";
      const auto known_at = static_cast<std::int64_t>(random.Below(6));
      const auto import = Begin(tables, source, known_at, num_buffered);
      const std::uint32_t attribute =
          import->Attribute({.name = "n", .type = ValueType::kInteger}).value();
      for (int i = 0; i < 200; ++i) {
        const std::string key =
            "d" + std::to_string(random.Below(20 + 5 * static_cast<std::uint64_t>(round)));
        const Event event = {.entity = import->Intern(EntityKind::kDeal, key).value(),
                             .attribute = attribute,
                             .event_time = static_cast<std::int64_t>(random.Below(5)),
                             .value = static_cast<std::int64_t>(random.Below(4))};
        ASSERT_TRUE(import->Append({&event, 1}).has_value());
        held[FieldsOf(event)].emplace(known_at, source);
      }
      ASSERT_TRUE(import->Commit(200).has_value());
    }

    // What the store can tell of every event: all batches that are recorded as its holders.
    std::map<Fields, std::set<std::pair<std::int64_t, std::string>>> recorded;
    std::set<Fields> stored;
    const auto holder = [&](std::int64_t batch) {
      const Batch& found = tables.batches.at(static_cast<std::size_t>(batch - 1));
      return std::pair(found.known_at, found.source);
    };
    for (const auto& [batch, event] : tables.events) {
      EXPECT_TRUE(stored.insert(FieldsOf(event)).second) << "stored twice";
      recorded[FieldsOf(event)].insert(holder(batch));
    }
    for (const auto& [batch, event] : tables.sightings) {
      EXPECT_TRUE(stored.contains(FieldsOf(event)));
      recorded[FieldsOf(event)].insert(holder(batch));
    }
    ASSERT_EQ(stored.size(), held.size());
    for (const auto& [event, holders] : held) {
      // The holders that decide are those with the smallest known-at.
      const std::int64_t first = holders.begin()->first;
      EXPECT_EQ(recorded[event].begin()->first, first);
      for (const auto& deciding : holders) {
        if (deciding.first == first) {
          EXPECT_TRUE(recorded[event].contains(deciding));
        }
      }
    }
  }
}

TEST(ImportSession, TheFirstImportReadsNoEventsAndALaterOneScansAtMostTwice) {
  Tables tables;
  const auto import_deals = [&](int first, int last, std::size_t num_buffered) {
    const auto import =
        Begin(tables, "a", static_cast<std::int64_t>(tables.batches.size()), num_buffered);
    const std::uint32_t attribute =
        import->Attribute({.name = "n", .type = ValueType::kInteger}).value();
    for (int i = first; i < last; ++i) {
      const Event event = {
          .entity = import->Intern(EntityKind::kDeal, "d" + std::to_string(i)).value(),
          .attribute = attribute,
          .value = static_cast<std::int64_t>(tables.batches.size())};
      ASSERT_TRUE(import->Append({&event, 1}).has_value());
    }
    ASSERT_TRUE(import->Commit(1).has_value());
  };
  import_deals(0, 100, 10);
  EXPECT_EQ(tables.num_scans, 0);
  import_deals(100, 200, 10);
  EXPECT_EQ(tables.num_scans, 0) << "all deals are new";
  import_deals(0, 5, 10);
  EXPECT_EQ(tables.num_scans, 1);
  import_deals(0, 200, 10);
  EXPECT_EQ(tables.num_scans, 3);
}

TEST(ImportSession, IsOverAfterAnErrorOfTheEngine) {
  Tables tables;
  const auto import = Begin(tables, "a", 1, 1);
  const Event event = {
      .entity = import->Intern(EntityKind::kDeal, "d").value(),
      .attribute = import->Attribute({.name = "n", .type = ValueType::kInteger}).value()};
  ASSERT_TRUE(import->Append({&event, 1}).has_value());
  tables.fail_next_write = true;
  EXPECT_EQ(import->Commit(1).error().code(), ErrorCode::kStorage);
  tables.fail_next_write = false;
  EXPECT_EQ(import->Commit(1).error().code(), ErrorCode::kStorage) << "half an import is no import";
  EXPECT_EQ(import->Intern(EntityKind::kDeal, "e").error().code(), ErrorCode::kStorage);
  EXPECT_TRUE(tables.batches.empty());
}

}  // namespace
}  // namespace ri::data
