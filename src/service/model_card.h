#pragma once

#include <string>

#include "base/result.h"
#include "data/store.h"

namespace ri::service {

/// The model card of a stored version as Markdown: what it was trained on, how good it is on deals
/// it had not seen, the gates with their evidence, what it must not be used for. Built from the
/// stored manifest and evaluation only. kStorage when they cannot be read.
[[nodiscard]] Result<std::string> ModelCardMarkdown(const data::StoredModel& model);

}  // namespace ri::service
