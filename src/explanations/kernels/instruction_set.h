#pragma once

/// Which compilation of the kernels runs on this processor.

#include <span>
#include <string_view>

#include "explanations/kernels/kernel_table.h"

namespace ri::explanations {

enum class InstructionSet { kBaseline, kSse42, kAvx2, kAvx512 };

[[nodiscard]] std::string_view NameOf(InstructionSet set);

/// Those this processor and build can run, from the slowest to the fastest; never empty.
[[nodiscard]] std::span<const InstructionSet> SupportedInstructionSets();

/// The fastest of them.
[[nodiscard]] InstructionSet BestInstructionSet();

/// \pre `set` is supported
[[nodiscard]] const kernels::KernelTable& KernelsFor(InstructionSet set);

}  // namespace ri::explanations
