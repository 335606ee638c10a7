#pragma once

#include <string>

namespace ri::features {

/// The feature catalogue as a Markdown page: what docs/data-spec.md holds.
[[nodiscard]] std::string DataSpecification();

}  // namespace ri::features
