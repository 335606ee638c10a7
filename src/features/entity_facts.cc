#include "features/entity_facts.h"

#include <bit>
#include <cmath>

#include "domain/money.h"

namespace ri::features {

using data::EntityKind;
using data::ValueType;

EntityFacts::EntityFacts(const data::EventLog& log, const Sources& sources)
    : account_industry(log, EntityKind::kAccount, data::attribute::kIndustry, ValueType::kText),
      account_region(log, EntityKind::kAccount, data::attribute::kRegion, ValueType::kText),
      account_employees(log, EntityKind::kAccount, data::attribute::kEmployees, ValueType::kReal),
      account_revenue(log, EntityKind::kAccount, data::attribute::kRevenue, ValueType::kReal),
      rep_team(log, EntityKind::kRep, data::attribute::kTeam, ValueType::kReference),
      rep_region(log, EntityKind::kRep, data::attribute::kRegion, ValueType::kText),
      contact_title(log, EntityKind::kContact, attribute::kTitle, ValueType::kText),
      rep_created_(log.count(EntityKind::kRep)) {
  if (const auto created = log.FindAttribute(EntityKind::kRep, data::attribute::kCreated)) {
    for (std::size_t rep = 0; rep < rep_created_.size(); ++rep) {
      for (const data::LoggedEvent& event : log.events(EntityKind::kRep, rep)) {
        if (event.attribute == *created && rep_created_[rep].visible_time == kNever) {
          rep_created_[rep] = {event.visible_time, event.event_time};
        }
      }
    }
  }
  for (const CustomColumn& column : sources.custom_columns()) {
    if (column.kind == EntityKind::kDeal) {
      custom.emplace_back();
    } else {
      custom.emplace_back(log, column.kind, column.attribute);
    }
  }
}

CurrencyConverter::CurrencyConverter(const data::EventLog& log, const Sources& sources)
    : sources_(&sources),
      rates_(log, EntityKind::kCurrencyRate, data::attribute::kRate, ValueType::kReal) {
  for (const std::uint32_t symbol : sources.LabelSymbols(TextColumn::kCurrency)) {
    const std::string& code = log.symbols()[symbol];
    Entry entry;
    if (const auto currency = domain::Currency::FromCode(code)) {
      entry.major_per_minor = std::pow(10.0, -currency->minor_digits());
    }
    if (const auto entity = log.Find(EntityKind::kCurrencyRate, code)) {
      entry.rate_entity = static_cast<std::uint32_t>(*entity);
    }
    entries_.push_back(entry);
  }
}

double CurrencyConverter::OwnMajorUnits(std::int64_t minor_units, std::int64_t currency) const {
  const std::uint32_t label = sources_->Label(TextColumn::kCurrency, currency);
  return static_cast<double>(minor_units) *
         (label == kNoLabel ? 0.01 : entries_[label].major_per_minor);
}

double CurrencyConverter::ToMajorUnits(std::int64_t minor_units, std::int64_t currency,
                                       std::int64_t as_of) const {
  const double own = OwnMajorUnits(minor_units, currency);
  const std::uint32_t label = sources_->Label(TextColumn::kCurrency, currency);
  if (label == kNoLabel || entries_[label].rate_entity == kNoLabel) {
    return own;
  }
  const std::int64_t bits = rates_.ValueAt(entries_[label].rate_entity, as_of);
  const double rate = bits == data::kNoValue ? 1 : std::bit_cast<double>(bits);
  return rate > 0 ? own / rate : own;
}

}  // namespace ri::features
