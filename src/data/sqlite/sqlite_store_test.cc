#include "data/sqlite/sqlite_store.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "data/engine_under_test.h"
#include "data/erasure.h"
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
  [[nodiscard]] Engine engine() const override { return sqlite::MakeEngine(); }
  [[nodiscard]] std::string place() const override { return folder_.File("store.db"); }

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

TEST(SqliteOpen, CreatesAFileThatOnlyItsOwnerCanRead) {
  const TemporaryFolder folder;
  const std::unique_ptr<Store> store = Open(folder.File("store.db")).value();
  ASSERT_TRUE(store->SetSetting("a", "b").has_value());
  using std::filesystem::perms;
  for (const char* name : {"store.db", "store.db-wal"}) {
    EXPECT_EQ(std::filesystem::status(folder.File(name)).permissions(),
              perms::owner_read | perms::owner_write)
        << name;
  }
}

TEST(SqliteOpen, ADatabaseThatVanishedIsAnErrorAndNotAnEmptyOne) {
  const TemporaryFolder folder;
  const std::unique_ptr<Store> store = Open(folder.File("store.db")).value();
  std::filesystem::remove(folder.File("store.db"));
  EXPECT_EQ(store->Load({}, base::Progress::Silent()).error().code(), ErrorCode::kStorage);
  EXPECT_FALSE(std::filesystem::exists(folder.File("store.db")));
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

// A real full disk: a small file system of its own, seen by the child process only.
TEST(SqliteImport, ARealFullDiskRefusesTheImportAndWorksAgainWithSpace) {
  const TemporaryFolder folder;
  constexpr int kNoRights = 77;
  const SampleImport kept = {SampleDescription("a", 1, "kept"), RandomFacts(1, 30)};
  const SampleImport large = {SampleDescription("a", 2, "large"), RandomFacts(2, 20000)};
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const std::string place = folder.File("");
    if ((unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0) ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", place.c_str(), "tmpfs", 0, "size=1m") != 0) {
      _exit(kNoRights);
    }
    const auto store = Open(folder.File("store.db"));
    if (!store || !Import(**store, kept)) {
      _exit(2);
    }
    const EventLog before = (*store)->Load({}, base::Progress::Silent()).value();
    const auto refused = Import(**store, large);
    if (refused || refused.error().code() != ErrorCode::kStorage ||
        refused.error().message().find("full") == std::string::npos) {
      _exit(3);
    }
    if ((*store)->Load({}, base::Progress::Silent()) != before ||
        (*store)->Batches()->size() != 1 || !(*store)->Diagnose()) {
      _exit(4);
    }
    if (mount("tmpfs", place.c_str(), "tmpfs", MS_REMOUNT, "size=256m") != 0) {
      _exit(kNoRights);
    }
    _exit(Import(**store, large) && (*store)->Diagnose() ? 0 : 5);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  if (WEXITSTATUS(status) == kNoRights) {
    GTEST_SKIP() << "no right to mount a file system: a really full disk is not tested";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

std::string FileBytes(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// Not only unreachable: the bytes are gone from the file and its log.
TEST(SqliteErasure, LeavesNoByteOfAName) {
  const TemporaryFolder folder;
  const std::string file = folder.File("store.db");
  const std::unique_ptr<Store> store = Open(file).value();
  SampleImport sample = {SampleDescription("a", 1, "x"), RandomFacts(1, 2000)};
  Fact name;
  name.key = "contact-0";
  name.attribute = {
      .kind = EntityKind::kContact, .name = "name", .reference_kind = EntityKind::kContact};
  name.text = "Zaphod Quillfeather";
  sample.facts.push_back(name);
  ASSERT_TRUE(Import(*store, sample).has_value());
  const auto bytes = [&] { return FileBytes(file) + FileBytes(file + "-wal"); };
  ASSERT_NE(bytes().find("Quillfeather"), std::string::npos);
  const auto writer = MakeEngine().open_eraser(file);
  ASSERT_TRUE(writer.has_value()) << writer.error().ToString();
  const auto report = Erase(**writer, {.kinds = {EntityKind::kContact}, .key = "contact-0"},
                            base::Progress::Silent());
  ASSERT_TRUE(report.has_value()) << report.error().ToString();
  EXPECT_TRUE(report->notes.empty());
  EXPECT_EQ(bytes().find("Quillfeather"), std::string::npos);
  EXPECT_TRUE(store->Load({}, base::Progress::Silent()).has_value()) << "open stores go on";
}

std::vector<std::string> QueryColumn(const std::string& file, const char* sql) {
  std::vector<std::string> column;
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
  const auto add = [](void* rows, int, char** values, char**) {
    static_cast<std::vector<std::string>*>(rows)->emplace_back(values[0] == nullptr ? "(null)"
                                                                                    : values[0]);
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(handle, sql, add, &column, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  sqlite3_close(handle);
  return column;
}

// database/schema.sql is for reading; REVINT_UPDATE_SCHEMA=1 writes it anew.
TEST(SqliteSchema, IsTheOneInTheSchemaFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(Open(folder.File("store.db")).has_value());
  std::string schema =
      "-- What the SQLite migrations add up to. Generated by the test SqliteSchema with\n"
      "-- REVINT_UPDATE_SCHEMA=1; change the migrations, not this file.\n";
  for (const std::string& sql :
       QueryColumn(folder.File("store.db"),
                   "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid")) {
    schema += "\n" + sql + ";\n";
  }
  const std::filesystem::path file =
      std::filesystem::path(RI_SOURCE_DIR) / "database" / "schema.sql";
  if (std::getenv("REVINT_UPDATE_SCHEMA") != nullptr) {
    std::ofstream(file) << schema;
  }
  std::ifstream stream(file);
  const std::string stored((std::istreambuf_iterator<char>(stream)),
                           std::istreambuf_iterator<char>());
  EXPECT_EQ(stored, schema) << "run this test with REVINT_UPDATE_SCHEMA=1";
}

TEST(SqliteSchema, TheReadableViewShowsEveryTypeOfValue) {
  const TemporaryFolder folder;
  const std::string file = folder.File("store.db");
  const std::vector<std::pair<ValueType, std::int64_t>> numbers = {
      {ValueType::kFlag, 1},
      {ValueType::kInteger, -3},
      {ValueType::kReal, std::bit_cast<std::int64_t>(-0.15625)},
      {ValueType::kMoney, 12345},
      {ValueType::kDate, 20779},
      {ValueType::kTimestamp, 1795305600123},
      {ValueType::kInteger, kNoValue}};
  SampleImport sample{SampleDescription("a", 1, "x"), {}};
  for (const auto& [type, number] : numbers) {
    Fact fact;
    fact.key = "d" + std::to_string(sample.facts.size());
    fact.attribute = {.name = "value", .type = type};
    fact.number = number;
    sample.facts.push_back(fact);
  }
  Fact text;
  text.key = "d7";
  text.attribute = {.name = "stage"};
  text.text = "Won";
  sample.facts.push_back(text);
  text.key = "d8";
  text.attribute = {
      .name = "owner", .type = ValueType::kReference, .reference_kind = EntityKind::kRep};
  text.text = "rep-1";
  sample.facts.push_back(text);
  ASSERT_TRUE(Import(*Open(file).value(), sample).has_value());
  EXPECT_EQ(QueryColumn(file, "SELECT value FROM readable_events ORDER BY entity"),
            (std::vector<std::string>{"1", "-3", "-0.15625", "12345", "2026-11-22",
                                      "2026-11-22T00:00:00.123Z", "(null)", "Won", "rep-1"}));
  EXPECT_EQ(QueryColumn(file, "SELECT event_time FROM readable_events LIMIT 1"),
            (std::vector<std::string>{"1970-01-01T00:00:00.000Z"}));
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
