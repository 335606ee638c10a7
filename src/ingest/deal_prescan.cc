#include "ingest/deal_prescan.h"

#include <algorithm>
#include <cmath>

namespace ri::ingest {

DealPrescan::DealPrescan(const TableBinding& table, ImportState& state)
    : table_(table), state_(state), ending_(table), filled_(table.custom.size()) {}

bool DealPrescan::tells_stages() const {
  return table_.has(Role::kStage) && table_.has(Role::kIsClosed) && table_.has(Role::kIsWon);
}

bool DealPrescan::needed(bool has_history) const {
  const bool currencies =
      table_.has(Role::kCurrency) && !table_.role(Role::kCurrency).columns.empty();
  return (has_history && (tells_stages() || currencies)) ||
         std::ranges::any_of(table_.custom, [](const BoundCustom& c) { return c.inferred; });
}

Status DealPrescan::Read(RowValues& row) {
  if (tells_stages()) {
    const auto closed = ParseFlag(row.Text(Role::kIsClosed));
    const auto won = ParseFlag(row.Text(Role::kIsWon));
    const std::string_view stage = row.Text(Role::kStage);
    if (!stage.empty() && closed && *closed) {
      RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(stage));
      state_.endings[symbol] = won.value_or(false) ? Ending::kWon : Ending::kLost;
    }
  }
  if (table_.file->noun != Noun::kDeal) {
    return {};
  }
  if (table_.has(Role::kCurrency)) {
    const std::string_view code = row.Text(Role::kCurrency);
    if (const int digits = MinorDigits(code); digits != 2) {
      const std::string_view key = row.Key(Role::kId);
      if (!key.empty()) {
        RI_ASSIGN_OR_RETURN(const std::uint32_t deal,
                            state_.sink.Entity(data::EntityKind::kDeal, key));
        state_.minor_digits[deal] = digits;
      }
    }
  }
  if (const auto ending = ending_.Read(row)) {
    const std::size_t closed = *ending == Ending::kOpen ? 0 : 1;
    ++deals_[closed];
    for (std::size_t i = 0; i < table_.custom.size(); ++i) {
      if (table_.custom[i].inferred && !row.Cell(table_.custom[i].column).empty()) {
        ++filled_[i][closed];
      }
    }
  }
  return {};
}

void DealPrescan::RemoveClosingColumns(TableBinding& table, const std::string& file_name,
                                       std::vector<std::string>& warnings) const {
  constexpr double kLogOneInAMillion = -13.8;
  std::vector<BoundCustom> kept;
  for (std::size_t i = 0; i < table.custom.size(); ++i) {
    const auto [open, closed] = filled_[i];
    const double share =
        deals_[1] == 0 ? 0 : static_cast<double>(closed) / static_cast<double>(deals_[1]);
    // A column full on every closed deal gives log(0), as it should.
    const bool closing = open == 0 && deals_[0] > 0 && closed > 0 &&
                         static_cast<double>(deals_[0]) * std::log1p(-share) < kLogOneInAMillion;
    if (!table.custom[i].inferred || !closing) {
      kept.push_back(table.custom[i]);
      continue;
    }
    warnings.push_back(file_name + ", column \"" + table.custom[i].name + "\": filled on none of " +
                       std::to_string(deals_[0]) + " open deals and on " + std::to_string(closed) +
                       " of " + std::to_string(deals_[1]) +
                       " closed ones. It is written when a deal closes and is not used; a mapping "
                       "that names it overrules this.");
  }
  table.custom = std::move(kept);
}

}  // namespace ri::ingest
