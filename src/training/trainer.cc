#include "training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/assertion.h"
#include "base/parallel.h"
#include "features/deal_history.h"
#include "training/calibration.h"
#include "training/candidate.h"
#include "training/censoring.h"
#include "training/comparisons.h"
#include "training/final_fit.h"
#include "training/held_out_accounts.h"
#include "training/later_rows.h"
#include "training/level.h"
#include "training/monotone_signs.h"
#include "training/rolling_origins.h"
#include "training/segments.h"
#include "training/timing_choice.h"
#include "training/training_matrix.h"

namespace ri::training {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kCoherenceRows = 500;  // spread over all; each costs a curve

std::string FirstRefusal(const std::vector<Gate>& gates) {
  for (const Gate& gate : gates) {
    if (!gate.passed && gate.blocking) {
      return gate.evidence + ".";
    }
  }
  return "";
}

/// One training run: every step reads what the steps before it found.
class Training {
 public:
  Training(const data::EventLog& log, const features::FeatureEngine& engine,
           const TrainOptions& options, TrainingMatrix matrix, base::Progress& progress)
      : log_(log),
        engine_(engine),
        options_(options),
        progress_(progress),
        matrix_(std::move(matrix)),
        out_of_time_{.cutoff = options.cutoff,
                     .seed = options.seed,
                     .bags = options.bags_at_origins,
                     .num_threads = options.num_threads,
                     .calendar = options.calendar,
                     .fits = options.fits} {}

  Result<TrainingResult> Run() {
    result_.counts = matrix_.set.counts;
    if (result_.counts.kept_share < 1) {
      result_.notes.push_back(
          fmt::format("Learned from {} of {} deal weeks, each kept by a coin that knows its deal "
                      "and week only: "
                      "a budget of rows holds time and memory.",
                      result_.counts.rows, result_.counts.rows_before_thinning));
    }
    if (!matrix_.left_out.empty()) {
      result_.notes.push_back(matrix_.left_out);
    }
    result_.gates.push_back(LeakGate(matrix_.leaking));
    result_.gates.push_back(MinimumDataGate(result_.counts.closed_deals, result_.counts.won_deals,
                                            options_.thresholds));
    RI_RETURN_IF_ERROR(JudgePast());
    if (chosen_) {
      RI_RETURN_IF_ERROR(Evaluate());
    } else {
      SkillEvidence evidence;
      result_.gates.push_back(SkillGate({}, options_.thresholds, options_.num_threads, evidence));
    }
    result_.refusal = FirstRefusal(result_.gates);
    if (result_.refusal.empty()) {
      RI_RETURN_IF_ERROR(JudgeTiming());
    }
    RI_RETURN_IF_ERROR(FitEverything());
    RI_ASSIGN_OR_RETURN(result_.later, JudgeLaterRows(log_, engine_, result_.model, options_));
    return std::move(result_);
  }

 private:
  Status JudgePast();
  Status Tune();
  Status TryMonotone();
  Status Calibrate();
  Gate TryWithoutTable(const OutOfTimeSample& nested, Gate refusal);
  Gate TryStageTable(Gate refusal);
  std::optional<std::size_t> Find(bool (*wanted)(const CandidateSpec&)) const;
  std::optional<std::size_t> Preferred() const;
  Result<Gate> TryHeldOutAccounts(Gate skill);
  void Serve(std::size_t candidate);
  Status Evaluate();
  Status JudgeTiming();
  Status FitEverything();
  Status FitTimingByFeatures(LabelsAtCut& labels, models::ModelParts& parts);
  void AssertCoherence() const;

