#include "training/adopt_head.h"

#include <algorithm>
#include <array>
#include <functional>

#include "training/calibration.h"
#include "training/candidate_choice.h"
#include "training/final_fit.h"
#include "training/later_rows.h"
#include "training/level.h"
#include "training/segments.h"
#include "training/timing_choice.h"

namespace ri::training {
namespace {

constexpr std::size_t kWindows = 4;
constexpr std::chrono::days kEmbargo{7};
constexpr const char* kName = "model trained elsewhere";

std::string NameOf(const models::Head& head) { return std::string(models::HeadName(head)); }

/// Windows of about equal size after the moment until which a single model was trained. They begin
/// later where the data do, because baselines need outcomes, too.
std::vector<Origin> WindowsAfter(const TrainingMatrix& matrix, domain::Timestamp trained_until,
                                 const TrainOptions& options) {
  const auto can_judge = [&](domain::Timestamp moment) {
    return HasEnoughOfBoth(matrix.set.rows, moment - kEmbargo,
                           options.thresholds.min_each_class_at_origins);
  };
  std::vector<domain::Timestamp> moments;
  for (const TrainingRow& row : matrix.set.rows) {
    if (row.key.as_of >= trained_until + kEmbargo && row.KnownBefore(options.cutoff)) {
      moments.push_back(row.key.as_of);
    }
  }
  domain::Timestamp first = trained_until + kEmbargo;
  if (!can_judge(first)) {
    const auto later = std::ranges::partition_point(moments, std::not_fn(can_judge));
    moments.erase(moments.begin(), later);
    first = moments.empty() ? options.cutoff : moments.front();
  }
  std::vector<Origin> origins;
  for (std::size_t k = 0; k < kWindows && !moments.empty(); ++k) {
    const domain::Timestamp begin = k == 0 ? first : moments[k * moments.size() / kWindows];
    const domain::Timestamp end =
        k + 1 == kWindows ? options.cutoff : moments[(k + 1) * moments.size() / kWindows];
    if (begin < end) {
      origins.push_back({.cut = begin - kEmbargo, .validate_begin = begin, .validate_end = end});
    }
  }
  return origins;
}

class Adoption {
 public:
  Adoption(const data::EventLog& log, const features::FeatureEngine& engine,
           const ForeignHead& foreign, const TrainOptions& options, TrainingMatrix matrix,
           base::Progress& progress)
      : log_(log),
        engine_(engine),
        foreign_(foreign),
        options_(options),
        matrix_(std::move(matrix)),
        progress_(progress) {}

  Result<TrainingResult> Run() {
    RI_ASSIGN_OR_RETURN(encoded_, foreign_.encoder.Encode(matrix_.table));
    result_.counts = matrix_.set.counts;
    result_.gates.push_back(LeakGate(matrix_.leaking));
    result_.gates.push_back(MinimumDataGate(result_.counts.closed_deals, result_.counts.won_deals,
                                            options_.thresholds));
    RI_RETURN_IF_ERROR(JudgePast());
    if (judged_.rows.rows.empty()) {
      SkillEvidence evidence;
      result_.gates.push_back(SkillGate({}, options_.thresholds, options_.num_threads, evidence));
    }
    for (const Gate& gate : result_.gates) {
      if (!gate.passed && gate.blocking && result_.refusal.empty()) {
        result_.refusal = gate.evidence + ".";
      }
    }
    RI_RETURN_IF_ERROR(PutTogether());
    RI_ASSIGN_OR_RETURN(result_.later, JudgeLaterRows(log_, engine_, result_.model, options_));
    return std::move(result_);
  }

