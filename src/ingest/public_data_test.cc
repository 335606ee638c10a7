// The public data sets that stand beside the source tree, read with the mappings under
// tests/mappings.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/import_fixture.h"

namespace ri::ingest {
namespace {

class PublicData : public ImportTest {
 protected:
  /// Imports a set with its mapping; skips the test when the set is not there.
  ImportReport ImportSet(const std::string& set, const std::string& mapping) {
    const std::string folder = std::string(RI_SOURCE_DIR) + "/../shared/data/" + set;
    if (!std::filesystem::exists(folder)) {
      skipped_ = true;
      return {};
    }
    if (!mapping.empty()) {
      options_.mapping.mapping_file =
          std::string(RI_SOURCE_DIR) + "/tests/mappings/" + mapping + ".toml";
    }
    options_.dry_run = !keep_events_;
    auto report = Import(folder);
    EXPECT_TRUE(report.has_value()) << (report ? "" : report.error().ToString());
    if (!report) {
      return {};
    }
    for (const RejectSummary& reject : report->rejects) {
      rejected_ += "\n" + reject.example.file + ":" + std::to_string(reject.example.line) + " " +
                   reject.example.column + " '" + reject.example.value + "' " +
                   reject.example.reason + " x" + std::to_string(reject.count);
    }
    return *report;
  }
  bool skipped_ = false;
  bool keep_events_ = false;  ///< counts are enough for most tests, and far quicker
  std::string rejected_;
};

#define RI_SKIP_WITHOUT_DATA()                                      \
  if (skipped_) {                                                   \
    GTEST_SKIP() << "the public data sets are not on this machine"; \
  }

TEST_F(PublicData, FrioFrioGivesClosedDealsWithoutLeaks) {
  const ImportReport report = ImportSet("frio-frio", "frio-frio");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(report.num_rows, 7893);
  EXPECT_EQ(report.num_deals, 7893);
  EXPECT_EQ(report.num_bad_rows, 0) << rejected_;
  EXPECT_EQ(report.num_open, 0);
  EXPECT_EQ(report.events.at("deal.undated_outcome"), 7893);
  EXPECT_EQ(report.events.at("deal.planned_delivery_start"), 7893);
  EXPECT_EQ(report.events.at("deal.quote_expiry_date"), 7893 - 1735);
  EXPECT_EQ(report.events.at("deal.custom.amount"), 7893);
  EXPECT_THAT(report.files.at(0).unused_columns, testing::IsEmpty());
  for (const auto& [name, count] : report.events) {
    EXPECT_EQ(name.find("LEAK"), std::string::npos);
  }
}

TEST_F(PublicData, LoansGiveStagesOwnersCallsAndQualifications) {
  const ImportReport report = ImportSet("bpic2012-loans", "bpic2012-loans");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(report.num_deals, 8829);
  EXPECT_EQ(report.num_won, 1277);
  EXPECT_EQ(report.num_lost, 5076 + 1592);
  EXPECT_EQ(report.num_open, 884);
  EXPECT_EQ(report.num_rows, 8829 + 161816);
  EXPECT_EQ(report.num_bad_rows, 0) << rejected_;
  EXPECT_EQ(report.events.at("deal.qualified"), 3283);
  EXPECT_EQ(report.events.at("deal.outcome"), 8829 - 884);
  EXPECT_GT(report.events.at("deal.activity.call"), 10000);
}

TEST_F(PublicData, MavenIsReadWithoutAnyMapping) {
  const ImportReport report = ImportSet("maven-crm", "");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(report.mapping, "maven-crm");
  EXPECT_EQ(report.num_deals, 8800);
  EXPECT_EQ(report.num_won, 4238);
  EXPECT_EQ(report.num_lost, 2473);
  EXPECT_EQ(report.num_open, 1589 + 500);
  EXPECT_EQ(report.num_bad_rows, 0) << rejected_;
  EXPECT_EQ(report.events.at("deal.closed_amount"), 4238);
  EXPECT_EQ(report.events.at("deal.amount"), 8800);
  EXPECT_EQ(report.events.at("deal.stage"), 2089);
  EXPECT_EQ(report.content_time, Milliseconds(2017, 12, 31));
}

TEST_F(PublicData, IbmHasAPseudoDateAndOnlyRepeatedNumbersAreRefused) {
  const ImportReport report = ImportSet("ibm-sales-win-loss", "ibm-sales-win-loss");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(report.num_rows, 78025);
  // 196 rows repeat a number. 52 are equal to its first row; 3 of the others are equal to each
  // other.
  EXPECT_EQ(report.num_deals, 78025 - 196);
  EXPECT_EQ(report.num_duplicates, 52);
  EXPECT_EQ(report.num_bad_rows, 196 - 52) << rejected_;
  EXPECT_EQ(report.rejects.size(), 1U) << rejected_;
  EXPECT_FALSE(report.events.contains("deal.amount"));
  EXPECT_FALSE(report.events.contains("deal.Elapsed Days In Sales Stage"));
}

TEST_F(PublicData, SalvirtRowsWithEqualAnswersShareADay) {
  const ImportReport report = ImportSet("salvirt-b2b", "salvirt-b2b");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(report.num_deals, 448);
  EXPECT_EQ(report.num_won, 227);
  EXPECT_EQ(report.num_bad_rows, 0) << rejected_;
}

TEST_F(PublicData, OlistJoinsWonDealsToTheirLeads) {
  const ImportReport report = ImportSet("olist-funnel", "olist-funnel");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(report.num_deals, 8000);
  EXPECT_EQ(report.events.at("deal.outcome"), 842);
  EXPECT_EQ(report.num_bad_rows, 0) << rejected_;
}

TEST_F(PublicData, LeadsAndBankCallsAreReadWithoutTheirLeaks) {
  const ImportReport leads = ImportSet("x-education-leads", "x-education-leads");
  RI_SKIP_WITHOUT_DATA();
  EXPECT_EQ(leads.num_deals, 9240);
  EXPECT_EQ(leads.num_won, 3561);
  EXPECT_EQ(leads.num_bad_rows, 0) << rejected_;
  EXPECT_FALSE(leads.events.contains("deal.Tags"));
  const ImportReport bank = ImportSet("bank-marketing", "bank-marketing");
  EXPECT_EQ(bank.num_deals, 41188);
  EXPECT_EQ(bank.num_won, 4640);
  EXPECT_EQ(bank.num_bad_rows, 0) << rejected_;
  EXPECT_FALSE(bank.events.contains("deal.duration"));
}

TEST_F(PublicData, MavenMappingFileEqualsThePreset) {
  keep_events_ = true;
  ImportSet("maven-crm", "");
  RI_SKIP_WITHOUT_DATA();
  const auto preset = store_.lines;
  store_ = RecordingStore();
  ImportSet("maven-crm", "maven-crm");
  EXPECT_FALSE(preset.empty());
  EXPECT_TRUE(store_.lines == preset);
}

}  // namespace
}  // namespace ri::ingest
