#pragma once

/// Gates that need more than training itself: explanations and replayed forecasts.

#include "base/result.h"
#include "book/workspace.h"
#include "training/trainer.h"

namespace ri::lifecycle {

/// Adds G8 (reasons add up, on up to 32 rows of the background) and G9 (coverage of the replayed
/// quarters in the store). A failed G8 becomes the refusal. Nothing for a refused model.
[[nodiscard]] Status AddServiceGates(book::Workspace& workspace, training::TrainingResult& result);

}  // namespace ri::lifecycle
