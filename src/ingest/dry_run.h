#pragma once

/// An import transaction that keeps nothing: what `--dry-run` reads into.

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "data/event_log.h"
#include "data/store.h"

namespace ri::ingest {

/// Hands out ids and counts what the store does not hold yet. Thread safety: one thread. Memory:
/// the distinct keys and texts, and 8 bytes per event that is stored or would be.
class DryRunTransaction final : public data::ImportTransaction {
 public:
  /// \param stored  what the store holds, kept by reference; null when it is empty
  DryRunTransaction(const data::BatchDescription& description, const data::EventLog* stored);
  Result<std::uint32_t> Intern(data::EntityKind kind, std::string_view key) override;
  Result<std::uint32_t> Attribute(const data::AttributeDefinition& definition) override;
  Result<std::int64_t> Symbol(std::string_view text) override;
  Status Append(std::span<const data::Event> events) override;
  Status Quarantine(std::span<const data::Reject> rejects) override;
  Result<data::Batch> Commit(std::int64_t num_rows) override;

  /// Entities that would be new, by kind, among those that events would be about or refer to.
  [[nodiscard]] std::map<std::string, std::int64_t> NewEntities() const;
  /// Events that would be new, by kind and attribute: "deal.stage". An event that is stored with
  /// another recorded time counts as the same.
  [[nodiscard]] const std::map<std::string, std::int64_t>& NewEvents() const { return new_events_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Ids = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

  std::uint32_t IdOf(Ids& ids, std::string_view text, std::vector<std::string>& texts);
  void RememberStored();
  [[nodiscard]] std::string TextOf(const data::AttributeDefinition& definition,
                                   std::int64_t value) const;

  data::Batch batch_;
  const data::EventLog* stored_;
  std::array<Ids, data::EventLog::kNumKinds> entities_;
  std::vector<std::string> keys_;  ///< by entity id, of all kinds
  std::vector<data::EntityKind> kinds_;
  Ids symbols_;
  std::vector<std::string> texts_;  ///< by symbol
  std::vector<data::AttributeDefinition> attributes_;
  std::unordered_set<std::uint64_t> seen_;  ///< hashes of events
  std::unordered_set<std::uint32_t> touched_;
  std::map<std::string, std::int64_t> new_events_;
};

}  // namespace ri::ingest
