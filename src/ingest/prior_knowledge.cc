#include "ingest/prior_knowledge.h"

#include <limits>

namespace ri::ingest {
namespace {

using data::EntityKind;
using data::ValueType;

data::AttributeDefinition DealAttribute(std::string_view name, ValueType type) {
  return {.kind = EntityKind::kDeal, .name = std::string(name), .type = type};
}

std::optional<std::uint32_t> Find(const data::EventLog& log,
                                  const data::AttributeDefinition& attribute) {
  const auto attributes = log.attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].kind == attribute.kind && attributes[i].type == attribute.type &&
        attributes[i].name == attribute.name) {
      return static_cast<std::uint32_t>(i);
    }
  }
  return std::nullopt;
}

PriorValue ValueOf(const data::EventLog& log, const data::AttributeDefinition& attribute,
                   std::int64_t value) {
  if (value == data::kNoValue) {
    return {};
  }
  switch (attribute.type) {
    case ValueType::kText:
      return {.text = log.symbols()[static_cast<std::size_t>(value)]};
    case ValueType::kReference:
      return {.text = log.keys(attribute.reference_kind)[static_cast<std::size_t>(value)]};
    default:
      return {.number = value, .text = ""};
  }
}

}  // namespace

std::optional<std::int64_t> PriorKnowledge::Latest(EntityKind kind, std::size_t entity,
                                                   std::uint32_t attribute) const {
  std::optional<std::int64_t> value;
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  for (const data::LoggedEvent& event : log_.events(kind, entity)) {
    if (event.visible_time > known_at_) {
      break;
    }
    if (event.attribute == attribute && event.event_time >= newest) {
      newest = event.event_time;
      value = event.value;
    }
  }
  return value == data::kNoValue ? std::nullopt : value;
}

std::optional<PriorValue> PriorKnowledge::Current(
    EntityKind kind, std::string_view key, const data::AttributeDefinition& attribute) const {
  const auto entity = log_.Find(kind, key);
  const auto id = Find(log_, attribute);
  if (!entity || !id) {
    return std::nullopt;
  }
  const auto value = Latest(kind, *entity, *id);
  return value ? std::optional(ValueOf(log_, attribute, *value)) : std::nullopt;
}

bool PriorKnowledge::IsClosed(std::string_view deal) const {
  const auto outcome =
      Current(EntityKind::kDeal, deal, DealAttribute(data::attribute::kOutcome, ValueType::kText));
  return outcome && (outcome->text == "won" || outcome->text == "lost");
}

bool PriorKnowledge::IsDeleted(std::string_view deal) const {
  const auto deleted =
      Current(EntityKind::kDeal, deal, DealAttribute(data::attribute::kDeleted, ValueType::kFlag));
  return deleted && deleted->number > 0;
}

std::vector<std::string_view> PriorKnowledge::Deals() const {
  std::vector<std::string_view> deals;
  const auto created = Find(log_, DealAttribute(data::attribute::kCreated, ValueType::kFlag));
  const auto deleted = Find(log_, DealAttribute(data::attribute::kDeleted, ValueType::kFlag));
  for (std::size_t i = 0; created && i < log_.count(EntityKind::kDeal); ++i) {
    const auto exists = Latest(EntityKind::kDeal, i, *created);
    const auto gone = deleted ? Latest(EntityKind::kDeal, i, *deleted) : std::nullopt;
    if (exists && gone.value_or(0) == 0) {
      deals.push_back(log_.keys(EntityKind::kDeal)[i]);
    }
  }
  return deals;
}

}  // namespace ri::ingest