 private:
  /// Margins of the foreign heads on rows that they had not seen.
  std::vector<double> Margins(std::span<const std::size_t> rows,
                              std::span<const std::size_t> origin) const {
    std::vector<double> margins(rows.size());
    for (std::size_t k = 0; k < origins_.size(); ++k) {
      std::vector<std::size_t> positions;
      std::vector<std::size_t> taken;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        if (origin[i] == k) {
          positions.push_back(i);
          taken.push_back(rows[i]);
        }
      }
      const std::vector<double> part =
          MarginsOf(foreign_.at_origins.empty() ? foreign_.head : foreign_.at_origins[k],
                    TakeRows(encoded_, taken));
      for (std::size_t i = 0; i < positions.size(); ++i) {
        margins[positions[i]] = part[i];
      }
    }
    return margins;
  }

  Status JudgePast() {
    if (foreign_.at_origins.empty()) {
      origins_ = WindowsAfter(matrix_, *foreign_.trained_until, options_);
    } else {
      origins_ = PlanOrigins(matrix_, options_);
      if (origins_.size() != foreign_.at_origins.size()) {
        return Fail(ErrorCode::kUsage,
                    "The heads are not those of this data's rolling origins. Export the plan "
                    "again and train it.");
      }
    }
    const OutOfTimeOptions out_of_time{.cutoff = options_.cutoff,
                                       .seed = options_.seed,
                                       .bags = options_.bags_at_origins,
                                       .num_threads = options_.num_threads,
                                       .calendar = options_.calendar};
    RI_ASSIGN_OR_RETURN(
        judged_, CollectOutOfTime(matrix_, engine_.episodes(), origins_, out_of_time, progress_));
    if (judged_.rows.rows.empty()) {
      return {};
    }
    const std::array<CandidateSpec, 2> baselines = {
        CandidateSpec{.name = "base rate", .family = Family::kBaseRate},
        CandidateSpec{.name = "stage table", .family = Family::kStageTable}};
    RI_RETURN_IF_ERROR(JudgeCandidates(matrix_, baselines, out_of_time, judged_, progress_));
    CandidateMargins candidate;
    candidate.spec.name = kName;
    candidate.spec.family = Family::kTrees;
    candidate.margins = Margins(judged_.rows.rows, judged_.rows.origin);
    candidate.timed_margins = Margins(judged_.timed.rows, judged_.timed.origin);
    candidate.rounds.assign(origins_.size(), 0);
    judged_.candidates.push_back(std::move(candidate));
    for (const CandidateMargins& each : judged_.candidates) {
      RI_ASSIGN_OR_RETURN(CalibratedMargins margins, CalibrateOutOfTime(matrix_, judged_, each));
      calibrated_.push_back(std::move(margins));
    }
    chosen_ = calibrated_.size() - 1;
    // For the table of candidates; the foreign head is taken or refused, never exchanged.
    static_cast<void>(ChooseCandidate(judged_, calibrated_, options_.num_threads, result_.ladder));
    for (std::size_t i = 0; i < result_.ladder.size(); ++i) {
      result_.ladder[i].chosen = i == chosen_;
    }
    const OutOfTimeSample sample = SampleOf(matrix_, judged_, calibrated_, chosen_);
    SkillEvidence evidence;
    result_.gates.push_back(SkillGate(sample, options_.thresholds, options_.num_threads, evidence));
    result_.gates.push_back(CalibrationGate(sample, options_.thresholds, options_.num_threads));
    result_.out_of_time = Evaluate(sample, options_.num_threads);
    result_.notes.push_back("Calibration: " + calibrated_[chosen_].reason);
    const std::vector<std::size_t> rows = Pick(judged_.rows.rows, JudgedRows(judged_.rows));
    result_.segments = EvaluateSegments(sample, SegmentsOf(matrix_, rows, options_.calendar));
    return {};
  }

