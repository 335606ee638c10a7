#pragma once

/// Tree ensembles as XGBoost's own JSON, for people who work with XGBoost.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "models/feature_encoder.h"
#include "models/tree_ensemble.h"

namespace ri::models {

/// Names of the encoded columns as XGBoost accepts them: '[', ']' and '<' are replaced by '(', ')'
/// and '_'; a name that would occur twice gets a number. One per column.
[[nodiscard]] std::vector<std::string> XgboostColumnNames(const FeatureEncoder& encoder);

/// The JSON that XGBoost 1.7 loads and that gives the margins of `trees` (as float32 sums). Joined
/// bags stay joined: the mean of the bags is one model of all their trees, their leaves divided by
/// the number of bags. \pre column_names.size() == trees.num_features
[[nodiscard]] std::string WriteXgboostJson(const TreeEnsemble& trees,
                                           std::span<const std::string> column_names);

/// The feature names an XGBoost JSON model carries; empty when it carries none. kBadInput when the
/// text is no XGBoost JSON model.
[[nodiscard]] Result<std::vector<std::string>> XgboostJsonColumnNames(std::string_view json);

}  // namespace ri::models
