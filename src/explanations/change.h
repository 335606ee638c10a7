#pragma once

/// Why a probability is another one than before: an exact split over the features that changed,
/// facts that were recorded late, the model and its calibration.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "explanations/probability_split.h"
#include "explanations/reference_split.h"

namespace ri::explanations {

/// What turned a row into the number that was shown.
struct Scorer {
  const ReferenceModel* model = nullptr;
  Calibrate calibrate;
};

/// The rows behind the two numbers. `restated`, when given, is the earlier moment as it is known
/// today: what separates it from `before` was recorded late.
struct RowsOfChange {
  std::span<const float> before;
  std::optional<std::span<const float>> restated;
  std::span<const float> after;
};

/// All in probability (1 point = 0.01). before + sum of all parts is within 1e-12 of after.
struct Change {
  double before = 0;
  double after = 0;
  std::vector<double> features;   ///< exactly 0 where the value is the same
  std::vector<double> late_data;  ///< per feature; empty without a restated row
  double model = 0;               ///< exactly 0 when both scorers hold the same model
  double calibration = 0;         ///< exactly 0 when the two calibrators agree on the margins
};

/// Rows, model and calibrator are three players: the parts are averages over the six orders in
/// which they can be exchanged. Within the rows the margin's split (earlier row as the only
/// background) is scaled by the secant of the calibrator. kUsage when widths differ; kInternal
/// when a split misses its margins by 1e-9.
[[nodiscard]] Result<Change> ExplainChange(const Scorer& before, const Scorer& after,
                                           const RowsOfChange& rows);

/// Which named cause each part of a change belongs to: indices into `names`.
struct Causes {
  std::vector<std::string> names;
  std::vector<std::size_t> cause_of_feature;
  std::size_t late_data = 0;
  std::size_t model = 0;
  std::size_t calibration = 0;
};

/// Sum per cause, in the order of the names; adds up to after - before. \pre as many features as
/// the change has, every index below names.size()
[[nodiscard]] std::vector<double> SumByCause(const Change& change, const Causes& causes);

}  // namespace ri::explanations
