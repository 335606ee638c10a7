#include "synthetic/generator.h"

#include <algorithm>
#include <atomic>

#include "base/parallel.h"
#include "base/random.h"
#include "synthetic/activity_export.h"
#include "synthetic/company.h"
#include "synthetic/company_export.h"
#include "synthetic/deal_export.h"
#include "synthetic/deal_record.h"
#include "synthetic/deal_truth.h"
#include "synthetic/quarter_truth.h"
#include "synthetic/truth_directions.h"
#include "synthetic/truth_export.h"

namespace ri::synthetic {
namespace {

constexpr std::size_t kBlockDeals = 256;
constexpr std::size_t kBlocksPerBatch = 32;
constexpr std::size_t kBlockAccounts = 4'096;
constexpr std::size_t kFullTruthDeals = 20'000;
constexpr int kQuarterDraws = 2'000;
constexpr std::size_t kDirectionDeals = 100;

/// What a block of deals adds to the report.
struct BlockSummary {
  std::size_t won = 0;
  std::size_t lost = 0;
  std::size_t open = 0;
  double revenue_of_full_quarters = 0;
};

struct BlockResult {
  ExportBlock rows;
  QuarterMaterial quarters;
  DirectionSums directions;
  BlockSummary summary;
};

bool InTruthSample(const Company& company, double share, std::uint64_t deal) {
  return share >= 1 || base::RandomStream(company.seed(), "truth-sample", deal).Uniform() < share;
}

void Count(const Company& company, const DealRecord& record, BlockSummary& summary) {
  const DealVersion& now = record.versions.back();
  if (now.stage == kStageLost) {
    ++summary.lost;
    return;
  }
  if (now.stage != kStageWon) {
    summary.open += record.deleted ? 0 : 1;
    return;
  }
  ++summary.won;
  const int quarter = company.calendar().QuarterOfDate(now.commit_date);
  // The first two quarters fill an empty pipeline and say little about the others.
  if (quarter >= company.first_quarter() + 2 && quarter < company.current_quarter()) {
    summary.revenue_of_full_quarters +=
        CorporateValue(company, record.latents.region, quarter, now.amount);
  }
}

double TruthShare(const GeneratorOptions& options, std::size_t deals) {
  return options.truth_share >= 0
             ? options.truth_share
             : std::min(1.0, static_cast<double>(kFullTruthDeals) / static_cast<double>(deals));
}

int QuarterDraws(const GeneratorOptions& options, std::size_t deals) {
  const bool small = deals <= kFullTruthDeals;
  return options.quarter_draws >= 0 ? options.quarter_draws : small ? kQuarterDraws : 0;
}

class Generation {
 public:
  Generation(const GeneratorOptions& options, const Company& company)
      : options_(options),
        company_(company),
        truth_share_(TruthShare(options, company.created().size())),
        quarter_draws_(QuarterDraws(options, company.created().size())),
        direction_stride_(company.created().size() / kDirectionDeals + 1) {}

  Status Write(ExportFolder& folder);
  [[nodiscard]] const BlockSummary& summary() const { return summary_; }

 private:
  Status OpenFiles(ExportFolder& folder);
  Status WriteDeals(ExportFolder& folder);
  Status WriteAccounts(ExportFolder& folder);
  void MakeBlock(std::size_t begin, std::size_t end, BlockResult& result) const;
  [[nodiscard]] int threads() const {
    return options_.threads > 0 ? options_.threads : base::DefaultThreadCount();
  }
  [[nodiscard]] base::Progress& progress() const {
    return options_.progress != nullptr ? *options_.progress : base::Progress::Silent();
  }

