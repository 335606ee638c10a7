// Erasing persons and accounts, and keeping them out. Compiled into the test of each engine.

#include <algorithm>
#include <cmath>
#include <set>

#include "data/backup.h"
#include "data/erasure.h"
#include "data/store_fixture.h"

namespace ri::data {
namespace {

Fact Make(EntityKind kind, const std::string& key, const std::string& name, std::int64_t time) {
  Fact fact;
  fact.key = key;
  fact.attribute = {.kind = kind, .name = name, .reference_kind = kind};
  fact.event_time = time;
  return fact;
}

Fact TextFact(EntityKind kind, const std::string& key, const std::string& name,
              const std::string& text, std::int64_t time = 10) {
  Fact fact = Make(kind, key, name, time);
  fact.text = text;
  return fact;
}

Fact ReferenceFact(const std::string& deal, const std::string& name, EntityKind kind,
                   const std::string& key, std::int64_t time = 10) {
  Fact fact = Make(EntityKind::kDeal, deal, name, time);
  fact.attribute.type = ValueType::kReference;
  fact.attribute.reference_kind = kind;
  fact.text = key;
  return fact;
}

Fact AmountFact(const std::string& deal, std::int64_t amount, std::int64_t time = 10) {
  Fact fact = Make(EntityKind::kDeal, deal, "amount", time);
  fact.attribute.type = ValueType::kMoney;
  fact.number = amount;
  return fact;
}

/// Two accounts, two reps with a quota, two contacts of whom Jane Miller is in deals of both.
std::vector<Fact> Company() {
  using enum EntityKind;
  std::vector<Fact> facts = {
      TextFact(kAccount, "001A", "name", "Acme Widgets"),
      TextFact(kAccount, "001A", "industry", "Retail"),
      TextFact(kAccount, "001B", "name", "Binford"),
      TextFact(kAccount, "001B", "industry", "Retail"),
      TextFact(kRep, "005R", "name", "Ron Seller"),
      TextFact(kRep, "005S", "name", "Sue Closer"),
      TextFact(kContact, "003J", "name", "Jane Miller"),
      TextFact(kContact, "003J", "mail", "jane@acme.example"),
      TextFact(kDeal, "D1", "name", "Acme Widgets - renewal"),
      TextFact(kDeal, "D1", "stage", "Proposal"),
      TextFact(kDeal, "D1", "next_step", "Call Jane Miller on Monday"),
      ReferenceFact("D1", "account", kAccount, "001A"),
      ReferenceFact("D1", "owner", kRep, "005R"),
      ReferenceFact("D1", "activity.call", kContact, "003J", 20),
      ReferenceFact("D1", "activity.call", kContact, "003J", 21),
      ReferenceFact("D1", "activity.meeting", kContact, "003K", 22),
      AmountFact("D1", 1000),
      TextFact(kDeal, "D2", "name", "Second site"),
      TextFact(kDeal, "D2", "stage", "Proposal"),
      TextFact(kDeal, "D2", "next_step", "tell JANE MILLER the price"),
      ReferenceFact("D2", "account", kAccount, "001B"),
      ReferenceFact("D2", "owner", kRep, "005S"),
      ReferenceFact("D2", "activity.call", kContact, "003J", 20),
      AmountFact("D2", 2000),
      TextFact(kQuota, "005R/2026-01-01", "quota_owner", "005R"),
  };
  Fact territory = TextFact(kDeal, "D2", "territory", "Desk of Ron Seller");
  territory.attribute.custom = true;
  facts.push_back(territory);
  return facts;
}

class StoreErasure : public StoreContract {
 protected:
  void SetUp() override {
    StoreContract::SetUp();
    ImportCompany("first", 100);
  }

  void ImportCompany(const std::string& content, std::int64_t known_at) {
    auto description = SampleDescription("crm", known_at, content);
    description.path = "exports/Jane Miller.csv";
    const auto import = store_->BeginImport(description);
    ASSERT_TRUE(import.has_value()) << import.error().ToString();
    ASSERT_TRUE(AppendFacts(**import, Company()));
    const Reject reject = {.file = "Contact.csv",
                           .line = 4,
                           .column = "Phone",
                           .value = "Jane Miller; 555",
                           .reason = "\"Jane Miller; 555\" is no number."};
    ASSERT_TRUE((*import)->Quarantine({&reject, 1}));
    ASSERT_TRUE((*import)->Commit(1));
  }

