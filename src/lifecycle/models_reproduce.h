#pragma once

/// Use case: train a version again from its manifest and see whether the same bytes come out.

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "book/workspace.h"

namespace ri::lifecycle {

struct ReproduceReport {
  std::string version;  ///< the one asked for
  std::string made;     ///< the one that came out; equal = identical bytes
  /// What is not as it was, as sentences; empty when identical.
  std::vector<std::string> differences;
  [[nodiscard]] bool identical() const { return version == made; }
};

/// Trains with the data known then, the cutoff and the seed of the manifest. Nothing is stored.
/// kUsage for an imported version, which was trained elsewhere; kConflict when the data known then
/// are no longer what they were.
[[nodiscard]] Result<ReproduceReport> ReproduceModel(book::Workspace& workspace,
                                                     const std::string& name, domain::Timestamp now,
                                                     base::Progress& progress);

}  // namespace ri::lifecycle
