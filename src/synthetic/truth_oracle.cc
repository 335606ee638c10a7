#include "synthetic/truth_oracle.h"

#include <string>

#include "base/assertion.h"
#include "synthetic/deal_export.h"
#include "synthetic/salesforce_id.h"

namespace ri::synthetic {

Result<TruthOracle> TruthOracle::Create(const GeneratorOptions& options) {
  RI_ASSIGN_OR_RETURN(const CompanyPlan plan, MakePlan(options));
  return TruthOracle(plan, options.intervention);
}

TruthOracle::TruthOracle(const CompanyPlan& plan, const InterventionArm& arm)
    : company_(std::make_unique<Company>(plan)),
      arm_(arm),
      truth_(std::make_unique<DealTruth>(*company_)) {}

Result<std::size_t> TruthOracle::FindDeal(std::string_view opportunity_id) const {
  const std::optional<std::uint64_t> number =
      SalesforceNumber(key_prefix::kOpportunity, opportunity_id);
  if (!number || *number < OpportunityNumber(0) || *number >= OpportunityNumber(num_deals())) {
    return Fail(ErrorCode::kNotFound, "There is no deal with the id " +
                                          std::string(opportunity_id) + " in this company.");
  }
  return static_cast<std::size_t>(*number - OpportunityNumber(0));
}

const DealRecord& TruthOracle::Record(std::size_t deal) {
  RI_ASSERT(deal < num_deals());
  if (!record_ || record_->latents.index != deal) {
    record_ = MakeDealRecord(*company_, arm_, deal);
  }
  return *record_;
}

std::optional<OracleAnswer> TruthOracle::At(std::size_t deal, domain::Date monday,
                                            std::span<const CausalMove> moves) {
  const MarketCalendar& calendar = company_->calendar();
  if (monday < calendar.Monday(0) || monday > company_->as_of() ||
      monday != domain::MondayOnOrBefore(monday)) {
    return std::nullopt;
  }
  const int week = calendar.Locate(monday).week;
  const DealRecord& record = Record(deal);
  for (std::size_t e = 0; e < record.episodes.size(); ++e) {
    const DealEpisode& episode = record.episodes[e];
    if (!episode.path.OpenOn(week)) {
      continue;
    }
    const WeekState& was = episode.path.State(week);
    OracleAnswer answer;
    answer.state = {was.stage, was.level, was.dead};
    answer.episode = static_cast<int>(e);
    answer.commit_date = record.VersionBefore(domain::StartOf(monday)).commit_date;
    DealLatents latents = record.latents;
    ApplyMoves(moves, latents, answer.state);
    const DealDynamics dynamics =
        e == 0 ? FirstEpisode(*company_, arm_, latents)
               : ReopenedEpisode(*company_, arm_, latents, episode.dynamics.first_week);
    const NodeValues weights = truth_->OwnWeights(episode.dynamics, episode.path, week);
    answer.truth = truth_->AtState(dynamics, answer.state, week, answer.commit_date, weights);
    return answer;
  }
  return std::nullopt;
}

}  // namespace ri::synthetic
