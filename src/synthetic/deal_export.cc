#include "synthetic/deal_export.h"

#include <cmath>

#include "base/random.h"
#include "synthetic/activity_export.h"
#include "synthetic/csv_text.h"
#include "synthetic/names.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;
using std::chrono::days;

constexpr std::uint64_t kRowsPerDeal = 4'096;
constexpr std::uint64_t kContactsPerAccount = 64;
constexpr std::uint64_t kDuplicateBase = 500'000'000;
constexpr std::uint64_t kTestBase = 900'000'000;

std::size_t At(int i) { return static_cast<std::size_t>(i); }

struct CategoryWords {
  std::string_view value;
  std::string_view name;
};
CategoryWords WordsOf(ForecastCategory category) {
  switch (category) {
    case ForecastCategory::kPipeline:
      return {"Pipeline", "Pipeline"};
    case ForecastCategory::kBestCase:
      return {"BestCase", "Best Case"};
    case ForecastCategory::kCommit:
      return {"Forecast", "Commit"};
    case ForecastCategory::kClosed:
      return {"Closed", "Closed"};
    case ForecastCategory::kOmitted:
      break;
  }
  return {"Omitted", "Omitted"};
}

/// One opportunity row's identity and everything its rows share.
class OpportunityRows {
 public:
  OpportunityRows(const Company& company, const DealRecord& record,
                  const std::vector<DealVersion>& versions, std::uint64_t number, bool duplicate,
                  ExportBlock& block)
      : company_(company),
        record_(record),
        versions_(versions),
        number_(number),
        duplicate_(duplicate),
        block_(block),
        digits_(MinorDigits(company, record.latents.region)),
        currency_(company.scenario().currencies[At(record.latents.region)]) {}

  void WriteOpportunity();
  void WriteHistory();
  void WriteFieldHistory();

 private:
  [[nodiscard]] bool deleted() const { return !duplicate_ && record_.deleted; }
  [[nodiscard]] std::uint64_t NextRow() { return ChildNumber(number_, rows_++); }
  CsvText& AmountOf(CsvText& csv, std::int64_t amount) const {
    return amount == kNoAmount ? csv.Null() : csv.Amount(amount, digits_);
  }
  CsvText& ExpectedOf(CsvText& csv, const DealVersion& version) const {
    return version.amount == kNoAmount
               ? csv.Null()
               : csv.Amount(version.amount * StageList()[At(version.stage)].probability / 100,
                            digits_);
  }
  void FieldHeader(CsvText& csv, const DealVersion& version, std::string_view field,
                   std::string_view type);

  const Company& company_;
  const DealRecord& record_;
  const std::vector<DealVersion>& versions_;
  std::uint64_t number_;
  bool duplicate_;
  ExportBlock& block_;
  int digits_;
  std::string_view currency_;
  std::uint64_t rows_ = 0;
};

std::string_view NextStepWords(int stage, RandomStream& stream) {
  static constexpr std::array<std::array<std::string_view, 2>, kOpenStages> kWords = {{
      {"Find the right contact", "Book a first call"},
      {"Clarify budget and timing", "Qualify with the team lead"},
      {"Workshop on requirements", "Send questionnaire"},
      {"Show the value calculation", "Demo with end users"},
      {"Walk through the proposal", "Answer open questions on pricing"},
      {"Contract review with legal", "Agree on start date"},
  }};
  return kWords[At(std::min(stage, kOpenStages - 1))][stream.Below(2)];
}

std::string_view LossReason(RandomStream& stream) {
  static constexpr std::array<std::string_view, 5> kReasons = {"Price", "No decision", "Competitor",
                                                               "No budget", "Missing feature"};
  return kReasons[stream.Below(kReasons.size())];
}

