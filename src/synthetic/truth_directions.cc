#include "synthetic/truth_directions.h"

#include <cmath>
#include <vector>

#include "base/random.h"
#include "domain/probability.h"
#include "synthetic/csv_text.h"
#include "synthetic/truth_export.h"

namespace ri::synthetic {
namespace {

constexpr double kSmallestEffect = 1e-6;  ///< log-odds; less is none

/// One unit of each cause, in the order of Cause. Flags are compared on against off.
constexpr std::array<double, kCauses> kUnits = {1, 1, 1, 0.5, 0.5, 0.3, 1, 1, 1, 1, 1, 0.7, 4};

bool IsFlag(Cause cause) {
  return cause == Cause::kSponsor || cause == Cause::kCompetitor ||
         cause == Cause::kExistingCustomer;
}

/// Features as the catalogue names them, and exported columns, with the cause they show.
struct FeatureDirection {
  std::string_view feature;
  std::string_view column;  ///< where it comes from in the export
  std::string_view kind;    ///< cause: is it; reflection: shows it; dummy: nothing
  Cause cause = Cause::kStage;
  int orientation = 1;  ///< -1 when more of the feature means less of the cause
};
constexpr std::array<FeatureDirection, 27> kFeatures = {{
    {"stage_order", "StageName", "cause", Cause::kStage, 1},
    {"furthest_stage", "StageName", "reflection", Cause::kStage, 1},
    {"stage_velocity", "StageName", "reflection", Cause::kStage, 1},
    {"meetings_28d", "Event", "reflection", Cause::kEngagement, 1},
    {"emails_in_28d", "Task", "reflection", Cause::kEngagement, 1},
    {"calls_28d", "Task", "reflection", Cause::kEngagement, 1},
    {"inbound_share_90d", "Task", "reflection", Cause::kEngagement, 1},
    {"days_since_two_way_touch", "Task, Event", "reflection", Cause::kEngagement, -1},
    {"days_since_touch", "Task, Event", "reflection", Cause::kAlive, -1},
    {"active_contacts_28d", "Task, Event", "reflection", Cause::kEngagement, 1},
    {"next_meeting_planned", "Event", "reflection", Cause::kEngagement, 1},
    {"days_in_stage", "StageName", "reflection", Cause::kAlive, -1},
    {"close_date_pushes", "CloseDate", "reflection", Cause::kAlive, -1},
    {"days_past_commit", "CloseDate", "reflection", Cause::kAlive, -1},
    {"account_win_rate", "AccountId", "reflection", Cause::kAccountFit, 1},
    {"account_rating", "Account.Rating, Account.Fit_Score__c", "reflection", Cause::kAccountFit, 1},
    {"owner_win_rate", "OwnerId", "reflection", Cause::kRepSkill, 1},
    {"owner_tenure_days", "OwnerId", "reflection", Cause::kRepSkill, 1},
    {"contact_roles", "OpportunityContactRole", "reflection", Cause::kContacts, 1},
    {"economic_buyer_known", "OpportunityContactRole", "reflection", Cause::kSponsor, 1},
    {"competitor_named", "Competitor__c", "cause", Cause::kCompetitor, 1},
    {"account_is_customer", "Type", "cause", Cause::kExistingCustomer, 1},
    {"lead_source", "LeadSource", "cause", Cause::kLeadSource, 1},
    {"log_amount", "Amount", "cause", Cause::kAmount, 1},
    {"days_to_commit", "CloseDate", "reflection", Cause::kDecisionDate, 1},
    {"planning_code", "Planning_Code__c", "dummy", Cause::kQuality, 0},
    {"routing_number", "Routing_Number__c", "dummy", Cause::kQuality, 0},
}};

std::string_view Sign(double mean_effect) {
  return std::fabs(mean_effect) < kSmallestEffect ? "0" : mean_effect > 0 ? "+" : "-";
}

double LogOdds(double p) {
  constexpr double kSmallest = 1e-9;
  return domain::Logit(std::min(std::max(p, kSmallest), 1 - kSmallest));
}

/// A small writer: the numbers here need no escapes but those of names.
class JsonText {
 public:
  explicit JsonText(std::string& out) : out_(out) {}
  void Begin(std::string_view name, char bracket) {
    Name(name);
    out_ += bracket;
    first_ = true;
  }
  void End(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  void Text(std::string_view name, std::string_view value) {
    Name(name);
    out_ += '"';
    for (const char character : value) {
      if (character == '"' || character == '\\') {
        out_ += '\\';
      }
      out_ += character;
    }
    out_ += '"';
  }
  void Number(std::string_view name, double value) {
    Name(name);
    std::string text = std::to_string(value);
    if (text.find('.') != std::string::npos) {
      text.erase(text.find_last_not_of('0') + 1);
      if (text.back() == '.') {
        text.pop_back();
      }
    }
    out_ += text;
  }
  void Flag(std::string_view name, bool value) {
    Name(name);
    out_ += value ? "true" : "false";
  }

 private:
  void Name(std::string_view name) {
    out_ += first_ ? "" : ",";
    first_ = false;
    if (!name.empty()) {
      out_.append("\n\"").append(name).append("\": ");
    }
  }
  std::string& out_;
  bool first_ = true;
};

}  // namespace

void DirectionSums::Add(const Company& company, const InterventionArm& arm,
                        const DealRecord& record, DealTruth& truth) {
  if (record.episodes.empty()) {
    return;
  }
  const DealEpisode& episode = record.episodes.front();
  std::vector<int> living;
  for (std::size_t i = 0; i < episode.path.weeks.size(); ++i) {
    const int week = episode.path.first_week + static_cast<int>(i);
    if (!episode.path.weeks[i].dead && company.calendar().Monday(week) <= company.as_of()) {
      living.push_back(week);
    }
  }
  if (living.empty()) {
    return;
  }
  base::RandomStream stream(company.seed(), "direction-week", record.latents.index);
  const int week = living[stream.Below(living.size())];
  const WeekState& was = episode.path.State(week);
  const NodeValues weights = truth.OwnWeights(episode.dynamics, episode.path, week);
  const auto chances = [&](const CausalMove& move) {
    DealLatents latents = record.latents;
    LatentState state{was.stage, was.level, was.dead};
    ApplyMoves({&move, 1}, latents, state);
    return truth.AtState(FirstEpisode(company, arm, latents), state, week, company.begin(),
                         weights);
  };
  ++deals_;
  const SnapshotTruth as_it_is = chances({Cause::kQuality, 0.0});
  for (int c = 0; c < kCauses; ++c) {
    const auto cause = static_cast<Cause>(c);
    const double unit = kUnits[static_cast<std::size_t>(c)];
    // The lower end is the deal as it is, or without the flag, or (alive) secretly dead.
    const bool against_off = IsFlag(cause) || cause == Cause::kAlive;
    const SnapshotTruth low = against_off ? chances({cause, -unit}) : as_it_is;
    const SnapshotTruth high = chances({cause, unit});
    Effect& effect = effects_[static_cast<std::size_t>(c)];
    const double change = LogOdds(high.win_ever) - LogOdds(low.win_ever);
    effect.win_ever += change;
    effect.win_by_quarter += high.win_by_quarter_end - low.win_by_quarter_end;
    effect.positive += change > kSmallestEffect ? 1 : 0;
    effect.negative += change < -kSmallestEffect ? 1 : 0;
  }
}

void DirectionSums::Append(const DirectionSums& other) {
  deals_ += other.deals_;
  for (std::size_t c = 0; c < effects_.size(); ++c) {
    effects_[c].win_ever += other.effects_[c].win_ever;
    effects_[c].win_by_quarter += other.effects_[c].win_by_quarter;
    effects_[c].positive += other.effects_[c].positive;
    effects_[c].negative += other.effects_[c].negative;
  }
}

std::string TruthDirectionsHeader() {
  return CsvHeader(
      "feature,column,kind,cause,unit,sign,mean_logit_effect,mean_effect_by_quarter_end,"
      "share_of_deals_with_sign,deals");
}

void DirectionSums::Export(ExportBlock& block) const {
  CsvText csv(block[ExportFile::kTruthDirections]);
  const double deals = std::max(1.0, static_cast<double>(deals_));
  for (const FeatureDirection& row : kFeatures) {
    csv.Text(row.feature).Text(row.column).Text(row.kind);
    if (row.orientation == 0) {
      csv.Null().Null().Text("0").Number(0, 6).Number(0, 6).Null().Integer(deals_).EndRow();
    } else {
      const Effect& effect = effects_[static_cast<std::size_t>(row.cause)];
      const double mean = row.orientation * effect.win_ever / deals;
      const bool positive = effect.win_ever > 0;
      csv.Text(CauseName(row.cause));
      csv.Text(std::to_string(kUnits[static_cast<std::size_t>(row.cause)]).substr(0, 3) + " " +
               std::string(CauseUnit(row.cause)));
      csv.Text(Sign(mean)).Number(mean, 6);
      csv.Number(row.orientation * effect.win_by_quarter / deals, 6);
      csv.Number(static_cast<double>(positive ? effect.positive : effect.negative) / deals, 4);
      csv.Integer(deals_).EndRow();
    }
    block.CountRow(ExportFile::kTruthDirections);
  }
}

void ExportParameters(const GeneratorOptions& options, const Company& company, ExportBlock& block) {
  const Scenario& scenario = company.scenario();
  std::string& out = block[ExportFile::kTruthParameters];
  JsonText json(out);
  json.Begin("", '{');
  json.Text("scenario", scenario.name);
  json.Text("sentence", scenario.sentence);
  json.Text("seed", std::to_string(company.seed()));
  json.Number("deals", static_cast<double>(company.created().size()));
  json.Number("quarters", company.plan().quarters);
  json.Text("begin", domain::FormatDate(company.begin()));
  json.Text("as_of", domain::FormatDate(company.as_of()));
  json.Text("fiscal_calendar", company.fiscal().Describe());
  json.Flag("has_signal", scenario.has_signal);
  json.Number("global_shock_deviation", company.global_shock_deviation());
  json.Number("team_shock_deviation", company.team_shock_deviation());
  json.Number("growth_per_year", scenario.growth);
  json.Number("seasonality", scenario.seasonality);
  json.Number("same_week_close", scenario.same_week_close);
  json.Number("reopened", scenario.reopened);
  json.Number("moved_owner", scenario.moved_owner);
  json.Number("break_quarter", scenario.break_quarter);
  json.Number("break_shift_of_win_level", scenario.break_shift);
  json.Flag("intervention_arm", options.intervention.enabled);
  json.Number("intervention_effect_log_win_rate", options.intervention.effect);
  json.Begin("segments", '[');
  for (const Segment& segment : scenario.segments) {
    json.Begin("", '{');
    json.Text("name", segment.name);
    json.Number("share", segment.share);
    json.Number("median_amount", segment.median_amount);
    json.Number("amount_spread", segment.amount_spread);
    json.Number("cycle_weeks", segment.cycle_weeks);
    json.Number("advance_rate", segment.advance_rate);
    json.Number("death_rate", segment.death_rate);
    json.Number("refusal_rate", segment.refusal_rate);
    json.Number("win_level", segment.win_level);
    json.Number("longest_weeks", segment.longest_weeks);
    json.End('}');
  }
  json.End(']');
  json.Begin("dirt", '{');
  json.Number("missing_sync", scenario.dirt.missing_sync);
  json.Number("late_logging", scenario.dirt.late_logging);
  json.Number("back_dating", scenario.dirt.back_dating);
  json.Number("duplicates", scenario.dirt.duplicates);
  json.Number("never_closing", scenario.dirt.never_closing);
  json.Number("merged_accounts", scenario.dirt.merged_accounts);
  json.Number("missing_amount", scenario.dirt.missing_amount);
  json.Number("deleted", scenario.dirt.deleted);
  json.Number("test_records", scenario.dirt.test_records);
  json.Flag("renamed_stage", scenario.dirt.renamed_stage);
  json.Flag("closing_columns", scenario.dirt.closing_columns);
  json.End('}');
  json.End('}');
  out += '\n';
}

}  // namespace ri::synthetic
