#include "ingest/history_reader.h"

#include <algorithm>

#include "domain/date.h"
#include "ingest/attribute_catalogue.h"
#include "ingest/deal_reader.h"
#include "ingest/header.h"

namespace ri::ingest {
namespace {

using data::EntityKind;
using data::kNoValue;
using data::ValueType;

constexpr std::string_view kNoDeal = "The row names no deal.";
constexpr std::string_view kNoTime =
    "The row has no time; a change without a time cannot be placed.";

std::int64_t DayNumber(const Instant& instant) {
  return domain::DayNumber(domain::DateOf(domain::TimestampFromMilliseconds(instant.milliseconds)));
}

/// Deal and time of a history row; rejects the row and returns false when one is missing.
struct Place {
  std::uint32_t deal = 0;
  std::int64_t time = 0;
};

std::optional<std::int64_t> ReadTime(RowValues& row) {
  const auto time = row.Time(Role::kTime);
  if (!time) {
    if (!row.failed()) {
      row.Reject(Role::kTime, kNoTime);
    }
    return std::nullopt;
  }
  return time->milliseconds;
}

Result<std::optional<Place>> ReadPlace(RowValues& row, ImportState& state) {
  const std::string_view key = row.Key(Role::kDeal);
  if (key.empty()) {
    row.Reject(Role::kDeal, kNoDeal);
    return std::nullopt;
  }
  Place place;
  RI_ASSIGN_OR_RETURN(place.deal, state.sink.Entity(EntityKind::kDeal, key));
  const auto time = ReadTime(row);
  if (!time) {
    return std::nullopt;
  }
  place.time = *time;
  state.NoteHistoryOf(place.deal, key);
  return place;
}

bool IsDeleted(RowValues& row, const TableBinding& table) {
  return table.has(Role::kDeleted) && ParseFlag(row.Text(Role::kDeleted)).value_or(false);
}

std::int64_t SequenceOfRow(RowValues& row, const TableBinding& table) {
  return table.has(Role::kSequence) ? SequenceOf(row.Text(Role::kSequence)) : 0;
}

}  // namespace

StageHistoryReader::StageHistoryReader(const TableBinding& table, ImportState& state)
    : table_(table),
      state_(state),
      won_(table.file->won),
      lost_(table.file->lost),
      qualified_(table.file->qualified_when) {
  constexpr std::array<std::pair<Role, Slot>, kNumSlots> kSlots = {
      {{Role::kStage, Slot::kStage},
       {Role::kAmount, Slot::kAmount},
       {Role::kCommitDate, Slot::kCommitDate},
       {Role::kForecastCategory, Slot::kForecastCategory},
       {Role::kProbability, Slot::kProbability}}};
  for (const auto& [role, slot] : kSlots) {
    if (table.has(role)) {
      state.history.SetHasSlot(slot);
    }
  }
}

Status StageHistoryReader::Read(RowValues& row) {
  if (IsDeleted(row, table_)) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const auto place, ReadPlace(row, state_));
  if (!place) {
    return {};
  }
  StateRow change;
  change.deal = place->deal;
  change.time = place->time;
  change.sequence = SequenceOfRow(row, table_);
  const auto set = [&change](Slot slot) -> std::int64_t& {
    return change.values[static_cast<std::size_t>(slot)];
  };
  if (const std::string_view stage = row.Text(Role::kStage); !stage.empty()) {
    RI_ASSIGN_OR_RETURN(set(Slot::kStage), state_.sink.Symbol(stage));
    if (won_.Contains(stage) || lost_.Contains(stage)) {
      state_.endings[set(Slot::kStage)] = won_.Contains(stage) ? Ending::kWon : Ending::kLost;
    }
    if (qualified_.Contains(stage)) {
      state_.qualifying.insert(set(Slot::kStage));
    }
  }
  int digits = 0;
  if (table_.has(Role::kAmount)) {
    const std::string_view code =
        table_.has(Role::kCurrency) ? row.Text(Role::kCurrency) : std::string_view();
    digits = MinorDigits(code.empty() ? std::string_view(table_.mapping->currency) : code);
    if (const auto known = state_.minor_digits.find(place->deal);
        code.empty() && known != state_.minor_digits.end()) {
      digits = known->second;
    }
    set(Slot::kAmount) = row.Amount(Role::kAmount, digits).value_or(kNoValue);
  }
  if (table_.has(Role::kCommitDate)) {
    if (const auto date = row.Time(Role::kCommitDate)) {
      set(Slot::kCommitDate) = DayNumber(*date);
    }
  }
  if (const std::string_view category = row.Text(Role::kForecastCategory); !category.empty()) {
    RI_ASSIGN_OR_RETURN(set(Slot::kForecastCategory), state_.sink.Symbol(category));
  }
  if (table_.has(Role::kProbability)) {
    if (const auto probability = row.Number(Role::kProbability)) {
      set(Slot::kProbability) = StoredReal(*probability);
    }
  }
  state_.history.Add(change);
  return ReadPrevious(row, change, digits);
}

