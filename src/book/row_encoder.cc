#include "book/row_encoder.h"

#include <cmath>
#include <map>
#include <string>

#include "base/assertion.h"

namespace ri::book {

RowEncoder::RowEncoder(const models::FeatureEncoder& encoder, const features::FeatureTable& schema)
    : num_fields_(schema.features.size()), num_columns_(encoder.columns().size()) {
  using Kind = models::EncodedColumn::Kind;
  const std::vector<models::EncodedColumn>& columns = encoder.columns();
  field_of_column_.assign(num_columns_, kNone);
  for (std::size_t begin = 0; begin < columns.size();) {
    const std::size_t source = columns[begin].feature;
    std::size_t end = begin;
    while (end < columns.size() && columns[end].feature == source) {
      ++end;
    }
    const auto field = schema.Find(encoder.feature_names()[source]);
    for (std::size_t column = begin; field && column < end; ++column) {
      field_of_column_[column] = *field;
    }
    if (columns[begin].kind == Kind::kNumber) {
      numbers_.push_back({.column = begin, .field = field.value_or(kNone)});
      begin = end;
      continue;
    }
    Category category{.field = field.value_or(kNone)};
    std::size_t other = kNone;
    std::map<std::string, std::size_t> named;
    for (std::size_t column = begin; column < end; ++column) {
      if (columns[column].kind == Kind::kOther) {
        other = column;
      } else if (columns[column].kind == Kind::kMissing) {
        category.missing = column;
      } else {
        named.emplace(columns[column].label, column);
      }
    }
    if (field) {
      for (const std::string& label : schema.labels[*field]) {
        const auto found = named.find(label);
        category.column_of_label.push_back(found == named.end() ? other : found->second);
      }
    }
    categories_.push_back(std::move(category));
    begin = end;
  }
}

std::vector<float> RowEncoder::Encode(std::span<const float> fields) const {
  RI_ASSERT(fields.size() == num_fields_);
  std::vector<float> encoded(num_columns_, 0.0F);
  for (const Number& number : numbers_) {
    encoded[number.column] =
        number.field == kNone ? std::numeric_limits<float>::quiet_NaN() : fields[number.field];
  }
  for (const Category& category : categories_) {
    std::size_t lit = category.missing;
    if (category.field != kNone && !std::isnan(fields[category.field])) {
      lit = category.column_of_label[static_cast<std::size_t>(fields[category.field])];
    }
    if (lit != kNone) {
      encoded[lit] = 1;
    }
  }
  return encoded;
}

std::vector<double> RowEncoder::Fold(std::span<const double> columns) const {
  std::vector<double> fields(num_fields_, 0.0);
  for (std::size_t column = 0; column < columns.size(); ++column) {
    if (field_of_column_[column] != kNone) {
      fields[field_of_column_[column]] += columns[column];
    }
  }
  return fields;
}

}  // namespace ri::book
