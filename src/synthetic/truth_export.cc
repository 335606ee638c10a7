#include "synthetic/truth_export.h"

#include <algorithm>

#include "synthetic/csv_text.h"
#include "synthetic/deal_export.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {
namespace {

using std::chrono::days;

constexpr int kProbabilityDigits = 9;

std::size_t At(int i) { return static_cast<std::size_t>(i); }

std::string_view NameOf(EpisodeEnd end) {
  switch (end) {
    case EpisodeEnd::kWon:
      return "won";
    case EpisodeEnd::kLost:
      return "lost";
    case EpisodeEnd::kNeverClosed:
      break;
  }
  return "never-closed";
}

std::string_view CrmState(const DealRecord& record) {
  if (record.deleted) {
    return "deleted";
  }
  const int stage = record.versions.back().stage;
  return stage == kStageWon ? "won" : stage == kStageLost ? "lost" : "open";
}

/// "alive", "dead" or "closed" at the beginning of as-of.
std::string_view LatentStateAtAsOf(const Company& company, const DealRecord& record) {
  const int week = company.calendar().Locate(company.as_of()).week;
  for (const DealEpisode& episode : record.episodes) {
    if (episode.path.OpenOn(week)) {
      return episode.path.State(week).dead ? "dead" : "alive";
    }
    if (week < episode.path.first_week && episode.opened < domain::StartOf(company.as_of())) {
      return "alive";
    }
  }
  return "closed";
}

}  // namespace

std::string TruthDealsHeader() {
  return CsvHeader(
      "deal_id,created,segment,region,team,kind,episodes,outcome,close_date,closed_amount,"
      "first_outcome,first_close_date,crm_state,latent_state_at_as_of,quality,account_fit,"
      "static_win_level,contacts,sponsor,competitor,existing_customer,lead_source,"
      "amount_ratio,decision_date,review_week,treated");
}

std::string TruthSnapshotsHeader() {
  return CsvHeader(
      "deal_id,episode,as_of,win_probability,win_by_quarter_end,open_at_quarter_end,"
      "commit_date,win_by_commit_date,slip,loss_by_commit_date,stage,engagement,alive,outcome,"
      "close_date");
}

std::string TruthDuplicatesHeader() { return CsvHeader("duplicate_id,deal_id"); }

std::string TruthInterventionsHeader() {
  return CsvHeader(
      "deal_id,reviewed_at,treated,win_probability_treated,win_probability_silent,"
      "win_by_quarter_end_treated,win_by_quarter_end_silent,outcome");
}

void ExportTruthDeal(const Company& company, const DealRecord& record, ExportBlock& block) {
  const DealLatents& deal = record.latents;
  const MarketCalendar& calendar = company.calendar();
  CsvText csv(block[ExportFile::kTruthDeals]);
  csv.Id(key_prefix::kOpportunity, OpportunityNumber(deal.index)).Moment(deal.created);
  csv.Text(company.scenario().segments[At(deal.segment)].name);
  csv.Text(company.scenario().regions[At(deal.region)]);
  csv.Text(company.teams()[At(company.seats()[At(deal.seat)].team)].name);
  csv.Text(deal.same_week_close ? "same-week" : "normal");
  csv.Integer(std::max<std::int64_t>(1, static_cast<std::int64_t>(record.episodes.size())));
  const int digits = MinorDigits(company, deal.region);
  if (deal.same_week_close) {
    const std::string_view outcome = record.same_week_won ? "won" : "lost";
    const domain::Date date = domain::DateOf(record.same_week_closed);
    csv.Text(outcome).Day(date).Amount(deal.first_amount, digits).Text(outcome).Day(date);
  } else {
    const DealEpisode& first = record.episodes.front();
    const DealEpisode& last = record.episodes.back();
    const auto close_date = [&](const DealEpisode& episode) {
      episode.path.end == EpisodeEnd::kNeverClosed ? csv.Null()
                                                   : csv.Day(domain::DateOf(episode.closed));
    };
    csv.Text(NameOf(last.path.end));
    close_date(last);
    last.path.end == EpisodeEnd::kNeverClosed ? csv.Null() : csv.Amount(last.final_amount, digits);
    csv.Text(NameOf(first.path.end));
    close_date(first);
  }
  csv.Text(CrmState(record)).Text(LatentStateAtAsOf(company, record));
  csv.Number(deal.quality, 6).Number(deal.fit, 6).Number(StaticWinLevel(company, deal), 6);
  csv.Integer(deal.contacts).Flag(deal.sponsor).Flag(deal.competitor);
  csv.Flag(deal.existing_customer).Text(LeadSourceName(deal.source));
  csv.Number(deal.amount_ratio, 6);
  csv.Day(calendar.Monday(0) + days(static_cast<std::int64_t>(deal.decision_week * kDaysPerWeek)));
  if (deal.review_week >= 0) {
    csv.Day(calendar.Monday(deal.review_week)).Flag(deal.treated);
  } else {
    csv.Null().Null();
  }
  csv.EndRow();
  block.CountRow(ExportFile::kTruthDeals);
}

