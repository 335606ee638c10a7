#pragma once

/// Keeps what was erased out of later imports: the same export again changes nothing.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "data/event.h"
#include "data/event_reader.h"
#include "data/redactor.h"

namespace ri::data {

/// Belongs to one import. Without earlier erasures `active()` is false and nothing else is called.
/// Thread safety: one thread.
class ErasureFilter {
 public:
  /// Reads what was erased, and of which deals the texts are.
  Status Load(EventReader& reader);

  [[nodiscard]] bool active() const { return !redactor_.empty(); }
  [[nodiscard]] const Redactor& redactor() const { return redactor_; }

  /// Key under which an entity is stored.
  [[nodiscard]] std::string KeyOf(EntityKind kind, std::string_view key) const;
  /// Text as it is stored.
  [[nodiscard]] std::string TextOf(std::string_view text) const;
  /// Replacement when the text is nothing but the key of an erased rep.
  [[nodiscard]] std::optional<std::string> OwnerOf(std::string_view text) const;
  /// The entity that stands for an erased one, once it has an id.
  void NoteEntity(std::uint32_t id, EntityKind kind, std::string_view key);

  /// True when an event tells that a deal belongs to an erased account.
  void NoteDeal(const AttributeDefinition& attribute, const Event& event);
  [[nodiscard]] bool IsOfErasedAccount(std::uint32_t deal) const {
    return account_deals_.contains(deal);
  }
  [[nodiscard]] bool IsErased(std::uint32_t entity) const { return erased_.contains(entity); }
  /// Key of the contact that stands in an event for an erased one, or empty.
  [[nodiscard]] std::optional<std::string> LinkKeyOf(const AttributeDefinition& attribute,
                                                     const Event& event) const;

 private:
  struct Anonymous {
    EntityKind kind = EntityKind{};
    std::string key;
  };
  Redactor redactor_;
  std::set<std::pair<EntityKind, std::string>> anonymous_keys_;
  std::map<std::uint32_t, Anonymous> erased_;  ///< by entity
  std::set<std::uint32_t> account_deals_;
};

}  // namespace ri::data
