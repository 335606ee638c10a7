#include "explanations/shap_matrix.h"

#include <fmt/format.h>

#include <cmath>

#include "base/sum.h"

namespace ri::explanations {

Status CheckAdditivity(const ShapMatrix& shap, std::span<const double> margins, double tolerance) {
  RI_ASSERT(margins.size() == shap.values.num_rows());
  for (std::size_t i = 0; i < margins.size(); ++i) {
    const double gap = std::fabs(margins[i] - (shap.base_value + base::Sum(shap.values.row(i))));
    if (!(gap < tolerance)) {  // also catches NaN
      return Fail(
          ErrorCode::kInternal,
          fmt::format("The contributions of row {} miss its margin {} by {}; no explanation "
                      "is shown. Please report this model and row.",
                      i, margins[i], gap));
    }
  }
  return {};
}

}  // namespace ri::explanations
