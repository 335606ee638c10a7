#pragma once

/// The embedded engine: one file (plus its write-ahead log), no server.

#include <chrono>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "data/open_store.h"
#include "data/store.h"

namespace ri::data::sqlite {

struct Options {
  /// How long a write waits for another process's write before it fails with kConflict.
  std::chrono::milliseconds lock_wait{10000};
};

/// Opens the database file at `path`, creates it when it does not exist, and migrates it.
/// kStorage when it cannot be opened, belongs to another program or is newer than this one.
///
/// Reading never waits for an import and sees the state before it until it is committed. Any
/// method may be called from any thread; imports and Load use connections of their own.
[[nodiscard]] Result<std::unique_ptr<Store>> Open(std::string_view path,
                                                  const Options& options = {});

/// For OpenStore: "sqlite:PATH".
[[nodiscard]] Engine MakeEngine();

}  // namespace ri::data::sqlite
