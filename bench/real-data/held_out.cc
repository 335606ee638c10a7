#include "held_out.h"

#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "base/random.h"
#include "domain/probability.h"
#include "training/candidate.h"
#include "training/training_matrix.h"

namespace ri::bench {
namespace {

constexpr int kThreads = 2;
constexpr std::size_t kFolds = 5;
constexpr std::uint64_t kRepeats = 5;
constexpr int kRoundsWithoutStopping = 150;

struct Answered {
  std::vector<features::SnapshotKey> keys;
  std::vector<double> labels;
};

Answered AnsweredRows(const DataSet& set, const LoadedSet& loaded) {
  Answered answered;
  const features::FeatureEngine& engine = *loaded.knowledge->engine;
  const auto ids = loaded.knowledge->log->keys(data::EntityKind::kDeal);
  if (set.hide_outcomes) {
    for (const features::SnapshotKey& key : engine.FirstSnapshots()) {
      const auto found = loaded.answers.find(std::string(ids[key.deal]));
      if (found != loaded.answers.end()) {
        answered.keys.push_back(key);
        answered.labels.push_back(found->second);
      }
    }
    return answered;
  }
  const domain::Date first = domain::MondayOnOrAfter(domain::DateOf(loaded.cutoff));
  for (const features::SnapshotKey& key :
       engine.WeeklySnapshots(first, first + std::chrono::weeks(set.later_weeks - 1))) {
    const features::Outcome outcome = engine.episodes()[key.deal][key.episode].outcome;
    if (outcome != features::Outcome::kOpen) {
      answered.keys.push_back(key);
      answered.labels.push_back(outcome == features::Outcome::kWon ? 1 : 0);
    }
  }
  return answered;
}

/// Probabilities of the held-out rows by a fit on the others.
Result<std::vector<double>> FitAndTell(const training::TrainingMatrix& matrix,
                                       const training::CandidateSpec& spec,
                                       const std::vector<std::size_t>& fitted,
                                       const std::vector<std::size_t>& told) {
  std::vector<double> labels;
  for (const std::size_t row : fitted) {
    labels.push_back(matrix.set.rows[row].label());
  }
  const base::Matrix<float> rows = training::TakeRows(matrix.encoded, fitted);
  const std::vector<double> weights(fitted.size(), 1.0);
  const int rounds = spec.plain || spec.fixed_rounds ? spec.trees.rounds : kRoundsWithoutStopping;
  RI_ASSIGN_OR_RETURN(
      const training::FittedHead head,
      training::FitCandidate(spec, {.rows = rows.view(), .labels = labels, .weights = weights},
                             {.bags = spec.plain ? 1 : 4, .rounds = rounds},
                             base::Progress::Silent()));
  std::vector<double> probabilities;
  for (const double margin : head.Margins(training::TakeRows(matrix.encoded, told).view())) {
    probabilities.push_back(domain::Logistic(margin));
  }
  return probabilities;
}

}  // namespace

namespace {

/// A number per row: equal where all categories are equal.
std::vector<std::uint32_t> Profiles(const training::TrainingMatrix& matrix) {
  std::map<std::vector<float>, std::uint32_t> numbers;
  std::vector<std::uint32_t> profiles;
  for (std::size_t i = 0; i < matrix.table.values.num_rows(); ++i) {
    std::vector<float> answers;
    for (std::size_t j = 0; j < matrix.table.features.size(); ++j) {
      if (matrix.table.features[j].kind == features::FeatureKind::kCategory) {
        const float value = matrix.table.values(i, j);
        answers.push_back(std::isnan(value) ? -1 : value);
      }
    }
    profiles.push_back(
        numbers.emplace(std::move(answers), static_cast<std::uint32_t>(numbers.size()))
            .first->second);
  }
  return profiles;
}

}  // namespace

Result<HeldOut> JudgeFolds(const DataSet& set, const LoadedSet& loaded,
                           const training::TrainingResult& result) {
  RI_ASSIGN_OR_RETURN(
      const training::TrainingMatrix matrix,
      training::BuildTrainingMatrix(*loaded.knowledge->log, *loaded.knowledge->engine,
                                    {.cutoff = loaded.cutoff, .num_threads = kThreads}));
  const std::vector<std::uint32_t> profile_of_row = Profiles(matrix);
  training::CandidateSpec chosen;
  training::CandidateSpec ridge{.name = "ridge", .family = training::Family::kRidge};
  ridge.ridge = {.penalty = 10, .spline_knots = 0};
  for (const training::CandidateResult& candidate : result.ladder) {
    for (const training::CandidateSpec& spec :
         training::Ladder(result.counts.closed_deals, result.counts.won_deals)) {
      chosen = candidate.chosen && spec.name == candidate.name ? spec : chosen;
    }
  }
  const std::vector<training::CandidateSpec> specs{
      chosen, {.name = "base rate"}, ridge, training::PlainXgboost()};
  std::vector<std::size_t> judged;
  std::set<std::pair<std::uint32_t, double>> seen;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    if (seen.emplace(profile_of_row[i], matrix.set.rows[i].label()).second || !set.distinct) {
      judged.push_back(i);
    }
  }
  std::vector<std::vector<double>> told(specs.size());
  training::OutOfTimeSample sample{.baseline_name = "base rate"};
  for (std::uint64_t repeat = 0; repeat < kRepeats; ++repeat) {
    std::vector<std::vector<std::size_t>> in_fold(kFolds);
    std::vector<std::vector<std::size_t>> others(kFolds);
    for (const std::size_t i : judged) {
      base::RandomStream draw(repeat, "profile fold", profile_of_row[i]);
      const std::uint64_t fold = draw.Below(kFolds);
      for (std::size_t f = 0; f < kFolds; ++f) {
        (f == fold ? in_fold : others)[f].push_back(i);
      }
    }
    for (std::size_t f = 0; f < kFolds; ++f) {
      for (std::size_t s = 0; s < specs.size(); ++s) {
        RI_ASSIGN_OR_RETURN(const std::vector<double> probabilities,
                            FitAndTell(matrix, specs[s], others[f], in_fold[f]));
        told[s].insert(told[s].end(), probabilities.begin(), probabilities.end());
      }
      for (const std::size_t i : in_fold[f]) {
        sample.label.push_back(matrix.set.rows[i].label());
        sample.weight.push_back(1);
        sample.cluster.push_back(profile_of_row[i]);
      }
    }
  }
  sample.model = told[0];
  sample.baseline = told[1];
  HeldOut held_out{.evaluation = training::Evaluate(sample, kThreads)};
  for (std::size_t s = 2; s < specs.size(); ++s) {
    held_out.comparisons.push_back(training::Compare(sample, specs[s].name, told[s], kThreads));
  }
  return held_out;
}

