#include "models/feature_encoder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "base/assertion.h"
#include "models/json_document.h"

namespace ri::models {
namespace {

using features::FeatureKind;
using features::FeatureTable;
using Kind = EncodedColumn::Kind;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::optional<std::size_t> FindFeature(const FeatureTable& table, const std::string& name) {
  for (std::size_t f = 0; f < table.features.size(); ++f) {
    if (table.features[f].name == name) {
      return f;
    }
  }
  return std::nullopt;
}

Result<std::optional<std::size_t>> LabelIndex(const FeatureTable& table, std::size_t feature,
                                              float value) {
  if (std::isnan(value)) {
    return std::optional<std::size_t>();
  }
  if (!(value >= 0) || value != std::floor(value) ||
      static_cast<std::size_t>(value) >= table.labels[feature].size()) {
    return Fail(ErrorCode::kBadInput, "The category '" + table.features[feature].name +
                                          "' holds an index without a label.");
  }
  return std::optional<std::size_t>(static_cast<std::size_t>(value));
}

bool Varies(const FeatureTable& table, std::span<const std::size_t> rows, std::size_t feature) {
  for (const std::size_t row : rows) {
    const float first = table.values(rows[0], feature);
    const float value = table.values(row, feature);
    if (std::isnan(first) != std::isnan(value) || (!std::isnan(first) && first != value)) {
      return true;
    }
  }
  return false;
}

// Columns of one category that hold both 0 and 1 in training.
Result<std::vector<EncodedColumn>> LabelColumns(const FeatureTable& table,
                                                std::span<const std::size_t> rows,
                                                std::size_t feature,
                                                const EncoderOptions& options) {
  std::vector<std::size_t> counts(table.labels[feature].size(), 0);
  std::size_t missing = 0;
  for (const std::size_t row : rows) {
    RI_ASSIGN_OR_RETURN(const auto index, LabelIndex(table, feature, table.values(row, feature)));
    ++(index ? counts[*index] : missing);
  }
  std::vector<std::size_t> order;
  for (std::size_t index = 0; index < counts.size(); ++index) {
    if (counts[index] >= std::max<std::size_t>(options.min_label_rows, 1)) {
      order.push_back(index);
    }
  }
  const std::vector<std::string>& labels = table.labels[feature];
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return counts[a] != counts[b] ? counts[a] > counts[b] : labels[a] < labels[b];
  });
  order.resize(std::min(order.size(), options.max_labels));

  const std::string& name = table.features[feature].name;
  std::vector<EncodedColumn> columns;
  std::size_t named = 0;
  const auto add = [&](std::size_t count, EncodedColumn column) {
    if (count > 0 && count < rows.size()) {
      columns.push_back(std::move(column));
    }
  };
  for (const std::size_t index : order) {
    named += counts[index];
    add(counts[index], {name + " = " + labels[index], feature, Kind::kLabel, labels[index], 0});
  }
  add(rows.size() - named - missing, {name + " = (other)", feature, Kind::kOther, "", 0});
  add(missing, {name + " = (missing)", feature, Kind::kMissing, "", 0});
  return columns;
}

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNumber:
      return "number";
    case Kind::kLabel:
      return "label";
    case Kind::kMissing:
      return "missing";
    case Kind::kOther:
      return "other";
  }
  return "";
}

}  // namespace

Result<FeatureEncoder> FeatureEncoder::Fit(const FeatureTable& table,
                                           std::span<const std::size_t> rows,
                                           const EncoderOptions& options) {
  RI_ASSERT(table.values.num_columns() == table.features.size() || rows.empty());
  FeatureEncoder encoder;
  for (std::size_t f = 0; f < table.features.size(); ++f) {
    encoder.feature_names_.push_back(table.features[f].name);
    if (table.features[f].kind == FeatureKind::kCategory) {
      RI_ASSIGN_OR_RETURN(const auto columns, LabelColumns(table, rows, f, options));
      encoder.columns_.insert(encoder.columns_.end(), columns.begin(), columns.end());
    } else if (!rows.empty() && Varies(table, rows, f)) {
      encoder.columns_.push_back(
          {table.features[f].name, f, Kind::kNumber, "", table.features[f].monotone});
    }
  }
  if (encoder.columns_.empty()) {
    return Fail(ErrorCode::kRefused,
                "No feature varies between the training rows, so there is nothing to learn from.");
  }
  return encoder;
}

