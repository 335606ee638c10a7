#include "ingest/entity_reader.h"

#include <algorithm>
#include <map>
#include <set>

#include "domain/date.h"
#include "domain/money.h"
#include "ingest/attribute_catalogue.h"
#include "ingest/deal_reader.h"

namespace ri::ingest {
namespace {

using data::EntityKind;
using data::kNoValue;
using data::ValueType;

std::int64_t DayNumber(const Instant& instant) {
  return domain::DayNumber(domain::DateOf(domain::TimestampFromMilliseconds(instant.milliseconds)));
}

std::int64_t AddMonths(std::int64_t day, int months) {
  const std::chrono::year_month_day civil(domain::DateFromDayNumber(day));
  std::chrono::year_month_day later = civil + std::chrono::months(months);
  if (!later.ok()) {
    later = later.year() / later.month() / std::chrono::last;
  }
  return domain::DayNumber(domain::Date(later));
}

int MonthIndex(std::int64_t day) {
  const std::chrono::year_month_day civil(domain::DateFromDayNumber(day));
  return static_cast<int>(civil.year()) * 12 +
         static_cast<int>(static_cast<unsigned>(civil.month()));
}

}  // namespace

EntityReader::EntityReader(const TableBinding& table, ImportState& state)
    : table_(table),
      state_(state),
      kind_(KindOf(table.file->noun)),
      standing_(state.sink, state.prior) {
  for (std::size_t i = 0; i < kNumRoles; ++i) {
    const Role role = static_cast<Role>(i);
    const auto definition = AttributeOf(kind_, role);
    if (definition && table.has(role)) {
      columns_.push_back({.role = role,
                          .attribute = state.sink.Attribute(*definition),
                          .type = definition->type,
                          .reference = definition->reference_kind});
    }
  }
  for (const BoundCustom& custom : table.custom) {
    const ValueType type = custom.type == CustomType::kNumber ? ValueType::kReal
                           : custom.type == CustomType::kFlag ? ValueType::kFlag
                           : custom.type == CustomType::kDate ? ValueType::kDate
                                                              : ValueType::kText;
    custom_attributes_.push_back(
        state.sink.Attribute({.kind = kind_,
                              .name = custom.name,
                              .type = type,
                              .reference_kind = kind_,
                              .custom = custom.type != CustomType::kText}));
  }
}

Status EntityReader::Read(RowValues& row) {
  const std::string key(row.Key(Role::kId));
  if (key.empty()) {
    if (!row.failed()) {
      row.Reject(Role::kId, "The row has no id.");
    }
    return {};
  }
  RI_ASSIGN_OR_RETURN(const bool stays, ReadAliases(row, key));
  if (!stays || (columns_.empty() && custom_attributes_.empty())) {
    return {};
  }
  RI_ASSIGN_OR_RETURN(const std::uint32_t entity, state_.sink.Entity(kind_, key));
  const std::int64_t from = From(row);
  for (const Column& column : columns_) {
    std::int64_t value = kNoValue;
    std::int64_t time = from;
    std::string text;
    if (column.role == Role::kCreated) {
      if (const auto created = row.Time(Role::kCreated)) {
        time = created->milliseconds;
        value = 1;
      }
    } else if (text = column.role == Role::kName ? FullName(row) : std::string(); !text.empty()) {
      RI_ASSIGN_OR_RETURN(value, state_.sink.Symbol(text));
    } else {
      RI_ASSIGN_OR_RETURN(value, Encode(row, column, text));
    }
    if (value != kNoValue) {
      RI_RETURN_IF_ERROR(
          standing_.Emit(kind_, key, entity, column.attribute, time, state_.known_at, value, text));
    }
  }
  if (kind_ == EntityKind::kFiscalPeriod) {
    if (const auto end = row.Time(Role::kEnd)) {
      if (const auto begin = row.Time(Role::kBegin); begin && row.Text(Role::kType) == "Quarter") {
        const auto number = table_.has(Role::kNumber) ? row.Number(Role::kNumber) : std::nullopt;
        state_.report.fiscal_quarters.push_back(
            {.begin = DayNumber(*begin),
             .end = DayNumber(*end) + 1,
             .number = number ? std::optional(static_cast<int>(*number)) : std::nullopt});
      }
      RI_RETURN_IF_ERROR(state_.sink.Emit(
          {.entity = entity,
           .attribute = state_.sink.Attribute({.kind = kind_,
                                               .name = std::string(data::attribute::kPeriodEnd),
                                               .type = ValueType::kDate,
                                               .reference_kind = kind_}),
           .event_time = from,
           .value = DayNumber(*end) + 1}));  // the source names the last day
    }
  }
  RI_RETURN_IF_ERROR(WriteDeleted(row, entity, from));
  return WriteCustom(row, key, entity, from);
}

Result<bool> EntityReader::ReadAliases(RowValues& row, const std::string& key) {
  if (table_.has(Role::kMergedInto)) {
    const std::string survivor(row.Key(Role::kMergedInto));
    if (!survivor.empty() && survivor != key) {
      // Older rows of histories still name it: they mean the record that stayed.
      RI_RETURN_IF_ERROR(AddAlias(key, survivor));
      return false;
    }
  }
  if (table_.has(Role::kMerged)) {
    for (const std::string& merged : row.Keys(Role::kMerged)) {
      RI_RETURN_IF_ERROR(AddAlias(merged, key));
    }
  }
  if (table_.has(Role::kAlsoCalled)) {
    RI_RETURN_IF_ERROR(AddAlias(row.Text(Role::kAlsoCalled), key));
  }
  if (const std::string name = FullName(row); !name.empty()) {
    RI_RETURN_IF_ERROR(AddAlias(name, key));
  }
  return true;
}

Status EntityReader::AddAlias(std::string_view other, std::string_view key) {
  if (other.empty() || other == key) {
    return {};
  }
  state_.sink.AddAlias(kind_, other, key);
  RI_ASSIGN_OR_RETURN(const std::uint32_t entity, state_.sink.Entity(kind_, key));
  RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(other));
  return state_.sink.Emit({.entity = entity,
                           .attribute = state_.sink.Attribute({.kind = kind_,
                                                               .name = std::string(kAlsoCalled),
                                                               .type = ValueType::kText,
                                                               .reference_kind = kind_}),
                           .event_time = kAlways,
                           .sequence = SequenceOf(other),
                           .value = symbol});
}

