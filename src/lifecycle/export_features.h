#pragma once

/// Use case: the point-in-time feature matrix as CSV or for NumPy.

#include <cstddef>
#include <optional>
#include <string>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"
#include "lifecycle/feature_store.h"

namespace ri::lifecycle {

/// One Monday (`as_of`, default the effective moment), many (`from` and `to`), or every deal at
/// its own first moment (`as_of_created`).
struct FeatureExportRequest {
  std::optional<domain::Timestamp> as_of;
  std::optional<domain::Timestamp> from, to;
  bool as_of_created = false;
  std::optional<domain::Timestamp> known_at;
  std::string path;  ///< by its end .npy, .npz, else CSV
  /// Folder of precomputed weeks for `from` and `to`; empty = none.
  std::string store;
  domain::Timestamp now{};
};

struct FeatureExportReport {
  std::size_t rows = 0;
  std::size_t features = 0;
  FeatureStoreUse use;  ///< of precomputed weeks; nothing without a store
};

/// CSV columns: deal_id, as_of, then the catalogue in order. Missing is empty; categories are
/// labels; numbers are the shortest text that reads back as the same float. .npy: float32 [rows,
/// features], a category as the index of its label, missing as NaN. .npz: the same as "values",
/// with "features", "deal_id", "as_of", and for every category "labels_NAME".
[[nodiscard]] Result<FeatureExportReport> ExportFeatures(book::Workspace& workspace,
                                                         const FeatureExportRequest& request,
                                                         base::Progress& progress);

}  // namespace ri::lifecycle
