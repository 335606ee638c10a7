#include "training/model_spec.h"

#include <fmt/format.h>

#include <cstddef>
#include <vector>

#include "training/candidate.h"
#include "training/gates.h"
#include "training/held_out_accounts.h"
#include "training/trainer.h"

namespace ri::training {
namespace {

constexpr const char* kIntroduction = R"(# Model specification

Made from the program by its tests; a change of the code that is not here fails them. The ideas are
in [the outcome model](method/outcome-model.md) and [calibration](method/calibration.md), the fields
in the [data specification](data-spec.md), the figures in [the benchmark](benchmarks/model.md).

## What a version holds

One JSON document, the same bytes for the same data, parameters, seed and libraries. Its name is the
beginning of the SHA-256 of its manifest.

| part | what it is | formula |
|---|---|---|
| encoder | features to columns: numbers as they are, one column a category, a place for missing | |
| head | one margin a deal: base rate, stage table, ridge, trees, or the mean of these two | margin m(x) |
| calibrator | identity, intercept, beta or spline; the only maker of chances | identity: logistic(m); intercept: logistic(m + c); beta: logistic(a ln p - b ln(1 - p) + c) with p = logistic(m); spline: logistic(natural cubic spline of m) |
| band | past deals by margin | 80 % Jeffreys interval, Beta(a + 1/2, n - a + 1/2) |
| timing | closing times of won and of lost deals, pooled or by features | won within k days = pi F_W(k) |
| quarter | correction of the chance to be won before the quarter ends, by weeks left | the curve is led through it, so that all answers agree |
| background | rows that reasons compare with | |
| features | definitions: texts for people | |

A model without dates of closing has no timing: it says whether, not when.
)";

std::string RidgeParameters(const CandidateSpec& spec) {
  return fmt::format("penalty {:g}{}", spec.ridge.penalty,
                     spec.ridge.spline_knots == 0
                         ? std::string(", straight lines")
                         : fmt::format(", cubic splines of {} knots", spec.ridge.spline_knots));
}

std::string TreeParameters(const CandidateSpec& spec) {
  return fmt::format(
      "depth {}, leaves of {:g}, penalty {:g}, step {:g}, {}{} rounds, {:g} of rows, {:g} of "
      "columns, {} bins",
      spec.trees.depth, spec.trees.min_child_weight, spec.trees.l2_penalty,
      spec.trees.learning_rate, spec.fixed_rounds ? "" : "at most ", spec.trees.rounds,
      spec.trees.row_share, spec.trees.column_share, spec.trees.max_bins);
}

std::string ParametersOf(const CandidateSpec& spec) {
  switch (spec.family) {
    case Family::kRidge:
      return RidgeParameters(spec);
    case Family::kTrees:
      return TreeParameters(spec);
    case Family::kRidgeAndTrees:
      return fmt::format(
          "log-odds: {:g} of a ridge ({}) and {:g} of trees ({}){}", spec.ridge_share,
          RidgeParameters(spec), 1 - spec.ridge_share, TreeParameters(spec),
          spec.preferred ? "; serves unless another is better by more than a standard error" : "");
    case Family::kBaseRate:
    case Family::kStageTable:
      break;
  }
  return "";
}

struct Rung {
  std::string name;
  std::string parameters;
  std::size_t from = 0;
  std::size_t to = 0;
};

/// Who is tried at which number of closed deals, by asking at every number.
std::vector<Rung> Rungs(std::size_t largest) {
  std::vector<Rung> rungs;
  for (std::size_t closed = 1; closed <= largest; ++closed) {
    for (const CandidateSpec& spec : Ladder(closed, closed / 2)) {
      const std::string parameters = ParametersOf(spec);
      Rung* known = nullptr;
      for (Rung& rung : rungs) {
        if (rung.name == spec.name && rung.parameters == parameters && rung.to + 1 >= closed) {
          known = &rung;
        }
      }
      if (known != nullptr) {
        known->to = closed;
      } else {
        rungs.push_back({spec.name, parameters, closed, closed});
      }
    }
  }
  return rungs;
}

std::string LadderPart() {
  constexpr std::size_t kLargest = 20000;
  std::string text =
      "\n## Candidates\n\nFrom simple to rich. Tried where the number of closed deals lies between "
      "the two; half of them won.\n\n| candidate | parameters | from | to |\n|---|---|---:|---:|\n";
  for (const Rung& rung : Rungs(kLargest)) {
    text += fmt::format("| {} | {} | {} | {} |\n", rung.name, rung.parameters, rung.from,
                        rung.to == kLargest ? std::string("and more") : std::to_string(rung.to));
  }
  return text;
}

std::string DefaultsPart() {
  const TrainOptions defaults;
  return fmt::format(R"(
## A training, unless told otherwise

| what | value |
|---|---:|
| rows at most | {} |
| rolling origins | {} |
| seeds averaged in the served trees | {} |
| seeds averaged at the origins | {}; 1 above {} rows |
| draws of a bootstrap | {} |
| seed | {} |
)",
                     defaults.max_rows, defaults.origins, defaults.bags, defaults.bags_at_origins,
                     OutOfTimeOptions{}.rows_for_one_bag, defaults.thresholds.bootstrap_draws,
                     defaults.seed);
}

