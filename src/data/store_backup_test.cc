// Backups of every engine: whole, consistent, and never half-restored. Compiled into the test of
// each engine.

#include <stdlib.h>
#include <sys/stat.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/random.h"
#include "data/backup.h"
#include "data/store_fixture.h"

namespace ri::data {
namespace {

class StoreBackup : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string File(const std::string& name) const { return folder_ + "/" + name; }

  Result<BackupReport> BackUp(EngineUnderTest& engine, const std::string& path) {
    RI_ASSIGN_OR_RETURN(const auto reader, engine.engine().open_reader(engine.place()));
    return WriteBackup(*reader, path, 1234, base::Progress::Silent());
  }

  static Result<BackupReport> Restore(const std::string& path, EngineUnderTest& engine,
                                      bool replace = false) {
    RI_ASSIGN_OR_RETURN(const auto file, BackupFileReader::Open(path));
    RI_ASSIGN_OR_RETURN(
        const auto writer,
        engine.engine().open_writer(
            engine.place(), {.schema_version = file->header().schema_version, .replace = replace}));
    return RestoreBackup(*file, path, *writer, base::Progress::Silent());
  }

  /// Two imports with a sighting, a reject, a model, a score run with missing numbers, a setting.
  void Fill(Store& store) {
    MustImport(store, {SampleDescription("a", 9000, "late"), RandomFacts(1, 60)});
    MustImport(store, {SampleDescription("b", 4000, "early"), RandomFacts(2, 60)});
    const auto import = store.BeginImport(SampleDescription("c", 9500, "rejects")).value();
    const Reject reject = {.file = "f.csv", .line = 3, .value = "\xC3\xA9", .reason = "no"};
    ASSERT_TRUE(import->Quarantine({&reject, 1}).has_value());
    ASSERT_TRUE(import->Commit(1).has_value());
    ASSERT_TRUE(store.AddModel({.version = "v1",
                                .created_at = 5,
                                .manifest = "{}",
                                .evaluation = "",
                                .artifact = std::string("\0\1\xff", 3)}));
    ASSERT_TRUE(store.AppendAliasChange({.alias = "champion", .version = "v1", .at = 6}));
    const StoredScore score = {.deal_id = "deal-1",
                               .margin = -0.1,
                               .win_probability = std::nan(""),
                               .win_low = 5e-324,
                               .feature_row_hash = "00",
                               .payload = "{\"a\":1}"};
    ASSERT_TRUE(store.AddScoreRun({.as_of = 7, .known_at = 8, .model_version = "v1"}, {&score, 1}));
    ASSERT_TRUE(store.SetSetting("currency", "EUR"));
  }

  std::string folder_ = std::filesystem::temp_directory_path() / "revint-backup-XXXXXX";
};

TEST_F(StoreBackup, RestoresEverythingIntoANewDatabase) {
  Fill(*store_);
  const auto written = BackUp(*engine_, File("a.backup"));
  ASSERT_TRUE(written.has_value()) << written.error().ToString();
  EXPECT_FALSE(std::filesystem::exists(File("a.backup.partial")));
  struct stat status = {};
  ASSERT_EQ(stat(File("a.backup").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U) << "a backup holds everything";

  const std::unique_ptr<EngineUnderTest> fresh = MakeEngineUnderTest();
  const auto restored = Restore(File("a.backup"), *fresh);
  ASSERT_TRUE(restored.has_value()) << restored.error().ToString();
  EXPECT_EQ(restored->tables, written->tables);
  const std::unique_ptr<Store> copy = fresh->Open(kImpatient).value();
  for (const LoadOptions& cut : {LoadOptions{}, LoadOptions{.known_at = 4000}}) {
    EXPECT_EQ(Load(*copy, cut), Load(*store_, cut));
  }
  EXPECT_EQ(copy->Rejects(3)->at(0).value, "\xC3\xA9");
  EXPECT_EQ(copy->Model("v1")->artifact, std::string("\0\1\xff", 3));
  const StoredScore score = copy->Scores(1)->at(0);
  EXPECT_EQ(score.margin, -0.1);
  EXPECT_EQ(score.win_low, 5e-324);
  EXPECT_TRUE(std::isnan(score.win_probability));
  EXPECT_EQ(score.payload, "{\"a\":1}");
  EXPECT_EQ(copy->Setting("currency").value(), "EUR");
  EXPECT_TRUE(copy->Diagnose().has_value());

  // The copy is a store like any other: imports and numbers go on where they were.
  EXPECT_EQ(Import(*copy, {SampleDescription("a", 9000, "late"), {}}).error().code(),
            ErrorCode::kConflict);
  EXPECT_EQ(MustImport(*copy, {SampleDescription("a", 9900, "next"), RandomFacts(3, 9)}).id, 4);
  EXPECT_TRUE(copy->AppendAliasChange({.alias = "champion", .version = "v1", .at = 7}));

  const auto again = BackUp(*engine_, File("again.backup"));
  EXPECT_EQ(again->tables, written->tables) << "the same state gives the same bytes";
}

TEST_F(StoreBackup, SeesOneStateWhileAnImportRuns) {
  Fill(*store_);
  const EventLog before = Load(*store_);
  const auto reader = engine_->engine().open_reader(engine_->place()).value();
  auto import = store_->BeginImport(SampleDescription("a", 20000, "running")).value();
  ASSERT_TRUE(AppendFacts(*import, RandomFacts(7, 300)).has_value());
  const auto during = BackUp(*engine_, File("during.backup"));
  ASSERT_TRUE(during.has_value()) << during.error().ToString();
  ASSERT_TRUE(import->Commit(1).has_value());
  // This reader began before the import ended.
  ASSERT_TRUE(WriteBackup(*reader, File("since.backup"), 1, base::Progress::Silent()));
  for (const char* name : {"during.backup", "since.backup"}) {
    const std::unique_ptr<EngineUnderTest> fresh = MakeEngineUnderTest();
    ASSERT_TRUE(Restore(File(name), *fresh)) << name;
    EXPECT_EQ(Load(*fresh->Open(kImpatient).value()), before) << name;
  }
}

TEST_F(StoreBackup, ReplacesADatabaseOnlyWhenTold) {
  Fill(*store_);
  ASSERT_TRUE(BackUp(*engine_, File("a.backup")));
  const EventLog saved = Load(*store_);
  MustImport(*store_, {SampleDescription("a", 30000, "later"), RandomFacts(9, 40)});
  const EventLog later = Load(*store_);
  const auto refused = Restore(File("a.backup"), *engine_);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), ErrorCode::kRefused);
  EXPECT_NE(refused.error().message().find("--force"), std::string::npos);
  EXPECT_EQ(Load(*store_), later);
  const auto replaced = Restore(File("a.backup"), *engine_, true);
  ASSERT_TRUE(replaced.has_value()) << replaced.error().ToString();
  EXPECT_EQ(Load(*store_), saved);
  EXPECT_EQ(store_->Batches()->size(), 3U);
}

