#include "models/labelled_rows.h"

#include <cmath>
#include <string>

namespace ri::models {

Status CheckRows(const LabelledRows& data, std::string_view which) {
  const std::string name(which);
  const std::size_t n = data.rows.num_rows();
  if (n == 0 || data.rows.num_columns() == 0) {
    return Fail(ErrorCode::kUsage, "The " + name + " set has no rows or no columns.");
  }
  if (data.labels.size() != n || (!data.weights.empty() && data.weights.size() != n)) {
    return Fail(ErrorCode::kUsage, "The " + name + " set needs one label (and weight) per row.");
  }
  for (const double label : data.labels) {
    if (!(label >= 0 && label <= 1)) {
      return Fail(ErrorCode::kBadInput, "A label of the " + name + " set is outside [0, 1].");
    }
  }
  for (const double weight : data.weights) {
    if (!(weight >= 0) || std::isinf(weight)) {
      return Fail(ErrorCode::kBadInput,
                  "A weight of the " + name + " set is negative or not finite.");
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (const float value : data.rows.row(i)) {
      if (std::isinf(value)) {
        return Fail(ErrorCode::kBadInput, "The " + name + " set holds an infinite value.");
      }
    }
  }
  return {};
}

}  // namespace ri::models