Status StageHistoryReader::ReadPrevious(RowValues& row, const StateRow& now, int digits) {
  const auto add = [&](Slot slot, std::int64_t value) {
    if (value != kNoValue && value != now.values[static_cast<std::size_t>(slot)]) {
      state_.history.Add(
          PreviousValue{.time = now.time, .value = value, .deal = now.deal, .slot = slot});
    }
  };
  for (const auto& [role, slot] :
       {std::pair(Role::kPreviousStage, Slot::kStage),
        std::pair(Role::kPreviousForecastCategory, Slot::kForecastCategory)}) {
    if (!table_.has(role)) {
      continue;
    }
    if (const std::string_view text = row.Text(role); !text.empty()) {
      RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(text));
      add(slot, symbol);
    }
  }
  if (table_.has(Role::kPreviousAmount) && table_.has(Role::kAmount)) {
    add(Slot::kAmount, row.Amount(Role::kPreviousAmount, digits).value_or(kNoValue));
  }
  if (table_.has(Role::kPreviousCommitDate)) {
    if (const auto date = row.Time(Role::kPreviousCommitDate)) {
      add(Slot::kCommitDate, DayNumber(*date));
    }
  }
  return {};
}

FieldHistoryReader::FieldHistoryReader(const TableBinding& table, const TableBinding* deals,
                                       ImportState& state)
    : table_(table), state_(state) {
  for (const auto& [name, role] : table.file->fields) {
    const auto definition = AttributeOf(EntityKind::kDeal, role);
    if (!definition) {
      continue;
    }
    Field field{.attribute = state.sink.Attribute(*definition),
                .type = definition->type,
                .reference = definition->reference_kind};
    if (deals != nullptr && deals->has(role)) {
      field.scale = deals->role(role).rule->scale;
      field.date_order = deals->role(role).date_order;
    }
    fields_.emplace(LowerCase(name), field);
  }
  if (deals == nullptr) {
    return;
  }
  for (const BoundCustom& custom : deals->custom) {
    if (custom.type == CustomType::kText) {
      continue;  // long texts have no history
    }
    const ValueType type = custom.type == CustomType::kNumber ? ValueType::kReal
                           : custom.type == CustomType::kFlag ? ValueType::kFlag
                           : custom.type == CustomType::kDate ? ValueType::kDate
                                                              : ValueType::kText;
    fields_.emplace(
        LowerCase(deals->header[custom.column]),
        Field{.attribute = state.sink.Attribute(
                  {.kind = EntityKind::kDeal, .name = custom.name, .type = type, .custom = true}),
              .type = type,
              .date_order = custom.date_order});
  }
}

Status FieldHistoryReader::Read(RowValues& row) {
  const std::string_view name = row.Text(Role::kField);
  const auto field = fields_.find(LowerCase(name));
  if (EqualsIgnoringCase(name, "created") && row.Time(Role::kTime)) {
    state_.history.NoteKept(row.Time(Role::kTime)->milliseconds);
  }
  if (field == fields_.end() || IsDeleted(row, table_)) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const auto place, ReadPlace(row, state_));
  if (!place) {
    return {};
  }
  FieldChange change{.time = place->time,
                     .sequence = SequenceOfRow(row, table_),
                     .old_value = kNoValue,
                     .deal = place->deal,
                     .attribute = field->second.attribute};
  if (!table_.has(Role::kOldValue)) {
    change.old_value = kUnknownValue;
  } else {
    RI_ASSIGN_OR_RETURN(const bool good,
                        Encode(row, Role::kOldValue, field->second, place->deal, change.old_value));
    if (!good) {
      return {};
    }
  }
  RI_ASSIGN_OR_RETURN(const bool good,
                      Encode(row, Role::kNewValue, field->second, place->deal, change.new_value));
  if (good) {
    state_.history.Add(change);
  }
  return {};
}

