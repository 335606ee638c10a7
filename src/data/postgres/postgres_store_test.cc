// Needs a server: REVINT_TEST_POSTGRES is the URL of a UTF-8 database in which schemas may be
// created. Every test works in a schema of its own, which it drops.

#include "data/postgres/postgres_store.h"

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "data/backup.h"
#include "data/engine_under_test.h"
#include "data/erasure.h"
#include "data/sample_import.h"
#include "data/sqlite/sqlite_store.h"

namespace ri::data {
namespace {

const char* ServerUrl() { return std::getenv("REVINT_TEST_POSTGRES"); }

class ServerIsThere : public ::testing::Environment {
 public:
  void SetUp() override {
    if (ServerUrl() == nullptr) {
      GTEST_SKIP() << "REVINT_TEST_POSTGRES is not set: PostgreSQL is not tested. Set it to the "
                      "URL of an empty database.";
    }
  }
};

const ::testing::Environment* const kEnvironment =
    ::testing::AddGlobalTestEnvironment(new ServerIsThere);

/// Runs a statement on a plain connection; false when the server refuses it.
bool RunSql(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PQsetNoticeProcessor(connection, [](void*, const char*) {}, nullptr);
  PGresult* result = PQexec(connection, sql.c_str());
  const ExecStatusType status = PQresultStatus(result);
  PQclear(result);
  PQfinish(connection);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/// A schema of its own in the server's database.
class TemporarySchema {
 public:
  TemporarySchema() {
    static int count = 0;
    name_ = "revint_test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    EXPECT_TRUE(RunSql(ServerUrl(), "CREATE SCHEMA " + name_)) << ServerUrl();
  }
  TemporarySchema(const TemporarySchema&) = delete;
  TemporarySchema& operator=(const TemporarySchema&) = delete;
  ~TemporarySchema() { RunSql(ServerUrl(), "DROP SCHEMA " + name_ + " CASCADE"); }

  [[nodiscard]] std::string url() const {
    const std::string server = ServerUrl();
    return server + (server.find('?') == std::string::npos ? "?" : "&") +
           "options=-csearch_path%3D" + name_;
  }

 private:
  std::string name_;
};

class PostgresUnderTest final : public EngineUnderTest {
 public:
  Result<std::unique_ptr<Store>> Open(std::chrono::milliseconds lock_wait) override {
    return postgres::Open(schema_.url(), {.lock_wait = lock_wait});
  }
  [[nodiscard]] Engine engine() const override { return postgres::MakeEngine(); }
  [[nodiscard]] std::string place() const override { return schema_.url(); }

 private:
  TemporarySchema schema_;
};

}  // namespace

std::unique_ptr<EngineUnderTest> MakeEngineUnderTest() {
  return std::make_unique<PostgresUnderTest>();
}

namespace postgres {
namespace {

TEST(PostgresOpen, RefusesASchemaThatIsNewer) {
  const TemporarySchema schema;
  ASSERT_TRUE(Open(schema.url()).has_value());
  ASSERT_TRUE(RunSql(schema.url(), "INSERT INTO schema_version VALUES (999, 'future')"));
  const auto store = Open(schema.url());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code(), ErrorCode::kStorage);
  EXPECT_NE(store.error().message().find("999"), std::string::npos);
}

TEST(PostgresOpen, FailedMigrationLeavesAnEmptySchema) {
  const TemporarySchema schema;
  ASSERT_TRUE(RunSql(schema.url(), "CREATE TABLE settings (in_the_way integer)"));
  EXPECT_FALSE(Open(schema.url()).has_value());
  EXPECT_FALSE(RunSql(schema.url(), "SELECT * FROM events"))
      << "the migrations before the failed one must be undone";
}

TEST(PostgresOpen, ErrorsNameNoPassword) {
  for (const std::string url :
       {"postgresql://u:hunter2@/nowhere?host=/no/such/folder", "postgresql://u:hunter2@h:port/x",
        "postgresql://u:hunter2@[bad/x", "postgresql://u:hunter2"}) {
    const auto store = Open(url);
    ASSERT_FALSE(store.has_value());
    EXPECT_EQ(store.error().ToString().find("hunter2"), std::string::npos) << url;
    EXPECT_TRUE(store.error().code() == ErrorCode::kStorage ||
                store.error().code() == ErrorCode::kUsage);
  }
}

TEST(PostgresOpen, SaysWhenTheSchemaDoesNotExist) {
  const std::string server = ServerUrl();
  const auto store = Open(server + (server.find('?') == std::string::npos ? "?" : "&") +
                          "options=-csearch_path%3Dno_such_schema");
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().code(), ErrorCode::kStorage);
  EXPECT_NE(store.error().message().find("search_path"), std::string::npos);
}

TEST(PostgresOpen, DiagnosisSaysWhetherAPowerCutCanTakeWhatWasCommitted) {
  const TemporarySchema schema;
  const auto store = Open(schema.url());
  ASSERT_TRUE(store.has_value()) << store.error().ToString();
  const auto lines = (*store)->Diagnose();
  ASSERT_TRUE(lines.has_value()) << lines.error().ToString();
  const auto line = std::ranges::find_if(
      *lines, [](const std::string& text) { return text.starts_with("durability: "); });
  ASSERT_NE(line, lines->end());
  for (const std::string setting : {"fsync", "full_page_writes"}) {
    // Division by zero refuses the statement where the setting is off.
    const bool on =
        RunSql(schema.url(), "SELECT 1 / (current_setting('" + setting + "') = 'on')::integer");
    EXPECT_EQ(line->find(setting) == std::string::npos, on) << *line;
  }
}

TEST(PostgresStore, ConnectsAgainAfterTheServerDroppedTheConnection) {
  const TemporarySchema schema;
  // A name of its own: other tests use the same server at the same time.
  const std::string name = "revint-dropped-" + std::to_string(getpid());
  const std::unique_ptr<Store> store = Open(schema.url() + "&application_name=" + name).value();
  ASSERT_TRUE(store->SetSetting("currency", "EUR").has_value());
  ASSERT_TRUE(RunSql(schema.url(),
                     "SELECT 1 / count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE "
                     "application_name = '" +
                         name + "' AND datname = current_database()"));
  // The first call may notice the loss; it must be an error and not a crash.
  const auto first = store->Setting("currency");
  if (!first.has_value()) {
    EXPECT_EQ(first.error().code(), ErrorCode::kStorage);
  }
  EXPECT_EQ(store->Setting("currency").value(), "EUR");
}

// The server reports a full disk with this code; the trigger does the same after some rows.
TEST(PostgresStore, AFullDiskDuringAnImportLeavesTheStoreIntact) {
  const TemporarySchema schema;
  const std::unique_ptr<Store> store = Open(schema.url()).value();
  ASSERT_TRUE(Import(*store, {SampleDescription("a", 1, "kept"), RandomFacts(1, 30)}).has_value());
  const EventLog before = store->Load({}, base::Progress::Silent()).value();
  ASSERT_TRUE(RunSql(schema.url(),
                     "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                     "IF NEW.entity % 50 = 49 THEN RAISE EXCEPTION 'could not extend file' USING "
                     "ERRCODE = '53100'; END IF; RETURN NEW; END $$;"
                     "CREATE TRIGGER full_disk BEFORE INSERT ON events FOR EACH ROW EXECUTE "
                     "FUNCTION full_disk()"));
  const auto batch = Import(*store, {SampleDescription("a", 2, "lost"), RandomFacts(2, 400)});
  ASSERT_FALSE(batch.has_value());
  EXPECT_EQ(batch.error().code(), ErrorCode::kStorage);
  ASSERT_TRUE(RunSql(schema.url(), "DROP TRIGGER full_disk ON events"));
  EXPECT_EQ(store->Load({}, base::Progress::Silent()).value(), before);
  EXPECT_EQ(store->Batches()->size(), 1U);
  EXPECT_TRUE(Import(*store, {SampleDescription("a", 2, "lost"), RandomFacts(2, 400)}).has_value());
}

/// First value of a query's first row; empty when there is none.
std::string QueryText(const std::string& url, const std::string& sql) {
  PGconn* connection = PQconnectdb(url.c_str());
  PGresult* result = PQexec(connection, sql.c_str());
  const std::string text = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  PQfinish(connection);
  return text;
}

/// A tablespace on a small file system; gone when the object is destroyed.
class SmallTablespace {
 public:
  SmallTablespace() {
    // Only root may mount, and only a server on this machine sees what is mounted here.
    const std::string data = QueryText(ServerUrl(), "SHOW data_directory");
    struct stat owner = {};
    if (geteuid() != 0 || stat(data.c_str(), &owner) != 0 || mkdtemp(folder_.data()) == nullptr ||
        mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=2m") != 0) {
      return;
    }
    mounted_ = true;
    const std::string place = folder_ + "/space";
    ready_ = chmod(folder_.c_str(), 0755) == 0 && mkdir(place.c_str(), 0700) == 0 &&
             chown(place.c_str(), owner.st_uid, owner.st_gid) == 0 &&
             RunSql(ServerUrl(), "CREATE TABLESPACE " + name_ + " LOCATION '" + place + "'");
  }
  SmallTablespace(const SmallTablespace&) = delete;
  SmallTablespace& operator=(const SmallTablespace&) = delete;
  ~SmallTablespace() {
    if (ready_) {
      RunSql(ServerUrl(), "DROP TABLESPACE " + name_);
    }
    if (mounted_) {
      umount2(folder_.c_str(), MNT_DETACH);
    }
    rmdir(folder_.c_str());
  }
  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool Grow() const {
    return mount("tmpfs", folder_.c_str(), "tmpfs", MS_REMOUNT, "size=256m") == 0;
  }

