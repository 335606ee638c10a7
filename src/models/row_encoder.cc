#include "models/row_encoder.h"

#include <limits>

#include "base/assertion.h"

namespace ri::models {

RowEncoder::RowEncoder(const FeatureEncoder& encoder,
                       std::span<const features::FeatureDefinition> definitions)
    : features_(definitions.size()), empty_row_(encoder.columns().size()) {
  for (std::size_t f = 0; f < definitions.size(); ++f) {
    features_[f].kind = definitions[f].kind;
    positions_.emplace(definitions[f].name, f);
  }
  for (std::size_t c = 0; c < encoder.columns().size(); ++c) {
    const EncodedColumn& column = encoder.columns()[c];
    const auto found = positions_.find(encoder.feature_names()[column.feature]);
    const bool missing = column.kind == EncodedColumn::Kind::kMissing;
    const bool number = column.kind == EncodedColumn::Kind::kNumber;
    empty_row_[c] = number ? std::numeric_limits<float>::quiet_NaN() : (missing ? 1.0F : 0.0F);
    if (found == positions_.end()) {
      continue;
    }
    Feature& feature = features_[found->second];
    RI_ASSERT(number == (feature.kind == features::FeatureKind::kNumeric));
    if (number) {
      feature.first = c;
      continue;
    }
    feature.columns.push_back(c);
    if (missing) {
      feature.missing = c;
    } else if (column.kind == EncodedColumn::Kind::kOther) {
      feature.other = c;
    } else {
      feature.labels.emplace(column.label, c);
    }
  }
}

std::optional<std::size_t> RowEncoder::Find(std::string_view name) const {
  const auto found = positions_.find(name);
  return found == positions_.end() ? std::nullopt : std::optional(found->second);
}

void RowEncoder::SetNumber(std::size_t feature, float value, std::span<float> row) const {
  RI_ASSERT(row.size() == num_columns() && kind(feature) == features::FeatureKind::kNumeric);
  if (const std::size_t column = features_[feature].first; column != kNoColumn) {
    row[column] = value;
  }
}

void RowEncoder::SetLabel(std::size_t feature, std::string_view label, std::span<float> row) const {
  RI_ASSERT(row.size() == num_columns() && kind(feature) == features::FeatureKind::kCategory);
  const Feature& known = features_[feature];
  for (const std::size_t column : known.columns) {
    row[column] = 0;
  }
  const auto found = known.labels.find(label);
  const std::size_t lit = found == known.labels.end() ? known.other : found->second;
  if (lit != kNoColumn) {
    row[lit] = 1;
  }
}

}  // namespace ri::models
