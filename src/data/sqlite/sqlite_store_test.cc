#include "data/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "data/engine_under_test.h"
#include "data/sample_import.h"

namespace ri::data {
namespace {

/// A folder that is gone when the object is.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "revint-sqlite-XXXXXX";
    path_ = mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string File(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class SqliteUnderTest final : public EngineUnderTest {
 public:
  Result<std::unique_ptr<Store>> Open(std::chrono::milliseconds lock_wait) override {
    return sqlite::Open(folder_.File("store.db"), {.lock_wait = lock_wait});
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace

std::unique_ptr<EngineUnderTest> MakeEngineUnderTest() {
  return std::make_unique<SqliteUnderTest>();
}

namespace sqlite {
namespace {

void RunSql(const std::string& file, const char* sql) {
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(handle);
  sqlite3_close(handle);
}

TEST(SqliteOpen, RefusesADatabaseThatIsNewerAndLeavesItAlone) {
  const TemporaryFolder folder;
  const std::string file = folder.File("newer.db");
  ASSERT_TRUE(Open(file).has_value());
  RunSql(file, "INSERT INTO schema_version (version, name) VALUES (999, 'from the future')");
  const auto store = Open(file);
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code(), ErrorCode::kStorage);
  EXPECT_NE(store.error().message().find("999"), std::string::npos);
  EXPECT_NE(store.error().context().find("newer.db"), std::string::npos);
}

TEST(SqliteOpen, RefusesAnotherProgramsDatabase) {
  const TemporaryFolder folder;
  RunSql(folder.File("other.db"), "CREATE TABLE guests (name TEXT)");
  EXPECT_EQ(Open(folder.File("other.db")).error().code(), ErrorCode::kStorage);
}

TEST(SqliteOpen, RefusesWhatIsNotADatabase) {
  const TemporaryFolder folder;
  std::ofstream(folder.File("deals.csv")) << std::string(5000, 'x');
  EXPECT_EQ(Open(folder.File("deals.csv")).error().code(), ErrorCode::kStorage);
  EXPECT_EQ(Open(folder.File("no/such/folder/x.db")).error().code(), ErrorCode::kStorage);
  EXPECT_EQ(Open("").error().code(), ErrorCode::kUsage);
  EXPECT_EQ(Open(":memory:").error().code(), ErrorCode::kUsage);
}

TEST(SqliteOpen, FailedMigrationLeavesAnEmptyDatabase) {
  const TemporaryFolder folder;
  const std::string file = folder.File("half.db");
  // A view that is in the way makes a later migration fail after earlier ones have run.
  RunSql(file,
         "CREATE TABLE schema_version (version INTEGER PRIMARY KEY, name TEXT NOT NULL);"
         "INSERT INTO schema_version VALUES (0, 'nothing yet'); CREATE TABLE scores (x)");
  const auto store = Open(file);
  ASSERT_FALSE(store.has_value());
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(handle, "SELECT * FROM events", nullptr, nullptr, nullptr), SQLITE_OK)
      << "the migrations before the failed one must be undone";
  sqlite3_close(handle);
}

// A limit on the size of files stops the writes of the import as a full disk would.
TEST(SqliteImport, AFullDiskLeavesTheStoreIntact) {
  const TemporaryFolder folder;
  const std::string file = folder.File("store.db");
  const SampleImport kept = {SampleDescription("a", 1, "kept"), RandomFacts(1, 30)};
  const SampleImport lost = {SampleDescription("a", 2, "lost"), RandomFacts(2, 20000)};
  ASSERT_TRUE(Import(*Open(file).value(), kept).has_value());
  const EventLog before = Open(file).value()->Load({}, base::Progress::Silent()).value();

  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    constexpr rlim_t kMaxFileBytes = 400000;
    const rlimit limit = {.rlim_cur = kMaxFileBytes, .rlim_max = kMaxFileBytes};
    signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) {
      _exit(1);
    }
    const auto store = Open(file);
    if (!store) {
      _exit(2);
    }
    const auto batch = Import(**store, lost);
    const bool refused = !batch.has_value() && batch.error().code() == ErrorCode::kStorage;
    // The same process goes on working with what is stored.
    const auto log = (*store)->Load({}, base::Progress::Silent());
    _exit(refused && log.has_value() && *log == before ? 0 : 3);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);

  const std::unique_ptr<Store> store = Open(file).value();
  EXPECT_EQ(store->Load({}, base::Progress::Silent()).value(), before);
  EXPECT_EQ(store->Batches()->size(), 1U);
  EXPECT_TRUE(store->Diagnose().has_value());
  EXPECT_TRUE(Import(*store, lost).has_value());
}

TEST(SqliteDiagnosis, FindsRowsThatContradictEachOther) {
  const TemporaryFolder folder;
  const std::string file = folder.File("store.db");
  const std::unique_ptr<Store> store = Open(file).value();
  ASSERT_TRUE(Import(*store, {SampleDescription("a", 1, "x"), RandomFacts(1, 30)}).has_value());
  for (const char* damage :
       {"UPDATE events SET batch = 77 WHERE rowid = 1",
        "UPDATE events SET entity = 99999 WHERE rowid = 1",
        "INSERT INTO symbols (id, text) SELECT 5000, text FROM symbols LIMIT 1",
        "INSERT INTO entities (id, kind, key) SELECT 5000, kind, key FROM entities LIMIT 1",
        "DELETE FROM symbols", "DELETE FROM events WHERE rowid = 1"}) {
    const std::string copy = folder.File("copy.db");
    RunSql(file, "PRAGMA wal_checkpoint(TRUNCATE)");
    std::filesystem::copy_file(file, copy, std::filesystem::copy_options::overwrite_existing);
    RunSql(copy, damage);
    const auto lines = Open(copy).value()->Diagnose();
    ASSERT_FALSE(lines.has_value()) << damage;
    EXPECT_EQ(lines.error().code(), ErrorCode::kStorage) << damage;
  }
  EXPECT_TRUE(store->Diagnose().has_value());
}

TEST(SqliteLoad, SaysSoWhenAnEventPointsAtNothing) {
  const TemporaryFolder folder;
  const std::string file = folder.File("store.db");
  const std::unique_ptr<Store> store = Open(file).value();
  ASSERT_TRUE(Import(*store, {SampleDescription("a", 1, "x"), RandomFacts(1, 30)}).has_value());
  RunSql(file, "DELETE FROM symbols WHERE id = 1");
  EXPECT_EQ(store->Load({}, base::Progress::Silent()).error().code(), ErrorCode::kStorage);
}

}  // namespace
}  // namespace sqlite
}  // namespace ri::data
