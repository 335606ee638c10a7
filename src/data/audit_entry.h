#pragma once

/// Entries of the audit log, as every part of the program writes them.

#include <string>

#include "base/result.h"
#include "data/operations_store.h"
#include "domain/date.h"

namespace ri::data {

/// Adds an entry to the audit log; `detail` is a JSON object.
Status WriteAudit(OperationsStore& store, domain::Timestamp at, const std::string& actor,
                  const std::string& action, const std::string& subject,
                  const std::string& detail = "{}");

/// The same, unless there is an entry of that action and subject: for work that may have been
/// killed between its effect and its entry, and is done again.
Status WriteAuditOnce(OperationsStore& store, domain::Timestamp at, const std::string& actor,
                      const std::string& action, const std::string& subject,
                      const std::string& detail = "{}");

}  // namespace ri::data
