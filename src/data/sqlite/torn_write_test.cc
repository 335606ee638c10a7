// A power cut does not end at a system call: of the sectors that were under way some arrived and
// some did not, in any order. These tests make such files from the bytes before and after a write.

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "base/random.h"
#include "data/sample_import.h"
#include "data/sqlite/sqlite_store.h"

namespace ri::data::sqlite {
namespace {

constexpr std::size_t kSector = 512;

std::string Bytes(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TornWrite : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = std::filesystem::temp_directory_path() / "revint-torn-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    MakeFiles();
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  /// The database with an import, the log of another one that is committed but not in the
  /// database yet, and the database with both.
  void MakeFiles() {
    const std::string file = folder_ / "source.db";
    const auto store = Open(file).value();
    ASSERT_TRUE(Import(*store, first_).has_value());
    before_ = store->Load({}, base::Progress::Silent()).value();
    // Empties the log; then a reader of this state keeps the next import in it.
    sqlite3* reader = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &reader), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(reader, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr),
              SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(reader, "BEGIN; SELECT count(*) FROM sqlite_schema", nullptr, nullptr,
                           nullptr),
              SQLITE_OK);
    ASSERT_TRUE(Import(*store, second_).has_value());
    after_ = store->Load({}, base::Progress::Silent()).value();
    database_before_ = Bytes(file);
    log_ = Bytes(file + "-wal");
    ASSERT_EQ(
        sqlite3_exec(reader, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr),
        SQLITE_OK);
    sqlite3_close(reader);
    database_after_ = Bytes(file);
    ASSERT_NE(before_, after_);
    ASSERT_GT(log_.size(), 20 * kSector) << "the import was not kept in the log";
    ASSERT_NE(database_before_, database_after_);
  }

  /// What the program finds in such files.
  std::unique_ptr<Store> Restart(const std::string& database, const std::string& log) {
    const std::filesystem::path file = folder_ / "cut.db";
    std::filesystem::remove(folder_ / "cut.db-shm");
    std::ofstream(file, std::ios::binary) << database;
    std::ofstream(folder_ / "cut.db-wal", std::ios::binary) << log;
    auto store = Open(file.string());
    EXPECT_TRUE(store.has_value()) << store.error().ToString();
    return store ? std::move(*store) : nullptr;
  }

  SampleImport first_ = {SampleDescription("a", 1000, "first"), RandomFacts(1, 60)};
  SampleImport second_ = {SampleDescription("a", 90000, "second"), RandomFacts(2, 200)};
  EventLog before_;
  EventLog after_;
  std::string database_before_;
  std::string database_after_;
  std::string log_;
  std::filesystem::path folder_;
};

/// The disk had not been told yet to keep the log: the import is whole or it is not there, and what
/// was there before it is.
TEST_F(TornWrite, OfTheLogLeavesNothingOrEverythingOfAnImport) {
  base::RandomStream random(20261123, "torn-log");
  int lost = 0;
  int kept = 0;
  for (int round = 0; round < 60; ++round) {
    std::string log = log_;
    if (round % 3 == 0) {
      log.resize(random.Below(log.size()));
    } else if (round % 3 == 1) {
      for (std::size_t at = 0; at < log.size(); at += kSector) {
        if (random.Below(40) == 0) {
          const std::size_t end = std::min(at + kSector, log.size());
          std::fill(log.begin() + static_cast<std::ptrdiff_t>(at),
                    log.begin() + static_cast<std::ptrdiff_t>(end), '\0');
        }
      }
    } else {
      // Sectors of an earlier use of the file, past the end of this import.
      for (std::uint64_t i = 0; i < 8 * kSector; ++i) {
        log.push_back(static_cast<char>(random.Below(256)));
      }
    }
    const std::unique_ptr<Store> store = Restart(database_before_, log);
    ASSERT_NE(store, nullptr);
    const EventLog found = store->Load({}, base::Progress::Silent()).value();
    const bool everything = found == after_;
    EXPECT_TRUE(everything || found == before_) << "round " << round;
    EXPECT_TRUE(everything || round % 3 != 2) << "a committed import was lost, round " << round;
    EXPECT_EQ(store->Batches()->size(), everything ? 2U : 1U);
    EXPECT_TRUE(store->Diagnose().has_value());
    kept += everything ? 1 : 0;
    if (!everything && ++lost % 10 == 1) {
      ASSERT_TRUE(Import(*store, second_).has_value());
      EXPECT_EQ(store->Load({}, base::Progress::Silent()).value(), after_) << "round " << round;
    }
  }
  EXPECT_GT(lost, 20) << "hardly any tear mattered: the test tested nothing";
  EXPECT_GT(kept, 10);
}

/// The log was safe and the database was being brought up to it: any mixture of old and new
/// sectors is made good from the log.
TEST_F(TornWrite, OfTheDatabaseLosesNothing) {
  base::RandomStream random(20261123, "torn-database");
  int torn = 0;
  for (int round = 0; round < 40; ++round) {
    // The file may have grown already, or in part.
    std::string database = database_before_;
    const std::size_t growth = database_after_.size() - database_before_.size();
    database.resize(database_before_.size() + (growth == 0 ? 0 : random.Below(growth + 1)), '\0');
    const std::uint64_t arrived = 1 + random.Below(9);
    for (std::size_t at = 0; at < database.size(); at += kSector) {
      if (random.Below(10) < arrived) {
        const std::size_t length =
            std::min({kSector, database.size() - at, database_after_.size() - at});
        database.replace(at, length, database_after_, at, length);
      }
    }
    torn += database != database_before_ && database != database_after_ ? 1 : 0;
    const std::unique_ptr<Store> store = Restart(database, log_);
    ASSERT_NE(store, nullptr);
    EXPECT_EQ(store->Load({}, base::Progress::Silent()).value(), after_) << "round " << round;
    EXPECT_TRUE(store->Diagnose().has_value());
  }
  EXPECT_GT(torn, 30);
}

/// The same mixtures without the log are what the two tests above must be able to notice.
TEST_F(TornWrite, OfTheDatabaseWithoutItsLogIsNoticed) {
  std::string database = database_after_;
  for (std::size_t at = kSector; at < std::min(database.size(), database_before_.size());
       at += 2 * kSector) {
    database.replace(at, kSector, database_before_, at, kSector);
  }
  ASSERT_NE(database, database_after_);
  const std::filesystem::path file = folder_ / "cut.db";
  std::ofstream(file, std::ios::binary) << database;
  const auto store = Open(file.string());
  const auto found = store ? (*store)->Load({}, base::Progress::Silent())
                           : Result<EventLog>(std::unexpected(store.error()));
  EXPECT_FALSE(found && *found == after_ && (*store)->Diagnose().has_value());
}

}  // namespace
}  // namespace ri::data::sqlite
