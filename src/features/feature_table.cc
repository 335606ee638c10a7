#include "features/feature_table.h"

#include <algorithm>

namespace ri::features {

std::optional<std::size_t> FeatureTable::Find(std::string_view feature_name) const {
  const auto place =
      std::find_if(features.begin(), features.end(),
                   [&](const FeatureDefinition& feature) { return feature.name == feature_name; });
  if (place == features.end()) {
    return std::nullopt;
  }
  return static_cast<std::size_t>(place - features.begin());
}

}  // namespace ri::features
