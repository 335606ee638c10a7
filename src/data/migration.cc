#include "data/migration.h"

#include <string>

#include "base/assertion.h"

namespace ri::data {

Result<std::span<const Migration>> PendingMigrations(std::span<const Migration> all,
                                                     std::int64_t current) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    RI_ASSERT(all[i].version == static_cast<std::int64_t>(i) + 1);
  }
  const auto known = static_cast<std::int64_t>(all.size());
  if (current > known) {
    return Fail(ErrorCode::kStorage,
                "The database has schema version " + std::to_string(current) +
                    ", but this program only knows versions up to " + std::to_string(known) +
                    ". A newer version of the program has used it. Install that version; nothing "
                    "was changed.");
  }
  if (current < 0) {
    return Fail(ErrorCode::kStorage, "The database says it has schema version " +
                                         std::to_string(current) +
                                         ", which no version of this program writes.");
  }
  return all.subspan(static_cast<std::size_t>(current));
}

}  // namespace ri::data
