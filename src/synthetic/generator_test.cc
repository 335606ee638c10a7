#include "synthetic/generator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "synthetic/export_table.h"
#include "synthetic/salesforce_id.h"
#include "synthetic/scenario.h"

namespace ri::synthetic {
namespace {

GenerationReport MustGenerate(const GeneratorOptions& options) {
  auto report = Generate(options);
  EXPECT_TRUE(report) << report.error().ToString();
  return *std::move(report);
}

GeneratorOptions Small(const std::string& scenario, const std::string& folder) {
  GeneratorOptions options;
  options.scenario = scenario;
  options.deals = 500;
  options.quarters = 5;
  options.threads = 1;
  options.quarter_draws = 0;
  options.truth_share = 0.2;
  options.output_folder = folder;
  return options;
}

void ExpectSameFiles(const GenerationReport& a, const GenerationReport& b) {
  ASSERT_EQ(a.files.size(), b.files.size());
  for (std::size_t i = 0; i < a.files.size(); ++i) {
    EXPECT_EQ(a.files[i].name, b.files[i].name);
    EXPECT_EQ(ReadFile(a.folder + "/" + a.files[i].name),
              ReadFile(b.folder + "/" + b.files[i].name))
        << a.files[i].name;
  }
}

TEST(GeneratorTest, WritesTheSameBytesAtAnyNumberOfThreads) {
  const TemporaryFolder folder;
  for (const char* scenario : {"dirty", "enterprise"}) {
    GeneratorOptions options = Small(scenario, folder.Path(std::string(scenario) + "1"));
    options.intervention.enabled = true;
    options.deals = 300;
    options.quarters = 2;
    options.quarter_draws = scenario == std::string_view("dirty") ? 20 : 0;
    const GenerationReport one = MustGenerate(options);
    for (const int threads : {2, 7}) {
      options.threads = threads;
      options.output_folder = folder.Path(scenario + std::to_string(threads));
      ExpectSameFiles(one, MustGenerate(options));
    }
  }
}

TEST(GeneratorTest, AnotherSeedIsAnotherCompany) {
  const TemporaryFolder folder;
  GeneratorOptions options = Small("clean", folder.Path("a"));
  options.deals = 200;
  const GenerationReport a = MustGenerate(options);
  options.seed = 2;
  options.output_folder = folder.Path("b");
  const GenerationReport b = MustGenerate(options);
  for (const char* name : {"Opportunity.csv", "Account.csv", "Task.csv", "truth/snapshots.csv"}) {
    EXPECT_NE(ReadFile(a.folder + "/" + name), ReadFile(b.folder + "/" + name)) << name;
  }
}

TEST(GeneratorTest, EveryFileIsWellFormedWithUniqueIds) {
  const TemporaryFolder folder;
  for (const Scenario& scenario : Scenarios()) {
    GeneratorOptions options = Small(std::string(scenario.name), folder.Path(scenario.name));
    options.deals = 250;
    const GenerationReport report = MustGenerate(options);
    EXPECT_GE(report.files.size(), 16u) << scenario.name;
    for (const WrittenFile& file : report.files) {
      const std::string path = report.folder + "/" + file.name;
      EXPECT_EQ(static_cast<std::int64_t>(std::filesystem::file_size(path)), file.bytes);
      if (!file.name.ends_with(".csv")) {
        continue;
      }
      const ExportTable table = ExportTable::Read(path);
      EXPECT_EQ(static_cast<std::int64_t>(table.num_rows()), file.rows) << file.name;
      if (table.Has("Id")) {
        std::set<std::string> ids;
        for (std::size_t row = 0; row < table.num_rows(); ++row) {
          const std::string& id = table.At(row, "Id");
          ASSERT_EQ(id.size(), 18u) << file.name;
          const auto suffix = CaseSafeSuffix(std::string_view(id).substr(0, 15));
          EXPECT_EQ(id.substr(15), std::string(suffix.begin(), suffix.end()));
          EXPECT_TRUE(ids.insert(id).second) << file.name << " " << id;
        }
      }
    }
  }
}

/// Ids of a file.
std::set<std::string> Ids(const std::string& path) {
  const ExportTable table = ExportTable::Read(path);
  std::set<std::string> ids;
  for (std::size_t row = 0; row < table.num_rows(); ++row) {
    ids.insert(table.At(row, "Id"));
  }
  return ids;
}

TEST(GeneratorTest, ReferencesPointAtRecordsThatExist) {
  const TemporaryFolder folder;
  const GenerationReport report = MustGenerate(Small("dirty", folder.Path("out")));
  const auto path = [&](const char* name) { return report.folder + "/" + name; };
  const std::map<std::string, std::set<std::string>> targets = {
      {"OwnerId", Ids(path("User.csv"))},           {"CreatedById", Ids(path("User.csv"))},
      {"ManagerId", Ids(path("User.csv"))},         {"ForecastUserId", Ids(path("User.csv"))},
      {"QuotaOwnerId", Ids(path("User.csv"))},      {"AccountId", Ids(path("Account.csv"))},
      {"MasterRecordId", Ids(path("Account.csv"))}, {"OpportunityId", Ids(path("Opportunity.csv"))},
      {"WhatId", Ids(path("Opportunity.csv"))},     {"WhoId", Ids(path("Contact.csv"))},
      {"ContactId", Ids(path("Contact.csv"))},      {"UserRoleId", Ids(path("UserRole.csv"))},
      {"ParentRoleId", Ids(path("UserRole.csv"))},  {"PeriodId", Ids(path("Period.csv"))},
  };
  for (const WrittenFile& file : report.files) {
    if (!file.name.ends_with(".csv") || file.name.starts_with("truth/")) {
      continue;
    }
    const ExportTable table = ExportTable::Read(path(file.name.c_str()));
    for (const auto& [column, ids] : targets) {
      for (std::size_t row = 0; table.Has(column) && row < table.num_rows(); ++row) {
        const std::string& id = table.At(row, column);
        EXPECT_TRUE(id.empty() || ids.contains(id)) << file.name << " " << column << " " << id;
      }
    }
  }
}

TEST(GeneratorTest, TheLastHistoryRowIsTheCurrentRow) {
  const TemporaryFolder folder;
  for (const char* scenario : {"realistic", "enterprise"}) {
    const GenerationReport report = MustGenerate(Small(scenario, folder.Path(scenario)));
    const ExportTable now = ExportTable::Read(report.folder + "/Opportunity.csv");
    const ExportTable history = ExportTable::Read(report.folder + "/OpportunityHistory.csv");
    std::map<std::string, std::size_t> last;
    for (std::size_t row = 0; row < history.num_rows(); ++row) {
      const auto [at, is_new] = last.try_emplace(history.At(row, "OpportunityId"), row);
      if (!is_new) {
        EXPECT_GT(history.At(row, "CreatedDate"), history.At(at->second, "CreatedDate"));
        at->second = row;
      }
    }
    ASSERT_EQ(last.size(), now.num_rows());
    for (std::size_t row = 0; row < now.num_rows(); ++row) {
      const std::size_t end = last.at(now.At(row, "Id"));
      for (const char* column : {"StageName", "Amount", "CloseDate", "Probability",
                                 "ForecastCategory", "ExpectedRevenue"}) {
        EXPECT_EQ(now.At(row, column), history.At(end, column)) << column;
      }
      EXPECT_EQ(now.At(row, "IsWon"), now.At(row, "StageName") == "Closed Won" ? "true" : "false");
    }
  }
}

TEST(GeneratorTest, FieldHistoryChainsFromOldToNew) {
  const TemporaryFolder folder;
  const GenerationReport report = MustGenerate(Small("realistic", folder.Path("out")));
  const ExportTable now = ExportTable::Read(report.folder + "/Opportunity.csv");
  const ExportTable changes = ExportTable::Read(report.folder + "/OpportunityFieldHistory.csv");
  std::map<std::pair<std::string, std::string>, std::string> value;
  for (std::size_t row = 0; row < changes.num_rows(); ++row) {
    const std::string key = changes.At(row, "Field") + changes.At(row, "DataType");
    const auto [at, is_new] =
        value.try_emplace({changes.At(row, "OpportunityId"), key}, changes.At(row, "NewValue"));
    if (!is_new) {
      EXPECT_EQ(at->second, changes.At(row, "OldValue"));
      at->second = changes.At(row, "NewValue");
    }
  }
  for (std::size_t row = 0; row < now.num_rows(); ++row) {
    const auto expect = [&](const char* key, const char* column) {
      const auto at = value.find({now.At(row, "Id"), key});
      if (at != value.end()) {
        EXPECT_EQ(at->second, now.At(row, column)) << key;
      }
    };
    expect("StageNameDynamicEnum", "StageName");
    expect("AmountCurrency", "Amount");
    expect("CloseDateDateOnly", "CloseDate");
    expect("OwnerEntityId", "OwnerId");
    expect("AccountEntityId", "AccountId");
  }
}

TEST(GeneratorTest, DirtShowsWhereItIsPromised) {
  const TemporaryFolder folder;
  const GenerationReport dirty = MustGenerate(Small("dirty", folder.Path("dirty")));
  const ExportTable deals = ExportTable::Read(dirty.folder + "/Opportunity.csv");
  std::size_t deleted = 0;
  std::size_t without_amount = 0;
  for (std::size_t row = 0; row < deals.num_rows(); ++row) {
    deleted += deals.Flag(row, "IsDeleted") ? 1 : 0;
    without_amount += deals.At(row, "Amount").empty() ? 1 : 0;
    EXPECT_NE(deals.At(row, "StageName"), "Value Proposition");  // renamed meanwhile
  }
  EXPECT_GT(deals.num_rows(), 500u);  // duplicates and test records
  EXPECT_GT(deleted, 0u);
  EXPECT_GT(without_amount, 0u);
  const ExportTable tasks = ExportTable::Read(dirty.folder + "/Task.csv");
  std::size_t late = 0;
  for (std::size_t row = 0; row < tasks.num_rows(); ++row) {
    late += tasks.At(row, "CreatedDate").substr(0, 10) > tasks.At(row, "ActivityDate") ? 1 : 0;
  }
  EXPECT_GT(late, tasks.num_rows() / 10);
  const ExportTable accounts = ExportTable::Read(dirty.folder + "/Account.csv");
  std::size_t merged = 0;
  for (std::size_t row = 0; row < accounts.num_rows(); ++row) {
    merged += accounts.At(row, "MasterRecordId").empty() ? 0 : 1;
  }
  EXPECT_GT(merged, 0u);

  const GenerationReport clean = MustGenerate(Small("clean", folder.Path("clean")));
  const ExportTable clean_deals = ExportTable::Read(clean.folder + "/Opportunity.csv");
  EXPECT_EQ(clean_deals.num_rows(), 500u);
  EXPECT_FALSE(clean_deals.Has("Loss_Reason__c"));
  EXPECT_FALSE(std::filesystem::exists(clean.folder + "/truth/duplicates.csv"));
}

TEST(GeneratorTest, EnterpriseHasCurrenciesWithDatedRates) {
  const TemporaryFolder folder;
  const GenerationReport report = MustGenerate(Small("enterprise", folder.Path("out")));
  const ExportTable deals = ExportTable::Read(report.folder + "/Opportunity.csv");
  std::set<std::string> used;
  for (std::size_t row = 0; row < deals.num_rows(); ++row) {
    used.insert(deals.At(row, "CurrencyIsoCode"));
  }
  EXPECT_EQ(used, (std::set<std::string>{"EUR", "GBP", "JPY", "USD"}));
  const ExportTable rates = ExportTable::Read(report.folder + "/DatedConversionRate.csv");
  std::set<std::string> rated;
  for (std::size_t row = 0; row < rates.num_rows(); ++row) {
    rated.insert(rates.At(row, "IsoCode"));
    EXPECT_GT(rates.Number(row, "ConversionRate"), 0);
    EXPECT_LT(rates.At(row, "StartDate"), rates.At(row, "NextStartDate"));
  }
  EXPECT_EQ(rated, used);
}

TEST(GeneratorTest, InterventionsHelpTheTreatedOnAverage) {
  const TemporaryFolder folder;
  GeneratorOptions options = Small("realistic", folder.Path("out"));
  options.intervention.enabled = true;
  const GenerationReport report = MustGenerate(options);
  const ExportTable reviews = ExportTable::Read(report.folder + "/truth/interventions.csv");
  ASSERT_GT(reviews.num_rows(), 100u);
  double treated = 0;
  double lift = 0;
  for (std::size_t row = 0; row < reviews.num_rows(); ++row) {
    const double difference = reviews.Number(row, "win_probability_treated") -
                              reviews.Number(row, "win_probability_silent");
    EXPECT_GE(difference, 0);
    lift += difference;
    treated += reviews.Flag(row, "treated") ? 1 : 0;
  }
  const auto n = static_cast<double>(reviews.num_rows());
  EXPECT_GT(lift / n, 0.02);
  EXPECT_LT(lift / n, 0.20);
  // A fair coin; five standard deviations.
  EXPECT_NEAR(treated, n / 2, 5 * std::sqrt(n) / 2);
}

TEST(GeneratorTest, TruthCanBeLimitedToAShare) {
  const TemporaryFolder folder;
  GeneratorOptions options = Small("clean", folder.Path("all"));
  options.truth_share = 1;
  const GenerationReport all = MustGenerate(options);
  options.truth_share = 0.2;
  options.output_folder = folder.Path("some");
  const GenerationReport some = MustGenerate(options);
  const auto rows = [](const GenerationReport& report) {
    return ExportTable::Read(report.folder + "/truth/snapshots.csv").num_rows();
  };
  EXPECT_GT(rows(some), rows(all) / 10);
  EXPECT_LT(rows(some), rows(all) / 3);
  // What is exported does not depend on how much truth is asked for.
  EXPECT_EQ(ReadFile(all.folder + "/Opportunity.csv"), ReadFile(some.folder + "/Opportunity.csv"));
}

TEST(GeneratorTest, RefusesWhatMakesNoSense) {
  const TemporaryFolder folder;
  const auto code = [&](const auto& change) {
    GeneratorOptions options = Small("clean", folder.Path("refused"));
    change(options);
    const auto report = Generate(options);
    EXPECT_FALSE(report);
    return report ? ErrorCode::kInternal : report.error().code();
  };
  EXPECT_EQ(code([](GeneratorOptions& o) { o.scenario = "utopia"; }), ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.quarters = -1; }), ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.quarters = 500; }), ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.truth_share = 1.5; }), ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.shock_scale = -1; }), ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.output_folder.clear(); }), ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.as_of = domain::MakeDate(1900, 1, 1); }),
            ErrorCode::kUsage);
  EXPECT_EQ(code([](GeneratorOptions& o) { o.output_folder = "/proc/none"; }), ErrorCode::kStorage);
}

TEST(GeneratorTest, DoesNotOverwriteAnExport) {
  const TemporaryFolder folder;
  const GeneratorOptions options = Small("clean", folder.Path("out"));
  const GenerationReport report = MustGenerate(options);
  const std::string before = ReadFile(report.folder + "/Opportunity.csv");
  const auto again = Generate(options);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code(), ErrorCode::kConflict);
  EXPECT_EQ(ReadFile(report.folder + "/Opportunity.csv"), before);
}

class Cancelling final : public base::Progress {
 public:
  void Update(std::uint64_t) override { cancelled_ = true; }
  [[nodiscard]] bool cancelled() const override { return cancelled_; }

 private:
  std::atomic<bool> cancelled_{false};
};

TEST(GeneratorTest, LeavesNothingBehindWhenStopped) {
  const TemporaryFolder folder;
  Cancelling progress;
  GeneratorOptions options = Small("clean", folder.Path("out"));
  options.progress = &progress;
  const auto report = Generate(options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code(), ErrorCode::kCancelled);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.Path("out"))) {
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_EQ(files, 0u);
}

}  // namespace
}  // namespace ri::synthetic
