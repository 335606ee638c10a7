#include "training/monotone_signs.h"

#include <cmath>

#include "metrics/ranking.h"

namespace ri::training {
namespace {

constexpr std::size_t kMinRows = 100;

}  // namespace

MonotoneSigns AgreedSigns(const TrainingMatrix& matrix, const LabelsAtCut& labels) {
  MonotoneSigns result{.signs = matrix.encoder.MonotoneSigns()};
  for (std::size_t j = 0; j < result.signs.size(); ++j) {
    int& sign = result.signs[j];
    if (sign == 0) {
      continue;
    }
    std::vector<double> values;
    std::vector<double> outcomes;
    for (std::size_t i = 0; i < labels.rows.size(); ++i) {
      const float value = matrix.encoded(labels.rows[i], j);
      if (!std::isnan(value)) {
        values.push_back(value);
        outcomes.push_back(labels.labels[i]);
      }
    }
    const double correlation =
        values.size() < kMinRows ? 0 : metrics::SpearmanCorrelation(values, outcomes);
    if (sign * correlation > 0) {  // NaN, of a constant, compares false
      ++result.held;
    } else {
      ++result.refused;
      sign = 0;
    }
  }
  return result;
}

}  // namespace ri::training
