#include "ingest/dry_run.h"

#include <algorithm>

#include "ingest/event_sink.h"

namespace ri::ingest {
namespace {

/// 64-bit FNV-1a over the parts, each ended by a byte that no text holds.
class EventHash {
 public:
  EventHash& Add(std::string_view text) {
    for (const char c : text) {
      Byte(static_cast<unsigned char>(c));
    }
    Byte(0xFF);
    return *this;
  }
  EventHash& Add(std::int64_t number) {
    for (int i = 0; i < 8; ++i) {
      Byte(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> (8 * i) & 0xFFU));
    }
    return *this;
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  void Byte(unsigned char byte) { hash_ = (hash_ ^ byte) * 1099511628211ULL; }
  std::uint64_t hash_ = 14695981039346656037ULL;
};

bool HoldsText(data::ValueType type) {
  return type == data::ValueType::kText || type == data::ValueType::kReference;
}

std::uint64_t HashOf(std::string_view key, const data::AttributeDefinition& definition,
                     std::int64_t event_time, std::int64_t sequence, std::int64_t value,
                     std::string_view text) {
  EventHash hash;
  hash.Add(key).Add(definition.name).Add(static_cast<std::int64_t>(definition.kind));
  hash.Add(static_cast<std::int64_t>(definition.type)).Add(event_time).Add(sequence);
  hash.Add(HoldsText(definition.type) && value != data::kNoValue ? 0 : value).Add(text);
  return hash.value();
}

}  // namespace

DryRunTransaction::DryRunTransaction(const data::BatchDescription& description,
                                     const data::EventLog* stored)
    : stored_(stored) {
  static_cast<data::BatchDescription&>(batch_) = description;
  RememberStored();
}

void DryRunTransaction::RememberStored() {
  if (stored_ == nullptr) {
    return;
  }
  seen_.reserve(stored_->num_events());
  for (std::size_t k = 1; k < data::EventLog::kNumKinds; ++k) {
    const auto kind = static_cast<data::EntityKind>(k);
    for (std::size_t i = 0; i < stored_->count(kind); ++i) {
      for (const data::LoggedEvent& event : stored_->events(kind, i)) {
        const data::AttributeDefinition& definition = stored_->attributes()[event.attribute];
        std::string_view text;
        if (HoldsText(definition.type) && event.value != data::kNoValue) {
          const auto index = static_cast<std::size_t>(event.value);
          text = definition.type == data::ValueType::kText
                     ? std::string_view(stored_->symbols()[index])
                     : std::string_view(stored_->keys(definition.reference_kind)[index]);
        }
        seen_.insert(HashOf(stored_->keys(kind)[i], definition, event.event_time, event.sequence,
                            event.value, text));
      }
    }
  }
}

std::uint32_t DryRunTransaction::IdOf(Ids& ids, std::string_view text,
                                      std::vector<std::string>& texts) {
  const auto found = ids.find(text);
  if (found != ids.end()) {
    return found->second;
  }
  const auto id = static_cast<std::uint32_t>(texts.size());
  texts.emplace_back(text);
  ids.emplace(text, id);
  return id;
}

Result<std::uint32_t> DryRunTransaction::Intern(data::EntityKind kind, std::string_view key) {
  const std::uint32_t id = IdOf(entities_.at(static_cast<std::size_t>(kind)), key, keys_);
  if (id == kinds_.size()) {
    kinds_.push_back(kind);
  }
  return id;
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
  return IdOf(symbols_, text, texts_);
}

std::string DryRunTransaction::TextOf(const data::AttributeDefinition& definition,
                                      std::int64_t value) const {
  if (!HoldsText(definition.type) || value == data::kNoValue) {
    return {};
  }
  const auto index = static_cast<std::size_t>(value);
  return definition.type == data::ValueType::kText ? texts_[index] : keys_[index];
}

Status DryRunTransaction::Append(std::span<const data::Event> events) {
  for (const data::Event& event : events) {
    const data::AttributeDefinition& definition = attributes_[event.attribute];
    touched_.insert(event.entity);
    if (definition.type == data::ValueType::kReference && event.value != data::kNoValue) {
      touched_.insert(static_cast<std::uint32_t>(event.value));
    }
    if (seen_
            .insert(HashOf(keys_[event.entity], definition, event.event_time, event.sequence,
                           event.value, TextOf(definition, event.value)))
            .second) {
      ++batch_.num_events;
      ++new_events_[std::string(KindName(definition.kind)) + "." + definition.name];
    }
  }
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

std::map<std::string, std::int64_t> DryRunTransaction::NewEntities() const {
  std::map<std::string, std::int64_t> counts;
  for (const std::uint32_t entity : touched_) {
    if (stored_ == nullptr || !stored_->Find(kinds_[entity], keys_[entity])) {
      ++counts[std::string(KindName(kinds_[entity]))];
    }
  }
  return counts;
}

}  // namespace ri::ingest
