/// Compiled once per instruction set; RI_KERNELS names the namespace of the compilation.

#include "explanations/kernels/interaction_kernel.h"
#include "explanations/kernels/kernel_table.h"
#include "explanations/kernels/path_runner.h"
#include "explanations/kernels/pattern_kernel.h"
#include "explanations/kernels/predict_kernel.h"

namespace ri::explanations::kernels::RI_KERNELS {

const KernelTable kTable = {
    .path_values = PathValues,
    .interaction_values = InteractionValues,
    .patterns = Patterns,
    .pattern_values = PatternValues,
    .ranks = Ranks,
    .predict = Predict,
};

}  // namespace ri::explanations::kernels::RI_KERNELS
