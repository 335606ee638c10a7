#include "ingest/prior_knowledge.h"

#include <limits>

#include "ingest/attribute_catalogue.h"

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

const data::LoggedEvent* PriorKnowledge::Latest(EntityKind kind, std::size_t entity,
                                                std::uint32_t attribute) const {
  const data::LoggedEvent* latest = nullptr;
  std::int64_t newest = std::numeric_limits<std::int64_t>::min();
  for (const data::LoggedEvent& event : log_.events(kind, entity)) {
    if (event.visible_time > known_at_) {
      break;
    }
    if (event.attribute == attribute && event.event_time >= newest) {
      newest = event.event_time;
      latest = &event;
    }
  }
  return latest != nullptr && latest->value == data::kNoValue ? nullptr : latest;
}

std::optional<PriorValue> PriorKnowledge::Current(
    EntityKind kind, std::string_view key, const data::AttributeDefinition& attribute) const {
  const auto entity = log_.Find(kind, key);
  const auto id = Find(log_, attribute);
  if (!entity || !id) {
    return std::nullopt;
  }
  const data::LoggedEvent* latest = Latest(kind, *entity, *id);
  return latest != nullptr ? std::optional(ValueOf(log_, attribute, latest->value)) : std::nullopt;
}

std::optional<std::int64_t> PriorKnowledge::CreatedAt(std::string_view deal) const {
  const auto entity = log_.Find(EntityKind::kDeal, deal);
  const auto created = Find(log_, DealAttribute(data::attribute::kCreated, ValueType::kFlag));
  const data::LoggedEvent* latest =
      entity && created ? Latest(EntityKind::kDeal, *entity, *created) : nullptr;
  return latest != nullptr ? std::optional(latest->event_time) : std::nullopt;
}

std::optional<PriorKnowledge::PriorOutcome> PriorKnowledge::OutcomeOf(std::string_view deal) const {
  const auto entity = log_.Find(EntityKind::kDeal, deal);
  const auto outcome = Find(log_, DealAttribute(data::attribute::kOutcome, ValueType::kText));
  const data::LoggedEvent* latest =
      entity && outcome ? Latest(EntityKind::kDeal, *entity, *outcome) : nullptr;
  if (latest == nullptr) {
    return std::nullopt;
  }
  return PriorOutcome{.word = log_.symbols()[static_cast<std::size_t>(latest->value)],
                      .time = latest->event_time};
}

bool PriorKnowledge::IsClosed(std::string_view deal) const {
  const auto outcome = OutcomeOf(deal);
  return outcome && outcome->word != "open";
}

bool PriorKnowledge::IsDeleted(std::string_view deal) const {
  const auto deleted =
      Current(EntityKind::kDeal, deal, DealAttribute(data::attribute::kDeleted, ValueType::kFlag));
  return deleted && deleted->number > 0;
}

std::vector<std::pair<std::string_view, std::string_view>> PriorKnowledge::Aliases(
    EntityKind kind) const {
  std::vector<std::pair<std::string_view, std::string_view>> aliases;
  const auto attribute = Find(log_, {.kind = kind,
                                     .name = std::string(kAlsoCalled),
                                     .type = ValueType::kText,
                                     .reference_kind = kind});
  for (std::size_t i = 0; attribute && i < log_.count(kind); ++i) {
    for (const data::LoggedEvent& event : log_.events(kind, i)) {
      if (event.visible_time <= known_at_ && event.attribute == *attribute &&
          event.value != data::kNoValue) {
        aliases.emplace_back(log_.symbols()[static_cast<std::size_t>(event.value)],
                             log_.keys(kind)[i]);
      }
    }
  }
  return aliases;
}

std::vector<std::string_view> PriorKnowledge::Deals() const {
  std::vector<std::string_view> deals;
  const auto created = Find(log_, DealAttribute(data::attribute::kCreated, ValueType::kFlag));
  const auto deleted = Find(log_, DealAttribute(data::attribute::kDeleted, ValueType::kFlag));
  for (std::size_t i = 0; created && i < log_.count(EntityKind::kDeal); ++i) {
    const data::LoggedEvent* gone = deleted ? Latest(EntityKind::kDeal, i, *deleted) : nullptr;
    if (Latest(EntityKind::kDeal, i, *created) != nullptr &&
        (gone == nullptr || gone->value == 0)) {
      deals.push_back(log_.keys(EntityKind::kDeal)[i]);
    }
  }
  return deals;
}

}  // namespace ri::ingest
