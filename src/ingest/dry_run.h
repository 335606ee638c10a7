#pragma once

/// An import transaction that keeps nothing: what `--dry-run` reads into.

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/event_log.h"
#include "data/store.h"

namespace ri::ingest {

/// Hands out ids and counts. Thread safety: one thread. Memory: the distinct keys and texts.
class DryRunTransaction final : public data::ImportTransaction {
 public:
  explicit DryRunTransaction(const data::BatchDescription& description);
  Result<std::uint32_t> Intern(data::EntityKind kind, std::string_view key) override;
  Result<std::uint32_t> Attribute(const data::AttributeDefinition& definition) override;
  Result<std::int64_t> Symbol(std::string_view text) override;
  Status Append(std::span<const data::Event> events) override;
  Status Quarantine(std::span<const data::Reject> rejects) override;
  Result<data::Batch> Commit(std::int64_t num_rows) override;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Ids = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

  static std::uint32_t IdOf(Ids& ids, std::string_view text);

  data::Batch batch_;
  std::array<Ids, data::EventLog::kNumKinds> entities_;
  Ids symbols_;
  std::vector<data::AttributeDefinition> attributes_;
};

}  // namespace ri::ingest