std::string EntityReader::FullName(const RowValues& row) const {
  if (!table_.has(Role::kGivenName) || !table_.has(Role::kFamilyName)) {
    return {};
  }
  std::string name(row.Text(Role::kGivenName));
  const std::string_view family = row.Text(Role::kFamilyName);
  name += name.empty() || family.empty() ? "" : " ";
  name += family;
  return name;
}

std::int64_t EntityReader::From(RowValues& row) const {
  const bool has_begin =
      kind_ == EntityKind::kAccount || kind_ == EntityKind::kRep || kind_ == EntityKind::kTeam;
  const Role role = has_begin ? Role::kBegin : Role::kTime;
  const auto time = table_.has(role) ? row.Time(role) : std::nullopt;
  return time ? time->milliseconds : kAlways;
}

Status EntityReader::WriteDeleted(RowValues& row, std::uint32_t entity, std::int64_t from) {
  if (!table_.has(Role::kDeleted) || !row.Flag(Role::kDeleted).value_or(false)) {
    return {};
  }
  const auto modified = table_.has(Role::kModified) ? row.Time(Role::kModified) : std::nullopt;
  return state_.sink.Emit(
      {.entity = entity,
       .attribute = state_.sink.Attribute({.kind = kind_,
                                           .name = std::string(data::attribute::kDeleted),
                                           .type = ValueType::kFlag,
                                           .reference_kind = kind_}),
       .event_time = modified ? std::max(modified->milliseconds, from) : kAtExport,
       .value = 1});
}

