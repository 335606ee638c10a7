#pragma once

/// Which attribute of the event store a column's role fills.

#include <optional>
#include <string>
#include <string_view>

#include "data/event.h"
#include "ingest/mapping_roles.h"

namespace ri::ingest {

/// text of a rep, account or contact: another word by which rows name it, the id of a record that
/// was merged into it or a name that stands for its id. For later imports only; no feature.
inline constexpr std::string_view kAlsoCalled = "also_called";

/// Empty for roles that are no attribute (ids, times).
[[nodiscard]] std::optional<data::AttributeDefinition> AttributeOf(data::EntityKind kind,
                                                                   Role role);

/// Attribute name of a customer's own column: the column's name, with "custom." before it when the
/// system itself gives that name a meaning.
[[nodiscard]] std::string CustomName(data::EntityKind kind, std::string_view column);

/// What rows of a noun are about; kDeal for histories, outcomes and logs.
[[nodiscard]] data::EntityKind KindOf(Noun noun);

/// A real as events store it; never the bits of data::kNoValue. \pre `value` is finite
[[nodiscard]] std::int64_t StoredReal(double value);

}  // namespace ri::ingest