  const data::EventLog& log_;
  const features::FeatureEngine& engine_;
  const TrainOptions& options_;
  base::Progress& progress_;
  TrainingMatrix matrix_;
  OutOfTimeOptions out_of_time_;
  std::vector<Origin> origins_;
  OutOfTimeResult judged_;
  std::vector<CalibratedMargins> calibrated_;  // of the first candidates of judged_
  std::optional<std::size_t> chosen_;
  OutOfTimeSample sample_;
  std::vector<SegmentRows> segments_;
  TimingOptions timing_options_;
  TimingChoice timing_;
  QuarterCalibration quarter_;
  TrainingResult result_;
};

Status Training::Calibrate() {
  for (std::size_t i = calibrated_.size(); i < judged_.candidates.size(); ++i) {
    RI_ASSIGN_OR_RETURN(CalibratedMargins margins,
                        CalibrateOutOfTime(matrix_, judged_, judged_.candidates[i]));
    calibrated_.push_back(std::move(margins));
  }
  return {};
}

Status Training::JudgePast() {
  origins_ = RollingOrigins(matrix_.set.rows, options_.cutoff,
                            {.count = options_.origins,
                             // Without closing dates nothing tells when a fact was entered; days of
                             // rows would only be lost.
                             .embargo = std::chrono::days(matrix_.set.all_undated ? 0 : 7),
                             .min_each_class = options_.thresholds.min_each_class_at_origins});
  RI_ASSIGN_OR_RETURN(
      judged_, CollectOutOfTime(matrix_, engine_.episodes(), origins_, out_of_time_, progress_));
  if (judged_.rows.rows.empty()) {
    return {};
  }
  const std::vector<CandidateSpec> ladder =
      Ladder(result_.counts.closed_deals, result_.counts.won_deals);
  RI_RETURN_IF_ERROR(JudgeCandidates(matrix_, ladder, out_of_time_, judged_, progress_));
  RI_RETURN_IF_ERROR(Calibrate());
  chosen_ = ChooseCandidate(judged_, calibrated_, options_.num_threads, result_.ladder);
  RI_RETURN_IF_ERROR(Tune());
  return TryMonotone();
}

Status Training::Tune() {
  const std::vector<CandidateSpec> variants =
      Variants(judged_.candidates[*chosen_].spec, options_.tuning_budget);
  if (variants.empty()) {
    return {};
  }
  RI_RETURN_IF_ERROR(JudgeCandidates(matrix_, variants, out_of_time_, judged_, progress_));
  RI_RETURN_IF_ERROR(Calibrate());
  result_.ladder.clear();
  chosen_ = ChooseCandidate(judged_, calibrated_, options_.num_threads, result_.ladder);
  return {};
}

/// Trees that may only rise or fall with some columns: steadier and easier to explain, hence taken
/// unless they are clearly worse.
Status Training::TryMonotone() {
  const CandidateSpec& free = judged_.candidates[*chosen_].spec;
  if (free.family != Family::kTrees) {
    return {};
  }
  MonotoneSigns signs = AgreedSigns(matrix_, judged_.origins.front().labels);
  if (signs.held == 0) {
    return {};
  }
  CandidateSpec held = free;
  held.name += ", monotone";
  held.trees.monotone = std::move(signs.signs);
  RI_RETURN_IF_ERROR(JudgeCandidates(matrix_, {&held, 1}, out_of_time_, judged_, progress_));
  RI_RETURN_IF_ERROR(Calibrate());
  const std::size_t candidate = judged_.candidates.size() - 1;
  const bool kept =
      !IsClearlyWorse(judged_, calibrated_[candidate], calibrated_[*chosen_], options_.num_threads);
  result_.notes.push_back(fmt::format(
      "Monotone constraints on {} columns{} {}.", signs.held,
      signs.refused == 0
          ? std::string()
          : fmt::format(" ({} more speak against their expected sign in the data)", signs.refused),
      kept ? "are kept: out of time they cost less than a standard error"
           : "are dropped: out of time they cost more than a standard error"));
  if (kept) {
    chosen_ = candidate;
  }
  return {};
}

/// Whether there is a signal is one question, which of two answers serves another. On few deals a
/// model can be shown to beat the base rate, and be better than the win rate by stage without
/// proof: then the better one on rows that chose neither serves. Gives back the gate of what
/// serves.
Gate Training::TryWithoutTable(const OutOfTimeSample& nested, Gate refusal) {
  std::optional<Gate> gate = judged_.candidates[*chosen_].spec.family == Family::kBaseRate
                                 ? std::nullopt
                                 : ProvenAgainstBaseRate(judged_, calibrated_, nested,
                                                         options_.thresholds, options_.num_threads);
  if (!gate) {
    return refusal;
  }
  result_.notes.push_back("The " + judged_.candidates[*chosen_].spec.name +
                          " serves because its log loss at past moments lies below that of the win "
                          "rate by stage; that it "
                          "will stay below is not shown with 95 % confidence on so few deals.");
  return *std::move(gate);
}

/// Where a model is not shown to beat the win rate by stage, that rate may still beat the base
/// rate: then it serves, instead of one number for all deals. Gives back the gate of what serves.
Gate Training::TryStageTable(Gate refusal) {
  for (std::size_t i = 0; i < calibrated_.size(); ++i) {
    if (judged_.candidates[i].spec.family != Family::kStageTable || i == *chosen_) {
      continue;
    }
    OutOfTimeSample sample = SampleOf(matrix_, judged_, calibrated_, i);
    SkillEvidence evidence;
    Gate gate = SkillGate(sample, options_.thresholds, options_.num_threads, evidence);
    if (gate.passed) {
      result_.notes.push_back(
          "The " + judged_.candidates[*chosen_].spec.name +
          " did not beat the win rate by stage, which serves: " + refusal.evidence);
      Serve(i);
      return gate;
    }
  }
  return refusal;
}

void Training::Serve(std::size_t candidate) {
  for (CandidateResult& rung : result_.ladder) {
    rung.chosen = rung.name == judged_.candidates[candidate].spec.name;
  }
  chosen_ = candidate;
  sample_ = SampleOf(matrix_, judged_, calibrated_, candidate);
}

std::optional<std::size_t> Training::Find(bool (*wanted)(const CandidateSpec&)) const {
  const auto found = std::ranges::find_if(judged_.candidates, wanted, &CandidateMargins::spec);
  return found == judged_.candidates.end()
             ? std::nullopt
             : std::optional(static_cast<std::size_t>(found - judged_.candidates.begin()));
}

std::optional<std::size_t> Training::Preferred() const {
  return Find([](const CandidateSpec& each) { return each.preferred; });
}

/// Twenty accounts behind the later weeks prove nothing, where a hundred deals stand behind all
/// weeks. Then, or where later weeks prove nothing better than the win rate by stage, the preferred
/// candidate, which no row has chosen, is asked for skill on accounts held out. Gives back the gate
/// of what serves.
Result<Gate> Training::TryHeldOutAccounts(Gate skill) {
  const std::optional<std::size_t> preferred = Preferred();
  const std::set<std::uint32_t> accounts(sample_.cluster.begin(), sample_.cluster.end());
  const bool few = accounts.size() < kFewAccounts;
  const bool table_serves =
      skill.passed && judged_.candidates[*chosen_].spec.family == Family::kStageTable;
  if (!preferred || (skill.passed && !table_serves && !few)) {
    return skill;
  }
  const CandidateSpec& spec = judged_.candidates[*preferred].spec;
  const auto held = JudgeHeldOutAccounts(matrix_, engine_.episodes(), spec, out_of_time_);
  if (!held && held.error().code() == ErrorCode::kBadInput) {
    return skill;  // all deals belong to a handful of accounts
  }
  if (!held) {
    return std::unexpected(held.error());
  }
  const GateThresholds thresholds = ThresholdsOfHeldOutAccounts(options_.thresholds);
  SkillEvidence model;
  SkillEvidence table;
  Gate gate = SkillGate(held->model, thresholds, options_.num_threads, model);
  Gate of_table = SkillGate(held->table, thresholds, options_.num_threads, table);
  if (!gate.passed) {
    return few ? gate : skill;
  }
  const bool table_is_as_good =
      of_table.passed && table.model_log_loss <= model.model_log_loss + kSmallLoss;
  Serve(*(table_is_as_good
              ? Find([](const CandidateSpec& each) { return each.family == Family::kStageTable; })
              : preferred));
  result_.notes.push_back(
      fmt::format("Whether there is a signal was asked of accounts held out, because {} accounts "
                  "or deals stand "
                  "behind the weeks after past moments, which say: {}",
                  accounts.size(), skill.evidence));
  return table_is_as_good ? of_table : gate;
}

Status Training::Evaluate() {
  sample_ = SampleOf(matrix_, judged_, calibrated_, *chosen_);
  SkillEvidence evidence;
  // Not on the rows that decided which candidate serves: the best of many looks skilled there.
  const OutOfTimeSample nested = NestedSampleOf(matrix_, judged_, calibrated_, *chosen_);
  Gate skill = SkillGate(nested, options_.thresholds, options_.num_threads, evidence);
  if (!skill.passed) {
    skill = TryWithoutTable(nested, std::move(skill));
  }
  if (!skill.passed) {
    skill = TryStageTable(std::move(skill));
  }
  RI_ASSIGN_OR_RETURN(skill, TryHeldOutAccounts(std::move(skill)));
  result_.gates.push_back(std::move(skill));
  result_.gates.push_back(CalibrationGate(sample_, options_.thresholds, options_.num_threads));
  result_.out_of_time = training::Evaluate(sample_, options_.num_threads);
  result_.notes.push_back("Calibration: " + calibrated_[*chosen_].reason);
  const std::vector<std::size_t> rows = Pick(judged_.rows.rows, JudgedRows(judged_.rows));
  segments_ = SegmentsOf(matrix_, rows, options_.calendar);
  if (!options_.compare) {
    return {};
  }
  result_.segments = EvaluateSegments(sample_, segments_);
  RI_ASSIGN_OR_RETURN(result_.comparisons, CompareAnswers(log_, matrix_, judged_, calibrated_,
                                                          sample_, out_of_time_, progress_));
  return {};
}

Status Training::JudgeTiming() {
  timing_options_ = {.seed = options_.seed,
                     .num_threads = options_.num_threads,
                     .calendar = options_.calendar,
                     .closed_deals = result_.counts.closed_deals};
  const std::vector<double>& win = calibrated_[*chosen_].timed_probability;
  RI_ASSIGN_OR_RETURN(timing_, ChooseTiming(matrix_, engine_.episodes(), origins_, judged_, win,
                                            timing_options_, progress_));
  if (timing_.shares.empty()) {
    return {};
  }
  result_.notes.push_back(timing_.reason);
  const TimedRows& timed = judged_.timed;
  RI_ASSIGN_OR_RETURN(quarter_, CalibrateQuarter(matrix_, timed, win, timing_.shares));
  if (!quarter_.reason.empty()) {
    result_.notes.push_back(quarter_.reason);
  }
  OutOfTimeSample quarter{.baseline_name = "base rate with the same timing"};
  OutOfTimeSample slip{.baseline_name = "base rate with the same timing"};
  for (std::size_t i = 0; i < timed.rows.size(); ++i) {
    const double base = calibrated_.front().timed_probability[i];
    const TimedShares& shares = timing_.shares[i];
    const auto add = [&](OutOfTimeSample& sample, double label, double told, double baseline) {
      sample.label.push_back(label);
      sample.weight.push_back(1);
      sample.cluster.push_back(timed.cluster[i]);
      sample.deal.push_back(matrix_.set.rows[timed.rows[i]].key.deal);
      sample.model.push_back(told);
      sample.baseline.push_back(std::clamp(baseline, 0.0, 1.0));
    };
    add(quarter, timed.won_in_quarter[i], quarter_.won_in_quarter[i], base * shares.quarter_won);
    if (timed.days_to_commit[i] >= 0) {
      add(slip, timed.slipped[i], quarter_.slip[i],
          1 - base * shares.commit_won - (1 - base) * shares.commit_lost);
    }
  }
  result_.in_quarter = training::Evaluate(quarter, options_.num_threads);
  if (!slip.label.empty()) {
    result_.slip = training::Evaluate(slip, options_.num_threads);
  }
  return {};
}

/// The three heads together on everything: hazards by features, and with them better weights of
/// open deals for the first head.
Status Training::FitTimingByFeatures(LabelsAtCut& labels, models::ModelParts& parts) {
  progress_.Begin("Fitting timing by features", 0);
  models::MixtureParameters parameters = MixtureParametersOf(matrix_, timing_options_);
  parameters.start_weights = labels.labels;
  parameters.max_timing_snapshots = timing_options_.max_snapshots;
  const base::Matrix<float> rows = TakeRows(matrix_.encoded, labels.rows);
  RI_ASSIGN_OR_RETURN(
      models::FittedMixture mixture,
      models::FitMixture(rows.view(), OutcomesAt(matrix_, labels.rows, options_.cutoff), {},
                         parameters, base::Progress::Silent()));
  progress_.End();
  if (progress_.cancelled()) {
    return Fail(ErrorCode::kCancelled, "Training was stopped; nothing was stored.");
  }
  parts.hazards = std::move(mixture.timing);
  labels.labels = std::move(mixture.win_weights);
  return {};
}

Status Training::FitEverything() {
  models::ModelParts parts;
  auto labels = LabelRowsAt(
      matrix_, engine_.episodes(), options_.cutoff,
      {.calendar = options_.calendar, .seed = options_.seed, .num_threads = options_.num_threads},
      progress_);
  if (labels && !labels->note.empty()) {
    result_.notes.push_back(labels->note);
  }
  if (labels) {
    parts.timing = labels->timing;
  }
  if (result_.refusal.empty()) {
    if (!labels) {
      return std::unexpected(labels.error());
    }
    if (timing_.by_features) {
      RI_RETURN_IF_ERROR(FitTimingByFeatures(*labels, parts));
    }
    const CandidateMargins& candidate = judged_.candidates[*chosen_];
    RI_ASSIGN_OR_RETURN(FinalHead fitted, FitFinalHead(matrix_, *labels, candidate,
                                                       {.seed = options_.seed,
                                                        .bags = options_.bags,
                                                        .num_threads = options_.num_threads},
                                                       progress_));
    parts.head = std::move(fitted.head);
    parts.calibrator = calibrated_[*chosen_].calibrator;
    const LevelJump jump =
        FindLevelJump(parts.calibrator, parts.head, matrix_.encoded, judged_.rows);
    if (jump.shift != 0) {
      parts.calibrator = parts.calibrator.Shifted(jump.shift);
      result_.notes.push_back(jump.reason);
    }
    parts.quarter = quarter_.calibrator;
    RI_ASSIGN_OR_RETURN(parts.band,
                        BandOf(matrix_, judged_.rows, candidate.margins, options_.seed));
    result_.family = FamilyName(candidate.spec.family);
    result_.gates.push_back(ReproducibleGate(fitted.same_bytes, fitted.checked));
    result_.refusal = FirstRefusal(result_.gates);
  } else {
    parts.head = models::BaseRate{.margin = labels ? BaseRateMargin(*labels) : 0.0};
    result_.family = FamilyName(Family::kBaseRate);
  }
  parts.background = BackgroundOf(matrix_, options_.seed);
  parts.features = matrix_.table.features;
  parts.encoder = matrix_.encoder;
  RI_ASSIGN_OR_RETURN(result_.model, models::DealOutcomeModel::Assemble(std::move(parts)));
  AssertCoherence();
  if (result_.refusal.empty()) {
    std::optional<ChampionSample> beside;
    BothScores open;
    if (options_.champion) {
      RI_ASSIGN_OR_RETURN(beside, CompareWithChampion(matrix_, judged_.rows, sample_, segments_,
                                                      *options_.champion, options_.num_threads));
      RI_ASSIGN_OR_RETURN(open, ScoreOpenDeals(matrix_, options_.cutoff, *options_.champion->model,
                                               result_.model, options_.num_threads));
    }
    result_.gates.push_back(SegmentGate(beside));
    result_.gates.push_back(ChampionGate(beside, options_.thresholds, options_.num_threads));
    result_.gates.push_back(ChurnGate(open.champion, open.candidate, options_.thresholds));
  }
  SortGates(result_.gates);
  return {};
}

/// 0 <= q1 <= q1 + q2 <= win <= 1 and a chance to stay open within [0, 1], on training rows
/// spread over the past; every scored row is asserted as it is scored.
/// A miss is a bug of ours.
void Training::AssertCoherence() const {
  const std::size_t stride = std::max<std::size_t>(1, matrix_.set.rows.size() / kCoherenceRows);
  const std::size_t count = (matrix_.set.rows.size() + stride - 1) / stride;
  base::ParallelFor(count, kBlock, options_.num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t j = begin; j < end; ++j) {
      const TrainingRow& row = matrix_.set.rows[j * stride];
      const domain::Date as_of = domain::DateOf(row.key.as_of);
      const auto& episode = engine_.episodes()[row.key.deal][row.key.episode];
      const auto age = (as_of - domain::DateOf(episode.opened)).count();
      [[maybe_unused]] const auto outlook = result_.model.Look(
          matrix_.encoded.row(j * stride),
          {.as_of = as_of, .age_days = static_cast<int>(std::max<std::int64_t>(0, age))});
    }
  });
}

}  // namespace

void SortGates(std::vector<Gate>& gates) {
  std::ranges::stable_sort(gates, {},
                           [](const Gate& gate) { return std::stoi(gate.id.substr(1)); });
}

Result<TrainingResult> Train(const data::EventLog& log, const features::FeatureEngine& engine,
                             const TrainOptions& options, base::Progress& progress) {
  progress.Begin("Collecting weekly snapshots", 0);
  RI_ASSIGN_OR_RETURN(TrainingMatrix matrix,
                      BuildTrainingMatrix(log, engine,
                                          {.cutoff = options.cutoff,
                                           .max_rows = options.max_rows,
                                           .num_threads = options.num_threads}));
  progress.End();
  return Training(log, engine, options, std::move(matrix), progress).Run();
}

}  // namespace ri::training
