#pragma once

/// Feature values and what they say, as people read them.

#include <string>
#include <vector>

#include "features/feature_table.h"

namespace ri::service {

/// "12", "0.35" as "35 %", a label, "yes", "1,250,000"; "missing" for NaN. Values on a log scale
/// are shown on their own scale.
[[nodiscard]] std::string ValueText(const features::FeatureDefinition& definition,
                                    const std::vector<std::string>& labels, float value);

/// What was observed: the definition's sentence with the value in it; "... is not known" when it is
/// missing.
[[nodiscard]] std::string ObservationText(const features::FeatureDefinition& definition,
                                          const std::string& value);

/// The feature's name in words: "days in stage".
[[nodiscard]] std::string FieldLabel(const std::string& feature);

}  // namespace ri::service
