#pragma once

/// The server engine: PostgreSQL 15 or newer.

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "data/open_store.h"
#include "data/store.h"

namespace ri::data::postgres {

struct Options {
  /// How long an import waits for another one before it fails with kConflict.
  std::chrono::milliseconds lock_wait{10000};
};

/// Opens the database at `url`, for example "postgresql://user@host/database", and migrates its
/// current schema (the first one of the search path, which a URL may set with
/// "?options=-csearch_path%3Dname"). kStorage when the server cannot be reached, the database is
/// not in UTF-8 or is newer than this program.
///
/// Reading never waits for an import and sees the state before it until it is committed. Any
/// method may be called from any thread; imports and Load use connections of their own. After the
/// server was restarted the next call connects again.
[[nodiscard]] Result<std::unique_ptr<Store>> Open(std::string_view url,
                                                  const Options& options = {});

/// For OpenStore: "postgresql://..." and "postgres://...".
[[nodiscard]] Engine MakeEngine();

}  // namespace ri::data::postgres
