#pragma once

/// Opens the store a URL names, with whichever engine understands the URL.

#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "data/erasure.h"
#include "data/store.h"
#include "data/table_transfer.h"

namespace ri::data {

/// A database engine as the composition root passes it in; `sqlite::kEngine`, `postgres::kEngine`.
struct Engine {
  /// Schemes of its URLs without the colon, separated by one blank.
  std::string_view schemes;
  /// True when `open` takes the whole URL; false when it takes what follows "scheme:".
  bool wants_url = false;
  Result<std::unique_ptr<Store>> (*open)(std::string_view) = nullptr;
  /// For backups: opens what exists and changes nothing.
  Result<std::unique_ptr<DatabaseReader>> (*open_reader)(std::string_view) = nullptr;
  /// For restoring; creates the database when there is none.
  Result<std::unique_ptr<DatabaseWriter>> (*open_writer)(std::string_view,
                                                         const RestoreTarget&) = nullptr;
  /// For erasures of a database that exists.
  Result<std::unique_ptr<ErasureWriter>> (*open_eraser)(std::string_view) = nullptr;
};

/// An engine and what its functions take.
struct EngineAndPlace {
  const Engine* engine = nullptr;
  std::string_view place;  ///< part of the URL
};

/// The engine that understands `url`; kUsage when none does.
[[nodiscard]] Result<EngineAndPlace> FindEngine(std::string_view url,
                                                std::span<const Engine> engines);

/// Opens (and creates or migrates when needed) the database at `url`, for example
/// "sqlite:revint.db", "sqlite:///var/lib/revint/revint.db" or "postgresql://host/database".
/// kUsage when no engine takes the URL.
[[nodiscard]] Result<std::unique_ptr<Store>> OpenStore(std::string_view url,
                                                       std::span<const Engine> engines);

}  // namespace ri::data