 private:
  std::string folder_ = "/tmp/revint-space-XXXXXX";
  std::string name_ = "revint_space_" + std::to_string(getpid());
  bool mounted_ = false;
  bool ready_ = false;
};

TEST(PostgresStore, ARealFullDiskRefusesTheImportAndWorksAgainWithSpace) {
  const SmallTablespace space;
  if (!space.ready()) {
    GTEST_SKIP() << "no right to mount a file system: a really full disk is not tested";
  }
  {
    const TemporarySchema schema;
    const std::string url = schema.url() + "%20-cdefault_tablespace%3D" + space.name();
    const std::unique_ptr<Store> store = Open(url).value();
    ASSERT_TRUE(Import(*store, {SampleDescription("a", 1, "kept"), RandomFacts(1, 30)}));
    const EventLog before = store->Load({}, base::Progress::Silent()).value();
    const SampleImport large = {SampleDescription("a", 2, "large"), RandomFacts(2, 20000)};
    const auto refused = Import(*store, large);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code(), ErrorCode::kStorage);
    EXPECT_NE(refused.error().message().find("Free some space"), std::string::npos)
        << refused.error().message();
    EXPECT_EQ(store->Load({}, base::Progress::Silent()).value(), before);
    EXPECT_EQ(store->Batches()->size(), 1U);
    EXPECT_TRUE(store->Diagnose().has_value());
    ASSERT_TRUE(space.Grow());
    EXPECT_TRUE(Import(*store, large).has_value());
    EXPECT_TRUE(store->Diagnose().has_value());
  }
}

// Not only unreachable: the bytes are gone from the files of the tables.
TEST(PostgresErasure, LeavesNoByteOfANameInTheTables) {
  const TemporarySchema schema;
  const std::unique_ptr<Store> store = Open(schema.url()).value();
  SampleImport sample = {SampleDescription("a", 1, "x"), RandomFacts(1, 200)};
  Fact name;
  name.key = "contact-0";
  name.attribute = {
      .kind = EntityKind::kContact, .name = "name", .reference_kind = EntityKind::kContact};
  name.text = "Zaphod Quillfeather";
  sample.facts.push_back(name);
  ASSERT_TRUE(Import(*store, sample).has_value());
  const auto num_files_with_name = [&] {
    RunSql(schema.url(), "CHECKPOINT");
    return QueryText(schema.url(),
                     "SELECT count(*) FROM pg_class WHERE relnamespace = "
                     "current_schema()::regnamespace AND relkind IN ('r', 'i') AND "
                     "position('Quillfeather'::bytea IN pg_read_binary_file("
                     "pg_relation_filepath(oid), 0, 1000000000, true)) > 0");
  };
  ASSERT_EQ(num_files_with_name(), "1");
  const auto report =
      Erase(*MakeEngine().open_eraser(schema.url()).value(),
            {.kinds = {EntityKind::kContact}, .key = "contact-0"}, base::Progress::Silent());
  ASSERT_TRUE(report.has_value()) << report.error().ToString();
  EXPECT_EQ(num_files_with_name(), "0");
}

TEST(PostgresSchema, TheReadableViewShowsEveryTypeOfValue) {
  const TemporarySchema schema;
  const std::unique_ptr<Store> store = Open(schema.url()).value();
  const std::vector<std::pair<ValueType, std::int64_t>> numbers = {
      {ValueType::kFlag, 1},
      {ValueType::kReal, std::bit_cast<std::int64_t>(-0.15625)},
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
  text.key = "d5";
  text.attribute = {.name = "stage"};
  text.text = "Won";
  sample.facts.push_back(text);
  ASSERT_TRUE(Import(*store, sample).has_value());
  EXPECT_TRUE(RunSql(schema.url(),
                     "DO $$ BEGIN ASSERT (SELECT string_agg(coalesce(value, '-'), '|' ORDER BY "
                     "entity) FROM readable_events) = '1|-0.15625|2026-11-22|2026-11-22 "
                     "00:00:00.123|-|Won'; END $$"));
}

// A backup of one engine goes into the other, and what comes out of there is the same file.
TEST(BothEngines, ReadEachOthersBackups) {
  const TemporarySchema schema;
  std::string folder = std::filesystem::temp_directory_path() / "revint-both-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const std::string first = folder + "/first.backup";
  const std::string second = folder + "/second.backup";
  EventLog log;
  {
    const std::unique_ptr<Store> file = sqlite::Open(folder + "/store.db").value();
    ASSERT_TRUE(Import(*file, {SampleDescription("a", 9000, "1"), RandomFacts(1, 300)}));
    ASSERT_TRUE(Import(*file, {SampleDescription("a", 4000, "2"), RandomFacts(2, 400)}));
    ASSERT_TRUE(file->AddModel({.version = "v1", .artifact = std::string("\0\xff{}", 4)}));
    ASSERT_TRUE(file->AppendAliasChange({.alias = "champion", .version = "v1", .at = 5}));
    const StoredScore score = {.deal_id = "deal-1", .margin = 0.1, .win_low = std::nan("")};
    ASSERT_TRUE(file->AddScoreRun({.as_of = 1, .model_version = "v1"}, {&score, 1}));
    log = file->Load({}, base::Progress::Silent()).value();
  }
  const auto back_up = [](const Engine& engine, std::string_view place, const std::string& path) {
    return WriteBackup(*engine.open_reader(place).value(), path, 7, base::Progress::Silent());
  };
  const auto restore = [](const Engine& engine, std::string_view place, const std::string& path) {
    const auto file = BackupFileReader::Open(path).value();
    const auto writer =
        engine.open_writer(place, {.schema_version = file->header().schema_version}).value();
    return RestoreBackup(*file, path, *writer, base::Progress::Silent());
  };
  const auto of_file = back_up(sqlite::MakeEngine(), folder + "/store.db", first);
  ASSERT_TRUE(of_file.has_value()) << of_file.error().ToString();
  const auto into_server = restore(MakeEngine(), schema.url(), first);
  ASSERT_TRUE(into_server.has_value()) << into_server.error().ToString();
  const std::unique_ptr<Store> server = Open(schema.url()).value();
  EXPECT_EQ(server->Load({}, base::Progress::Silent()).value(), log);
  EXPECT_TRUE(server->Diagnose().has_value());

  const auto of_server = back_up(MakeEngine(), schema.url(), second);
  ASSERT_TRUE(of_server.has_value()) << of_server.error().ToString();
  // A server keeps users and decisions in the same database, a file beside it.
  auto shared = of_server->tables;
  std::erase_if(shared, [&](const auto& table) {
    return std::ranges::find(of_file->tables, table.name,
                             [](const auto& other) { return other.name; }) == of_file->tables.end();
  });
  EXPECT_EQ(shared, of_file->tables) << "the same rows in the same encoding";
  const auto into_file = restore(sqlite::MakeEngine(), folder + "/again.db", second);
  ASSERT_TRUE(into_file.has_value()) << into_file.error().ToString();
  EXPECT_EQ(sqlite::Open(folder + "/again.db").value()->Load({}, base::Progress::Silent()), log);
  // The server goes on numbering after the restored rows.
  EXPECT_TRUE(server->AppendAliasChange({.alias = "champion", .version = "v1", .at = 6}));
  EXPECT_EQ(server->AliasChanges()->size(), 2U);
  std::filesystem::remove_all(folder);
}

TEST(BothEngines, GiveTheSameLogBitForBit) {
  const TemporarySchema schema;
  std::string folder = std::filesystem::temp_directory_path() / "revint-both-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  {
    const std::unique_ptr<Store> server = Open(schema.url()).value();
    const std::unique_ptr<Store> file = sqlite::Open(folder + "/store.db").value();
    const std::vector<SampleImport> samples = {
        {SampleDescription("a", 9000, "1"), RandomFacts(1, 300)},
        {SampleDescription("a", 20000, "2"), RandomFacts(2, 400)},
        {SampleDescription("b", 4000, "3"), RandomFacts(3, 350)}};
    for (const SampleImport& sample : samples) {
      const Batch in_server = Import(*server, sample).value();
      const Batch in_file = Import(*file, sample).value();
      EXPECT_EQ(in_server.num_events, in_file.num_events);
      EXPECT_EQ(in_server.id, in_file.id);
    }
    for (const LoadOptions& cut :
         {LoadOptions{}, LoadOptions{.known_at = 4000}, LoadOptions{.known_at = 9000}}) {
      const EventLog log = server->Load(cut, base::Progress::Silent()).value();
      EXPECT_GT(log.num_events(), 0U);
      EXPECT_EQ(log, file->Load(cut, base::Progress::Silent()).value());
    }
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace postgres
}  // namespace ri::data