Status EntityReader::WriteCustom(RowValues& row, const std::string& key, std::uint32_t entity,
                                 std::int64_t from) {
  for (std::size_t i = 0; i < table_.custom.size(); ++i) {
    const BoundCustom& custom = table_.custom[i];
    std::int64_t value = kNoValue;
    std::string kept;
    if (custom.type == CustomType::kNumber) {
      const auto number = row.CustomNumber(custom);
      value = number ? StoredReal(*number) : kNoValue;
    } else if (custom.type == CustomType::kFlag) {
      const auto flag = row.CustomFlag(custom);
      value = flag ? (*flag ? 1 : 0) : kNoValue;
    } else if (custom.type == CustomType::kDate) {
      const auto date = row.CustomDate(custom);
      value = date ? DayNumber(*date) : kNoValue;
    } else if (const std::string_view text = row.Cell(custom.column); !text.empty()) {
      RI_ASSIGN_OR_RETURN(value, state_.sink.Symbol(text));
      kept = text;
    }
    if (value != kNoValue) {
      RI_RETURN_IF_ERROR(standing_.Emit(kind_, key, entity, custom_attributes_[i], from,
                                        state_.known_at, value, kept));
    }
  }
  return {};
}

Result<std::int64_t> EntityReader::Encode(RowValues& row, const Column& column,
                                          std::string& shown) {
  switch (column.type) {
    case ValueType::kReference: {
      const std::string_view key = row.Key(column.role);
      if (key.empty()) {
        return kNoValue;
      }
      shown = key;
      RI_ASSIGN_OR_RETURN(const std::uint32_t entity, state_.sink.Entity(column.reference, key));
      return static_cast<std::int64_t>(entity);
    }
    case ValueType::kReal: {
      const auto number = row.Number(column.role);
      return number ? StoredReal(*number) : kNoValue;
    }
    case ValueType::kFlag: {
      const auto flag = row.Flag(column.role);
      return flag ? std::int64_t{*flag} : kNoValue;
    }
    case ValueType::kDate: {
      const auto date = row.Time(column.role);
      return date ? DayNumber(*date) : kNoValue;
    }
    case ValueType::kMoney: {
      const std::string_view code =
          table_.has(Role::kCurrency) ? row.Text(Role::kCurrency) : std::string_view();
      return row
          .Amount(column.role,
                  MinorDigits(code.empty() ? std::string_view(table_.mapping->currency) : code),
                  true)  // credits and discounts are lines too
          .value_or(kNoValue);
    }
    default:
      break;
  }
  const std::string_view text = row.Text(column.role);
  if (text.empty()) {
    return kNoValue;
  }
  shown = text;
  return state_.sink.Symbol(text);
}

