#include "ingest/deal_reader.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "domain/date.h"
#include "domain/money.h"
#include "ingest/attribute_catalogue.h"

namespace ri::ingest {
namespace {

using data::EntityKind;
using data::kNoValue;

constexpr std::int64_t kDay = 86'400'000;

constexpr std::array<Role, 5> kSlotRoles = {Role::kStage, Role::kAmount, Role::kCommitDate,
                                            Role::kForecastCategory, Role::kProbability};
/// Texts and references that stand since the creation.
constexpr std::array<Role, 7> kTextRoles = {Role::kName,    Role::kOwner, Role::kAccount,
                                            Role::kProduct, Role::kType,  Role::kLeadSource,
                                            Role::kNextStep};

data::AttributeDefinition CustomDefinition(const BoundCustom& custom) {
  data::AttributeDefinition definition{
      .kind = EntityKind::kDeal, .name = custom.name, .custom = custom.type != CustomType::kText};
  switch (custom.type) {
    case CustomType::kNumber:
      definition.type = data::ValueType::kReal;
      break;
    case CustomType::kFlag:
      definition.type = data::ValueType::kFlag;
      break;
    case CustomType::kDate:
      definition.type = data::ValueType::kDate;
      break;
    default:
      definition.type = data::ValueType::kText;
  }
  return definition;
}

std::int64_t DayNumber(const Instant& instant) {
  return domain::DayNumber(domain::DateOf(domain::TimestampFromMilliseconds(instant.milliseconds)));
}

}  // namespace

int MinorDigits(std::string_view currency) {
  const auto known = domain::Currency::FromCode(currency);
  return known ? known->minor_digits() : 2;
}

DealReader::DealReader(const TableBinding& table, ImportState& state, DealWriter& writer,
                       std::uint32_t file_index)
    : table_(table), state_(state), writer_(writer), file_(file_index), ending_(table) {
  for (const std::size_t column : table.role(Role::kCommitDate).columns) {
    commit_is_closing_ =
        commit_is_closing_ || std::ranges::find(table.role(Role::kClosed).columns, column) !=
                                  table.role(Role::kClosed).columns.end();
  }
  for (const Role role : kTextRoles) {
    if (table.has(role)) {
      text_roles_.emplace_back(role, state.sink.Attribute(*AttributeOf(EntityKind::kDeal, role)));
    }
  }
  for (const BoundCustom& custom : table.custom) {
    custom_attributes_.push_back(state.sink.Attribute(CustomDefinition(custom)));
  }
}

bool DealReader::AtExport(Role role, bool by_nature) const {
  return table_.role(role).rule->at_export.value_or(by_nature);
}

Status DealReader::Read(RowValues& row) {
  const std::string_view key = row.Key(Role::kId);
  if (key.empty()) {
    if (!row.failed()) {
      row.Reject(Role::kId, "The row has no id; without it nothing can be attached to it.");
    }
    return {};
  }
  DealRecord& record = record_;
  record = {};
  record.slots.fill(kNoValue);
  RI_ASSIGN_OR_RETURN(record.deal, state_.sink.Entity(EntityKind::kDeal, key));
  record.key = std::string(key);
  const std::int64_t content = row.ContentHash();
  const auto [seen, first] =
      state_.seen.try_emplace(record.deal, ImportState::SeenDeal{content, row.line(), file_});
  if (!first) {
    if (seen->second.content == content) {
      ++state_.report.num_duplicates;
    } else {
      row.Reject(Role::kId,
                 "Another row of this import has the same id and other content; the "
                 "first one was used.");
    }
    return {};
  }
  RI_ASSIGN_OR_RETURN(const bool dated, ReadTimes(row, record));
  const std::optional<Ending> ending = dated ? ending_.Read(row) : std::nullopt;
  if (!ending) {
    state_.seen.erase(record.deal);
    return {};
  }
  record.ending = *ending;
  const std::string_view currency =
      table_.has(Role::kCurrency) ? row.Text(Role::kCurrency) : std::string_view();
  const std::string_view code = currency.empty() ? table_.mapping->currency : currency;
  if (!code.empty()) {
    if (!domain::Currency::FromCode(code)) {
      row.Reject(Role::kCurrency, "is not a three-letter currency code");
    } else {
      RI_ASSIGN_OR_RETURN(const std::int64_t symbol,
                          state_.sink.Symbol(domain::Currency::FromCode(code)->code()));
      record.values.push_back(
          {state_.sink.Attribute(*AttributeOf(EntityKind::kDeal, Role::kCurrency)), symbol, false,
           std::string(domain::Currency::FromCode(code)->code())});
    }
  }
  const int digits = MinorDigits(code);
  RI_RETURN_IF_ERROR(ReadSlots(row, record, digits));
  EndByStage(record);
  RI_RETURN_IF_ERROR(ReadValues(row, record));
  RI_RETURN_IF_ERROR(ReadCustom(row, record));
  RI_RETURN_IF_ERROR(WriteMerged(row, record));
  if (table_.has(Role::kCreated) && record.created != kAtExport) {
    state_.exclusions.AddCreated(record.deal, record.created);
  }
  ++state_.report.num_deals;
  state_.report.num_won += record.ending == Ending::kWon ? 1 : 0;
  state_.report.num_lost += record.ending == Ending::kLost ? 1 : 0;
  state_.report.num_open += record.ending == Ending::kOpen ? 1 : 0;
  return writer_.Write(record);
}

Result<bool> DealReader::ReadTimes(RowValues& row, DealRecord& record) {
  std::optional<std::int64_t> created;
  if (table_.file->clock) {
    created = ClockTime(row);
    if (!created) {
      return false;
    }
  } else if (const auto time = row.Time(Role::kCreated)) {
    created = time->milliseconds;
  } else if (row.failed()) {
    return false;
  } else if (table_.file->created_at_export) {
    created = kAtExport;
  } else {
    row.Reject(Role::kCreated,
               "The deal has no creation date. If that is usual in this export, state "
               "created_when_missing = \"export\" in the mapping.");
    return false;
  }
  record.created = *created;
  if (table_.has(Role::kClosed)) {
    const auto closed = row.Time(Role::kClosed);
    if (row.failed()) {
      return false;
    }
    if (closed) {
      record.closed = closed->milliseconds;
    }
  }
  if (table_.has(Role::kQualified)) {
    if (const auto time = row.Time(Role::kQualified)) {
      record.qualified = time->milliseconds;
    }
  }
  if (table_.has(Role::kDeleted) && row.Flag(Role::kDeleted).value_or(false)) {
    const auto modified = table_.has(Role::kModified) ? row.Time(Role::kModified) : std::nullopt;
    record.deleted = modified ? modified->milliseconds : kAtExport;
  }
  return true;
}

std::optional<std::int64_t> DealReader::ClockTime(RowValues& row) const {
  const Clock& clock = *table_.file->clock;
  switch (clock.order) {
    case Clock::Order::kRows:
      return (clock.start_day + static_cast<std::int64_t>(std::floor(
                                    static_cast<double>(row.number() - 1) / clock.per_day))) *
             kDay;
    case Clock::Order::kContent:
      return (clock.start_day + row.ContentHash() % clock.days) * kDay;
    case Clock::Order::kColumn:
      break;
  }
  const auto value = ParseNumber(row.Cell(table_.clock_column), table_.mapping->decimal);
  const double day = value ? std::floor((*value - clock.origin) / clock.per_day) : NAN;
  constexpr double kTwoCenturies = 73'000;
  if (!(std::fabs(day) <= kTwoCenturies)) {
    row.RejectRow("The clock column \"" + clock.column +
                  "\" holds no number, or one that is far "
                  "from the others.");
    return std::nullopt;
  }
  return (clock.start_day + static_cast<std::int64_t>(day)) * kDay;
}

EndingReader::EndingReader(const TableBinding& table)
    : table_(table),
      won_(table.file->won),
      lost_(table.file->lost),
      open_(table.file->open),
      rest_is_open_(std::ranges::find(table.file->open, "*") != table.file->open.end()) {}

std::optional<Ending> EndingReader::Read(RowValues& row) const {
  if (table_.has(Role::kIsClosed)) {
    const auto closed = row.Flag(Role::kIsClosed);
    if (row.failed()) {
      return std::nullopt;
    }
    const auto won = row.Flag(Role::kIsWon);
    if (row.failed()) {
      return std::nullopt;
    }
    if (!closed.value_or(false)) {
      return Ending::kOpen;
    }
    return won.value_or(false) ? Ending::kWon : Ending::kLost;
  }
  if (!table_.has(Role::kOutcome)) {
    return Ending::kOpen;
  }
  const std::string_view text = row.Text(Role::kOutcome);
  if (text.empty() || open_.Contains(text)) {
    return Ending::kOpen;
  }
  if (won_.Contains(text)) {
    return Ending::kWon;
  }
  if (lost_.Contains(text)) {
    const bool still_open = !table_.open_when.terms.empty() && row.Meets(table_.open_when);
    return still_open ? Ending::kOpen : Ending::kLost;
  }
  if (rest_is_open_) {
    return Ending::kOpen;
  }
  row.Reject(Role::kOutcome, "is not among the won, lost and open outcomes of the mapping");
  return std::nullopt;
}

void DealReader::EndByStage(DealRecord& record) const {
  if (table_.has(Role::kOutcome) || table_.has(Role::kIsClosed)) {
    return;
  }
  const auto found = state_.endings.find(record.slots[0]);
  if (found != state_.endings.end()) {
    record.ending = found->second;
  }
}

Status DealReader::ReadSlots(RowValues& row, DealRecord& record, int digits) {
  for (std::size_t i = 0; i < kNumSlots; ++i) {
    const Role role = kSlotRoles[i];
    if (!table_.has(role)) {
      continue;
    }
    std::int64_t& value = record.slots[i];
    switch (static_cast<Slot>(i)) {
      case Slot::kStage:
      case Slot::kForecastCategory: {
        record.slot_at_export[i] = AtExport(role, true);
        if (const std::string_view text = row.Text(role); !text.empty()) {
          RI_ASSIGN_OR_RETURN(value, state_.sink.Symbol(text));
          record.slot_texts[i] = text;
        }
        break;
      }
      case Slot::kAmount:
        record.slot_at_export[i] = AtExport(role, false);
        value = row.Amount(role, digits).value_or(kNoValue);
        break;
      case Slot::kCommitDate:
        record.slot_at_export[i] = AtExport(role, commit_is_closing_);
        if (const auto date = row.Time(role)) {
          value = DayNumber(*date);
        }
        break;
      case Slot::kProbability:
        record.slot_at_export[i] = AtExport(role, true);
        if (const auto number = row.Number(role)) {
          value = StoredReal(*number);
        }
        break;
    }
  }
  if (table_.has(Role::kClosedAmount) && record.ending == Ending::kWon) {
    record.closed_amount = row.Amount(Role::kClosedAmount, digits, true).value_or(kNoValue);
  }
  return {};
}

Status DealReader::ReadValues(RowValues& row, DealRecord& record) {
  for (const auto& [role, attribute] : text_roles_) {
    std::int64_t value = kNoValue;
    std::string kept;
    if (role == Role::kOwner || role == Role::kAccount) {
      const EntityKind kind = role == Role::kOwner ? EntityKind::kRep : EntityKind::kAccount;
      const std::string_view key = state_.sink.Resolve(kind, row.Key(role));
      if (key.empty()) {
        continue;
      }
      RI_ASSIGN_OR_RETURN(const std::uint32_t entity, state_.sink.Entity(kind, key));
      value = entity;
      kept = state_.prior != nullptr ? std::string(key) : std::string();
    } else {
      const std::string_view text = row.Text(role);
      if (text.empty()) {
        continue;
      }
      RI_ASSIGN_OR_RETURN(value, state_.sink.Symbol(text));
      kept = state_.prior != nullptr ? std::string(text) : std::string();
      if (role == Role::kName && IsTestName(text)) {
        state_.exclusions.Add(record.deal, Exclusion::kTestRecord, record.created);
      }
    }
    const bool at_export = AtExport(role, role == Role::kNextStep);
    if (role == Role::kNextStep && record.ending != Ending::kOpen) {
      continue;
    }
    record.values.push_back({attribute, value, at_export, std::move(kept)});
  }
  return {};
}

Status DealReader::ReadCustom(RowValues& row, DealRecord& record) {
  for (std::size_t i = 0; i < table_.custom.size(); ++i) {
    const BoundCustom& custom = table_.custom[i];
    std::int64_t value = kNoValue;
    std::string kept;
    switch (custom.type) {
      case CustomType::kNumber:
        if (const auto number = row.CustomNumber(custom)) {
          value = StoredReal(*number);
        }
        break;
      case CustomType::kFlag:
        if (const auto flag = row.CustomFlag(custom)) {
          value = *flag ? 1 : 0;
        }
        break;
      case CustomType::kDate:
        if (const auto date = row.CustomDate(custom)) {
          value = DayNumber(*date);
        }
        break;
      default:
        if (const std::string_view text = row.Cell(custom.column); !text.empty()) {
          RI_ASSIGN_OR_RETURN(value, state_.sink.Symbol(text));
          kept = state_.prior != nullptr ? std::string(text) : std::string();
        }
    }
    if (value != kNoValue) {
      record.values.push_back({custom_attributes_[i], value, false, std::move(kept)});
    }
  }
  return {};
}

Status DealReader::WriteMerged(RowValues& row, const DealRecord& record) {
  if (!table_.has(Role::kMerged)) {
    return {};
  }
  for (const std::string& key : row.Keys(Role::kMerged)) {
    RI_ASSIGN_OR_RETURN(const std::uint32_t merged, state_.sink.Entity(EntityKind::kDeal, key));
    if (merged != record.deal) {
      // From its beginning on: what is merged away is counted with the deal that stays.
      RI_RETURN_IF_ERROR(writer_.WriteMerged(merged, record.created));
    }
  }
  return {};
}

OutcomeReader::OutcomeReader(const TableBinding& table, ImportState& state)
    : table_(table), state_(state), won_(table.file->won), lost_(table.file->lost) {}

Status OutcomeReader::Read(RowValues& row) {
  const std::string_view key = row.Key(Role::kDeal);
  if (key.empty()) {
    row.Reject(Role::kDeal, "The row names no deal.");
    return {};
  }
  RI_ASSIGN_OR_RETURN(const std::uint32_t deal, state_.sink.Entity(EntityKind::kDeal, key));
  const std::string_view text = row.Text(Role::kOutcome);
  const bool fixed = table_.role(Role::kOutcome).columns.empty();
  const bool won = fixed ? text == "won" : won_.Contains(text) && !text.empty();
  if (!won && !(fixed ? text == "lost" : lost_.Contains(text) && !text.empty())) {
    row.Reject(Role::kOutcome, "is neither a won nor a lost outcome of the mapping");
    return {};
  }
  const auto closed = table_.has(Role::kClosed) ? row.Time(Role::kClosed) : std::nullopt;
  if (row.failed() && table_.has(Role::kClosed)) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(won ? "won" : "lost"));
  const auto define = [this](std::string_view name, data::ValueType type) {
    return state_.sink.Attribute(
        {.kind = EntityKind::kDeal, .name = std::string(name), .type = type});
  };
  if (!closed) {
    return state_.sink.Emit(
        {.entity = deal,
         .attribute = define(data::attribute::kUndatedOutcome, data::ValueType::kText),
         .event_time = kAtExport,
         .value = symbol});
  }
  RI_RETURN_IF_ERROR(
      state_.sink.Emit({.entity = deal,
                        .attribute = define(data::attribute::kOutcome, data::ValueType::kText),
                        .event_time = closed->milliseconds,
                        .value = symbol}));
  if (won && table_.has(Role::kClosedAmount)) {
    const std::string_view code =
        table_.has(Role::kCurrency) ? row.Text(Role::kCurrency) : std::string_view();
    const int digits =
        MinorDigits(code.empty() ? std::string_view(table_.mapping->currency) : code);
    if (const auto amount = row.Amount(Role::kClosedAmount, digits, true)) {
      return state_.sink.Emit(
          {.entity = deal,
           .attribute = define(data::attribute::kClosedAmount, data::ValueType::kMoney),
           .event_time = closed->milliseconds,
           .value = *amount});
    }
  }
  return {};
}

}  // namespace ri::ingest