  Status PutTogether() {
    models::ModelParts parts;
    auto labels = LabelRowsAt(
        matrix_, engine_.episodes(), options_.cutoff,
        {.calendar = options_.calendar, .seed = options_.seed, .num_threads = options_.num_threads},
        progress_);
    if (labels) {
      parts.timing = labels->timing;
    }
    parts.encoder = foreign_.encoder;
    if (result_.refusal.empty()) {
      parts.head = foreign_.head;
      parts.calibrator = calibrated_[chosen_].calibrator;
      const LevelJump jump = FindLevelJump(parts.calibrator, parts.head, encoded_, judged_.rows);
      if (jump.shift != 0) {
        parts.calibrator = parts.calibrator.Shifted(jump.shift);
        result_.notes.push_back(jump.reason);
      }
      result_.family = NameOf(foreign_.head);
      RI_ASSIGN_OR_RETURN(parts.band, BandOf(matrix_, judged_.rows,
                                             judged_.candidates[chosen_].margins, options_.seed));
      RI_RETURN_IF_ERROR(CalibrateInQuarter(parts));
    } else {
      parts.head = models::BaseRate{.margin = labels ? BaseRateMargin(*labels) : 0.0};
      result_.family = NameOf(parts.head);
    }
    TrainingMatrix as_read;
    as_read.set = matrix_.set;
    as_read.encoded = encoded_;
    parts.background = BackgroundOf(as_read, options_.seed);
    RI_RETURN_IF_ERROR(DescribeFeatures(parts));
    RI_ASSIGN_OR_RETURN(result_.model, models::DealOutcomeModel::Assemble(std::move(parts)));
    return {};
  }

  /// Timing stays pooled: hazards by features belong to a training.
  Status CalibrateInQuarter(models::ModelParts& parts) {
    const std::vector<double>& win = calibrated_[chosen_].timed_probability;
    const TimingOptions pooled{.seed = options_.seed,
                               .num_threads = options_.num_threads,
                               .calendar = options_.calendar,
                               .closed_deals = 0};
    RI_ASSIGN_OR_RETURN(
        const TimingChoice timing,
        ChooseTiming(matrix_, engine_.episodes(), origins_, judged_, win, pooled, progress_));
    if (timing.shares.empty()) {
      return {};
    }
    RI_ASSIGN_OR_RETURN(QuarterCalibration quarter,
                        CalibrateQuarter(matrix_, judged_.timed, win, timing.shares));
    parts.quarter = quarter.calibrator;
    if (!quarter.reason.empty()) {
      result_.notes.push_back(std::move(quarter.reason));
    }
    return {};
  }

  /// Definitions in the order of the encoder's names; a feature this data lacks has its name only.
  Status DescribeFeatures(models::ModelParts& parts) const {
    for (const std::string& name : foreign_.encoder.feature_names()) {
      const auto column = matrix_.table.Find(name);
      features::FeatureDefinition definition;
      if (column) {
        definition = matrix_.table.features[*column];
      }
      definition.name = name;
      parts.features.push_back(std::move(definition));
    }
    return {};
  }

  const data::EventLog& log_;
  const features::FeatureEngine& engine_;
  const ForeignHead& foreign_;
  const TrainOptions& options_;
  TrainingMatrix matrix_;
  base::Progress& progress_;
  base::Matrix<float> encoded_;
  std::vector<Origin> origins_;
  OutOfTimeResult judged_;
  std::vector<CalibratedMargins> calibrated_;
  std::size_t chosen_ = 0;
  TrainingResult result_;
};

}  // namespace

Result<TrainingResult> AdoptHead(const data::EventLog& log, const features::FeatureEngine& engine,
                                 const ForeignHead& foreign, const TrainOptions& options,
                                 base::Progress& progress) {
  if (foreign.at_origins.empty() &&
      (!foreign.trained_until || *foreign.trained_until >= options.cutoff)) {
    return Fail(ErrorCode::kUsage,
                "Say until when the model was trained (--trained-until), a moment before the "
                "newest outcomes: it is calibrated and judged on what came after.");
  }
  progress.Begin("Collecting weekly snapshots", 0);
  RI_ASSIGN_OR_RETURN(TrainingMatrix matrix,
                      BuildTrainingMatrix(log, engine,
                                          {.cutoff = options.cutoff,
                                           .max_rows = options.max_rows,
                                           .num_threads = options.num_threads}));
  progress.End();
  return Adoption(log, engine, foreign, options, std::move(matrix), progress).Run();
}

}  // namespace ri::training
