#pragma once

/// Model versions and the log of their aliases.

#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/postgres/connection.h"
#include "data/store.h"

namespace ri::data::postgres {

[[nodiscard]] Status AddModel(Connection& connection, const StoredModel& model);
[[nodiscard]] Result<StoredModel> ReadModel(Connection& connection, std::string_view version);
[[nodiscard]] Result<std::vector<StoredModel>> ReadModels(Connection& connection);
[[nodiscard]] Status AppendAliasChange(Connection& connection, const AliasChange& change);
[[nodiscard]] Result<std::vector<AliasChange>> ReadAliasChanges(Connection& connection);

}  // namespace ri::data::postgres
