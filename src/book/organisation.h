#pragma once

/// Who belongs where: the rep's team and region as of a moment.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "data/event_log.h"
#include "domain/date.h"

namespace ri::book {

/// Names by rep index. A rep without a team is listed under the manager's name, without either
/// under "(no team)". A region is the rep's own, or the parent of the team; else "(no region)".
struct Organisation {
  std::vector<std::string> rep;
  std::vector<std::string> team;
  std::vector<std::string> region;
};

[[nodiscard]] Organisation OrganisationAt(const data::EventLog& log, domain::Timestamp as_of);

/// Latest value of an attribute of one entity among events visible at `as_of`; empty when there is
/// none or it was cleared.
[[nodiscard]] std::optional<std::int64_t> LatestValue(const data::EventLog& log,
                                                      data::EntityKind kind, std::size_t entity,
                                                      std::string_view attribute,
                                                      domain::Timestamp as_of);
/// The name of an entity as of a moment, else its key.
[[nodiscard]] std::string NameAt(const data::EventLog& log, data::EntityKind kind,
                                 std::size_t entity, domain::Timestamp as_of);

}  // namespace ri::book
