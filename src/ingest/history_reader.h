#pragma once

/// History tables of deals: states after changes, single changes, event logs, contact roles.

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ingest/import_state.h"
#include "ingest/row_values.h"
#include "ingest/table_binding.h"

namespace ri::ingest {

/// Gathers rows of a stage history in `state.history`.
class StageHistoryReader {
 public:
  StageHistoryReader(const TableBinding& table, ImportState& state);
  Status Read(RowValues& row);

 private:
  /// Remembers what the row says stood before, where that differs from what the row says now.
  Status ReadPrevious(RowValues& row, const StateRow& now, int digits);

  const TableBinding& table_;
  ImportState& state_;
  MissingWords won_;
  MissingWords lost_;
  MissingWords qualified_;
};

/// Gathers rows of a field history. Values are read as the deal table reads them.
class FieldHistoryReader {
 public:
  /// \param deals  binding of the deal table of the same import, or null: it says which custom
  ///               columns there are and of what type.
  FieldHistoryReader(const TableBinding& table, const TableBinding* deals, ImportState& state);
  Status Read(RowValues& row);

 private:
  struct Field {
    std::uint32_t attribute = 0;
    data::ValueType type = data::ValueType::kText;
    data::EntityKind reference = data::EntityKind::kDeal;
    double scale = 1;
    DateOrder date_order = DateOrder::kUnknown;
  };
  /// False when the text cannot be read; it is rejected then.
  Result<bool> Encode(RowValues& row, Role role, const Field& field, std::uint32_t deal,
                      std::int64_t& value);

  const TableBinding& table_;
  ImportState& state_;
  std::unordered_map<std::string, Field> fields_;  ///< by lower-case name
};

/// Applies the rules of an event log: activities go straight to the store, changes of stage and
/// owner to `state.history`.
class EventLogReader {
 public:
  EventLogReader(const TableBinding& table, ImportState& state);
  /// Whether any rule adds to `state.history`, so that the log must be read before the deals.
  [[nodiscard]] bool feeds_history() const;
  Status Read(RowValues& row);
  /// Writes the first qualification of every deal. Call once after all rows.
  Status Finish();

 private:
  Status Apply(RowValues& row, std::size_t rule, std::uint32_t deal, std::int64_t time);

  const TableBinding& table_;
  ImportState& state_;
  std::vector<std::uint32_t> attributes_;  ///< by rule
  std::unordered_map<std::uint32_t, std::int64_t> qualified_;
};

class ContactRoleReader {
 public:
  ContactRoleReader(const TableBinding& table, ImportState& state);
  Status Read(RowValues& row);

 private:
  const TableBinding& table_;
  ImportState& state_;
  std::uint32_t contact_ = 0;
  std::uint32_t name_ = 0;
};

}  // namespace ri::ingest
