#pragma once

/// The rows of a store, taken from a backup: what the loaders are compared on.

#include <string>
#include <vector>

#include "base/result.h"
#include "data/store.h"

namespace ri::bench {

struct StoredRows {
  struct Named {
    data::EntityKind kind = data::EntityKind::kDeal;
    std::string text;
  };
  std::vector<data::AttributeDefinition> attributes;  ///< by id; unused ids hold defaults
  std::vector<Named> entities;                        ///< by id; unused ids are empty
  std::vector<std::string> symbols;                   ///< by id; unused ids are empty
  std::vector<data::Event> events;                    ///< as stored
};

[[nodiscard]] Result<StoredRows> ReadStoredRows(const std::string& backup);

/// events.csv, entities.csv and symbols.csv for the bulk loaders of the engines; null is empty.
Status WriteCsv(const StoredRows& rows, const std::string& folder);

/// Puts the rows into an empty store through the interface that imports use, and prints the seconds
/// as JSON.
Status LoadRows(const StoredRows& rows, const std::string& url);

}  // namespace ri::bench
