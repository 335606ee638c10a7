#pragma once

/// Training of boosted trees: the only door to the XGBoost library.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/matrix.h"
#include "base/progress.h"
#include "base/result.h"
#include "models/labelled_rows.h"
#include "models/tree_ensemble.h"

namespace ri::models {

/// Everything that decides the result. Written in full into the manifest of a model, therefore
/// without hidden defaults of the library. Fixed: hist trees, depth-wise, binary:logistic.
struct BoosterParameters {
  int rounds = 200;              ///< trees to grow at most
  int depth = 3;                 ///< splits on a path, 1 to 12
  double learning_rate = 0.05;   ///< (0, 1]
  double min_child_weight = 40;  ///< least hessian sum of a leaf
  double row_share = 0.7;        ///< rows drawn per tree, (0, 1]
  double column_share = 0.6;     ///< columns drawn per tree, (0, 1]
  /// How readily each column is drawn, above 0, one entry per column; empty = all alike.
  std::vector<double> column_weights;
  double l2_penalty = 10;     ///< on leaf values
  int max_bins = 64;          ///< histogram bins per column
  std::vector<int> monotone;  ///< -1, 0, +1 per column; empty = none
  /// Share of events before the first tree, in (0, 1); empty = the weighted mean of the labels,
  /// kept within [0.001, 0.999].
  std::optional<double> base_score;
  std::uint64_t seed = 1;
  int num_threads = 1;  ///< does not change the result
  /// With a validation set: stop when its log loss has not improved for so many rounds.
  int patience = 30;
};

struct TrainedBooster {
  std::string json;  ///< XGBoost's own format: for export, and as the reproducible identity
  TreeEnsemble ensemble;
  int best_round = 0;                   ///< number of rounds kept
  std::vector<double> validation_loss;  ///< log loss after each grown round; empty without set
};

/// Grows trees; with `validation`, keeps the round with the least validation log loss.
/// `column_names` is empty or has one name per column and goes into the JSON.
/// Same inputs give the same bytes, whatever num_threads. kUsage for parameters out of range or
/// shapes that do not fit, kBadInput for labels outside [0, 1] or infinite values, kCancelled.
/// Reports one item per round to `progress`. Thread safety: may run concurrently.
[[nodiscard]] Result<TrainedBooster> TrainBooster(const LabelledRows& training,
                                                  const std::optional<LabelledRows>& validation,
                                                  const BoosterParameters& parameters,
                                                  std::span<const std::string> column_names,
                                                  base::Progress& progress);

/// Margins by XGBoost's own evaluation in float32, to check ours against. kBadInput when the
/// library cannot read the model.
[[nodiscard]] Result<std::vector<double>> XgboostMargins(std::string_view json,
                                                         base::MatrixView<const float> rows);

/// "1.7.4", for manifests.
[[nodiscard]] std::string XgboostVersion();

}  // namespace ri::models
