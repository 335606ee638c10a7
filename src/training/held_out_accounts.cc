#include "training/held_out_accounts.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <ranges>

#include "base/random.h"
#include "domain/probability.h"
#include "models/stage_table.h"

namespace ri::training {
namespace {

constexpr std::size_t kParts = 5;
constexpr double kConfidence = 0.975;

std::size_t PartOf(std::uint32_t cluster, std::uint64_t seed) {
  base::RandomStream stream(seed, "part-of-account", cluster);
  return static_cast<std::size_t>(stream.Below(kParts));
}

void Tell(std::span<const double> margins, std::span<const std::size_t> rows,
          std::vector<double>& told) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    told[rows[i]] = domain::Logistic(margins[i]);
  }
}

}  // namespace

GateThresholds ThresholdsOfHeldOutAccounts(GateThresholds thresholds) {
  thresholds.confidence = kConfidence;
  thresholds.min_skill = 0.05;
  thresholds.skill_bound = false;
  return thresholds;
}

Result<HeldOutAccounts> JudgeHeldOutAccounts(const TrainingMatrix& matrix,
                                             const EpisodesOfDeals& episodes,
                                             const CandidateSpec& spec,
                                             const OutOfTimeOptions& options) {
  const OutOfTimeRows known = KnownRows(matrix, episodes, options);
  const std::size_t count = known.rows.size();
  std::array<std::vector<std::size_t>, kParts> parts;
  for (std::size_t i = 0; i < count; ++i) {
    parts[PartOf(known.cluster[i], options.seed)].push_back(i);
  }
  std::map<std::uint32_t, double> rows_of_deal;
  for (const std::uint32_t deal : known.deal) {
    ++rows_of_deal[deal];
  }
  std::vector<double> judged_weight = known.weight;
  for (std::size_t i = 0; i < count; ++i) {
    judged_weight[i] /= rows_of_deal[known.deal[i]];
  }
  HeldOutAccounts held;
  held.model = {.label = known.label,
                .weight = std::move(judged_weight),
                .cluster = known.cluster,
                .model = std::vector<double>(count),
                .baseline = std::vector<double>(count),
                .baseline_name = std::string(kBaseRateName),
                .rows_name = "snapshots, told without their own account,",
                .deal = known.deal};
  if (!matrix.stage_columns.empty()) {
    held.table = held.model;
  }
  for (const std::vector<std::size_t>& part : parts) {
    std::vector<std::size_t> rest;
    std::ranges::set_difference(std::views::iota(std::size_t{0}, count), part,
                                std::back_inserter(rest));
    if (part.empty() || rest.empty()) {
      return Fail(ErrorCode::kBadInput, "There are too few accounts to hold a part of them out.");
    }
    const base::Matrix<float> training = TakeRows(matrix.encoded, Pick(known.rows, rest));
    const std::vector<double> labels = Pick(known.label, rest);
    const std::vector<double> weights = Pick(known.weight, rest);
    const models::LabelledRows data{.rows = training.view(), .labels = labels, .weights = weights};
    const base::Matrix<float> judged = TakeRows(matrix.encoded, Pick(known.rows, part));
    RI_ASSIGN_OR_RETURN(const FittedHead head, FitCandidate(spec, data,
                                                            {.seed = options.seed,
                                                             .bags = options.bags,
                                                             .num_threads = options.num_threads,
                                                             .rounds = spec.trees.rounds},
                                                            base::Progress::Silent()));
    Tell(head.Margins(judged.view()), part, held.model.model);
    RI_ASSIGN_OR_RETURN(const FittedHead rate, FitCandidate({.family = Family::kBaseRate}, data, {},
                                                            base::Progress::Silent()));
    Tell(rate.Margins(judged.view()), part, held.model.baseline);
    if (!matrix.stage_columns.empty()) {
      RI_ASSIGN_OR_RETURN(
          const models::StageTable table,
          models::FitStageTable(data, Pick(known.deal, rest), matrix.stage_columns));
      Tell(table.Margins(judged.view()), part, held.table.model);
    }
  }
  if (!matrix.stage_columns.empty()) {
    held.table.baseline = held.model.baseline;
  }
  return held;
}

}  // namespace ri::training
