#include "training/trainer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.h"
#include "base/sum.h"
#include "domain/probability.h"
#include "metrics/cluster_bootstrap.h"
#include "metrics/scoring_rules.h"
#include "models/stage_table.h"
#include "training/calibration.h"
#include "training/candidate.h"
#include "training/censoring.h"
#include "training/later_rows.h"
#include "training/out_of_time.h"
#include "training/rolling_origins.h"
#include "training/training_matrix.h"

namespace ri::training {
namespace {

constexpr std::size_t kBackgroundRows = 1000;

std::vector<double> ProbabilitiesOf(std::span<const double> margins) {
  std::vector<double> probabilities;
  probabilities.reserve(margins.size());
  for (const double margin : margins) {
    probabilities.push_back(domain::Logistic(margin));
  }
  return probabilities;
}

/// Rows that are judged: those of the second and later origins, where a calibration learned at
/// earlier origins existed. The first origin only teaches it, unless there is no other.
std::vector<std::size_t> JudgedRows(const OutOfTimeRows& rows) {
  std::vector<std::size_t> judged;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.origin[i] > rows.origin.front()) {
      judged.push_back(i);
    }
  }
  if (judged.empty()) {
    judged.resize(rows.rows.size());
    std::iota(judged.begin(), judged.end(), std::size_t{0});
  }
  return judged;
}

template <typename T>
std::vector<T> Pick(const std::vector<T>& values, std::span<const std::size_t> rows) {
  std::vector<T> picked;
  picked.reserve(rows.size());
  for (const std::size_t row : rows) {
    picked.push_back(values[row]);
  }
  return picked;
}

/// The simplest candidate whose log loss, calibrated, is within one standard error of the best
/// one's.
std::size_t ChooseCandidate(const OutOfTimeResult& judged,
                            std::span<const CalibratedMargins> calibrated, int num_threads,
                            std::vector<CandidateResult>& ladder) {
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  const std::vector<double> labels = Pick(judged.rows.label, rows);
  const std::vector<double> weights = Pick(judged.rows.weight, rows);
  const std::vector<std::uint32_t> clusters = Pick(judged.rows.cluster, rows);
  std::vector<std::vector<double>> terms;
  std::vector<double> losses;
  for (const CalibratedMargins& candidate : calibrated) {
    terms.push_back(metrics::LogLossTerms(Pick(candidate.probability, rows), labels));
    losses.push_back(metrics::WeightedMean(terms.back(), weights));
  }
  const auto best = static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin());
  std::size_t chosen = best;
  for (std::size_t i = terms.size(); i-- > 0;) {
    std::vector<double> excess(terms[i].size());
    for (std::size_t row = 0; row < excess.size(); ++row) {
      excess[row] = terms[i][row] - terms[best][row];
    }
    const metrics::BootstrapInterval interval =
        metrics::BootstrapMean(excess, clusters, weights, {.num_threads = num_threads});
    ladder.push_back({.name = judged.candidates[i].spec.name,
                      .log_loss = losses[i],
                      .excess = interval.estimate,
                      .excess_error = interval.standard_error});
    if (interval.estimate <= interval.standard_error) {
      chosen = i;
    }
  }
  std::ranges::reverse(ladder);
  ladder[chosen].chosen = true;
  return chosen;
}

/// The chosen model beside the best baseline. A baseline may be served raw or calibrated like the
/// model, whichever is better: a model gets no credit for a level that a constant could have too.
OutOfTimeSample SampleOf(const OutOfTimeResult& judged,
                         std::span<const CalibratedMargins> calibrated, std::size_t chosen) {
  const std::vector<std::size_t> rows = JudgedRows(judged.rows);
  OutOfTimeSample sample{.label = Pick(judged.rows.label, rows),
                         .weight = Pick(judged.rows.weight, rows),
                         .cluster = Pick(judged.rows.cluster, rows),
                         .model = Pick(calibrated[chosen].probability, rows)};
  const bool table_chosen = judged.candidates[chosen].spec.family == Family::kStageTable;
  double best = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < judged.candidates.size(); ++i) {
    const Family family = judged.candidates[i].spec.family;
    if (family != Family::kBaseRate && (family != Family::kStageTable || table_chosen)) {
      continue;
    }
    for (const std::vector<double>& all :
         {ProbabilitiesOf(judged.candidates[i].margins), calibrated[i].probability}) {
      std::vector<double> predicted = Pick(all, rows);
      const double loss = metrics::LogLoss(predicted, sample.label, sample.weight);
      if (loss < best) {
        best = loss;
        sample.baseline = std::move(predicted);
        sample.baseline_name = family == Family::kStageTable ? "win rate by stage" : "base rate";
      }
    }
  }
  return sample;
}

