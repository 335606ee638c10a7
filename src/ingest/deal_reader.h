#pragma once

/// Deal rows and outcome rows of an export.

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "ingest/import_state.h"
#include "ingest/row_values.h"
#include "ingest/table_binding.h"

namespace ri::ingest {

/// Minor digits of a currency code; two when it is empty or no code.
[[nodiscard]] int MinorDigits(std::string_view currency);

/// Tells from a deal row how the deal ended: by its closed and won flags if there are any, else by
/// its outcome.
class EndingReader {
 public:
  explicit EndingReader(const TableBinding& table);
  /// Empty when the row contradicts itself or the mapping; the cell is rejected then.
  [[nodiscard]] std::optional<Ending> Read(RowValues& row) const;

 private:
  const TableBinding& table_;
  MissingWords won_;
  MissingWords lost_;
  MissingWords open_;
  bool rest_is_open_ = false;
};

/// Reads deal rows one by one.
class DealReader {
 public:
  /// Keeps references to all.
  DealReader(const TableBinding& table, ImportState& state, DealWriter& writer,
             std::uint32_t file_index);
  Status Read(RowValues& row);

 private:
  Result<bool> ReadTimes(RowValues& row, DealRecord& record);
  [[nodiscard]] std::optional<std::int64_t> ClockTime(RowValues& row) const;
  /// Exports without closed and won columns: the table of stages tells.
  void EndByStage(DealRecord& record) const;
  Status ReadSlots(RowValues& row, DealRecord& record, int digits);
  Status ReadValues(RowValues& row, DealRecord& record);
  Status ReadCustom(RowValues& row, DealRecord& record);
  Status WriteMerged(RowValues& row, const DealRecord& record);
  [[nodiscard]] bool AtExport(Role role, bool by_nature) const;

  const TableBinding& table_;
  ImportState& state_;
  DealWriter& writer_;
  std::uint32_t file_;
  EndingReader ending_;
  bool commit_is_closing_ = false;
  std::vector<std::pair<Role, std::uint32_t>> text_roles_;
  std::vector<std::uint32_t> custom_attributes_;
  DealRecord record_;
};

/// "who ended how" tables, such as won deals of a funnel.
class OutcomeReader {
 public:
  OutcomeReader(const TableBinding& table, ImportState& state);
  Status Read(RowValues& row);

 private:
  const TableBinding& table_;
  ImportState& state_;
  MissingWords won_;
  MissingWords lost_;
};

}  // namespace ri::ingest
