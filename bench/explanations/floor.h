#pragma once

/// The floor of path-dependent values: how many vector operations a row needs, and how many the
/// machine can do.

#include "explanations/kernels/instruction_set.h"
#include "models/tree_ensemble.h"

namespace ri::bench {

/// Floating-point additions, multiplications (fused or not), comparisons and selections per row, in
/// the programs that the explainer compiles; one per lane, loads and stores not counted.
[[nodiscard]] double OperationsPerRow(const models::TreeEnsemble& ensemble);

/// Lane operations per second of one core: independent fused multiply-adds, as many as there are
/// registers. 0 for sets without them.
[[nodiscard]] double LaneOperationsPerSecond(explanations::InstructionSet set);

}  // namespace ri::bench