int MedianRounds(const std::vector<int>& rounds) {
  std::vector<int> sorted;
  std::ranges::copy_if(rounds, std::back_inserter(sorted), [](int count) { return count > 0; });
  if (sorted.empty()) {
    return 1;
  }
  std::ranges::sort(sorted);
  return sorted[sorted.size() / 2];
}

/// Rows that explanations compare with: drawn by a hash, so that the same data gives the same rows.
base::Matrix<float> BackgroundOf(const TrainingMatrix& matrix, std::uint64_t seed) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    const auto& key = matrix.set.rows[i].key;
    const auto moment = static_cast<std::uint64_t>(domain::Milliseconds(key.as_of));
    order.emplace_back(base::HashCombine(base::HashCombine(seed, key.deal), moment), i);
  }
  std::ranges::sort(order);
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < std::min(kBackgroundRows, order.size()); ++i) {
    rows.push_back(order[i].second);
  }
  std::ranges::sort(rows);
  return TakeRows(matrix.encoded, rows);
}

double BaseRateMargin(const LabelsAtCut& labels) {
  const double won = base::Sum(labels.labels);
  return domain::Logit((won + 0.5) / (static_cast<double>(labels.labels.size()) + 1));
}

Result<models::Head> FitFinalHead(const TrainingMatrix& matrix, const LabelsAtCut& labels,
                                  const CandidateMargins& chosen, const TrainOptions& options,
                                  base::Progress& progress) {
  const base::Matrix<float> encoded = TakeRows(matrix.encoded, labels.rows);
  const std::vector<double> weights(labels.rows.size(), 1.0);
  if (chosen.spec.family == Family::kStageTable) {
    std::vector<std::uint32_t> deals;
    for (const std::size_t row : labels.rows) {
      deals.push_back(matrix.set.rows[row].key.deal);
    }
    RI_ASSIGN_OR_RETURN(
        models::StageTable table,
        models::FitStageTable({.rows = encoded.view(), .labels = labels.labels, .weights = weights},
                              deals, matrix.stage_columns));
    return models::Head(std::move(table));
  }
  progress.Begin("Fitting " + chosen.spec.name + " on everything before the cutoff", 0);
  RI_ASSIGN_OR_RETURN(
      FittedHead head,
      FitCandidate(chosen.spec,
                   {.rows = encoded.view(), .labels = labels.labels, .weights = weights},
                   {.seed = options.seed,
                    .bags = options.bags,
                    .num_threads = options.num_threads,
                    .rounds = MedianRounds(chosen.rounds),
                    .column_names = matrix.encoder.ColumnNames()},
                   progress));
  progress.End();
  switch (chosen.spec.family) {
    case Family::kRidge:
      return models::Head(*std::move(head.linear));
    case Family::kTrees:
      return models::Head(*std::move(head.trees));
    case Family::kBaseRate:
    case Family::kStageTable:
      break;
  }
  return models::Head(models::BaseRate{.margin = head.constant});
}

Result<models::NeighbourBand> BandOf(const TrainingMatrix& matrix, const OutOfTimeRows& rows,
                                     std::span<const double> margins, std::uint64_t seed) {
  std::vector<std::uint32_t> deals;
  for (const std::size_t row : rows.rows) {
    deals.push_back(matrix.set.rows[row].key.deal);
  }
  return models::NeighbourBand::Fit(margins, rows.label, deals, seed);
}

std::string FirstRefusal(const std::vector<Gate>& gates) {
  for (const Gate& gate : gates) {
    if (!gate.passed && gate.blocking) {
      return gate.evidence + ".";
    }
  }
  return "";
}

}  // namespace