void OpportunityRows::WriteOpportunity() {
  const DealLatents& deal = record_.latents;
  const Account& account = company_.accounts()[At(deal.account)];
  const DealVersion& now = versions_.back();
  const DealVersion& born = versions_.front();
  const bool closed = now.stage >= kOpenStages;
  const bool won = now.stage == kStageWon;
  const StageWords& stage = StageList()[At(now.stage)];
  RandomStream words(company_.seed(), "deal-words", number_);
  const std::string_view product = DrawProduct(words);
  const bool has_next_step = words.Bernoulli(0.55);
  const std::string_view next_step = NextStepWords(std::min(now.stage, kOpenStages - 1), words);
  const std::uint64_t planning_code = words.Below(12);
  const double routing_number = std::floor(1'000 * words.Uniform());
  domain::Timestamp stage_changed = born.time;
  for (std::size_t i = 1; i < versions_.size(); ++i) {
    if (versions_[i].stage != versions_[i - 1].stage) {
      stage_changed = versions_[i].time;
    }
  }
  domain::Date last_activity{};
  if (!duplicate_) {
    for (const DealActivity& activity : record_.activities) {
      const domain::Date day = domain::DateOf(activity.when);
      if (day < company_.as_of()) {
        last_activity = std::max(last_activity, day);
      }
    }
  }
  const domain::Quarter quarter = company_.fiscal().QuarterOf(now.commit_date);
  const std::string name = CompanyName(At(deal.account), account.industry);

  CsvText csv(block_[ExportFile::kOpportunity]);
  csv.Id(key_prefix::kOpportunity, number_).Flag(deleted());
  csv.Id(key_prefix::kAccount, AccountNumber(deal.account, now.account_record));
  csv.Joined({name, " - ", product, duplicate_ ? " (2)" : ""});
  csv.Text(StageLabel(company_, now.stage, domain::StartOf(company_.as_of())));
  AmountOf(csv, now.amount).Integer(stage.probability);
  ExpectedOf(csv, now).Day(now.commit_date);
  csv.Text(deal.existing_customer ? "Existing Customer - Upgrade" : "New Customer");
  csv.Text(has_next_step ? next_step : "").Text(LeadSourceName(deal.source));
  csv.Flag(closed).Flag(won);
  csv.Text(WordsOf(now.category).value).Text(WordsOf(now.category).name);
  if (company_.multi_currency()) {
    csv.Text(currency_);
  }
  csv.Id(key_prefix::kUser, UserNumber(now.owner)).Moment(born.time);
  csv.Id(key_prefix::kUser, UserNumber(born.owner)).Moment(now.time);
  csv.Id(key_prefix::kUser, UserNumber(now.owner)).Moment(now.time);
  if (last_activity == domain::Date{}) {
    csv.Null();
  } else {
    csv.Day(last_activity);
  }
  csv.Integer(quarter.number).Integer(quarter.year);
  csv.Joined({std::to_string(quarter.year), " ", std::to_string(quarter.number)});
  csv.Moment(stage_changed);
  csv.Text(company_.scenario().segments[At(deal.segment)].name);
  csv.Text(deal.competitor ? "Known" : "None");
  csv.Joined({"P", std::to_string(planning_code + 1)}).Number(routing_number, 0);
  if (company_.scenario().dirt.closing_columns) {
    const bool lost = now.stage == kStageLost;
    csv.Text(!lost ? "" : duplicate_ ? "Duplicate" : LossReason(words));
    if (won && born.amount != kNoAmount && born.amount > 0) {
      csv.Number(
          100.0 * static_cast<double>(born.amount - now.amount) / static_cast<double>(born.amount),
          1);
      csv.Joined({"C-", std::to_string(100'000 + number_)});
    } else {
      csv.Null().Null();
    }
  }
  csv.EndRow();
  block_.CountRow(ExportFile::kOpportunity);
}

void OpportunityRows::WriteHistory() {
  CsvText csv(block_[ExportFile::kOpportunityHistory]);
  std::size_t last = versions_.size();  // the version of the last row written
  const auto write = [&](std::size_t i, domain::Timestamp superseded) {
    const DealVersion& version = versions_[i];
    const StageWords& stage = StageList()[At(version.stage)];
    csv.Id(key_prefix::kOpportunityHistory, NextRow());
    csv.Id(key_prefix::kOpportunity, number_);
    csv.Id(key_prefix::kUser, UserNumber(version.owner)).Moment(version.time);
    csv.Text(StageLabel(company_, version.stage, version.time));
    AmountOf(csv, version.amount);
    ExpectedOf(csv, version).Day(version.commit_date).Integer(stage.probability);
    csv.Text(WordsOf(version.category).value);
    if (company_.multi_currency()) {
      csv.Text(currency_);
    }
    if (last == versions_.size()) {
      csv.Null().Null();
    } else {
      const DealVersion& before = versions_[last];
      before.amount == version.amount ? csv.Null() : AmountOf(csv, before.amount);
      before.commit_date == version.commit_date ? csv.Null() : csv.Day(before.commit_date);
    }
    csv.Flag(deleted()).Moment(superseded).EndRow();
    block_.CountRow(ExportFile::kOpportunityHistory);
    last = i;
  };
  const auto differs = [&](std::size_t a, std::size_t b) {
    const DealVersion& x = versions_[a];
    const DealVersion& y = versions_[b];
    return x.stage != y.stage || x.amount != y.amount || x.commit_date != y.commit_date ||
           x.category != y.category;
  };
  for (std::size_t i = 0; i < versions_.size();) {
    std::size_t next = i + 1;  // versions that change only the owner or account leave no row
    while (next < versions_.size() && !differs(i, next)) {
      ++next;
    }
    write(i, next < versions_.size() ? versions_[next].time : versions_[i].time);
    i = next;
  }
}

void OpportunityRows::FieldHeader(CsvText& csv, const DealVersion& version, std::string_view field,
                                  std::string_view type) {
  csv.Id(key_prefix::kOpportunityFieldHistory, NextRow()).Flag(deleted());
  csv.Id(key_prefix::kOpportunity, number_).Id(key_prefix::kUser, UserNumber(version.owner));
  csv.Moment(version.time).Text(field).Text(type);
}

void OpportunityRows::WriteFieldHistory() {
  CsvText csv(block_[ExportFile::kOpportunityFieldHistory]);
  const auto end = [&] {
    csv.EndRow();
    block_.CountRow(ExportFile::kOpportunityFieldHistory);
  };
  FieldHeader(csv, versions_.front(), "created", "Text");
  csv.Null().Null();
  end();
  for (std::size_t i = 1; i < versions_.size(); ++i) {
    const DealVersion& before = versions_[i - 1];
    const DealVersion& after = versions_[i];
    if (before.stage != after.stage) {
      FieldHeader(csv, after, "StageName", "DynamicEnum");
      csv.Text(StageLabel(company_, before.stage, after.time));
      csv.Text(StageLabel(company_, after.stage, after.time));
      end();
    }
    if (before.amount != after.amount) {
      FieldHeader(csv, after, "Amount", "Currency");
      AmountOf(csv, before.amount);
      AmountOf(csv, after.amount);
      end();
    }
    if (before.commit_date != after.commit_date) {
      FieldHeader(csv, after, "CloseDate", "DateOnly");
      csv.Day(before.commit_date).Day(after.commit_date);
      end();
    }
    if (before.category != after.category) {
      FieldHeader(csv, after, "ForecastCategoryName", "DynamicEnum");
      csv.Text(WordsOf(before.category).name).Text(WordsOf(after.category).name);
      end();
    }
    if (before.owner != after.owner) {
      const PersonName from = RepName(At(before.owner));
      const PersonName to = RepName(At(after.owner));
      FieldHeader(csv, after, "Owner", "Text");
      csv.Joined({from.first, " ", from.last}).Joined({to.first, " ", to.last});
      end();
      FieldHeader(csv, after, "Owner", "EntityId");
      csv.Id(key_prefix::kUser, UserNumber(before.owner));
      csv.Id(key_prefix::kUser, UserNumber(after.owner));
      end();
    }
    if (before.account_record != after.account_record) {
      FieldHeader(csv, after, "Account", "EntityId");
      const int account = record_.latents.account;
      csv.Id(key_prefix::kAccount, AccountNumber(account, before.account_record));
      csv.Id(key_prefix::kAccount, AccountNumber(account, after.account_record));
      end();
    }
  }
}

}  // namespace

std::uint64_t OpportunityNumber(std::uint64_t deal) { return deal + 1; }
std::uint64_t ChildNumber(std::uint64_t opportunity, std::uint64_t row) {
  return opportunity * kRowsPerDeal + row + 1;
}
std::uint64_t DuplicateNumber(std::uint64_t deal) { return kDuplicateBase + deal; }
std::uint64_t TestRecordNumber(int record) { return kTestBase + At(record); }
std::uint64_t UserNumber(int rep) { return At(rep) + 1; }
std::uint64_t TeamManagerNumber(int team) { return 10'000'000 + At(team); }
std::uint64_t RegionManagerNumber(int region) { return 20'000'000 + At(region); }
std::uint64_t AccountNumber(int account, int record) { return 2 * At(account) + At(record) + 2; }
std::uint64_t ContactNumber(int account, int contact) {
  return At(account) * kContactsPerAccount + At(contact) + 1;
}

const std::array<StageWords, 8>& StageList() {
  static const std::array<StageWords, 8> stages = {{
      {"Prospecting", "Pipeline", "Pipeline", 10},
      {"Qualification", "Pipeline", "Pipeline", 20},
      {"Needs Analysis", "Pipeline", "Pipeline", 35},
      {"Value Proposition", "BestCase", "Best Case", 50},
      {"Proposal/Price Quote", "BestCase", "Best Case", 75},
      {"Negotiation/Review", "Forecast", "Commit", 90},
      {"Closed Won", "Closed", "Closed", 100},
      {"Closed Lost", "Omitted", "Omitted", 0},
  }};
  return stages;
}

domain::Timestamp StageRenamedAt(const Company& company) {
  const auto history = company.as_of() - company.begin();
  return domain::StartOf(company.begin() + days(history.count() * 6 / 10));
}

std::string_view StageLabel(const Company& company, int stage, domain::Timestamp time) {
  if (stage == kRenamedStage && company.scenario().dirt.renamed_stage &&
      time >= StageRenamedAt(company)) {
    return kRenamedLabel;
  }
  return StageList()[At(stage)].label;
}

std::string OpportunityHeader(const Company& company) {
  std::string names =
      "Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,ExpectedRevenue,CloseDate,Type,"
      "NextStep,LeadSource,IsClosed,IsWon,ForecastCategory,ForecastCategoryName,";
  names += company.multi_currency() ? "CurrencyIsoCode," : "";
  names +=
      "OwnerId,CreatedDate,CreatedById,LastModifiedDate,LastModifiedById,SystemModstamp,"
      "LastActivityDate,FiscalQuarter,FiscalYear,Fiscal,LastStageChangeDate,Segment__c,"
      "Competitor__c,Planning_Code__c,Routing_Number__c";
  names += company.scenario().dirt.closing_columns
               ? ",Loss_Reason__c,Discount_Percent__c,Contract_Number__c"
               : "";
  return CsvHeader(names);
}

std::string OpportunityHistoryHeader(const Company& company) {
  std::string names =
      "Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,ExpectedRevenue,CloseDate,"
      "Probability,ForecastCategory,";
  names += company.multi_currency() ? "CurrencyIsoCode," : "";
  return CsvHeader(names + "PrevAmount,PrevCloseDate,IsDeleted,SystemModstamp");
}

std::string OpportunityFieldHistoryHeader() {
  return CsvHeader(
      "Id,IsDeleted,OpportunityId,CreatedById,CreatedDate,Field,DataType,OldValue,NewValue");
}

void ExportDeal(const Company& company, const DealRecord& record, ExportBlock& block) {
  OpportunityRows rows(company, record, record.versions, OpportunityNumber(record.latents.index),
                       false, block);
  rows.WriteOpportunity();
  rows.WriteHistory();
  rows.WriteFieldHistory();
  ExportContactRoles(record, block);
  ExportActivities(record, block);
  const std::vector<DealVersion> duplicate = MakeDuplicate(company, record);
  if (!duplicate.empty()) {
    OpportunityRows copy(company, record, duplicate, DuplicateNumber(record.latents.index), true,
                         block);
    copy.WriteOpportunity();
    copy.WriteHistory();
    copy.WriteFieldHistory();
    CsvText(block[ExportFile::kTruthDuplicates])
        .Id(key_prefix::kOpportunity, DuplicateNumber(record.latents.index))
        .Id(key_prefix::kOpportunity, OpportunityNumber(record.latents.index))
        .EndRow();
    block.CountRow(ExportFile::kTruthDuplicates);
  }
}

void ExportTestRecords(const Company& company, ExportBlock& block) {
  const auto history = static_cast<std::uint64_t>((company.as_of() - company.begin()).count());
  for (int i = 0; i < company.scenario().dirt.test_records; ++i) {
    RandomStream stream(company.seed(), "test-record", At(i));
    DealRecord record;
    record.latents.account = static_cast<int>(stream.Below(company.accounts().size()));
    const Account& account = company.accounts()[At(record.latents.account)];
    record.latents.region = account.region;
    record.latents.segment = account.segment;
    const domain::Date day = company.begin() + days(stream.Below(history));
    DealVersion version;
    version.time = domain::StartOf(day) + std::chrono::hours(9);
    version.amount = 1;
    version.commit_date = day + days(1);
    version.owner = company.RepOfSeat(0, company.calendar().Locate(day).week);
    const std::vector<DealVersion> versions = {version};
    OpportunityRows rows(company, record, versions, TestRecordNumber(i), false, block);
    rows.WriteOpportunity();
    rows.WriteHistory();
  }
}

}  // namespace ri::synthetic
