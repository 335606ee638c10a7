#include "rungs.h"

#include <fmt/format.h>

#include <tuple>

#include "metrics/scoring_rules.h"
#include "training/calibration.h"
#include "training/candidate.h"
#include "training/candidate_choice.h"
#include "training/final_fit.h"
#include "training/level.h"
#include "training/out_of_time.h"
#include "training/rolling_origins.h"
#include "training/training_matrix.h"

namespace ri::bench {
namespace {

using training::CandidateSpec;

CandidateSpec Fixed(int depth, int rounds, double leaf, double penalty) {
  CandidateSpec spec{.name = fmt::format("d{} r{} l{} p{}", depth, rounds, leaf, penalty),
                     .family = training::Family::kTrees,
                     .fixed_rounds = true};
  spec.trees.depth = depth;
  spec.trees.rounds = rounds;
  spec.trees.min_child_weight = leaf;
  spec.trees.l2_penalty = penalty;
  return spec;
}

std::vector<CandidateSpec> Tried() {
  std::vector<CandidateSpec> specs = training::Ladder(2000, 1000);
  CandidateSpec strong = specs[2];
  for (const double penalty : {30.0, 100.0}) {
    strong.ridge = {.penalty = penalty};
    strong.name = fmt::format("ridge {}", penalty);
    specs.push_back(strong);
  }
  for (const auto& [depth, rounds, leaf, penalty] : {std::tuple{1, 60, 20., 10.},
                                                     {1, 150, 20., 10.},
                                                     {2, 30, 20., 10.},
                                                     {2, 60, 5., 10.},
                                                     {2, 60, 20., 10.},
                                                     {2, 60, 40., 10.},
                                                     {2, 150, 20., 10.},
                                                     {2, 100, 20., 30.},
                                                     {3, 60, 20., 10.},
                                                     {3, 150, 40., 10.}}) {
    specs.push_back(Fixed(depth, rounds, leaf, penalty));
  }
  return specs;
}

}  // namespace

Result<std::vector<RungResult>> JudgeRungs(const Company& company,
                                           const features::FeatureTable& judged_table,
                                           const std::vector<double>& truth) {
  const book::Knowledge& knowledge = company.knowledge();
  const auto& episodes = knowledge.engine->episodes();
  base::Progress& silent = base::Progress::Silent();
  RI_ASSIGN_OR_RETURN(
      const training::TrainingMatrix matrix,
      training::BuildTrainingMatrix(*knowledge.log, *knowledge.engine,
                                    {.cutoff = company.cutoff(), .num_threads = 2}));
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> asked, matrix.encoder.Encode(judged_table));
  const std::vector<training::Origin> origins =
      training::RollingOrigins(matrix.set.rows, company.cutoff(), {.min_each_class = 10});
  const training::OutOfTimeOptions options{
      .cutoff = company.cutoff(), .num_threads = 2, .calendar = company.calendar()};
  RI_ASSIGN_OR_RETURN(training::OutOfTimeResult judged,
                      training::CollectOutOfTime(matrix, episodes, origins, options, silent));
  RI_RETURN_IF_ERROR(training::JudgeCandidates(matrix, Tried(), options, judged, silent));
  RI_ASSIGN_OR_RETURN(const training::LabelsAtCut labels,
                      training::LabelRowsAt(matrix, episodes, company.cutoff(),
                                            {.calendar = company.calendar()}, silent));
  const std::vector<std::size_t> rows = training::JudgedRows(judged.rows);
  std::vector<RungResult> results;
  std::vector<std::vector<double>> raw;
  const auto add = [&](const training::CandidateMargins& candidate,
                       const std::vector<double>& margins) -> Status {
    RI_ASSIGN_OR_RETURN(const training::CalibratedMargins calibrated,
                        training::CalibrateOutOfTime(matrix, judged, candidate));
    std::vector<double> told;
    for (const double margin : margins) {
      told.push_back(calibrated.calibrator(domain::LogOdds(margin)).value());
    }
    results.push_back(
        {.name = candidate.spec.name,
         .out_of_time = rows.empty()
                            ? 0
                            : metrics::LogLoss(training::Pick(calibrated.probability, rows),
                                               training::Pick(judged.rows.label, rows),
                                               training::Pick(judged.rows.weight, rows)),
         .truth = metrics::LogLoss(told, truth)});
    return {};
  };
  for (const training::CandidateMargins& candidate : judged.candidates) {
    RI_ASSIGN_OR_RETURN(
        const training::FinalHead fitted,
        training::FitFinalHead(matrix, labels, candidate, {.bags = 4, .num_threads = 2}, silent));
    raw.push_back(training::MarginsOf(fitted.head, asked));
    RI_RETURN_IF_ERROR(add(candidate, raw.back()));
  }
  const auto find = [&](std::string_view name) {
    for (std::size_t i = 0; i < judged.candidates.size(); ++i) {
      if (judged.candidates[i].spec.name == name) {
        return i;
      }
    }
    return std::size_t{0};
  };
  const std::vector<std::vector<std::string>> blends = {
      {"stage table", "d2 r60 l20 p10"},
      {"stage table", "d2 r150 l20 p10"},
      {"stage table", "ridge 100", "d2 r60 l20 p10"},
      {"ridge 100", "d2 r60 l20 p10"},
      {"ridge 100", "d2 r150 l20 p10"},
      {"ridge with splines", "d3 r150 l40 p10"},
      {"ridge with splines", "trees of depth 3"}};
  for (const auto& parts : blends) {
    training::CandidateMargins mean = judged.candidates[find(parts[0])];
    std::vector<double> margins = raw[find(parts[0])];
    mean.spec.name = "mean(" + fmt::format("{}", fmt::join(parts, "; ")) + ")";
    for (std::size_t p = 1; p < parts.size(); ++p) {
      const std::size_t other = find(parts[p]);
      for (std::size_t i = 0; i < mean.margins.size(); ++i) {
        mean.margins[i] += judged.candidates[other].margins[i];
      }
      for (std::size_t i = 0; i < mean.timed_margins.size(); ++i) {
        mean.timed_margins[i] += judged.candidates[other].timed_margins[i];
      }
      for (std::size_t i = 0; i < margins.size(); ++i) {
        margins[i] += raw[other][i];
      }
    }
    const double share = 1 / static_cast<double>(parts.size());
    for (auto* values : {&mean.margins, &mean.timed_margins, &margins}) {
      for (double& value : *values) {
        value *= share;
      }
    }
    RI_RETURN_IF_ERROR(add(mean, margins));
  }
  return results;
}

}  // namespace ri::bench
