#include "features/entity_timeline.h"

#include "features/event_order.h"

namespace ri::features {

EntityTimeline::EntityTimeline(const data::EventLog& log, data::EntityKind kind,
                               std::uint32_t attribute) {
  Build(log, kind, attribute);
}

EntityTimeline::EntityTimeline(const data::EventLog& log, data::EntityKind kind,
                               std::string_view name, data::ValueType type) {
  const auto attributes = log.attributes();
  for (std::size_t i = 0; i < attributes.size(); ++i) {
    if (attributes[i].kind == kind && attributes[i].name == name && attributes[i].type == type) {
      Build(log, kind, static_cast<std::uint32_t>(i));
    }
  }
}

void EntityTimeline::Build(const data::EventLog& log, data::EntityKind kind,
                           std::uint32_t attribute) {
  const std::size_t num_entities = log.count(kind);
  offsets_.assign(num_entities + 1, 0);
  for (std::size_t entity = 0; entity < num_entities; ++entity) {
    HistoryEntry latest;
    for (const data::LoggedEvent& event : log.events(kind, entity)) {
      const HistoryEntry entry{event.event_time, event.sequence, event.value};
      if (event.attribute != attribute || entry <= latest) {
        continue;
      }
      latest = entry;
      if (steps_.size() > offsets_[entity] && steps_.back().visible_time == event.visible_time) {
        steps_.back().value = event.value;
      } else {
        steps_.push_back({event.visible_time, event.value});
      }
    }
    offsets_[entity + 1] = static_cast<std::uint32_t>(steps_.size());
  }
}

}  // namespace ri::features