Result<bool> FieldHistoryReader::Encode(RowValues& row, Role role, const Field& field,
                                        std::uint32_t deal, std::int64_t& value) {
  const std::string_view text = row.Text(role);
  value = kNoValue;
  if (text.empty()) {
    return true;
  }
  switch (field.type) {
    case ValueType::kText: {
      RI_ASSIGN_OR_RETURN(value, state_.sink.Symbol(text));
      return true;
    }
    case ValueType::kReference: {
      // Look-ups are written twice, by name and by id; only the row of ids can be joined.
      if (table_.mapping->ids == IdStyle::kSalesforce &&
          (CanonicalSalesforceId(text).size() != 18 || text.find(' ') != std::string_view::npos)) {
        return false;
      }
      RI_ASSIGN_OR_RETURN(const std::uint32_t entity,
                          state_.sink.Entity(field.reference, row.Key(role)));
      value = entity;
      return true;
    }
    case ValueType::kMoney: {
      const auto known = state_.minor_digits.find(deal);
      const int digits = known != state_.minor_digits.end() ? known->second
                                                            : MinorDigits(table_.mapping->currency);
      value = row.Amount(role, digits).value_or(kNoValue);
      return !row.failed();
    }
    case ValueType::kReal: {
      const auto number = row.Number(role);
      value = number ? StoredReal(*number * field.scale) : kNoValue;
      return number.has_value();
    }
    case ValueType::kDate: {
      const auto date = ParseInstant(text, field.date_order);
      if (!date) {
        row.Reject(role, date.error());
        return false;
      }
      value = DayNumber(*date);
      return true;
    }
    case ValueType::kFlag: {
      const auto flag = row.Flag(role);
      value = flag.value_or(false) ? 1 : 0;
      return flag.has_value();
    }
    case ValueType::kInteger:
    case ValueType::kTimestamp:
      break;
  }
  return false;
}

EventLogReader::EventLogReader(const TableBinding& table, ImportState& state)
    : table_(table), state_(state) {
  for (const LogRule& rule : table.file->rules) {
    data::AttributeDefinition definition{.kind = EntityKind::kDeal, .name = rule.emit};
    if (rule.emit == data::attribute::kMeetingPlanned) {
      definition.type = ValueType::kTimestamp;
    } else if (rule.emit.starts_with("activity.")) {
      definition.type = ValueType::kReference;
      definition.reference_kind = EntityKind::kContact;
    } else if (rule.emit == data::attribute::kOwner) {
      definition = *AttributeOf(EntityKind::kDeal, Role::kOwner);
    } else if (rule.emit == data::attribute::kQualified) {
      definition = *AttributeOf(EntityKind::kDeal, Role::kQualified);
    } else {
      definition = *AttributeOf(EntityKind::kDeal, Role::kStage);
    }
    attributes_.push_back(state.sink.Attribute(definition));
  }
}

bool EventLogReader::feeds_history() const {
  return std::ranges::any_of(table_.file->rules, [](const LogRule& rule) {
    return rule.emit == data::attribute::kStage || rule.emit == data::attribute::kOwner;
  });
}

Status EventLogReader::Read(RowValues& row) {
  if (IsDeleted(row, table_)) {
    return {};
  }
  bool matched = false;
  std::vector<std::uint32_t> deals;
  std::int64_t row_time = 0;
  for (std::size_t i = 0; i < table_.rule_conditions.size(); ++i) {
    if (!row.Meets(table_.rule_conditions[i])) {
      continue;
    }
    if (!matched) {
      matched = true;
      for (const std::string& key : row.Keys(Role::kDeal)) {
        RI_ASSIGN_OR_RETURN(const std::uint32_t deal, state_.sink.Entity(EntityKind::kDeal, key));
        deals.push_back(deal);
      }
      const auto when = ReadTime(row);
      if (deals.empty() && !table_.role(Role::kDeal).rule->lookup) {
        row.Reject(Role::kDeal, kNoDeal);
      }
      if (deals.empty() || !when) {
        return {};  // an activity of nothing but a contact, by its table of associations
      }
      row_time = *when;
    }
    std::int64_t time = row_time;
    if (!table_.rule_at[i].columns.empty()) {
      const auto other = row.TimeOf(table_.rule_at[i]);
      if (!other) {
        continue;
      }
      time = other->milliseconds;
    }
    for (const std::uint32_t deal : deals) {
      RI_RETURN_IF_ERROR(Apply(row, i, deal, time));
    }
    if (table_.file->rules[i].stop) {
      break;
    }
  }
  return {};
}