std::string GatesPart() {
  const GateThresholds limit;
  const GateThresholds held_out = ThresholdsOfHeldOutAccounts(limit);
  SkillEvidence unused;
  struct Line {
    Gate gate;
    std::string passes;
  };
  const Line lines[] = {
      {LeakGate({}), "what leaks is left out before, so that it always passes"},
      {MinimumDataGate(0, 0, limit),
       fmt::format("at least {} closed deals, {} won, {} lost", limit.min_closed,
                   limit.min_each_class, limit.min_each_class)},
      {SkillGate({}, limit, 1, unused),
       fmt::format(
           "log loss {:g} % lower, the improvement above 0 and the AUC above 1/2 with {:g} "
           "% confidence; the best baseline is the base rate or the win rate by stage, but "
           "the base rate alone where the log loss is already {:g} below that of the win rate "
           "by stage. Below {} closed deals accounts held out are asked, too, and they alone where "
           "fewer than {} stand behind later weeks: log loss {:g} % below the base rate's, the AUC "
           "above 1/2 with {:g} % confidence",
           100 * limit.min_skill, 100 * limit.confidence, kSmallLoss, kFewClosedDeals, kFewAccounts,
           100 * held_out.min_skill, 100 * held_out.confidence)},
      {CalibrationGate({}, limit, 1),
       fmt::format("slope within {:g} of 1 and level within {:g} of 0, or neither to be told from "
                   "that; error at most {:g}, or its noise",
                   limit.max_slope_error, limit.max_intercept, limit.max_calibration_error)},
      {SegmentGate({}),
       "no segment of 100 deals worse by more than two standard errors, after "
       "Benjamini and Hochberg"},
      {ChampionGate({}, limit, 1),
       fmt::format(
           "log loss above the champion's by less than {:g}, upper end of the 90 % interval",
           limit.max_loss_to_champion)},
      {ChurnGate({}, {}, limit),
       fmt::format("mean change at most {:g} points, at most {:g} % of deals by more than {:g}",
                   100 * limit.max_mean_churn, 100 * limit.max_large_churn_share,
                   100 * limit.large_churn)},
      {ExplanationGate(0, ""), "reasons add up to the score on every row looked at"},
      {CoverageGate(0, 0), "quarters inside the 80 % interval, within the exact 95 % band"},
      {ReproducibleGate(true, ""), "identical bytes"},
  };
  std::string text =
      "\n## Gates\n\nA refusal means base rates; a finding means the model serves and the finding "
      "stands beside it.\n\n| gate | question | passes with | otherwise |\n|---|---|---|---|\n";
  for (const Line& line : lines) {
    text += fmt::format("| {} | {} | {} | {} |\n", line.gate.id, line.gate.question, line.passes,
                        line.gate.blocking ? "refusal" : "finding");
  }
  return text;
}

}  // namespace

std::string ModelSpecification() {
  return kIntroduction + LadderPart() + DefaultsPart() + GatesPart();
}

}  // namespace ri::training
