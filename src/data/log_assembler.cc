#include "data/log_assembler.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "data/event_set.h"

namespace ri::data {
namespace {

// Larger ids are never given out: an id beyond is damage, not a reason to ask for memory.
constexpr std::int64_t kMaxId = std::numeric_limits<std::int32_t>::max();

bool IsKind(EntityKind kind) {
  return kind >= EntityKind::kDeal && static_cast<std::size_t>(kind) < EventLog::kNumKinds;
}

template <typename T>
T& AtId(std::vector<T>& items, std::int64_t id) {
  const auto index = static_cast<std::size_t>(id);
  if (index >= items.size()) {
    items.resize(index + 1);
  }
  return items[index];
}

}  // namespace

void LogAssembler::SetBatches(const std::vector<Batch>& batches) {
  for (const Batch& batch : batches) {
    Holder holder{.present = true, .known_at = batch.known_at};
    for (const Batch& other : batches) {
      if (other.source == batch.source && other.known_at < batch.known_at) {
        holder.previous_known_at = std::max(holder.previous_known_at, other.known_at);
      }
    }
    AtId(holders_, batch.id) = holder;
  }
}

void LogAssembler::AddAttribute(std::int64_t id, AttributeDefinition definition) {
  if (id <= 0 || id > kMaxId || !IsKind(definition.kind) || !IsKind(definition.reference_kind)) {
    ReportDamage("attribute " + std::to_string(id) + " has a kind that does not exist");
    return;
  }
  AtId(attributes_, id) = {.definition = std::move(definition), .present = true};
}

void LogAssembler::AddEntity(std::int64_t id, EntityKind kind, std::string_view key) {
  if (id <= 0 || id > kMaxId || !IsKind(kind)) {
    ReportDamage("entity " + std::to_string(id) + " has a kind that does not exist");
    return;
  }
  AtId(entities_, id) = {.text = std::string(key), .kind = kind, .present = true};
}

void LogAssembler::AddSymbol(std::int64_t id, std::string_view text) {
  if (id <= 0 || id > kMaxId) {
    ReportDamage("a text has the number " + std::to_string(id));
    return;
  }
  AtId(symbols_, id) = {.text = std::string(text), .present = true};
}

void LogAssembler::AddSighting(std::int64_t batch, const Event& event) {
  if (FindHolder(batch) == nullptr) {
    return;
  }
  sightings_.push_back({.entity = event.entity,
                        .batch = static_cast<std::uint32_t>(batch),
                        .hash = EventHash(event)});
  if (event.entity >= sighted_entities_.size()) {
    sighted_entities_.resize(event.entity + std::size_t{1});
  }
  sighted_entities_[event.entity] = true;
}

void LogAssembler::BeginEvents(std::uint64_t expected_events) {
  std::sort(sightings_.begin(), sightings_.end(), [](const Sighting& a, const Sighting& b) {
    return std::tie(a.entity, a.hash, a.batch) < std::tie(b.entity, b.hash, b.batch);
  });
  content_.rows.reserve(expected_events);
}

const LogAssembler::Holder* LogAssembler::FindHolder(std::int64_t batch) const {
  if (batch < 0 || static_cast<std::size_t>(batch) >= holders_.size() ||
      !holders_[static_cast<std::size_t>(batch)].present) {
    return nullptr;
  }
  return &holders_[static_cast<std::size_t>(batch)];
}

std::optional<std::int64_t> LogAssembler::ResolveKnownTime(std::int64_t batch, const Event& event) {
  const Holder* first = FindHolder(batch);
  if (first == nullptr) {
    ReportDamage("an event names import " + std::to_string(batch) + ", which does not exist");
    return std::nullopt;
  }
  const auto known_time = [&](const Holder& holder) {
    return KnownTime(event.event_time, event.recorded_time, holder.known_at,
                     holder.previous_known_at);
  };
  std::int64_t known = known_time(*first);
  if (event.entity < sighted_entities_.size() && sighted_entities_[event.entity]) {
    const Sighting wanted{.entity = event.entity, .batch = 0, .hash = EventHash(event)};
    auto sighting = std::lower_bound(
        sightings_.begin(), sightings_.end(), wanted, [](const Sighting& a, const Sighting& b) {
          return std::tie(a.entity, a.hash) < std::tie(b.entity, b.hash);
        });
    for (; sighting != sightings_.end() && sighting->entity == wanted.entity &&
           sighting->hash == wanted.hash;
         ++sighting) {
      const Holder& other = holders_[sighting->batch];
      if (other.known_at < first->known_at) {
        first = &other;
        known = known_time(other);
      } else if (other.known_at == first->known_at) {
        known = std::min(known, known_time(other));
      }
    }
  }
  if (options_.known_at.has_value() && first->known_at > *options_.known_at) {
    return std::nullopt;
  }
  return known;
}

std::optional<std::uint32_t> LogAssembler::UseEntity(std::int64_t id, EntityKind kind) {
  if (id < 0 || static_cast<std::size_t>(id) >= entities_.size()) {
    return std::nullopt;
  }
  Text& entity = entities_[static_cast<std::size_t>(id)];
  if (!entity.present || entity.kind != kind) {
    return std::nullopt;
  }
  if (entity.position == kUnused) {
    std::vector<std::string>& keys = content_.keys[static_cast<std::size_t>(kind)];
    entity.position = static_cast<std::uint32_t>(keys.size());
    keys.push_back(std::move(entity.text));
  }
  return entity.position;
}

std::optional<std::uint32_t> LogAssembler::UseSymbol(std::int64_t id) {
  if (id < 0 || static_cast<std::size_t>(id) >= symbols_.size() ||
      !symbols_[static_cast<std::size_t>(id)].present) {
    return std::nullopt;
  }
  Text& symbol = symbols_[static_cast<std::size_t>(id)];
  if (symbol.position == kUnused) {
    symbol.position = static_cast<std::uint32_t>(content_.symbols.size());
    content_.symbols.push_back(std::move(symbol.text));
  }
  return symbol.position;
}

std::optional<std::uint32_t> LogAssembler::UseAttribute(std::uint32_t id) {
  if (id >= attributes_.size() || !attributes_[id].present) {
    return std::nullopt;
  }
  Attribute& attribute = attributes_[id];
  if (attribute.position == kUnused) {
    attribute.position = static_cast<std::uint32_t>(content_.attributes.size());
    content_.attributes.push_back(attribute.definition);
  }
  return attribute.position;
}

void LogAssembler::AddEvent(std::int64_t batch, const Event& event) {
  const std::optional<std::int64_t> known = ResolveKnownTime(batch, event);
  if (!known.has_value()) {
    return;
  }
  const std::optional<std::uint32_t> attribute = UseAttribute(event.attribute);
  if (!attribute.has_value()) {
    ReportDamage("an event names attribute " + std::to_string(event.attribute) +
                 ", which does not exist");
    return;
  }
  const AttributeDefinition& definition = attributes_[event.attribute].definition;
  const std::optional<std::uint32_t> entity = UseEntity(event.entity, definition.kind);
  if (!entity.has_value()) {
    ReportDamage("an event names entity " + std::to_string(event.entity) +
                 ", which does not exist or is of another kind");
    return;
  }
  std::int64_t value = event.value;
  if (value != kNoValue &&
      (definition.type == ValueType::kText || definition.type == ValueType::kReference)) {
    const std::optional<std::uint32_t> position = definition.type == ValueType::kText
                                                      ? UseSymbol(value)
                                                      : UseEntity(value, definition.reference_kind);
    if (!position.has_value()) {
      ReportDamage("the value " + std::to_string(value) + " of attribute \"" + definition.name +
                   "\" points at nothing");
      return;
    }
    value = *position;
  }
  content_.rows.push_back({.kind = definition.kind,
                           .entity = *entity,
                           .attribute = *attribute,
                           .event_time = event.event_time,
                           .visible_time = std::max(event.event_time, *known),
                           .sequence = event.sequence,
                           .value = value});
}

void LogAssembler::ReportDamage(std::string what) {
  if (damage_.empty()) {
    damage_ = std::move(what);
  }
}

Result<EventLog> LogAssembler::Finish() {
  if (!damage_.empty()) {
    return Fail(ErrorCode::kStorage, "The database is damaged: " + damage_ +
                                         ". Restore it from a backup, or import the exports again "
                                         "into a new database.");
  }
  attributes_ = {};
  entities_ = {};
  symbols_ = {};
  sightings_ = {};
  return EventLog::Build(std::move(content_));
}

}  // namespace ri::data
