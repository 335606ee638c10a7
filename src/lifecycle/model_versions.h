#pragma once

/// Use case: which version scores. Every change of an alias goes through here, so that the log of
/// who did what holds it whichever edge asked.

#include <string>

#include "base/result.h"
#include "book/workspace.h"
#include "data/store.h"
#include "domain/date.h"
#include "domain/identifier.h"

namespace ri::lifecycle {

struct AliasOrder {
  std::string alias = "champion";
  /// Version or prefix. Empty when going back: the version before. Not read when clearing.
  std::string version;
  std::string actor;
  std::string reason;
  domain::Timestamp now{};
};

/// Points the alias at the version and logs it. Asked again for the same moment, after a process
/// was killed in between, it completes what is missing and no more. kNotFound for an unknown one.
[[nodiscard]] Result<data::AliasChange> PromoteModel(book::Workspace& workspace,
                                                     const AliasOrder& order);

/// Points the alias back at the version before, or at the one named, and logs it. With a version,
/// asked again for the same moment, it completes what is missing. kNotFound when there is none.
[[nodiscard]] Result<data::AliasChange> RollBackModel(book::Workspace& workspace,
                                                      const AliasOrder& order);

/// Lets the alias point nowhere.
Status ClearAlias(book::Workspace& workspace, const AliasOrder& order);

/// The version an alias stood for at a moment; empty when it stood for none. `changes` are all, in
/// the order in which they were made.
[[nodiscard]] std::string VersionAt(const std::vector<data::AliasChange>& changes,
                                    std::string_view alias, domain::Timestamp moment);

/// The entry that a training leaves in the log; once per version.
Status AuditTraining(book::Workspace& workspace, const data::StoredModel& model,
                     const std::string& actor, domain::Timestamp now);

}  // namespace ri::lifecycle
