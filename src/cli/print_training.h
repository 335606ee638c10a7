#pragma once

#include "cli/context.h"
#include "lifecycle/train_model.h"

namespace ri::cli {

/// A training or an imported model, as text or JSON. kRefused, with the gate's evidence, when base
/// rates are served.
Status PrintTraining(Context& context, const lifecycle::TrainReport& report);

}  // namespace ri::cli
