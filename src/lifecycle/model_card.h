#pragma once

#include <string>

#include "base/result.h"
#include "data/store.h"

namespace ri::lifecycle {

/// The model card of a stored version: what it was trained on, how good it is on deals it had not
/// seen, with intervals and by segment, the gates with their evidence, what was left out and why,
/// and what it must not be used for. Built from the stored documents only. kStorage when they
/// cannot be read.
[[nodiscard]] Result<std::string> ModelCardMarkdown(const data::StoredModel& model);

/// The same as one HTML file without outside parts: plots are inline, light and dark follow the
/// reader's system, and nothing needs a script.
[[nodiscard]] Result<std::string> ModelCardHtml(const data::StoredModel& model);

}  // namespace ri::lifecycle