  void AddResults() {
    ASSERT_TRUE(
        store_->AddModel({.version = "v1", .artifact = "{\"labels\":[\"Desk of Ron Seller\"]}"}));
    const StoredScore scores[] = {
        {.deal_id = "D1", .payload = "{\"owner\":\"Ron Seller\",\"contact\":\"Jane Miller\"}"},
        {.deal_id = "D2", .payload = "{}"}};
    ASSERT_TRUE(store_->AddScoreRun({.as_of = 1, .model_version = "v1"}, scores));
    ASSERT_TRUE(store_->AddScoreRun({.as_of = 2, .model_version = "v1"}, {scores, 1}));
  }

  Result<ErasureReport> EraseOne(std::vector<EntityKind> kinds, const std::string& key,
                                 bool dry_run = false) {
    RI_ASSIGN_OR_RETURN(const auto writer, engine_->engine().open_eraser(engine_->place()));
    return Erase(*writer,
                 {.kinds = std::move(kinds),
                  .key = key,
                  .reason = "request of Jane Miller",
                  .at = 5000,
                  .dry_run = dry_run},
                 base::Progress::Silent());
  }

  /// Every text and byte of every table of the database.
  std::string AllTexts() {
    std::string all;
    const auto reader = engine_->engine().open_reader(engine_->place()).value();
    const std::vector<TableShape> tables = reader->Tables().value();
    for (const TableShape& table : tables) {
      EXPECT_TRUE(reader->ReadRows(table, [&](std::span<const Cell> row) {
        for (const Cell& cell : row) {
          all += std::string(cell.bytes) + '\n';
        }
        return true;
      }));
    }
    return all;
  }

  /// Sums that were published: amounts by stage, calls by deal, deals by owner, as sorted numbers.
  static std::vector<std::int64_t> Published(const EventLog& log) {
    std::vector<std::int64_t> numbers;
    std::map<std::size_t, std::int64_t> deals_by_owner;
    for (std::size_t deal = 0; deal < log.count(EntityKind::kDeal); ++deal) {
      std::set<std::int64_t> contacts;
      for (const LoggedEvent& event : log.events(EntityKind::kDeal, deal)) {
        const std::string& name = log.attributes()[event.attribute].name;
        if (name == "amount") {
          numbers.push_back(event.value);
        } else if (name.starts_with("activity.")) {
          contacts.insert(event.value);
          numbers.push_back(event.event_time);
        } else if (name == "owner") {
          ++deals_by_owner[static_cast<std::size_t>(event.value)];
        } else if (name == "next_step") {
          numbers.push_back(-1);
        }
      }
      numbers.push_back(static_cast<std::int64_t>(1000000 + contacts.size()));
    }
    for (const auto& [owner, count] : deals_by_owner) {
      numbers.push_back(2000000 + count);
    }
    std::ranges::sort(numbers);
    return numbers;
  }

