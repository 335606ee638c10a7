#pragma once

/// Model versions and the aliases that point at them. A version is immutable and named by a hash
/// of everything it was made from; "champion" is what scores, "challenger" is what is compared.
/// Every change of an alias is appended to a log with who and why, so any past state can be told.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/store.h"
#include "domain/date.h"
#include "domain/identifier.h"

namespace ri::registry {

inline constexpr std::string_view kChampion = "champion";
inline constexpr std::string_view kChallenger = "challenger";

/// Version id: the first 16 hexadecimal digits of the SHA-256 of the manifest. The manifest names
/// the data, the catalogue, the code version, parameters, seeds, thread count and library versions.
[[nodiscard]] domain::ModelVersion VersionOf(std::string_view manifest);

/// Who changes an alias and why.
struct AliasRequest {
  std::string alias;
  domain::ModelVersion version;
  domain::Timestamp at{};
  std::string actor;
  std::string reason;
};

/// Thread safety: as the store's. Keeps a reference to the store.
class Registry {
 public:
  explicit Registry(data::Store& store) : store_(store) {}

  /// Stores a version; storing the same again does nothing.
  Result<domain::ModelVersion> Register(data::StoredModel model);
  /// Version an alias points at now; empty when it points nowhere.
  Result<std::optional<domain::ModelVersion>> Current(std::string_view alias);
  /// An alias, a full version or an unambiguous prefix of at least 4 digits. kNotFound otherwise.
  Result<domain::ModelVersion> Resolve(std::string_view name);
  /// Points an alias at an existing version.
  Status Promote(const AliasRequest& request);
  /// The version before the current one, which promoting it again goes back to; empty when there is
  /// none. Gone back once, it is the version before that. While the alias points nowhere it is the
  /// version before the one that was taken away: nobody clears what they want back.
  Result<std::optional<domain::ModelVersion>> Previous(std::string_view alias);
  /// Lets an alias point nowhere; nothing happens when it does already. `request.version` is not
  /// read.
  Status Clear(const AliasRequest& request);

 private:
  data::Store& store_;
};

}  // namespace ri::registry
