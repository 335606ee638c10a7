#pragma once

/// The rungs of the ladder: from the base rate to boosted trees. Which rungs are tried depends on
/// how many deals have closed; which one serves is decided on deals it has not seen.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"
#include "models/booster.h"
#include "models/labelled_rows.h"
#include "models/ridge.h"
#include "models/ridge_and_trees.h"
#include "models/tree_ensemble.h"

namespace ri::training {

enum class Family { kBaseRate, kStageTable, kRidge, kRidgeAndTrees, kTrees };

/// "base rate", "stage table", "ridge", "ridge and trees", "trees"
[[nodiscard]] std::string FamilyName(Family family);

struct CandidateSpec {
  std::string name;
  Family family = Family::kBaseRate;
  models::RidgeOptions ridge;
  models::BoosterParameters trees;
  double ridge_share = 0.5;  ///< kRidgeAndTrees: weight of the ridge in the mean of the log-odds
  /// Grows `trees.rounds` rounds instead of stopping where the judged rows like it best: among few
  /// of them the best round is mostly luck.
  bool fixed_rounds = false;
  /// Serves unless another is better by more than a standard error: where few deals have closed,
  /// choosing is itself a matter of luck.
  bool preferred = false;
  /// What a library does without advice: known outcomes only, a fixed number of rounds, one seed,
  /// served without calibration. Judged beside the ladder and never chosen.
  bool plain = false;
};

/// Below so many closed deals means of a ridge and trees are tried, from it on deeper trees.
inline constexpr std::size_t kFewClosedDeals = 1000;

/// Candidates for so many closed deals, simplest first. Below 60, or below 20 of either class: base
/// rate and stage table only; from 60 ridge, shrunken trees and means of both; from 300 splines and
/// trees of depth 2; from 1,000 deeper trees and no mean.
[[nodiscard]] std::vector<CandidateSpec> Ladder(std::size_t closed_deals, std::size_t won_deals);

/// XGBoost with its own defaults: the bar to beat on the same rows.
[[nodiscard]] CandidateSpec PlainXgboost();

/// Variants of a candidate for tuning, nearest first: the penalty of ridge; leaf size, penalty and
/// step of trees; the share of the ridge in a mean. At most `budget`.
[[nodiscard]] std::vector<CandidateSpec> Variants(const CandidateSpec& spec, std::size_t budget);

/// A fitted head of the families that read encoded rows.
struct FittedHead {
  Family family = Family::kBaseRate;
  double constant = 0;                        ///< kBaseRate: log-odds
  std::optional<models::LinearModel> linear;  ///< kRidge, kRidgeAndTrees
  std::optional<models::TreeEnsemble> trees;  ///< kTrees, kRidgeAndTrees: mean of the bags
  std::vector<std::string> xgboost_json;      ///< kTrees: one per bag, for export
  int rounds = 0;                             ///< kTrees: per bag

  /// kRidgeAndTrees: what is served, of shares already taken in `linear` and `trees`. \pre that
  [[nodiscard]] models::RidgeAndTrees Both() const { return {.ridge = *linear, .trees = *trees}; }

  [[nodiscard]] std::vector<double> Margins(base::MatrixView<const float> rows) const;
};

struct FitOptions {
  std::uint64_t seed = 1;
  int bags = 1;
  int num_threads = 1;
  std::optional<int> rounds;  ///< fixed number; otherwise early stopping on `validation`
  std::optional<models::LabelledRows> validation;
  std::vector<std::string> column_names;
};

/// Fits any family but kStageTable. Bags are fitted in parallel and joined in seed order.
[[nodiscard]] Result<FittedHead> FitCandidate(const CandidateSpec& spec,
                                              const models::LabelledRows& data,
                                              const FitOptions& options, base::Progress& progress);

}  // namespace ri::training