  static std::string TextOf(const EventLog& log, EntityKind kind, const std::string& key,
                            const std::string& attribute) {
    const auto entity = log.Find(kind, key);
    const auto wanted = log.FindAttribute(kind, attribute);
    std::string text = "(none)";
    for (const LoggedEvent& event : log.events(kind, entity.value())) {
      if (event.attribute == wanted.value()) {
        text = event.value == kNoValue ? "(cleared)"
                                       : log.symbols()[static_cast<std::size_t>(event.value)];
      }
    }
    return text;
  }
};

TEST_F(StoreErasure, TakesAContactOutOfEveryTableAndKeepsTheNumbers) {
  AddResults();
  const std::vector<std::int64_t> before = Published(Load(*store_));
  ASSERT_NE(AllTexts().find("Jane Miller"), std::string::npos);
  const auto report = EraseOne({EntityKind::kContact, EntityKind::kRep}, "003J");
  ASSERT_TRUE(report.has_value()) << report.error().ToString();
  ASSERT_EQ(report->entries.size(), 1U);
  EXPECT_EQ(report->num_deals, 2);
  EXPECT_FALSE(report->counts.empty());

  std::string all = AllTexts();
  std::ranges::transform(all, all.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* gone : {"jane", "miller", "003j"}) {
    EXPECT_EQ(all.find(gone), std::string::npos) << gone;
  }
  const EventLog log = Load(*store_);
  EXPECT_EQ(Published(log), before);
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D1", "next_step"), "Call [erased] on Monday");
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D2", "next_step"), "tell [erased] the price");
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D1", "name"), "Acme Widgets - renewal");
  EXPECT_EQ(store_->Scores(1)->at(0).payload,
            "{\"owner\":\"Ron Seller\",\"contact\":\"[erased]\"}");
  EXPECT_EQ(store_->Rejects(1)->at(0).value, "[erased]; 555");
  EXPECT_TRUE(report->entries[0].models.empty()) << "no model reads what was erased";
  const auto lines = store_->Diagnose();
  EXPECT_TRUE(lines.has_value()) << lines.error().ToString();

  // The person is somebody else in every deal.
  const auto call = log.FindAttribute(EntityKind::kDeal, "activity.call").value();
  std::set<std::int64_t> contacts;
  for (const char* deal : {"D1", "D2"}) {
    for (const LoggedEvent& event :
         log.events(EntityKind::kDeal, log.Find(EntityKind::kDeal, deal).value())) {
      if (event.attribute == call) {
        contacts.insert(event.value);
      }
    }
  }
  EXPECT_EQ(contacts.size(), 2U);
}

TEST_F(StoreErasure, TheSameExportDoesNotBringThePersonBack) {
  ASSERT_TRUE(EraseOne({EntityKind::kContact}, "003J"));
  const EventLog erased = Load(*store_);
  ImportCompany("second", 200);
  EXPECT_EQ(store_->Batches()->at(1).num_events, 0) << "nothing of it is new";
  EXPECT_EQ(Load(*store_), erased);
  std::string all = AllTexts();
  std::ranges::transform(all, all.begin(), [](unsigned char c) { return std::tolower(c); });
  EXPECT_EQ(all.find("miller"), std::string::npos);
  EXPECT_TRUE(store_->Diagnose().has_value());
}

TEST_F(StoreErasure, ARepKeepsQuotaAndDealsUnderAnotherKey) {
  AddResults();
  const std::vector<std::int64_t> before = Published(Load(*store_));
  const auto report = EraseOne({EntityKind::kContact, EntityKind::kRep}, "005R");
  ASSERT_TRUE(report.has_value()) << report.error().ToString();
  const std::string key = report->entries.at(0).anonymous_key;
  const EventLog log = Load(*store_);
  EXPECT_EQ(Published(log), before);
  EXPECT_EQ(TextOf(log, EntityKind::kRep, key, "name"), "[erased]");
  EXPECT_EQ(TextOf(log, EntityKind::kQuota, key + "/2026-01-01", "quota_owner"), key);
  std::string all = AllTexts();
  EXPECT_EQ(all.find("Ron"), std::string::npos);
  EXPECT_EQ(all.find("005R"), std::string::npos);
  // A customer's own column held the name: what read it is marked, only where it was read.
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D2", "territory"), "Desk of [erased]");
  EXPECT_EQ(store_->Model("v1")->artifact, "{\"labels\":[\"Desk of [erased]\"]}");
  EXPECT_EQ(report->entries.at(0).models, std::vector<std::string>{"v1"});
  EXPECT_EQ(report->entries.at(0).score_runs, std::vector<std::string>{"1"});
  ImportCompany("second", 200);
  EXPECT_EQ(Load(*store_), log);
}

TEST_F(StoreErasure, AnAccountTakesItsTextsAndItsOwnContactsWithIt) {
  const std::vector<std::int64_t> before = Published(Load(*store_));
  const auto report = EraseOne({EntityKind::kAccount}, "001A");
  ASSERT_TRUE(report.has_value()) << report.error().ToString();
  EXPECT_EQ(report->num_contacts, 1) << "003K is known from this account's deal only";
  const EventLog log = Load(*store_);
  EXPECT_EQ(Published(log), before);
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D1", "name"), "[erased]");
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D1", "next_step"), "[erased]");
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D1", "stage"), "Proposal");
  EXPECT_EQ(TextOf(log, EntityKind::kDeal, "D2", "name"), "Second site");
  EXPECT_EQ(TextOf(log, EntityKind::kAccount, report->entries.at(0).anonymous_key, "industry"),
            "Retail");
  const std::string all = AllTexts();
  for (const char* gone : {"Acme", "001A", "003K", "renewal"}) {
    EXPECT_EQ(all.find(gone), std::string::npos) << gone;
  }
  EXPECT_NE(all.find("Binford"), std::string::npos);
  ImportCompany("second", 200);
  EXPECT_EQ(store_->Batches()->at(1).num_events, 0);
  EXPECT_EQ(Load(*store_), log);
  EXPECT_EQ(AllTexts().find("Acme"), std::string::npos);
}

TEST_F(StoreErasure, OfSomebodyErasedChangesNothingMore) {
  ASSERT_TRUE(EraseOne({EntityKind::kContact}, "003J"));
  const std::string once = AllTexts();
  const auto again = EraseOne({EntityKind::kContact}, "003J");
  ASSERT_TRUE(again.has_value()) << again.error().ToString();
  EXPECT_TRUE(again->already_erased);
  EXPECT_EQ(again->entries.at(0).erased_at, 5000);
  EXPECT_EQ(AllTexts(), once);
}

TEST_F(StoreErasure, ADryRunSaysTheSameAndChangesNothing) {
  const std::string before = AllTexts();
  const auto dry = EraseOne({EntityKind::kContact}, "003J", true);
  ASSERT_TRUE(dry.has_value()) << dry.error().ToString();
  EXPECT_EQ(AllTexts(), before);
  const auto wet = EraseOne({EntityKind::kContact}, "003J");
  ASSERT_EQ(dry->counts.size(), wet->counts.size());
  for (std::size_t i = 0; i < dry->counts.size(); ++i) {
    EXPECT_EQ(dry->counts[i].what, wet->counts[i].what);
    EXPECT_EQ(dry->counts[i].rows, wet->counts[i].rows);
  }
}

TEST_F(StoreErasure, AnUnknownKeyIsNotFoundAndANameSaysItsKey) {
  EXPECT_EQ(EraseOne({EntityKind::kContact}, "nobody").error().code(), ErrorCode::kNotFound);
  const auto by_name = EraseOne({EntityKind::kContact}, "jane miller");
  ASSERT_FALSE(by_name.has_value());
  EXPECT_NE(by_name.error().message().find("003J"), std::string::npos);
}

TEST_F(StoreErasure, TheOldStateIsGoneFromBackupsThatComeLater) {
  ASSERT_TRUE(EraseOne({EntityKind::kContact}, "003J"));
  const EventLog log = Load(*store_);
  const std::string path = testing::TempDir() + "erased.backup";
  ASSERT_TRUE(WriteBackup(*engine_->engine().open_reader(engine_->place()).value(), path, 1,
                          base::Progress::Silent()));
  const std::unique_ptr<EngineUnderTest> fresh = MakeEngineUnderTest();
  {
    const auto file = BackupFileReader::Open(path).value();
    const auto writer =
        fresh->engine()
            .open_writer(fresh->place(), {.schema_version = file->header().schema_version})
            .value();
    ASSERT_TRUE(RestoreBackup(*file, path, *writer, base::Progress::Silent()));
  }
  store_ = fresh->Open(kImpatient).value();
  ImportCompany("second", 200);
  EXPECT_EQ(Load(*store_), log) << "the restored store goes on keeping the person out";
  std::remove(path.c_str());
}

}  // namespace
}  // namespace ri::data
