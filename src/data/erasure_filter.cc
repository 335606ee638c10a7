#include "data/erasure_filter.h"

#include <utility>

namespace ri::data {

Status ErasureFilter::Load(EventReader& reader) {
  RI_ASSIGN_OR_RETURN(const ErasureRecords records, reader.ReadErasures());
  RI_ASSIGN_OR_RETURN(redactor_, Redactor::From(records));
  if (!active()) {
    return {};
  }
  bool any_account = false;
  for (const ErasedIdentifier& identifier : records.identifiers) {
    if (identifier.kind != EntityKind{} && identifier.num_words == 0) {
      anonymous_keys_.emplace(identifier.kind, identifier.replacement);
      any_account = any_account || identifier.kind == EntityKind::kAccount;
    }
  }
  RI_RETURN_IF_ERROR(
      reader.ReadEntities([this](std::uint32_t id, EntityKind kind, std::string_view key) {
        NoteEntity(id, kind, key);
      }));
  if (!any_account) {
    return {};
  }
  std::map<std::uint32_t, AttributeDefinition> attributes;
  RI_RETURN_IF_ERROR(
      reader.ReadAttributes([&](std::uint32_t id, const AttributeDefinition& definition) {
        attributes[id] = definition;
      }));
  return reader.ReadEvents([&](std::int64_t, const Event& event) {
    const auto attribute = attributes.find(event.attribute);
    if (attribute != attributes.end()) {
      NoteDeal(attribute->second, event);
    }
    return true;
  });
}

std::string ErasureFilter::KeyOf(EntityKind kind, std::string_view key) const {
  if (auto anonymous = redactor_.Key(kind, key)) {
    return *std::move(anonymous);
  }
  return TextOf(key);
}

std::string ErasureFilter::TextOf(std::string_view text) const {
  if (auto redacted = redactor_.Text(text)) {
    return *std::move(redacted);
  }
  return std::string(text);
}

std::optional<std::string> ErasureFilter::OwnerOf(std::string_view text) const {
  return redactor_.Key(EntityKind::kRep, text);
}

void ErasureFilter::NoteEntity(std::uint32_t id, EntityKind kind, std::string_view key) {
  if (anonymous_keys_.contains({kind, std::string(key)})) {
    erased_[id] = {.kind = kind, .key = std::string(key)};
  }
}

void ErasureFilter::NoteDeal(const AttributeDefinition& attribute, const Event& event) {
  if (attribute.kind == EntityKind::kDeal && attribute.type == ValueType::kReference &&
      attribute.reference_kind == EntityKind::kAccount && event.value != kNoValue &&
      erased_.contains(static_cast<std::uint32_t>(event.value))) {
    account_deals_.insert(event.entity);
  }
}

std::optional<std::string> ErasureFilter::LinkKeyOf(const AttributeDefinition& attribute,
                                                    const Event& event) const {
  if (attribute.kind != EntityKind::kDeal || attribute.type != ValueType::kReference ||
      attribute.reference_kind != EntityKind::kContact || event.value == kNoValue) {
    return std::nullopt;
  }
  const auto contact = erased_.find(static_cast<std::uint32_t>(event.value));
  if (contact == erased_.end()) {
    return std::nullopt;
  }
  return redactor_.LinkKey(contact->second.key, event.entity);
}

}  // namespace ri::data