  const GeneratorOptions& options_;
  const Company& company_;
  double truth_share_;
  int quarter_draws_;
  std::size_t direction_stride_;
  BlockSummary summary_;
  QuarterMaterial quarters_;
  DirectionSums directions_;
};

Status Generation::OpenFiles(ExportFolder& folder) {
  using enum ExportFile;
  const Company& company = company_;
  std::vector<std::pair<ExportFile, std::string>> files = {
      {kOpportunity, OpportunityHeader(company)},
      {kOpportunityHistory, OpportunityHistoryHeader(company)},
      {kOpportunityFieldHistory, OpportunityFieldHistoryHeader()},
      {kOpportunityContactRole, OpportunityContactRoleHeader()},
      {kTask, TaskHeader()},
      {kEvent, EventHeader()},
      {kAccount, AccountHeader()},
      {kContact, ContactHeader()},
      {kUser, UserHeader()},
      {kUserRole, UserRoleHeader()},
      {kOpportunityStage, OpportunityStageHeader()},
      {kForecastingQuota, ForecastingQuotaHeader()},
      {kPeriod, PeriodHeader()},
      {kTruthDeals, TruthDealsHeader()},
      {kTruthSnapshots, TruthSnapshotsHeader()},
  };
  files.emplace_back(kTruthDirections, TruthDirectionsHeader());
  files.emplace_back(kTruthParameters, "");
  if (quarter_draws_ > 0) {
    files.emplace_back(kTruthQuarters, TruthQuartersHeader());
  }
  if (company.multi_currency()) {
    files.emplace_back(kCurrencyType, CurrencyTypeHeader());
    files.emplace_back(kDatedConversionRate, DatedConversionRateHeader());
  }
  if (company.scenario().dirt.duplicates > 0) {
    files.emplace_back(kTruthDuplicates, TruthDuplicatesHeader());
  }
  if (options_.intervention.enabled) {
    files.emplace_back(kTruthInterventions, TruthInterventionsHeader());
  }
  for (const auto& [file, header] : files) {
    RI_RETURN_IF_ERROR(folder.Open(file, header));
  }
  return {};
}

void Generation::MakeBlock(std::size_t begin, std::size_t end, BlockResult& result) const {
  DealTruth truth(company_);
  for (std::size_t deal = begin; deal < end; ++deal) {
    const DealRecord record = MakeDealRecord(company_, options_.intervention, deal);
    ExportDeal(company_, record, result.rows);
    ExportTruthDeal(company_, record, result.rows);
    if (InTruthSample(company_, truth_share_, deal)) {
      ExportTruthSnapshots(company_, record, truth, result.rows);
    }
    if (quarter_draws_ > 0) {
      CollectQuarterMaterial(company_, record, truth, result.quarters);
    }
    if (deal % direction_stride_ == 0) {
      result.directions.Add(company_, options_.intervention, record, truth);
    }
    if (options_.intervention.enabled) {
      ExportTruthInterventions(company_, options_.intervention, record, truth, result.rows);
    }
    Count(company_, record, result.summary);
  }
}

Status Generation::WriteDeals(ExportFolder& folder) {
  const std::size_t deals = company_.created().size();
  const std::size_t batch_deals = kBlockDeals * kBlocksPerBatch;
  std::atomic<std::uint64_t> done{0};
  progress().Begin("Living deals", deals);
  for (std::size_t batch = 0; batch < deals; batch += batch_deals) {
    const std::size_t count = std::min(batch_deals, deals - batch);
    std::vector<BlockResult> results((count + kBlockDeals - 1) / kBlockDeals);
    base::ParallelFor(count, kBlockDeals, threads(), [&](std::size_t begin, std::size_t end) {
      if (progress().cancelled()) {
        return;
      }
      MakeBlock(batch + begin, batch + end, results[begin / kBlockDeals]);
      progress().Update(done.fetch_add(end - begin) + (end - begin));
    });
    if (progress().cancelled()) {
      return Fail(ErrorCode::kCancelled, "Stopped; nothing was written.");
    }
    for (const BlockResult& result : results) {
      RI_RETURN_IF_ERROR(folder.Append(result.rows));
      summary_.won += result.summary.won;
      summary_.lost += result.summary.lost;
      summary_.open += result.summary.open;
      summary_.revenue_of_full_quarters += result.summary.revenue_of_full_quarters;
      quarters_.Append(result.quarters);
      directions_.Append(result.directions);
    }
  }
  ExportBlock tests;
  ExportTestRecords(company_, tests);
  RI_RETURN_IF_ERROR(folder.Append(tests));
  progress().End();
  return {};
}

Status Generation::WriteAccounts(ExportFolder& folder) {
  const std::size_t accounts = company_.accounts().size();
  for (std::size_t begin = 0; begin < accounts; begin += kBlockAccounts) {
    ExportBlock block;
    ExportAccounts(company_, begin, std::min(accounts, begin + kBlockAccounts), block);
    RI_RETURN_IF_ERROR(folder.Append(block));
  }
  return {};
}

Status Generation::Write(ExportFolder& folder) {
  RI_RETURN_IF_ERROR(OpenFiles(folder));
  RI_RETURN_IF_ERROR(WriteDeals(folder));
  RI_RETURN_IF_ERROR(WriteAccounts(folder));
  ExportBlock rest;
  ExportPeople(company_, rest);
  ExportSettings(company_, rest);
  const int full_quarters = company_.current_quarter() - company_.first_quarter() - 2;
  ExportQuotas(company_, summary_.revenue_of_full_quarters / std::max(1, full_quarters), rest);
  directions_.Export(rest);
  ExportParameters(options_, company_, rest);
  if (quarter_draws_ > 0) {
    const auto quarters = company_.current_quarter() - company_.first_quarter() + 1;
    progress().Begin("Drawing futures of quarters", static_cast<std::uint64_t>(quarters));
    ExportTruthQuarters(company_,
                        ComputeQuarterTruth(company_, quarters_, quarter_draws_, threads()), rest);
    progress().End();
  }
  return folder.Append(rest);
}

}  // namespace

Result<GenerationReport> Generate(const GeneratorOptions& options) {
  RI_ASSIGN_OR_RETURN(const CompanyPlan plan, MakePlan(options));
  RI_ASSIGN_OR_RETURN(ExportFolder folder, ExportFolder::Create(options.output_folder));
  const Company company(plan);
  Generation generation(options, company);
  RI_RETURN_IF_ERROR(generation.Write(folder));
  GenerationReport report;
  RI_ASSIGN_OR_RETURN(report.files, folder.Finish());
  report.scenario = options.scenario;
  report.folder = options.output_folder;
  report.seed = options.seed;
  report.begin = company.begin();
  report.as_of = company.as_of();
  report.deals = plan.deals;
  report.won = generation.summary().won;
  report.lost = generation.summary().lost;
  report.open = generation.summary().open;
  report.accounts = company.accounts().size();
  report.reps = company.reps().size();
  return report;
}

}  // namespace ri::synthetic
