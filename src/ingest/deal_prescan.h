#pragma once

/// A first look at all deals, before any event is written.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/deal_reader.h"
#include "ingest/import_state.h"
#include "ingest/row_values.h"
#include "ingest/table_binding.h"

namespace ri::ingest {

/// Learns which stages are closed, which deals have a currency with other than two digits, and
/// which of the customer's columns are only filled when a deal closes. Works for tables of stages
/// too.
class DealPrescan {
 public:
  DealPrescan(const TableBinding& table, ImportState& state);
  /// False when a file of this binding has nothing to tell.
  [[nodiscard]] bool needed(bool has_history) const;
  Status Read(RowValues& row);

  /// Takes columns out of the binding that nobody named and that are filled on closed deals only:
  /// they are written with the outcome. A column goes when its fill rate on closed deals would
  /// leave all open deals empty by chance less often than once in a million. Each removal is a
  /// warning.
  void RemoveClosingColumns(TableBinding& table, const std::string& file_name,
                            std::vector<std::string>& warnings) const;

 private:
  [[nodiscard]] bool tells_stages() const;

  const TableBinding& table_;
  ImportState& state_;
  EndingReader ending_;
  std::array<std::int64_t, 2> deals_{};              ///< open, closed
  std::vector<std::array<std::int64_t, 2>> filled_;  ///< by custom column
};

}  // namespace ri::ingest
