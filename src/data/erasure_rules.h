#pragma once

/// Which values an erasure takes and which it leaves.

#include "data/event.h"

namespace ri::data {

/// True for what an erased entity may go on saying about itself: where it stands among others
/// (team, region, industry), how large it is, whether it is active. Its name, everything from a
/// customer's own columns, and whatever is not known to be harmless goes.
[[nodiscard]] bool IsKeptOfErased(const AttributeDefinition& attribute);

/// True for free texts of a deal, which tell whose deal it is: they go with its account.
[[nodiscard]] bool IsDealText(const AttributeDefinition& attribute);

/// True for texts that are read as categories: an erased name that is also one of them is not
/// looked for in other texts.
[[nodiscard]] bool IsCategory(const AttributeDefinition& attribute);

/// True for a text or number that models may have learned from.
[[nodiscard]] bool IsFeatureSource(const AttributeDefinition& attribute);

}  // namespace ri::data