Result<HeldOut> JudgeHeldOut(const DataSet& set, const LoadedSet& loaded,
                             const models::DealOutcomeModel& model) {
  const Answered answered = AnsweredRows(set, loaded);
  if (answered.keys.empty()) {
    return Fail(ErrorCode::kNotFound, "There is no row after the cutoff with a known outcome.");
  }
  const features::FeatureTable table = loaded.knowledge->engine->Compute(answered.keys, kThreads);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  training::OutOfTimeSample sample{.label = answered.labels,
                                   .baseline_name = "base rate before the cutoff"};
  for (std::size_t i = 0; i < answered.keys.size(); ++i) {
    sample.weight.push_back(1);
    sample.cluster.push_back(answered.keys[i].deal);
    sample.model.push_back(model.Predict(encoded.row(i)).win.value());
  }
  RI_ASSIGN_OR_RETURN(
      const training::TrainingMatrix matrix,
      training::BuildTrainingMatrix(*loaded.knowledge->log, *loaded.knowledge->engine,
                                    {.cutoff = loaded.cutoff, .num_threads = kThreads}));
  std::vector<std::size_t> known;
  std::vector<double> labels;
  for (std::size_t i = 0; i < matrix.set.rows.size(); ++i) {
    if (matrix.set.rows[i].KnownBefore(loaded.cutoff)) {
      known.push_back(i);
      labels.push_back(matrix.set.rows[i].label());
    }
  }
  const base::Matrix<float> rows = training::TakeRows(matrix.encoded, known);
  const std::vector<double> weights(known.size(), 1.0);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> judged, matrix.encoder.Encode(table));
  const auto predict = [&](const training::CandidateSpec& spec) -> Result<std::vector<double>> {
    RI_ASSIGN_OR_RETURN(
        const training::FittedHead head,
        training::FitCandidate(spec, {.rows = rows.view(), .labels = labels, .weights = weights},
                               {.rounds = spec.trees.rounds}, base::Progress::Silent()));
    std::vector<double> probabilities;
    for (const double margin : head.Margins(judged.view())) {
      probabilities.push_back(domain::Logistic(margin));
    }
    return probabilities;
  };
  RI_ASSIGN_OR_RETURN(sample.baseline, predict({.name = "base rate"}));
  training::CandidateSpec ridge{.name = "ridge", .family = training::Family::kRidge};
  ridge.ridge = {.penalty = 10, .spline_knots = 0};
  HeldOut result;
  for (const training::CandidateSpec& spec : {ridge, training::PlainXgboost()}) {
    RI_ASSIGN_OR_RETURN(const std::vector<double> probabilities, predict(spec));
    result.comparisons.push_back(training::Compare(sample, spec.name, probabilities, kThreads));
  }
  result.evaluation = training::Evaluate(sample, kThreads);
  return result;
}

}  // namespace ri::bench
