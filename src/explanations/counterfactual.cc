#include "explanations/counterfactual.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "explanations/leaf_path.h"

namespace ri::explanations {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Sums in another order than the model's may differ by so much; closer calls are left to the
/// model.
constexpr double kRounding = 1e-9;

/// Values worth trying for one field, ascending: the nearest of each interval between thresholds,
/// the present interval left out.
struct Candidates {
  std::vector<float> values;
  std::vector<double> efforts;
};

/// A field set under examination: indices into the movable fields.
using FieldSet = std::vector<std::size_t>;

float Before(float x) { return std::nextafter(x, -std::numeric_limits<float>::infinity()); }

/// Nearest value to `from` in [first, last], which lies on one side of it; nothing when a whole
/// number is wanted and none is there.
std::optional<float> Nearest(float first, float last, float from, bool whole_numbers) {
  if (first > last) {
    return std::nullopt;
  }
  const bool upwards = std::isnan(from) || first > from;
  float value = upwards ? first : last;
  if (whole_numbers) {
    value = upwards ? std::ceil(value) : std::floor(value);
    if (value < first || value > last) {
      return std::nullopt;
    }
  }
  return value;
}

Candidates CandidatesOf(const MovableField& field, float from, std::span<const float> thresholds) {
  Candidates candidates;
  const std::size_t intervals = thresholds.size() + 1;
  for (std::size_t k = 0; k < intervals; ++k) {
    const bool above_all = k == thresholds.size();
    const bool is_present = !std::isnan(from) && (k == 0 || from >= thresholds[k - 1]) &&
                            (above_all || from < thresholds[k]);
    if (is_present) {
      continue;
    }
    const float first = k == 0 ? field.low : std::max(field.low, thresholds[k - 1]);
    const float last = above_all ? field.high : std::min(field.high, Before(thresholds[k]));
    const auto value = Nearest(first, last, from, field.whole_numbers);
    if (!value || (field.direction == MovableField::Direction::kUp && *value < from) ||
        (field.direction == MovableField::Direction::kDown && *value > from)) {
      continue;
    }
    candidates.values.push_back(*value);
    candidates.efforts.push_back(
        std::isnan(from) ? 1.0 : std::fabs(static_cast<double>(*value) - from) / field.scale);
  }
  return candidates;
}

/// Half-open range of candidates that reach a leaf.
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Search {
 public:
  Search(const models::TreeEnsemble& ensemble, const CounterfactualQuery& query)
      : ensemble_(ensemble), query_(query), row_(query.row.begin(), query.row.end()) {
    for (const MovableField& field : query.fields) {
      candidates_.push_back(CandidatesOf(field, row_[field.feature], ThresholdsOf(field.feature)));
    }
    highest_ = ensemble.Margin(query.row);
  }

  CounterfactualAnswer Run() {
    if (highest_ >= query_.target_margin) {
      return {.options = {{.changes = {}, .margin = highest_, .effort = 0}}, .highest_margin = {}};
    }
    for (int size = 1; size <= query_.most_changes; ++size) {
      FieldSet fields;
      ForSets(static_cast<std::size_t>(size), 0, fields);
    }
    std::ranges::stable_sort(options_, {}, [](const Counterfactual& option) {
      return std::pair(option.changes.size(), option.effort);
    });
    CounterfactualAnswer answer{.options = std::move(options_), .highest_margin = {}};
    if (answer.options.empty()) {
      answer.highest_margin = highest_;
    }
    return answer;
  }

 private:
  std::vector<float> ThresholdsOf(std::size_t feature) const {
    std::vector<float> thresholds;
    for (const models::Tree& tree : ensemble_.trees) {
      for (std::size_t node = 0; node < tree.num_nodes(); ++node) {
        if (!tree.is_leaf(node) && static_cast<std::size_t>(tree.feature[node]) == feature) {
          thresholds.push_back(tree.threshold[node]);
        }
      }
    }
    std::ranges::sort(thresholds);
    const auto repeated = std::ranges::unique(thresholds);
    thresholds.erase(repeated.begin(), repeated.end());
    return thresholds;
  }

  void ForSets(std::size_t size, std::size_t first, FieldSet& fields) {
    if (fields.size() == size) {
      Examine(fields);
      return;
    }
    for (std::size_t k = first; k < candidates_.size(); ++k) {
      fields.push_back(k);
      ForSets(size, k + 1, fields);
      fields.pop_back();
    }
  }

  /// A set that holds a sufficient smaller one is not a smallest set.
  void Examine(const FieldSet& fields) {
    for (const FieldSet& found : sufficient_) {
      if (std::ranges::includes(fields, found)) {
        return;
      }
    }
    best_effort_ = kInfinity;
    best_values_.clear();
    if (fields.size() < 3) {
      Enumerate(fields, {}, 0);
    } else {
      Branch(fields);
    }
    if (!best_values_.empty()) {
      AddOption(fields);
      sufficient_.push_back(fields);
    }
  }

  void AddOption(const FieldSet& fields) {
    Counterfactual option{
        .changes = {}, .margin = MarginWith(fields, best_values_), .effort = best_effort_};
    for (std::size_t k = 0; k < fields.size(); ++k) {
      const std::size_t feature = query_.fields[fields[k]].feature;
      option.changes.push_back({feature, query_.row[feature], best_values_[k]});
    }
    options_.push_back(std::move(option));
  }

  double MarginWith(const FieldSet& fields, std::span<const float> values) {
    std::vector<float> changed(query_.row.begin(), query_.row.end());
    for (std::size_t k = 0; k < values.size(); ++k) {
      changed[query_.fields[fields[k]].feature] = values[k];
    }
    return ensemble_.Margin(changed);
  }

  /// Tries all candidates of the last one or two fields of a set; `fixed` are the values of those
  /// before, already in row_, which cost `effort`.
  void Enumerate(const FieldSet& fields, const std::vector<float>& fixed, double effort) {
    const std::span<const std::size_t> free(
        fields.begin() + static_cast<std::ptrdiff_t>(fixed.size()), fields.end());
    const Candidates& a = candidates_[free[0]];
    static const Candidates kNone{.values = {0}, .efforts = {0}};
    const Candidates& b = free.size() > 1 ? candidates_[free[1]] : kNone;
    const std::vector<double> margins = Grid(free);
    for (std::size_t i = 0; i < a.values.size(); ++i) {
      for (std::size_t j = 0; j < b.values.size(); ++j) {
        const double margin = margins[i * b.values.size() + j];
        highest_ = std::max(highest_, margin);
        const double total = effort + a.efforts[i] + b.efforts[j];
        if (total >= best_effort_ || margin < query_.target_margin - kRounding) {
          continue;
        }
        std::vector<float> values = fixed;
        values.push_back(a.values[i]);
        if (free.size() > 1) {
          values.push_back(b.values[j]);
        }
        if (MarginWith(fields, values) >= query_.target_margin) {
          best_effort_ = total;
          best_values_ = std::move(values);
        }
      }
    }
  }

  /// Three fields: the first is fixed at each candidate, the cheapest first, unless even the best
  /// leaf of every tree that the others can reach would not do.
  void Branch(const FieldSet& fields) {
    const Candidates& first = candidates_[fields[0]];
    const std::vector<double> bounds = UpperBounds(fields);
    std::vector<std::size_t> order(first.values.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      order[i] = i;
    }
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return first.efforts[i]; });
    const std::size_t feature = query_.fields[fields[0]].feature;
    for (const std::size_t i : order) {
      const bool may_suffice =
          bounds[i] >= query_.target_margin - kRounding && first.efforts[i] < best_effort_;
      const bool may_be_highest = options_.empty() && best_values_.empty() && bounds[i] > highest_;
      if (may_suffice || may_be_highest) {
        row_[feature] = first.values[i];
        Enumerate(fields, {first.values[i]}, first.efforts[i]);
        row_[feature] = query_.row[feature];
      }
    }
  }

  /// Calls visit(ranges, value) for every leaf that some combination of candidates reaches.
  template <typename Visit>
  void ForLeaves(const models::Tree& tree, std::size_t node, std::span<const std::size_t> free,
                 std::array<Range, 3> ranges, const Visit& visit) const {
    if (tree.is_leaf(node)) {
      visit(ranges, tree.value[node]);
      return;
    }
    const auto left = static_cast<std::size_t>(tree.left[node]);
    const auto right = static_cast<std::size_t>(tree.right[node]);
    const auto feature = static_cast<std::size_t>(tree.feature[node]);
    for (std::size_t k = 0; k < free.size(); ++k) {
      if (query_.fields[free[k]].feature != feature) {
        continue;
      }
      const auto& values = candidates_[free[k]].values;
      const auto split = static_cast<std::size_t>(
          std::ranges::lower_bound(values, tree.threshold[node]) - values.begin());
      const Range range = ranges[k];
      if (range.begin < std::min(range.end, split)) {
        ranges[k] = {range.begin, std::min(range.end, split)};
        ForLeaves(tree, left, free, ranges, visit);
      }
      if (std::max(range.begin, split) < range.end) {
        ranges[k] = {std::max(range.begin, split), range.end};
        ForLeaves(tree, right, free, ranges, visit);
      }
      return;
    }
    ForLeaves(tree, GoesLeft(tree, node, row_[feature]) ? left : right, free, ranges, visit);
  }

  std::array<Range, 3> AllOf(std::span<const std::size_t> free) const {
    std::array<Range, 3> ranges{};
    ranges.fill({0, 1});
    for (std::size_t k = 0; k < free.size(); ++k) {
      ranges[k] = {0, candidates_[free[k]].values.size()};
    }
    return ranges;
  }

  bool AnyEmpty(std::span<const std::size_t> free) const {
    return std::ranges::any_of(free, [&](std::size_t k) { return candidates_[k].values.empty(); });
  }

  /// Margins of all combinations of one or two fields: every leaf adds to a rectangle, by
  /// differences at its corners that are summed up once at the end.
  std::vector<double> Grid(std::span<const std::size_t> free) const {
    if (AnyEmpty(free)) {
      return {};
    }
    const auto all = AllOf(free);
    const std::size_t rows = all[0].end;
    const std::size_t columns = all[1].end;
    std::vector<double> corners((rows + 1) * (columns + 1), 0.0);
    const auto at = [&](std::size_t i, std::size_t j) -> double& {
      return corners[i * (columns + 1) + j];
    };
    for (const models::Tree& tree : ensemble_.trees) {
      ForLeaves(tree, 0, free, all, [&](const std::array<Range, 3>& ranges, double value) {
        at(ranges[0].begin, ranges[1].begin) += value;
        at(ranges[0].end, ranges[1].begin) -= value;
        at(ranges[0].begin, ranges[1].end) -= value;
        at(ranges[0].end, ranges[1].end) += value;
      });
    }
    std::vector<double> margins(rows * columns);
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        at(i, j) += (i > 0 ? at(i - 1, j) : 0.0) + (j > 0 ? at(i, j - 1) : 0.0) -
                    (i > 0 && j > 0 ? at(i - 1, j - 1) : 0.0);
        margins[i * columns + j] = ensemble_.base_margin + at(i, j);
      }
    }
    return margins;
  }

  /// For each candidate of the first field: no choice of the others gives a higher margin.
  std::vector<double> UpperBounds(const FieldSet& fields) const {
    if (AnyEmpty(fields)) {
      return std::vector<double>(candidates_[fields[0]].values.size(), -kInfinity);
    }
    const auto all = AllOf(fields);
    std::vector<double> bounds(all[0].end, ensemble_.base_margin);
    std::vector<double> best(bounds.size());
    for (const models::Tree& tree : ensemble_.trees) {
      std::ranges::fill(best, -kInfinity);
      ForLeaves(tree, 0, fields, all, [&](const std::array<Range, 3>& ranges, double value) {
        for (std::size_t i = ranges[0].begin; i < ranges[0].end; ++i) {
          best[i] = std::max(best[i], value);
        }
      });
      for (std::size_t i = 0; i < bounds.size(); ++i) {
        bounds[i] += best[i];
      }
    }
    return bounds;
  }

  const models::TreeEnsemble& ensemble_;
  const CounterfactualQuery& query_;
  std::vector<float> row_;  ///< the row with the values fixed so far
  std::vector<Candidates> candidates_;
  std::vector<FieldSet> sufficient_;
  std::vector<Counterfactual> options_;
  double highest_ = 0;
  double best_effort_ = kInfinity;
  std::vector<float> best_values_;
};

}  // namespace

Result<CounterfactualAnswer> FindCounterfactuals(const models::TreeEnsemble& ensemble,
                                                 const CounterfactualQuery& query) {
  if (query.row.size() != ensemble.num_features) {
    return Fail(ErrorCode::kUsage,
                fmt::format("The row has {} columns, the model was built for {} features.",
                            query.row.size(), ensemble.num_features));
  }
  if (query.most_changes < 1 || query.most_changes > 3) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("A counterfactual changes one to three fields, not {}.", query.most_changes));
  }
  for (const MovableField& field : query.fields) {
    if (field.feature >= ensemble.num_features || !(field.low <= field.high) ||
        !(field.scale > 0)) {
      return Fail(ErrorCode::kUsage,
                  fmt::format("Movable field {} needs a column below {}, a range from low to high "
                              "and a positive scale.",
                              field.feature, ensemble.num_features));
    }
  }
  return Search(ensemble, query).Run();
}

}  // namespace ri::explanations
