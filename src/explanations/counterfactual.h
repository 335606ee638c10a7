#pragma once

/// What would have to be different for the model to say something else: exact search over the few
/// fields a person can move. The answer is a statement about the model, not about the deal.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "models/tree_ensemble.h"

namespace ri::explanations {

/// A field that may be changed and how far.
struct MovableField {
  enum class Direction { kAny, kUp, kDown };

  std::size_t feature = 0;
  float low = 0;   ///< smallest value to suggest, for example the 5th percentile of won peers
  float high = 0;  ///< largest value to suggest
  double scale =
      1;  ///< one unit of effort in units of the field, for example the peers' spread; > 0
  Direction direction = Direction::kAny;
  bool whole_numbers = false;
};

struct FieldChange {
  std::size_t feature = 0;
  float from = 0;  ///< NaN = was missing
  float to = 0;
};

struct Counterfactual {
  std::vector<FieldChange> changes;  ///< in the order of the movable fields
  double margin = 0;                 ///< log-odds after the changes, as the model evaluates it
  double effort = 0;                 ///< sum of |to - from| / scale; a missing value counts as 1
};

struct CounterfactualAnswer {
  /// For every smallest set of fields that suffices, its change of least effort; fewest changes
  /// first, then least effort, then the order of the fields.
  std::vector<Counterfactual> options;
  /// Only when nothing suffices: the highest margin any allowed change reaches, at least the row's
  /// own.
  std::optional<double> highest_margin;
};

struct CounterfactualQuery {
  std::span<const float> row;
  std::span<const MovableField> fields;  ///< distinct features
  double target_margin = 0;              ///< log-odds to reach or exceed
  int most_changes = 2;                  ///< 1, 2 or 3 fields at once
};

/// A tree model is constant between its thresholds, so one value per interval is enough, the
/// nearest to the present one: all combinations of one or two fields are enumerated, those of three
/// by branch and bound. No value in the ranges does better. kUsage for a field outside the row, a
/// range from high to low, a scale that is not positive, or another number of changes.
/// Cost for eight fields on 300 trees of depth 6: some 5 ms for up to two changes, 100 to 200 ms
/// for three.
[[nodiscard]] Result<CounterfactualAnswer> FindCounterfactuals(const models::TreeEnsemble& ensemble,
                                                               const CounterfactualQuery& query);

}  // namespace ri::explanations