Status EventLogReader::Apply(RowValues& row, std::size_t rule, std::uint32_t deal,
                             std::int64_t time) {
  const std::string& emit = table_.file->rules[rule].emit;
  if (emit == data::attribute::kQualified) {
    const auto [found, first] = qualified_.try_emplace(deal, time);
    found->second = std::min(found->second, time);
    return {};
  }
  data::Event event{.entity = deal, .attribute = attributes_[rule], .event_time = time};
  if (emit == data::attribute::kStage || emit == data::attribute::kOwner) {
    const std::string_view text = row.Cell(table_.rule_from[rule]);
    if (text.empty()) {
      return {};
    }
    if (emit == data::attribute::kStage) {
      RI_ASSIGN_OR_RETURN(event.value, state_.sink.Symbol(text));
    } else {
      RI_ASSIGN_OR_RETURN(const std::uint32_t owner, state_.sink.Entity(EntityKind::kRep, text));
      event.value = owner;
    }
    state_.history.Add(FieldChange{.time = time,
                                   .sequence = SequenceOfRow(row, table_),
                                   .old_value = kUnknownValue,
                                   .new_value = event.value,
                                   .deal = deal,
                                   .attribute = attributes_[rule]});
    return {};
  }
  event.sequence = table_.has(Role::kSequence) ? SequenceOfRow(row, table_) : row.ContentHash();
  if (table_.has(Role::kRecorded)) {
    if (const auto recorded = row.Time(Role::kRecorded)) {
      event.recorded_time = recorded->milliseconds;
    }
  }
  if (emit == data::attribute::kMeetingPlanned) {
    BoundRole planned;
    planned.columns.push_back(table_.rule_from[rule]);
    const auto start = row.TimeOf(planned);
    if (!start || start->milliseconds <= time) {
      return {};  // logged afterwards: it was never a plan
    }
    event.value = start->milliseconds;
    return state_.sink.Emit(event);
  }
  if (table_.has(Role::kContact)) {
    if (const std::string_view contact = row.Key(Role::kContact); !contact.empty()) {
      RI_ASSIGN_OR_RETURN(const std::uint32_t entity,
                          state_.sink.Entity(EntityKind::kContact, contact));
      event.value = entity;
    }
  }
  return state_.sink.EmitIfPast(event);
}

Status EventLogReader::Finish() {
  std::vector<std::pair<std::uint32_t, std::int64_t>> deals(qualified_.begin(), qualified_.end());
  std::ranges::sort(deals);
  const std::uint32_t attribute =
      state_.sink.Attribute(*AttributeOf(EntityKind::kDeal, Role::kQualified));
  for (const auto& [deal, time] : deals) {
    RI_RETURN_IF_ERROR(
        state_.sink.Emit({.entity = deal, .attribute = attribute, .event_time = time, .value = 1}));
  }
  return {};
}

ContactRoleReader::ContactRoleReader(const TableBinding& table, ImportState& state)
    : table_(table),
      state_(state),
      contact_(state.sink.Attribute({.kind = EntityKind::kDeal,
                                     .name = std::string(data::attribute::kContactRole),
                                     .type = ValueType::kReference,
                                     .reference_kind = EntityKind::kContact})),
      name_(state.sink.Attribute({.kind = EntityKind::kDeal,
                                  .name = std::string(data::attribute::kContactRoleName),
                                  .type = ValueType::kText})) {}

Status ContactRoleReader::Read(RowValues& row) {
  if (IsDeleted(row, table_)) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const auto place, ReadPlace(row, state_));
  if (!place) {
    return {};
  }
  const std::string_view contact = row.Key(Role::kContact);
  if (contact.empty()) {
    row.Reject(Role::kContact, "The row names no contact.");
    return {};
  }
  RI_ASSIGN_OR_RETURN(const std::uint32_t entity,
                      state_.sink.Entity(EntityKind::kContact, contact));
  data::Event event{.entity = place->deal,
                    .attribute = contact_,
                    .event_time = place->time,
                    .sequence = SequenceOfRow(row, table_),
                    .value = entity};
  RI_RETURN_IF_ERROR(state_.sink.Emit(event));
  if (const std::string_view role = row.Text(Role::kContactRole); !role.empty()) {
    event.attribute = name_;
    RI_ASSIGN_OR_RETURN(event.value, state_.sink.Symbol(role));
    return state_.sink.Emit(event);
  }
  return {};
}

}  // namespace ri::ingest