Status SubmissionReader::Read(RowValues& row) {
  if (table_.has(Role::kDeleted) && ParseFlag(row.Text(Role::kDeleted)).value_or(false)) {
    return {};
  }
  const std::string owner(row.Key(Role::kOwner));
  const auto begin = row.Time(Role::kBegin);
  if (owner.empty() || !begin) {
    if (!row.failed()) {
      row.Reject(owner.empty() ? Role::kOwner : Role::kBegin,
                 "A forecast submission needs its owner and the first day of its period.");
    }
    return {};
  }
  const std::string currency(table_.has(Role::kCurrency) && !row.Text(Role::kCurrency).empty()
                                 ? row.Text(Role::kCurrency)
                                 : std::string_view(table_.mapping->currency));
  const auto amount = row.Amount(Role::kAmount, MinorDigits(currency), true);
  if (!amount) {
    return {};  // a forecast of quantities
  }
  const std::string category(table_.has(Role::kCategory) ? row.Text(Role::kCategory) : "");
  const auto time = table_.has(Role::kTime) ? row.Time(Role::kTime) : std::nullopt;
  const std::int64_t day = DayNumber(*begin);
  RI_ASSIGN_OR_RETURN(
      const std::uint32_t entity,
      state_.sink.Entity(
          EntityKind::kForecastSubmission,
          owner + "/" + domain::FormatDate(domain::DateFromDayNumber(day)) + "/" + category));
  const auto emit = [&](Role role, std::int64_t value) {
    return state_.sink.Emit(
        {.entity = entity,
         .attribute = state_.sink.Attribute(*AttributeOf(EntityKind::kForecastSubmission, role)),
         .event_time = time ? time->milliseconds : kAtExport,
         .value = value});
  };
  RI_ASSIGN_OR_RETURN(const std::uint32_t rep, state_.sink.Entity(EntityKind::kRep, owner));
  RI_RETURN_IF_ERROR(emit(Role::kOwner, rep));
  RI_RETURN_IF_ERROR(emit(Role::kBegin, day));
  RI_RETURN_IF_ERROR(emit(Role::kAmount, *amount));
  if (table_.has(Role::kManager)) {
    if (const std::string_view key = row.Key(Role::kManager); !key.empty() && key != owner) {
      RI_ASSIGN_OR_RETURN(const std::uint32_t manager, state_.sink.Entity(EntityKind::kRep, key));
      RI_RETURN_IF_ERROR(emit(Role::kManager, manager));
    }
  }
  if (!category.empty()) {
    RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(category));
    RI_RETURN_IF_ERROR(emit(Role::kCategory, symbol));
  }
  if (const auto code = domain::Currency::FromCode(currency)) {
    RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(code->code()));
    RI_RETURN_IF_ERROR(emit(Role::kCurrency, symbol));
  }
  if (table_.has(Role::kAmountOwn)) {
    if (const auto own = row.Amount(Role::kAmountOwn, MinorDigits(currency), true)) {
      RI_RETURN_IF_ERROR(emit(Role::kAmountOwn, *own));
    }
  }
  const auto end = table_.has(Role::kEnd) ? row.Time(Role::kEnd) : std::nullopt;
  if (!end) {
    return {};
  }
  return state_.sink.Emit(
      {.entity = entity,
       .attribute = state_.sink.Attribute({.kind = EntityKind::kForecastSubmission,
                                           .name = std::string(data::attribute::kPeriodEnd),
                                           .type = ValueType::kDate,
                                           .reference_kind = EntityKind::kForecastSubmission}),
       .event_time = time ? time->milliseconds : kAtExport,
       .value = DayNumber(*end) + 1});  // the source names the last day
}

Status QuotaReader::Read(RowValues& row) {
  if (table_.has(Role::kDeleted) && ParseFlag(row.Text(Role::kDeleted)).value_or(false)) {
    return {};
  }
  Quota quota;
  quota.owner = std::string(row.Key(Role::kOwner));
  if (quota.owner.empty()) {
    row.Reject(Role::kOwner, "The quota has no owner.");
    return {};
  }
  const auto begin = row.Time(Role::kBegin);
  if (!begin) {
    if (!row.failed()) {
      row.Reject(Role::kBegin, "The quota has no first day.");
    }
    return {};
  }
  quota.begin = DayNumber(*begin);
  quota.currency = std::string(table_.has(Role::kCurrency) ? row.Text(Role::kCurrency) : "");
  if (quota.currency.empty()) {
    quota.currency = table_.mapping->currency;
  }
  const auto amount = row.Amount(Role::kAmount, MinorDigits(quota.currency));
  if (!amount) {
    return {};  // quotas of quantities have no amount
  }
  quota.amount = *amount;
  if (table_.has(Role::kEnd)) {
    if (const auto end = row.Time(Role::kEnd)) {
      quota.end = DayNumber(*end) + 1;  // the source names the last day
    }
  }
  quota.known = begin->milliseconds;
  if (table_.has(Role::kCreated)) {
    if (const auto created = row.Time(Role::kCreated)) {
      quota.known = created->milliseconds;
    }
  }
  quotas_.push_back(std::move(quota));
  return {};
}

