#pragma once

/// Use case: what the model looks at over all open deals, how sure that is, and how its answer
/// depends on a field.

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "book/deal_book.h"

namespace ri::deals {

struct GlobalShare {
  std::string name;
  std::string group;         ///< business group; the name itself for groups
  double mean_log_odds = 0;  ///< mean of |contribution|
  double share = 0;          ///< of the sum over all of its kind
  /// Rank correlation between a numeric field's known values and its contributions: which way the
  /// model leans; NaN for groups, labels and fields that do not vary.
  double direction = std::numeric_limits<double>::quiet_NaN();
};

/// How the calibrated probability depends on one numeric field, over quantiles of the open deals.
struct DependenceCurve {
  std::string field;
  std::string label;
  std::vector<double> value;
  std::vector<std::string>
      text;  ///< the values as people read them: money instead of its logarithm
  /// Mean probability when all deals had the value (partial dependence).
  std::vector<double> partial;
  /// Accumulated local effects, centred on the mean probability: moves only deals that are near the
  /// value (Apley and Zhu 2020), and so asks for no combinations that do not occur.
  std::vector<double> local;
};

struct GlobalInteraction {
  std::string first;
  std::string second;
  double mean_log_odds = 0;  ///< mean of |interaction|, both halves together
};

struct GlobalSegment {
  std::string stage;
  std::size_t deals = 0;
  double mean_probability = 0;
  std::vector<double> group_log_odds;  ///< mean contribution by group, in the order of `groups`
};

struct GlobalView {
  std::size_t rows = 0;             ///< open deals behind it
  std::vector<GlobalShare> groups;  ///< by share, largest first
  std::vector<GlobalShare> fields;
  /// Mean Spearman correlation of the groups' ranking between one bag of the model and all; empty
  /// where the model has no bags.
  std::optional<double> rank_stability;
  std::size_t bags = 0;
  std::vector<DependenceCurve> curves;  ///< of the most important numeric fields
  std::vector<GlobalInteraction> interactions;
  std::vector<GlobalSegment> segments;  ///< by stage, most deals first
};

struct GlobalOptions {
  std::size_t rows = 1000;  ///< deals to look at, chosen by a hash of their id
  std::size_t curves = 6;
  std::size_t interactions = 10;
};

/// kRefused when the book has no deals or the model no reasons. Cost: the contributions of the
/// rows, once for the model and once for its bags; seconds.
[[nodiscard]] Result<GlobalView> ExplainModel(const book::DealBook& book,
                                              const GlobalOptions& options = {});

[[nodiscard]] std::string GlobalJson(const book::DealBook& book, const GlobalView& view);

}  // namespace ri::deals
