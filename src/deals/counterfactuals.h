#pragma once

/// Use case: what would have to be different for the model to give a deal a better chance, looking
/// only at what a seller can move and only as far as deals that were won have gone.

#include <optional>
#include <string>
#include <vector>

#include "base/phrase.h"
#include "base/result.h"
#include "book/deal_book.h"
#include "explanations/counterfactual.h"

namespace ri::deals {

/// Features a seller can move, with the direction in which a change is an improvement to suggest.
/// Nothing else is ever suggested: no age, no industry, no person.
[[nodiscard]] std::vector<std::string> ActionableFeatures();

struct CounterfactualEdit {
  std::string field;
  std::string label;
  std::string from;  ///< as people read it
  std::string to;
  float from_value = 0;  ///< NaN = missing
  float to_value = 0;
};

/// What past deals did that were in the same place: an association, not an effect.
struct Precedents {
  std::size_t deals = 0;  ///< were short of the suggestion in this stage and reached it later
  std::size_t won = 0;
  double expected = 0;  ///< wins the model expected when they were short of it
};

struct CounterfactualOption {
  std::vector<CounterfactualEdit> edits;
  double win_probability = 0;  ///< the model would say
  double points = 0;           ///< more than now
  Precedents precedents;
};

struct CounterfactualReport {
  double target = 0;
  double now = 0;
  bool reachable = false;
  double best = 0;  ///< highest probability any allowed change reaches
  std::string message;
  std::vector<CounterfactualOption> options;  ///< fewest changes, then least effort
  std::size_t fields = 0;                     ///< how many could be moved
};

struct CounterfactualRequest {
  std::optional<double> target;  ///< probability; default the next full ten points, at least 5 more
  int most_changes = 2;          ///< 1 to 3
  base::Language language = base::Language::kEnglish;
};

/// Exact: the model is piecewise constant in every field, all pieces within the range of won peers
/// (5th to 95th percentile) are searched (explanations/counterfactual.h). kUsage for a target
/// outside (0, 1) or another number of changes; kNotFound when the deal is not open.
/// Cost: milliseconds up to two changes, tenths of a second for three.
[[nodiscard]] Result<CounterfactualReport> FindCounterfactual(const book::DealBook& book,
                                                              const std::string& deal_id,
                                                              const CounterfactualRequest& request);

/// The fields of a deal that may be moved and how far, as columns of the model.
[[nodiscard]] Result<std::vector<explanations::MovableField>> MovableFieldsOf(
    const book::DealBook& book, std::size_t position);

}  // namespace ri::deals