std::vector<domain::Date> CommitDatesOnMondays(const Company& company, const DealRecord& record,
                                               const DealPath& path) {
  std::vector<domain::Date> dates;
  for (std::size_t i = 0; i < path.weeks.size(); ++i) {
    const domain::Date monday = company.calendar().Monday(path.first_week + static_cast<int>(i));
    if (monday > company.as_of()) {
      break;
    }
    dates.push_back(record.VersionBefore(domain::StartOf(monday)).commit_date);
  }
  return dates;
}

void ExportTruthSnapshots(const Company& company, const DealRecord& record, DealTruth& truth,
                          ExportBlock& block) {
  const MarketCalendar& calendar = company.calendar();
  CsvText csv(block[ExportFile::kTruthSnapshots]);
  const auto probability = [&](double value) {
    csv.Number(std::clamp(value, 0.0, 1.0), kProbabilityDigits);
  };
  for (std::size_t e = 0; e < record.episodes.size(); ++e) {
    const DealEpisode& episode = record.episodes[e];
    const std::vector<domain::Date> commits = CommitDatesOnMondays(company, record, episode.path);
    for (const SnapshotTruth& row : truth.AlongPath(episode.dynamics, episode.path, commits)) {
      const domain::Date monday = calendar.Monday(row.week);
      const WeekState& state = episode.path.State(row.week);
      csv.Id(key_prefix::kOpportunity, OpportunityNumber(record.latents.index));
      csv.Integer(static_cast<std::int64_t>(e)).Day(monday);
      probability(row.win_ever);
      probability(row.win_by_quarter_end);
      probability(row.open_at_quarter_end);
      csv.Day(commits[At(row.week - episode.path.first_week)]);
      probability(row.win_by_commit_date);
      probability(row.open_at_commit_date);
      probability(row.loss_by_commit_date());
      csv.Integer(state.stage).Number(EngagementChain::Value(state.level), 6);
      csv.Flag(!state.dead).Text(NameOf(episode.path.end));
      episode.path.end == EpisodeEnd::kNeverClosed ? csv.Null()
                                                   : csv.Day(domain::DateOf(episode.closed));
      csv.EndRow();
      block.CountRow(ExportFile::kTruthSnapshots);
    }
  }
}

void ExportTruthInterventions(const Company& company, const InterventionArm& arm,
                              const DealRecord& record, DealTruth& truth, ExportBlock& block) {
  const DealLatents& deal = record.latents;
  const MarketCalendar& calendar = company.calendar();
  if (deal.review_week < 0 || record.episodes.empty() ||
      calendar.Monday(deal.review_week) > company.as_of()) {
    return;
  }
  const DealEpisode& episode = record.episodes.front();
  if (!episode.path.OpenOn(deal.review_week)) {
    return;
  }
  const WeekState& week_state = episode.path.State(deal.review_week);
  const LatentState state{week_state.stage, week_state.level, week_state.dead};
  const NodeValues weights = truth.OwnWeights(episode.dynamics, episode.path, deal.review_week);
  const auto chances = [&](bool treated) {
    DealLatents arm_deal = deal;
    arm_deal.treated = treated;
    return truth.AtState(FirstEpisode(company, arm, arm_deal), state, deal.review_week,
                         company.begin(), weights);
  };
  const SnapshotTruth treated = chances(true);
  const SnapshotTruth silent = chances(false);
  CsvText csv(block[ExportFile::kTruthInterventions]);
  csv.Id(key_prefix::kOpportunity, OpportunityNumber(deal.index));
  csv.Day(calendar.Monday(deal.review_week)).Flag(deal.treated);
  csv.Number(treated.win_ever, kProbabilityDigits).Number(silent.win_ever, kProbabilityDigits);
  csv.Number(treated.win_by_quarter_end, kProbabilityDigits);
  csv.Number(silent.win_by_quarter_end, kProbabilityDigits);
  csv.Text(NameOf(episode.path.end)).EndRow();
  block.CountRow(ExportFile::kTruthInterventions);
}

}  // namespace ri::synthetic
