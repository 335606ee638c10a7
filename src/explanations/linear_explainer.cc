#include "explanations/linear_explainer.h"

#include <fmt/format.h>

#include <cmath>
#include <vector>

#include "base/sum.h"

namespace ri::explanations {
namespace {

double LinearMargin(const LinearModel& model, std::span<const double> columns) {
  base::CompensatedSum margin;
  margin.Add(model.intercept);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    margin.Add(model.coefficients[j] * columns[j]);
  }
  return margin.value();
}

}  // namespace

Result<ShapMatrix> ExplainLinear(const LinearModel& model, std::span<const double> background_means,
                                 base::MatrixView<const double> rows) {
  const std::size_t width = model.coefficients.size();
  if (background_means.size() != width || rows.num_columns() != width) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("A linear model of {} columns was given {} means and rows of {} columns.",
                    width, background_means.size(), rows.num_columns()));
  }
  ShapMatrix shap{.values = base::Matrix<double>(rows.num_rows(), width),
                  .base_value = LinearMargin(model, background_means)};
  std::vector<double> margins(rows.num_rows());
  for (std::size_t i = 0; i < rows.num_rows(); ++i) {
    for (std::size_t j = 0; j < width; ++j) {
      if (std::isnan(rows(i, j))) {
        return Fail(ErrorCode::kBadInput,
                    fmt::format("Row {} has no value in column {}; a linear model needs imputed "
                                "columns.",
                                i, j));
      }
      shap.values(i, j) = model.coefficients[j] * (rows(i, j) - background_means[j]);
    }
    margins[i] = LinearMargin(model, rows.row(i));
  }
  RI_RETURN_IF_ERROR(CheckAdditivity(shap, margins));
  return shap;
}

}  // namespace ri::explanations
