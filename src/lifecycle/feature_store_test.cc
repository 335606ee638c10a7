#include "lifecycle/feature_store.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <filesystem>
#include <fstream>

#include "base/random.h"
#include "documents/numpy_file.h"

namespace ri::lifecycle {
namespace {

using data::AttributeDefinition;
using data::EntityKind;
using data::EventLog;
using data::ValueType;
using domain::Date;
using domain::MakeDate;

constexpr std::int64_t kDay = 86'400'000;

enum : std::uint32_t { kCreated, kStage, kAmount, kOutcome };

// Forty deals with stages, amounts and outcomes over twenty weeks; of the events, those that were
// visible before `until`.
EventLog MakeLog(Date until, bool correction = false) {
  EventLog::Content content;
  content.attributes = {
      {EntityKind::kDeal, std::string(data::attribute::kCreated), ValueType::kFlag,
       EntityKind::kDeal, false},
      {EntityKind::kDeal, std::string(data::attribute::kStage), ValueType::kText, EntityKind::kDeal,
       false},
      {EntityKind::kDeal, std::string(data::attribute::kAmount), ValueType::kMoney,
       EntityKind::kDeal, false},
      {EntityKind::kDeal, std::string(data::attribute::kOutcome), ValueType::kText,
       EntityKind::kDeal, false},
  };
  content.symbols = {"demo", "lead", "lost", "quote", "won"};
  auto& deals = content.keys[static_cast<std::size_t>(EntityKind::kDeal)];
  const std::int64_t start = domain::Milliseconds(domain::StartOf(MakeDate(2026, 1, 5)));
  const std::int64_t end = domain::Milliseconds(domain::StartOf(until));
  base::RandomStream random(1, "feature-store-test");
  std::int64_t sequence = 0;
  const auto add = [&](std::uint32_t deal, std::uint32_t attribute, std::int64_t time,
                       std::int64_t value) {
    ++sequence;
    if (time < end) {
      content.rows.push_back({.kind = EntityKind::kDeal,
                              .entity = deal,
                              .attribute = attribute,
                              .event_time = time,
                              .visible_time = time,
                              .sequence = sequence,
                              .value = value});
    }
  };
  for (std::uint32_t deal = 0; deal < 40; ++deal) {
    deals.push_back("deal" + std::to_string(100 + deal));
    const std::int64_t created = start + static_cast<std::int64_t>(random.Below(90)) * kDay;
    const std::int64_t first = static_cast<std::int64_t>(random.Below(2));
    const std::int64_t amount = 1000 + static_cast<std::int64_t>(random.Below(100'000));
    const std::int64_t moved = created + static_cast<std::int64_t>(random.Below(30)) * kDay;
    const std::int64_t closed = moved + static_cast<std::int64_t>(1 + random.Below(60)) * kDay;
    add(deal, kCreated, created, 1);
    add(deal, kStage, created, first);
    add(deal, kAmount, created, amount);
    add(deal, kStage, moved, 3);
    add(deal, kOutcome, closed, random.Bernoulli(.4) ? 4 : 2);
  }
  if (correction) {
    add(0, kAmount, start + 40 * kDay, 77);
  }
  return EventLog::Build(std::move(content));
}

class FeatureStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "weeks-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    store_ = *FeatureStore::Open(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Features through the store, checked against those without it.
  FeatureStoreUse Get(const EventLog& log, Date to) {
    const features::FeatureEngine engine(log, {}, 1);
    const Date from = MakeDate(2026, 1, 5);
    FeatureStoreUse use;
    const auto table =
        StoredFeatures(log, engine, *store_, {.from = from, .to = to, .calendar = "monthly:1"}, use,
                       base::Progress::Silent());
    EXPECT_TRUE(table) << table.error().message();
    const features::FeatureTable direct = engine.Compute(engine.WeeklySnapshots(from, to), 1);
    EXPECT_EQ(table->rows, direct.rows);
    EXPECT_EQ(table->labels, direct.labels);
    EXPECT_EQ(Bits(*table), Bits(direct));
    return use;
  }
  static std::vector<std::uint32_t> Bits(const features::FeatureTable& table) {
    std::vector<std::uint32_t> bits;
    for (const float value : table.values.values()) {
      bits.push_back(std::bit_cast<std::uint32_t>(value));
    }
    return bits;
  }

  std::string folder_;
  std::optional<FeatureStore> store_;
};

TEST_F(FeatureStoreTest, ANewWeekCostsAWeek) {
  const EventLog early = MakeLog(MakeDate(2026, 3, 30));
  const FeatureStoreUse first = Get(early, MakeDate(2026, 3, 23));
  EXPECT_EQ(first.weeks_computed, first.weeks);
  EXPECT_GT(first.rows_computed, 100U);
  const FeatureStoreUse again = Get(early, MakeDate(2026, 3, 23));
  EXPECT_EQ(again.rows_computed, 0U);
  EXPECT_EQ(again.rows, first.rows);
  // One more week of events, and new labels with them.
  const EventLog later = MakeLog(MakeDate(2026, 4, 6));
  const FeatureStoreUse grown = Get(later, MakeDate(2026, 3, 30));
  EXPECT_EQ(grown.weeks_computed, 1U);
  EXPECT_EQ(grown.rows_computed, grown.rows - first.rows);
}

TEST_F(FeatureStoreTest, ACorrectionOfThePastCostsTheWeeksItTouches) {
  const FeatureStoreUse first = Get(MakeLog(MakeDate(2026, 3, 30)), MakeDate(2026, 3, 23));
  // Visible from 14 February: the Mondays from 16 February on.
  const FeatureStoreUse corrected =
      Get(MakeLog(MakeDate(2026, 3, 30), true), MakeDate(2026, 3, 23));
  EXPECT_EQ(corrected.weeks, first.weeks);
  EXPECT_EQ(corrected.weeks_computed, 6U);
}

TEST_F(FeatureStoreTest, ADamagedFileIsComputedAgain) {
  const EventLog log = MakeLog(MakeDate(2026, 3, 30));
  Get(log, MakeDate(2026, 3, 23));
  const std::string file = folder_ + "/2026-03-02.features";
  ASSERT_TRUE(std::filesystem::exists(file));
  const auto size = std::filesystem::file_size(file);
  std::fstream(file, std::ios::binary | std::ios::in | std::ios::out)
      .seekp(static_cast<std::streamoff>(size) - 40)
      .write("????", 4);
  EXPECT_EQ(store_->Read(MakeDate(2026, 3, 2)).error().code(), ErrorCode::kStorage);
  EXPECT_EQ(Get(log, MakeDate(2026, 3, 23)).weeks_computed, 1U);
}

TEST_F(FeatureStoreTest, StoredWeeksCarryBothTimesAndTheirHash) {
  Get(MakeLog(MakeDate(2026, 3, 30)), MakeDate(2026, 3, 23));
  const auto week = store_->Read(MakeDate(2026, 3, 2));
  ASSERT_TRUE(week && *week);
  EXPECT_EQ((*week)->rows_sha256.size(), 64U);
  EXPECT_EQ((*week)->origin.catalogue_sha256.size(), 64U);
  EXPECT_EQ((*week)->origin.fingerprint.size(), 32U);
}

// The header of the NPY format, byte for byte as its documentation shows it.
TEST(NumpyFile, WritesTheDocumentedHeader) {
  const base::Matrix<float> values({1, 2, 3, 4, 5, 6}, 3, 2);
  const std::string bytes = documents::NumpyArray::Floats(values.view()).Npy();
  EXPECT_EQ(bytes.substr(0, 8), std::string("\x93NUMPY\x01\0", 8));
  EXPECT_EQ(bytes.substr(10, 59), "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }");
  EXPECT_EQ(bytes.size() % 64, 24U) << "data begin at a multiple of 64";
  EXPECT_EQ(bytes[bytes.size() - 25], '\n');
}

TEST(NumpyFile, WritesAZipThatNamesItsArrays) {
  const std::vector<std::pair<std::string, documents::NumpyArray>> arrays = {
      {"x", documents::NumpyArray::Integers(std::vector<std::int64_t>{1, 2})}};
  const auto bytes = documents::Npz(arrays);
  ASSERT_TRUE(bytes);
  EXPECT_TRUE(bytes->starts_with("PK\x03\x04"));
  EXPECT_NE(bytes->find("x.npy"), std::string::npos);
  EXPECT_EQ(*bytes, *documents::Npz(arrays));
}

}  // namespace
}  // namespace ri::lifecycle
