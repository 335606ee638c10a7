#pragma once

/// Use case: remove a person's or an account's data, and keep it out of later imports.

#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "data/erasure.h"
#include "domain/date.h"

namespace ri::service {

struct EraseRequest {
  std::string database;     ///< URL
  std::string account_key;  ///< exactly one of the two is given
  std::string person_key;   ///< of a rep or a contact
  std::string reason;
  bool dry_run = false;
  domain::Timestamp now{};
};

/// Replaces the entity's key, names and texts in every table, in one transaction. Amounts, stages
/// and dates of deals stay, under keys that tell nothing, so that sums stay the same; results that
/// read an erased value are marked in the log. kNotFound when there is no such entity.
[[nodiscard]] Result<data::ErasureReport> Erase(const EraseRequest& request,
                                                base::Progress& progress);

/// The log, oldest first.
[[nodiscard]] Result<std::vector<data::ErasureEntry>> Erasures(const std::string& database);

}  // namespace ri::service
