#include "book/additive_head.h"

namespace ri::book {

std::vector<double> AdditiveContributions(const models::Head& head, std::span<const float> row) {
  if (const models::LinearModel* linear = models::RidgeOf(head)) {
    return linear->Contributions(row);
  }
  std::vector<double> contributions(row.size(), 0.0);
  if (const auto* table = std::get_if<models::StageTable>(&head)) {
    for (std::size_t i = 0; i < table->columns.size(); ++i) {
      if (row[table->columns[i]] == 1) {
        contributions[table->columns[i]] = table->margins[i] - table->base_margin;
        break;
      }
    }
  }
  return contributions;
}

double AdditiveBaseMargin(const models::Head& head) {
  if (const models::LinearModel* linear = models::RidgeOf(head)) {
    return linear->intercept;
  }
  if (const auto* table = std::get_if<models::StageTable>(&head)) {
    return table->base_margin;
  }
  const auto* rate = std::get_if<models::BaseRate>(&head);
  return rate != nullptr ? rate->margin : 0;
}

}  // namespace ri::book
