#include "ingest/dry_run.h"

#include <algorithm>
#include <iterator>

namespace ri::ingest {

DryRunTransaction::DryRunTransaction(const data::BatchDescription& description) {
  static_cast<data::BatchDescription&>(batch_) = description;
}

std::uint32_t DryRunTransaction::IdOf(Ids& ids, std::string_view text) {
  if (const auto found = ids.find(text); found != ids.end()) {
    return found->second;
  }
  const auto id = static_cast<std::uint32_t>(ids.size());
  ids.emplace(text, id);
  return id;
}

Result<std::uint32_t> DryRunTransaction::Intern(data::EntityKind kind, std::string_view key) {
  return IdOf(entities_.at(static_cast<std::size_t>(kind)), key);
}

Result<std::uint32_t> DryRunTransaction::Attribute(const data::AttributeDefinition& definition) {
  const auto found = std::ranges::find(attributes_, definition);
  if (found != attributes_.end()) {
    return static_cast<std::uint32_t>(std::distance(attributes_.begin(), found));
  }
  attributes_.push_back(definition);
  return static_cast<std::uint32_t>(attributes_.size() - 1);
}

Result<std::int64_t> DryRunTransaction::Symbol(std::string_view text) {
  return IdOf(symbols_, text);
}

Status DryRunTransaction::Append(std::span<const data::Event> events) {
  batch_.num_events += static_cast<std::int64_t>(events.size());
  return {};
}

Status DryRunTransaction::Quarantine(std::span<const data::Reject> rejects) {
  batch_.num_rejects += static_cast<std::int64_t>(rejects.size());
  return {};
}

Result<data::Batch> DryRunTransaction::Commit(std::int64_t num_rows) {
  batch_.num_rows = num_rows;
  return batch_;
}

}  // namespace ri::ingest
