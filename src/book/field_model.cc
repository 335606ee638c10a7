#include "book/field_model.h"

#include "book/additive_head.h"

namespace ri::book {
double FieldModel::Margin(std::span<const float> row) const {
  return model_->Margin(encoder_.Encode(row)).value();
}

std::vector<double> FieldModel::Split(std::span<const float> row,
                                      std::span<const float> reference) const {
  const std::vector<float> to = encoder_.Encode(row);
  const std::vector<float> from = encoder_.Encode(reference);
  const models::Head& head = model_->parts().head;
  std::vector<double> columns = AdditiveContributions(head, to);
  const std::vector<double> before = AdditiveContributions(head, from);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    columns[j] -= before[j];
  }
  if (const models::TreeEnsemble* trees = models::TreesOf(head)) {
    const std::vector<double> split = explanations::TreeReferenceModel(*trees).Split(to, from);
    for (std::size_t j = 0; j < columns.size(); ++j) {
      columns[j] += split[j];
    }
  }
  return encoder_.Fold(columns);
}

}  // namespace ri::book