Result<TrainingResult> Train(const data::EventLog& log, const features::FeatureEngine& engine,
                             const TrainOptions& options, base::Progress& progress) {
  progress.Begin("Collecting weekly snapshots", 0);
  RI_ASSIGN_OR_RETURN(TrainingMatrix matrix,
                      BuildTrainingMatrix(log, engine,
                                          {.cutoff = options.cutoff,
                                           .max_rows = options.max_rows,
                                           .num_threads = options.num_threads}));
  progress.End();
  const EpisodesOfDeals& episodes = engine.episodes();
  const domain::FiscalCalendar calendar = options.calendar;

  TrainingResult result;
  result.counts = matrix.set.counts;
  const std::size_t closed = matrix.set.counts.closed_deals;
  const std::size_t won = matrix.set.counts.won_deals;
  result.gates.push_back(LeakGate(matrix.leaking));
  result.gates.push_back(MinimumDataGate(closed, won, options.thresholds));

  const std::vector<Origin> origins = RollingOrigins(
      matrix.set.rows, options.cutoff,
      {.count = options.origins, .min_each_class = options.thresholds.min_each_class});
  const std::vector<CandidateSpec> ladder = Ladder(closed, won);
  RI_ASSIGN_OR_RETURN(const OutOfTimeResult judged,
                      PredictOutOfTime(matrix, episodes, origins, ladder,
                                       {.cutoff = options.cutoff,
                                        .seed = options.seed,
                                        .bags = options.bags_at_origins,
                                        .num_threads = options.num_threads,
                                        .calendar = calendar},
                                       progress));

  models::ModelParts parts;
  std::optional<std::size_t> chosen;
  std::vector<CalibratedMargins> calibrated;
  if (!judged.rows.rows.empty()) {
    for (const CandidateMargins& candidate : judged.candidates) {
      RI_ASSIGN_OR_RETURN(CalibratedMargins margins,
                          CalibrateOutOfTime(matrix, judged.rows, candidate.margins));
      calibrated.push_back(std::move(margins));
    }
    chosen = ChooseCandidate(judged, calibrated, options.num_threads, result.ladder);
    const OutOfTimeSample sample = SampleOf(judged, calibrated, *chosen);
    SkillEvidence evidence;
    result.gates.push_back(SkillGate(sample, options.thresholds, options.num_threads, evidence));
    result.gates.push_back(CalibrationGate(sample, options.thresholds, options.num_threads));
    result.out_of_time = Evaluate(sample, options.num_threads);
    result.notes.push_back("Calibration: " + calibrated[*chosen].reason);
  } else {
    SkillEvidence evidence;
    result.gates.push_back(SkillGate({}, options.thresholds, options.num_threads, evidence));
  }
  result.refusal = FirstRefusal(result.gates);

  auto labels = LabelRowsAt(
      matrix, episodes, options.cutoff,
      {.calendar = calendar, .seed = options.seed, .num_threads = options.num_threads}, progress);
  if (labels && !labels->note.empty()) {
    result.notes.push_back(labels->note);
  }
  if (labels) {
    parts.timing = labels->timing;
  }
  if (result.refusal.empty()) {
    const CandidateMargins& candidate = judged.candidates[*chosen];
    if (!labels) {
      return std::unexpected(labels.error());
    }
    RI_ASSIGN_OR_RETURN(parts.head, FitFinalHead(matrix, *labels, candidate, options, progress));
    parts.calibrator = calibrated[*chosen].calibrator;
    RI_ASSIGN_OR_RETURN(parts.band, BandOf(matrix, judged.rows, candidate.margins, options.seed));
    result.family = FamilyName(candidate.spec.family);
  } else {
    parts.head = models::BaseRate{.margin = labels ? BaseRateMargin(*labels) : 0.0};
    result.family = FamilyName(Family::kBaseRate);
  }
  parts.background = BackgroundOf(matrix, options.seed);
  parts.features = matrix.table.features;
  parts.encoder = std::move(matrix.encoder);
  RI_ASSIGN_OR_RETURN(result.model, models::DealOutcomeModel::Assemble(std::move(parts)));
  RI_ASSIGN_OR_RETURN(result.later, JudgeLaterRows(log, engine, result.model, options));
  return result;
}

}  // namespace ri::training