Result<base::Matrix<float>> FeatureEncoder::Encode(const FeatureTable& table) const {
  base::Matrix<float> encoded(table.rows.size(), columns_.size());
  for (std::size_t begin = 0; begin < columns_.size();) {
    const std::size_t source = columns_[begin].feature;
    std::size_t end = begin;
    while (end < columns_.size() && columns_[end].feature == source) {
      ++end;
    }
    const bool category = columns_[begin].kind != Kind::kNumber;
    const std::optional<std::size_t> feature = FindFeature(table, feature_names_[source]);
    if (feature && (table.features[*feature].kind == FeatureKind::kCategory) != category) {
      return Fail(ErrorCode::kBadInput,
                  "The feature '" + feature_names_[source] + "' was a " +
                      (category ? "category" : "number") +
                      " when the model was trained and is not one now. Train a new model.");
    }
    if (!category) {
      for (std::size_t i = 0; i < table.rows.size(); ++i) {
        encoded(i, begin) = feature ? table.values(i, *feature) : kMissing;
      }
      begin = end;
      continue;
    }
    // Which column each label of this table lights up; `end` = none.
    std::size_t other = end;
    std::size_t missing = end;
    std::map<std::string, std::size_t> named;
    for (std::size_t c = begin; c < end; ++c) {
      if (columns_[c].kind == Kind::kOther) {
        other = c;
      } else if (columns_[c].kind == Kind::kMissing) {
        missing = c;
      } else {
        named.emplace(columns_[c].label, c);
      }
    }
    std::vector<std::size_t> column_of;
    if (feature) {
      for (const std::string& label : table.labels[*feature]) {
        const auto found = named.find(label);
        column_of.push_back(found == named.end() ? other : found->second);
      }
    }
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      std::size_t lit = missing;
      if (feature) {
        RI_ASSIGN_OR_RETURN(const auto index,
                            LabelIndex(table, *feature, table.values(i, *feature)));
        lit = index ? column_of[*index] : missing;
      }
      if (lit != end) {
        encoded(i, lit) = 1;
      }
    }
    begin = end;
  }
  return encoded;
}

std::vector<std::string> FeatureEncoder::ColumnNames() const {
  std::vector<std::string> names;
  for (const EncodedColumn& column : columns_) {
    names.push_back(column.name);
  }
  return names;
}

std::vector<std::size_t> FeatureEncoder::SourceFeatures() const {
  std::vector<std::size_t> features;
  for (const EncodedColumn& column : columns_) {
    features.push_back(column.feature);
  }
  return features;
}

std::vector<int> FeatureEncoder::MonotoneSigns() const {
  std::vector<int> signs;
  for (const EncodedColumn& column : columns_) {
    signs.push_back(column.monotone);
  }
  return signs;
}

std::vector<std::string> FeatureEncoder::AbsentFrom(const FeatureTable& table) const {
  std::vector<std::string> absent;
  for (const EncodedColumn& column : columns_) {
    const std::string& name = feature_names_[column.feature];
    if ((absent.empty() || absent.back() != name) && !FindFeature(table, name)) {
      absent.push_back(name);
    }
  }
  return absent;
}

std::string FeatureEncoder::ToJson() const {
  Json columns = Json::array();
  for (const EncodedColumn& column : columns_) {
    columns.push_back({{"name", column.name},
                       {"feature", column.feature},
                       {"kind", KindName(column.kind)},
                       {"label", column.label},
                       {"monotone", column.monotone}});
  }
  return Write({{"features", feature_names_}, {"columns", std::move(columns)}});
}

Result<FeatureEncoder> FeatureEncoder::FromJson(std::string_view text) {
  return Read("the encoder", text, [](const Json& document) {
    FeatureEncoder encoder;
    encoder.feature_names_ = document.at("features").get<std::vector<std::string>>();
    for (const Json& entry : document.at("columns")) {
      EncodedColumn column;
      column.name = entry.at("name").get<std::string>();
      column.feature = Index(entry.at("feature"));
      column.label = entry.at("label").get<std::string>();
      column.monotone = entry.at("monotone").get<int>();
      const auto kind = entry.at("kind").get<std::string>();
      const auto kinds = {Kind::kNumber, Kind::kLabel, Kind::kMissing, Kind::kOther};
      const auto* const found =
          std::find_if(kinds.begin(), kinds.end(), [&](Kind k) { return KindName(k) == kind; });
      Require(found != kinds.end(), "an unknown kind of column");
      column.kind = *found;
      Require(column.feature < encoder.feature_names_.size(), "a column without a feature");
      Require(encoder.columns_.empty() || encoder.columns_.back().feature <= column.feature,
              "columns out of order");
      Require(column.kind != Kind::kNumber || encoder.columns_.empty() ||
                  encoder.columns_.back().feature < column.feature,
              "a number with two columns");
      encoder.columns_.push_back(std::move(column));
    }
    Require(!encoder.columns_.empty(), "no columns");
    return encoder;
  });
}

}  // namespace ri::models