// A changed, a missing and a surplus byte anywhere must be found, and nothing may be visible of
// what came before it. The places are random but fixed.
TEST_F(StoreBackup, FindsEveryDamageAndRestoresNothingOfIt) {
  Fill(*store_);
  ASSERT_TRUE(BackUp(*engine_, File("a.backup")));
  std::ifstream stream(File("a.backup"), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(stream)),
                          std::istreambuf_iterator<char>());
  base::RandomStream random(1, "damage");
  constexpr int kDamages = 300;
  const std::unique_ptr<EngineUnderTest> fresh = MakeEngineUnderTest();
  for (int i = 0; i < kDamages; ++i) {
    std::string damaged = whole;
    const std::size_t at = random.Below(whole.size());
    switch (i % 3) {
      case 0:
        damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1 + random.Below(255)));
        break;
      case 1:
        damaged.resize(at);
        break;
      default:
        damaged.insert(at, 1, static_cast<char>(random.Below(256)));
    }
    // The moment and the engine's name are in the header, which the last record covers.
    std::ofstream(File("damaged"), std::ios::binary) << damaged;
    const auto verified = VerifyBackup(File("damaged"), base::Progress::Silent());
    ASSERT_FALSE(verified.has_value()) << "damage " << i << " at byte " << at;
    EXPECT_TRUE(verified.error().code() == ErrorCode::kBadInput) << verified.error().ToString();
    if (i % 30 == 0) {
      EXPECT_FALSE(Restore(File("damaged"), *fresh).has_value());
    }
  }
  ASSERT_TRUE(Restore(File("a.backup"), *fresh)) << "the failed attempts left nothing behind";
  EXPECT_EQ(Load(*fresh->Open(kImpatient).value()), Load(*store_));
}

TEST_F(StoreBackup, OfAnOlderSchemaIsBroughtUpToDate) {
  const std::unique_ptr<EngineUnderTest> fresh = MakeEngineUnderTest();
  {
    const auto writer = fresh->engine().open_writer(fresh->place(), {.schema_version = 1}).value();
    const std::vector<TableShape> tables = writer->Tables().value();
    for (const TableShape& table : tables) {
      EXPECT_NE(table.name, "models") << "version 1 had no models";
      ASSERT_TRUE(writer->BeginTable(table));
      ASSERT_TRUE(writer->EndTable());
    }
    ASSERT_TRUE(writer->Commit());
  }
  const std::unique_ptr<Store> store = fresh->Open(kImpatient).value();
  EXPECT_TRUE(store->Models().has_value());
  EXPECT_EQ(fresh->engine().open_writer(fresh->place(), {.schema_version = 1}).error().code(),
            ErrorCode::kUsage);
  EXPECT_EQ(fresh->engine().open_writer(fresh->place(), {.schema_version = 999}).error().code(),
            ErrorCode::kUsage);
}

TEST_F(StoreBackup, SaysWhatIsWrongWithThePlace) {
  EXPECT_EQ(BackUp(*engine_, File("no/such/folder/a.backup")).error().code(), ErrorCode::kStorage);
  EXPECT_EQ(VerifyBackup(File("nothing"), base::Progress::Silent()).error().code(),
            ErrorCode::kNotFound);
  std::ofstream(File("deals.csv")) << "id,name\n1,x\n";
  EXPECT_EQ(VerifyBackup(File("deals.csv"), base::Progress::Silent()).error().code(),
            ErrorCode::kBadInput);
}

}  // namespace
}  // namespace ri::data
