#pragma once

/// What is kept of a scored deal beside the columns of the store: everything that was shown, and
/// the reasons, so that any past explanation can be shown again, bit for bit.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "deals/explain_deal.h"
#include "features/feature_table.h"

namespace ri::deals {

/// The reasons as numbers: contributions and value texts by the fields of the model version.
struct KeptReasons {
  FieldContributions contributions;       ///< margin is not kept: it is a column of its own
  std::vector<std::string> values;        ///< as people read them
  std::vector<std::string> observations;  ///< sentences
};

inline constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

/// Column of every definition in the table, kNoColumn where it has none: once for many rows.
[[nodiscard]] std::vector<std::size_t> ColumnsOf(
    const std::vector<features::FeatureDefinition>& definitions,
    const features::FeatureTable& table);

/// One JSON document. Contributions are float64, bit for bit; values are packed to one to five
/// bytes, labels to their text; together some 10 bytes per field that matters, in base64.
/// `columns` are those of the contributions' fields in the table the deal was scored on.
[[nodiscard]] std::string PackPayload(const book::ScoredDeal& deal,
                                      const std::vector<std::size_t>& columns,
                                      const FieldContributions& contributions,
                                      const features::FeatureTable& table, std::size_t row);

/// kStorage when the payload is none of ours or of a model with other fields. Fills what
/// PackPayload kept of the deal.
[[nodiscard]] Result<KeptReasons> UnpackPayload(
    std::string_view payload, const std::vector<features::FeatureDefinition>& definitions,
    book::ScoredDeal& deal);

}  // namespace ri::deals
