#include "ingest/standing_values.h"

#include <algorithm>

namespace ri::ingest {

Status StandingValues::Emit(data::EntityKind kind, std::string_view key, std::uint32_t entity,
                            std::uint32_t attribute, std::int64_t from, std::int64_t changed,
                            std::int64_t value, std::string_view text) {
  data::Event event{.entity = entity, .attribute = attribute, .event_time = from, .value = value};
  RI_RETURN_IF_ERROR(sink_.Emit(event));
  if (prior_ == nullptr || from == kAtExport) {
    return {};
  }
  const data::AttributeDefinition& definition = sink_.definition(attribute);
  const bool has_text =
      definition.type == data::ValueType::kText || definition.type == data::ValueType::kReference;
  const PriorValue shown{.number = has_text ? data::kNoValue : value,
                         .text = has_text ? std::string(text) : std::string()};
  if (const auto current = prior_->Current(kind, key, definition); current && *current != shown) {
    event.event_time = std::max(from, changed);
    RI_RETURN_IF_ERROR(sink_.Emit(event));
  }
  return {};
}

}  // namespace ri::ingest
