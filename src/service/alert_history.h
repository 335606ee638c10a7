#pragma once

/// Use case: who changed which alert rule, when and why. Read from the audit log, which only grows
/// and is sealed entry by entry.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/operations_store.h"
#include "domain/date.h"

namespace ri::service {

struct AlertChangeRecord {
  domain::Timestamp at{};
  std::string actor;
  std::string rule;  ///< empty for what concerns all rules
  /// "muted", "unmuted", "threshold", "budget" (new alerts per rep and week), "holdout_share",
  /// "categories" (that the team counts on)
  std::string what;
  std::string before, after;  ///< shortest texts of numbers, or categories divided by ", "
  std::string reason;         ///< in the person's words; empty when none was given
};

/// The newest `limit` changes of settings, newest first; one entry per thing that changed.
[[nodiscard]] Result<std::vector<AlertChangeRecord>> AlertChanges(data::OperationsStore& operations,
                                                                  std::int64_t limit = 200);
/// {"items": [...]}: the document of the command line and of HTTP.
[[nodiscard]] std::string AlertChangesJson(const std::vector<AlertChangeRecord>& changes);

}  // namespace ri::service
