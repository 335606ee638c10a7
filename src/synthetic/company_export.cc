#include "synthetic/company_export.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "synthetic/csv_text.h"
#include "synthetic/deal_export.h"
#include "synthetic/deal_latents.h"
#include "synthetic/names.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;
using std::chrono::days;
using std::chrono::hours;

constexpr double kQuotaAmbition = 1.10;
constexpr double kManagerCushion = 0.95;  // a manager's quota is less than the sum below
constexpr int kRampWeeks = 26;

// Numbers of role records.
constexpr std::uint64_t kChiefRole = 1;
std::uint64_t RegionRole(std::size_t region) { return 1'000 + region; }
std::uint64_t ManagerRole(std::size_t team) { return 100'000 + team; }
std::uint64_t RepRole(std::size_t team) { return 200'000 + team; }

std::size_t At(int i) { return static_cast<std::size_t>(i); }

domain::Timestamp Founded(const Company& company) {
  return domain::StartOf(company.begin()) - hours(24 * 30);
}

struct UserRow {
  std::uint64_t number = 0;
  PersonName name;
  std::string title;
  bool active = true;
  std::uint64_t role = 0;     ///< 0 = none
  std::uint64_t manager = 0;  ///< 0 = none
  std::string_view division;
  domain::Timestamp created;
};

void WriteUser(const UserRow& user, ExportBlock& block) {
  CsvText csv(block[ExportFile::kUser]);
  std::string login = user.name.first;
  login.append(".").append(user.name.last).append(".").append(std::to_string(user.number));
  std::transform(login.begin(), login.end(), login.begin(), [](char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
  });
  csv.Id(key_prefix::kUser, user.number).Text(login + "@crm.example.com");
  csv.Text(user.name.first).Text(user.name.last);
  csv.Joined({user.name.first, " ", user.name.last});
  csv.Joined({login, "@example.com"}).Text(user.title).Text("Sales").Text(user.division);
  csv.Flag(user.active);
  user.role == 0 ? csv.Null() : csv.Id(key_prefix::kUserRole, user.role);
  csv.Id(key_prefix::kProfile, user.role == 0 ? 1 : 2);
  user.manager == 0 ? csv.Null() : csv.Id(key_prefix::kUser, user.manager);
  csv.Text("Standard").Flag(user.role != 0).Text("GMT").Text("en_US").Moment(user.created);
  csv.Moment(user.created).EndRow();
  block.CountRow(ExportFile::kUser);
}

void WriteRole(std::uint64_t number, const std::string& name, std::uint64_t parent,
               std::uint64_t forecast_user, ExportBlock& block) {
  CsvText csv(block[ExportFile::kUserRole]);
  std::string developer_name = name;
  std::replace(developer_name.begin(), developer_name.end(), ' ', '_');
  csv.Id(key_prefix::kUserRole, number).Text(name).Text(developer_name);
  parent == 0 ? csv.Null() : csv.Id(key_prefix::kUserRole, parent);
  csv.Text(name);
  forecast_user == 0 ? csv.Null() : csv.Id(key_prefix::kUser, forecast_user);
  csv.Flag(false).EndRow();
  block.CountRow(ExportFile::kUserRole);
}

std::string_view Rating(double observed_fit) {
  return observed_fit > 0.4 ? "Hot" : observed_fit > -0.3 ? "Warm" : "Cold";
}

void WriteAccount(const Company& company, std::size_t number, int record, ExportBlock& block) {
  const Account& account = company.accounts()[number];
  const bool duplicate = record == 1;
  const domain::Timestamp merged =
      domain::StartOf(company.calendar().Monday(account.merged_week) + days(2)) + hours(11);
  const bool gone = duplicate && merged < domain::StartOf(company.as_of());
  const auto index = static_cast<int>(number);
  const domain::Timestamp created =
      Founded(company) + hours(static_cast<std::int64_t>(number % 600));
  CsvText csv(block[ExportFile::kAccount]);
  csv.Id(key_prefix::kAccount, AccountNumber(index, record)).Flag(gone);
  gone ? csv.Id(key_prefix::kAccount, AccountNumber(index, 0)) : csv.Null();
  csv.Joined({CompanyName(number, account.industry), duplicate ? " Ltd" : ""});
  const bool customer = account.customer_since < company.calendar().Locate(company.as_of()).week;
  csv.Text(customer ? "Customer - Direct" : "Prospect").Null();
  const std::string_view region = company.scenario().regions[At(account.region)];
  csv.Text(account.city).Text(region).Text(CountryOf(region)).Text(account.industry);
  csv.Amount(account.revenue * 100, 2).Integer(account.employees);
  csv.Text(Rating(account.observed_fit));
  csv.Number(std::clamp(50 + 25 * account.observed_fit, 0.0, 100.0), 0);
  const int week = company.calendar().Locate(company.as_of()).week;
  csv.Id(key_prefix::kUser, UserNumber(company.RepOfSeat(account.seat, week)));
  csv.Moment(created).Moment(gone ? merged : created).EndRow();
  block.CountRow(ExportFile::kAccount);
}

}  // namespace

std::string AccountHeader() {
  return CsvHeader(
      "Id,IsDeleted,MasterRecordId,Name,Type,ParentId,BillingCity,BillingState,BillingCountry,"
      "Industry,AnnualRevenue,NumberOfEmployees,Rating,Fit_Score__c,OwnerId,CreatedDate,"
      "SystemModstamp");
}
std::string ContactHeader() {
  return CsvHeader("Id,AccountId,FirstName,LastName,Name,Title,Email,CreatedDate,SystemModstamp");
}
std::string UserHeader() {
  return CsvHeader(
      "Id,Username,FirstName,LastName,Name,Email,Title,Department,Division,IsActive,UserRoleId,"
      "ProfileId,ManagerId,UserType,ForecastEnabled,TimeZoneSidKey,LocaleSidKey,CreatedDate,"
      "SystemModstamp");
}
std::string UserRoleHeader() {
  return CsvHeader(
      "Id,Name,DeveloperName,ParentRoleId,RollupDescription,ForecastUserId,"
      "MayForecastManagerShare");
}
std::string OpportunityStageHeader() {
  return CsvHeader(
      "Id,MasterLabel,ApiName,IsActive,SortOrder,IsClosed,IsWon,ForecastCategory,"
      "ForecastCategoryName,DefaultProbability,CreatedDate,SystemModstamp");
}
std::string ForecastingQuotaHeader() {
  return CsvHeader(
      "Id,QuotaOwnerId,QuotaAmount,CurrencyIsoCode,StartDate,PeriodId,ForecastingTypeId,IsAmount,"
      "IsQuantity,CreatedDate,SystemModstamp");
}
std::string PeriodHeader() {
  return CsvHeader("Id,Type,StartDate,EndDate,IsForecastPeriod,Number,FullyQualifiedLabel");
}
std::string CurrencyTypeHeader() {
  return CsvHeader("Id,IsoCode,ConversionRate,DecimalPlaces,IsActive,IsCorporate");
}
std::string DatedConversionRateHeader() {
  return CsvHeader("Id,IsoCode,StartDate,NextStartDate,ConversionRate");
}

void ExportAccounts(const Company& company, std::size_t begin, std::size_t end,
                    ExportBlock& block) {
  for (std::size_t a = begin; a < end; ++a) {
    const Account& account = company.accounts()[a];
    WriteAccount(company, a, 0, block);
    if (account.has_duplicate) {
      WriteAccount(company, a, 1, block);
    }
    RandomStream stream(company.seed(), "contacts", a);
    CsvText csv(block[ExportFile::kContact]);
    for (int c = 0; c < account.contacts; ++c) {
      const std::uint64_t number = ContactNumber(static_cast<int>(a), c);
      const PersonName name = ContactName(number);
      csv.Id(key_prefix::kContact, number);
      csv.Id(key_prefix::kAccount, AccountNumber(static_cast<int>(a), 0));
      csv.Text(name.first).Text(name.last).Joined({name.first, " ", name.last});
      csv.Text(DrawTitle(stream)).Text("contact" + std::to_string(number) + "@example.org");
      csv.Moment(Founded(company)).Moment(Founded(company)).EndRow();
      block.CountRow(ExportFile::kContact);
    }
  }
}

void ExportPeople(const Company& company, ExportBlock& block) {
  const domain::Timestamp founded = Founded(company);
  const auto& regions = company.scenario().regions;
  const int now = company.calendar().Locate(company.as_of()).week;
  WriteRole(kChiefRole, "Chief Revenue Officer", 0, kChiefNumber, block);
  WriteUser({.number = kChiefNumber,
             .name = RepName(kChiefNumber),
             .title = "Chief Revenue Officer",
             .role = kChiefRole,
             .division = "Company",
             .created = founded},
            block);
  WriteUser({.number = kAdministratorNumber,
             .name = {"System", "Administrator"},
             .title = "Administrator",
             .division = "Company",
             .created = founded},
            block);
  for (std::size_t r = 0; r < regions.size(); ++r) {
    const std::uint64_t manager = RegionManagerNumber(static_cast<int>(r));
    WriteRole(RegionRole(r), std::string("VP ").append(regions[r]), kChiefRole, manager, block);
    WriteUser({.number = manager,
               .name = RepName(manager),
               .title = "Vice President",
               .role = RegionRole(r),
               .manager = kChiefNumber,
               .division = regions[r],
               .created = founded},
              block);
  }
  for (std::size_t t = 0; t < company.teams().size(); ++t) {
    const Team& team = company.teams()[t];
    const std::uint64_t manager = TeamManagerNumber(static_cast<int>(t));
    WriteRole(ManagerRole(t), std::string("Manager ").append(team.name),
              RegionRole(At(team.region)), manager, block);
    WriteRole(RepRole(t), std::string("Sales ").append(team.name), ManagerRole(t), 0, block);
    WriteUser({.number = manager,
               .name = RepName(manager),
               .title = "Sales Manager",
               .role = ManagerRole(t),
               .manager = RegionManagerNumber(team.region),
               .division = regions[At(team.region)],
               .created = founded},
              block);
  }
  for (std::size_t i = 0; i < company.reps().size(); ++i) {
    const Rep& rep = company.reps()[i];
    if (rep.start_week > now) {
      continue;
    }
    const UserRow user{
        .number = UserNumber(static_cast<int>(i)),
        .name = RepName(i),
        .title = "Account Executive",
        .active = rep.end_week > now,
        .role = RepRole(At(rep.team)),
        .manager = TeamManagerNumber(rep.team),
        .division = regions[At(company.teams()[At(rep.team)].region)],
        .created = domain::StartOf(company.calendar().Monday(rep.start_week)) + hours(7)};
    WriteUser(user, block);
  }
}

void ExportSettings(const Company& company, ExportBlock& block) {
  const domain::Timestamp founded = Founded(company);
  CsvText stages(block[ExportFile::kOpportunityStage]);
  int order = 0;
  const auto write_stage = [&](std::size_t s, std::string_view label, bool active) {
    const StageWords& stage = StageList()[s];
    ++order;
    stages.Id(key_prefix::kOpportunityStage, At(order)).Text(label).Text(label).Flag(active);
    stages.Integer(order).Flag(s >= kOpenStages).Flag(s == kStageWon).Text(stage.category);
    stages.Text(stage.category_name).Integer(stage.probability).Moment(founded).Moment(founded);
    stages.EndRow();
    block.CountRow(ExportFile::kOpportunityStage);
  };
  for (std::size_t s = 0; s < StageList().size(); ++s) {
    const bool renamed = s == kRenamedStage && company.scenario().dirt.renamed_stage;
    write_stage(s, StageList()[s].label, !renamed);
    if (renamed) {
      write_stage(s, kRenamedLabel, true);
    }
  }
  CsvText periods(block[ExportFile::kPeriod]);
  for (int q = company.first_quarter(); q <= company.current_quarter() + 1; ++q) {
    const domain::Period period = company.calendar().QuarterPeriod(q);
    const domain::Quarter quarter = company.fiscal().QuarterOf(period.begin);
    periods.Id(key_prefix::kPeriod, At(q) + 1).Text("Quarter").Day(period.begin);
    periods.Day(period.end - days(1)).Flag(true).Integer(quarter.number);
    periods.Joined({"Q", std::to_string(quarter.number), " FY ", std::to_string(quarter.year)});
    periods.EndRow();
    block.CountRow(ExportFile::kPeriod);
  }
  if (!company.multi_currency()) {
    return;
  }
  CsvText types(block[ExportFile::kCurrencyType]);
  CsvText rates(block[ExportFile::kDatedConversionRate]);
  std::uint64_t number = 0;
  for (std::size_t r = 0; r < company.scenario().currencies.size(); ++r) {
    const std::string_view code = company.scenario().currencies[r];
    const auto& all = company.scenario().currencies;
    if (std::find(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(r), code) !=
        all.begin() + static_cast<std::ptrdiff_t>(r)) {
      continue;
    }
    const auto region = static_cast<int>(r);
    types.Id(key_prefix::kCurrencyType, r + 1).Text(code);
    types.Number(company.Rate(region, company.current_quarter()), 4);
    types.Integer(MinorDigits(company, region)).Flag(true).Flag(r == 0).EndRow();
    block.CountRow(ExportFile::kCurrencyType);
    for (int q = company.first_quarter(); q <= company.current_quarter(); ++q) {
      const domain::Period period = company.calendar().QuarterPeriod(q);
      rates.Id(key_prefix::kDatedConversionRate, ++number).Text(code).Day(period.begin);
      rates.Day(q == company.current_quarter() ? domain::MakeDate(2199, 12, 31) : period.end);
      rates.Number(company.Rate(region, q), 4).EndRow();
      block.CountRow(ExportFile::kDatedConversionRate);
    }
  }
}

void ExportQuotas(const Company& company, double revenue_per_quarter, ExportBlock& block) {
  CsvText csv(block[ExportFile::kForecastingQuota]);
  const std::string_view currency = company.scenario().currencies.front();
  std::uint64_t number = 0;
  const double per_seat =
      revenue_per_quarter / static_cast<double>(std::max<std::size_t>(1, company.seats().size()));
  const double middle = (company.first_quarter() + company.current_quarter()) / 2.0;
  const auto write = [&](std::uint64_t owner, double amount, int q) {
    const domain::Period period = company.calendar().QuarterPeriod(q);
    csv.Id(key_prefix::kForecastingQuota, ++number).Id(key_prefix::kUser, owner);
    csv.Amount(std::llround(amount / 1'000) * 100'000, 2).Text(currency).Day(period.begin);
    csv.Id(key_prefix::kPeriod, At(q) + 1).Id(key_prefix::kForecastingType, 1).Flag(true);
    csv.Flag(false).Moment(domain::StartOf(period.begin) - hours(24 * 14));
    csv.Moment(domain::StartOf(period.begin) - hours(24 * 14)).EndRow();
    block.CountRow(ExportFile::kForecastingQuota);
  };
  for (int q = company.first_quarter(); q <= company.current_quarter(); ++q) {
    const int week = company.calendar().Locate(company.calendar().QuarterPeriod(q).begin).week;
    const double trend = 1 + company.scenario().growth * (q - middle) / 4;
    std::vector<double> of_team(company.teams().size(), 0.0);
    for (std::size_t s = 0; s < company.seats().size(); ++s) {
      const int rep = company.RepOfSeat(static_cast<int>(s), week);
      const Rep& person = company.reps()[At(rep)];
      RandomStream stream(company.seed(), "quota", s * 10'000 + At(q));
      const double ramp = week - person.start_week < kRampWeeks ? 0.7 : 1.0;
      const double amount =
          per_seat * trend * kQuotaAmbition * ramp * std::exp(0.08 * stream.Normal());
      of_team[At(person.team)] += amount;
      write(UserNumber(rep), amount, q);
    }
    std::vector<double> of_region(company.scenario().regions.size(), 0.0);
    for (std::size_t t = 0; t < of_team.size(); ++t) {
      of_region[At(company.teams()[t].region)] += of_team[t] * kManagerCushion;
      write(TeamManagerNumber(static_cast<int>(t)), of_team[t] * kManagerCushion, q);
    }
    double total = 0;
    for (std::size_t r = 0; r < of_region.size(); ++r) {
      total += of_region[r] * kManagerCushion;
      write(RegionManagerNumber(static_cast<int>(r)), of_region[r] * kManagerCushion, q);
    }
    write(kChiefNumber, total * kManagerCushion, q);
  }
}

}  // namespace ri::synthetic