int QuotaReader::MonthsPerPeriod() const {
  std::map<std::string, std::set<int>> begins;
  for (const Quota& quota : quotas_) {
    begins[quota.owner].insert(MonthIndex(quota.begin));
  }
  int shortest = 0;
  for (const auto& [owner, months] : begins) {
    for (auto it = months.begin(); it != months.end(); ++it) {
      if (const auto next = std::next(it); next != months.end()) {
        const int gap = *next - *it;
        shortest = shortest == 0 ? gap : std::min(shortest, gap);
      }
    }
  }
  return shortest >= 12 ? 12 : shortest >= 3 ? 3 : shortest == 0 ? 3 : 1;
}

Status QuotaReader::Finish() {
  const int months = MonthsPerPeriod();
  const auto define = [this](std::string_view name, ValueType type) {
    return state_.sink.Attribute({.kind = EntityKind::kQuota,
                                  .name = std::string(name),
                                  .type = type,
                                  .reference_kind = EntityKind::kQuota});
  };
  for (const Quota& quota : quotas_) {
    const std::string key =
        quota.owner + "/" + domain::FormatDate(domain::DateFromDayNumber(quota.begin));
    RI_ASSIGN_OR_RETURN(const std::uint32_t entity, state_.sink.Entity(EntityKind::kQuota, key));
    RI_ASSIGN_OR_RETURN(const std::int64_t owner, state_.sink.Symbol(quota.owner));
    const std::int64_t end = quota.end != 0 ? quota.end : AddMonths(quota.begin, months);
    std::vector<std::pair<std::uint32_t, std::int64_t>> values = {
        {define(data::attribute::kQuotaOwner, ValueType::kText), owner},
        {define(data::attribute::kQuotaAmount, ValueType::kMoney), quota.amount},
        {define(data::attribute::kPeriodBegin, ValueType::kDate), quota.begin},
        {define(data::attribute::kPeriodEnd, ValueType::kDate), end}};
    if (const auto currency = domain::Currency::FromCode(quota.currency)) {
      RI_ASSIGN_OR_RETURN(const std::int64_t symbol, state_.sink.Symbol(currency->code()));
      values.emplace_back(define(data::attribute::kCurrency, ValueType::kText), symbol);
    }
    for (const auto& [attribute, value] : values) {
      RI_RETURN_IF_ERROR(state_.sink.Emit(
          {.entity = entity, .attribute = attribute, .event_time = quota.known, .value = value}));
    }
  }
  return {};
}

Status CurrencyRateReader::Read(RowValues& row) {
  const auto currency = domain::Currency::FromCode(row.Text(Role::kCurrency));
  if (!currency) {
    row.Reject(Role::kCurrency, "is not a three-letter currency code");
    return {};
  }
  const auto rate = row.Number(Role::kRate);
  if (!rate || *rate <= 0) {
    if (!row.failed()) {
      row.Reject(Role::kRate, "must be a number above 0");
    }
    return {};
  }
  const auto time = table_.has(Role::kTime) ? row.Time(Role::kTime) : std::nullopt;
  RI_ASSIGN_OR_RETURN(const std::uint32_t entity,
                      state_.sink.Entity(EntityKind::kCurrencyRate, currency->code()));
  return state_.sink.Emit(
      {.entity = entity,
       .attribute = state_.sink.Attribute({.kind = EntityKind::kCurrencyRate,
                                           .name = std::string(data::attribute::kRate),
                                           .type = ValueType::kReal,
                                           .reference_kind = EntityKind::kCurrencyRate}),
       .event_time = time ? time->milliseconds : kAlways,
       .value = StoredReal(*rate)});
}

}  // namespace ri::ingest
