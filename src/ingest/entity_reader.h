#pragma once

/// Accounts, reps, teams, products, line items, splits, fiscal periods, quotas, forecast
/// submissions and currency rates.

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "ingest/import_state.h"
#include "ingest/row_values.h"
#include "ingest/standing_values.h"
#include "ingest/table_binding.h"

namespace ri::ingest {

/// Rows whose columns are attributes of one entity. Exports hold only their current values. They
/// count from the row's `begin` or `time` on, or as having always held when it has neither; the
/// creation is an event of its own.
class EntityReader {
 public:
  EntityReader(const TableBinding& table, ImportState& state);
  Status Read(RowValues& row);

 private:
  struct Column {
    Role role = Role::kName;
    std::uint32_t attribute = 0;
    data::ValueType type = data::ValueType::kText;
    data::EntityKind reference = data::EntityKind::kDeal;
  };
  /// `shown` gets the text of a text or the key of a reference.
  Result<std::int64_t> Encode(RowValues& row, const Column& column, std::string& shown);
  /// From when the row's values hold.
  [[nodiscard]] std::int64_t From(RowValues& row) const;
  /// "Ann Lee" of two columns; empty when the table has only one.
  [[nodiscard]] std::string FullName(const RowValues& row) const;
  /// Other words for the row's entity; false when the row is itself merged into another.
  Result<bool> ReadAliases(RowValues& row, const std::string& key);
  /// Both for this import and, as an event, for those that follow.
  Status AddAlias(std::string_view other, std::string_view key);
  Status WriteDeleted(RowValues& row, std::uint32_t entity, std::int64_t from);
  Status WriteCustom(RowValues& row, const std::string& key, std::uint32_t entity,
                     std::int64_t from);

  const TableBinding& table_;
  ImportState& state_;
  data::EntityKind kind_;
  StandingValues standing_;
  std::vector<Column> columns_;
  std::vector<std::uint32_t> custom_attributes_;
};

/// What people said a period will bring, at the moment they said it.
class SubmissionReader {
 public:
  SubmissionReader(const TableBinding& table, ImportState& state) : table_(table), state_(state) {}
  Status Read(RowValues& row);

 private:
  const TableBinding& table_;
  ImportState& state_;
};

/// Quotas. When the file does not say where periods end, their length follows from their
/// beginnings: quarters when all of an owner's begin three months apart, years when twelve, else
/// months.
class QuotaReader {
 public:
  QuotaReader(const TableBinding& table, ImportState& state) : table_(table), state_(state) {}
  Status Read(RowValues& row);
  Status Finish();

 private:
  struct Quota {
    std::string owner;
    std::int64_t begin = 0;  ///< day number
    std::int64_t end = 0;    ///< day number, exclusive; 0 = not said
    std::int64_t amount = 0;
    std::string currency;
    std::int64_t known = 0;
  };
  [[nodiscard]] int MonthsPerPeriod() const;

  const TableBinding& table_;
  ImportState& state_;
  std::vector<Quota> quotas_;
};

/// Rates of currencies: units per unit of the corporate currency.
class CurrencyRateReader {
 public:
  CurrencyRateReader(const TableBinding& table, ImportState& state)
      : table_(table), state_(state) {}
  Status Read(RowValues& row);

 private:
  const TableBinding& table_;
  ImportState& state_;
};

}  // namespace ri::ingest
