#include "models/stage_table.h"

#include <unordered_set>

#include "base/assertion.h"
#include "domain/probability.h"

namespace ri::models {
namespace {

// Weighted mean label of the rows chosen by `use`, and the number of distinct deals among them.
struct Seen {
  double rate = 0;
  double deals = 0;
};

template <typename Use>
Seen Look(const LabelledRows& training, std::span<const std::uint32_t> deals, Use use) {
  double won = 0;
  double weight = 0;
  std::unordered_set<std::uint32_t> distinct;
  for (std::size_t i = 0; i < training.labels.size(); ++i) {
    const double w = training.weights.empty() ? 1 : training.weights[i];
    if (w > 0 && use(i)) {
      won += w * training.labels[i];
      weight += w;
      distinct.insert(deals[i]);
    }
  }
  return {weight > 0 ? won / weight : 0, static_cast<double>(distinct.size())};
}

}  // namespace

double StageTable::Margin(std::span<const float> row) const {
  RI_ASSERT(row.size() == num_columns);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (row[columns[k]] == 1) {
      return margins[k];
    }
  }
  return base_margin;
}

std::vector<double> StageTable::Margins(base::MatrixView<const float> rows) const {
  std::vector<double> result(rows.num_rows());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = Margin(rows.row(i));
  }
  return result;
}

Result<StageTable> FitStageTable(const LabelledRows& training, std::span<const std::uint32_t> deals,
                                 std::vector<std::size_t> columns, double prior_strength) {
  if (training.labels.size() != deals.size() ||
      training.rows.num_rows() != training.labels.size() ||
      (!training.weights.empty() && training.weights.size() != deals.size())) {
    return Fail(ErrorCode::kUsage, "The stage table needs one label and deal per row.");
  }
  if (!(prior_strength > 0)) {
    return Fail(ErrorCode::kUsage, "The prior strength of the stage table must be positive.");
  }
  StageTable table;
  table.num_columns = training.rows.num_columns();
  for (const std::size_t column : columns) {
    if (column >= table.num_columns) {
      return Fail(ErrorCode::kUsage, "The stage table names a column that the rows do not have.");
    }
  }
  const Seen all = Look(training, deals, [](std::size_t) { return true; });
  const double base_rate = (all.deals * all.rate + .5) / (all.deals + 1);
  table.base_margin = domain::Logit(base_rate);
  for (const std::size_t column : columns) {
    const Seen seen =
        Look(training, deals, [&](std::size_t i) { return training.rows(i, column) == 1; });
    table.margins.push_back(domain::Logit((seen.deals * seen.rate + prior_strength * base_rate) /
                                          (seen.deals + prior_strength)));
  }
  table.columns = std::move(columns);
  return table;
}

}  // namespace ri::models
