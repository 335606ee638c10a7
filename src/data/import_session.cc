#include "data/import_session.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "data/erasure_rules.h"
#include "data/stored_text.h"

namespace ri::data {
namespace {

// Ids are stored as 32-bit signed integers by one engine.
constexpr std::uint32_t kMaxId = std::numeric_limits<std::int32_t>::max();

template <typename T>
T& AtId(std::vector<T>& items, std::uint32_t id, const T& fill) {
  if (id >= items.size()) {
    items.resize(id + std::size_t{1}, fill);
  }
  return items[id];
}

bool IsKind(EntityKind kind) {
  return kind >= EntityKind::kDeal && static_cast<std::size_t>(kind) < EventLog::kNumKinds;
}

bool SameIdentity(const AttributeDefinition& a, const AttributeDefinition& b) {
  return a.kind == b.kind && a.type == b.type && a.name == b.name;
}

/// Rejected rows may hold anything: what is kept of them is made fit for storing.
Reject StorableReject(const Reject& reject) {
  constexpr std::size_t kMaxValueBytes = 200;
  constexpr std::size_t kMaxTextBytes = 4096;
  return {.file = StorableText(reject.file, kMaxTextBytes),
          .line = reject.line,
          .column = StorableText(reject.column, kMaxTextBytes),
          .value = StorableText(reject.value, kMaxValueBytes),
          .reason = StorableText(reject.reason, kMaxTextBytes)};
}

}  // namespace

Result<std::unique_ptr<ImportTransaction>> ImportSession::Begin(std::unique_ptr<BatchWriter> writer,
                                                                const BatchDescription& description,
                                                                std::size_t num_buffered) {
  for (const std::string_view text :
       {std::string_view(description.source), std::string_view(description.path),
        std::string_view(description.content_sha256), std::string_view(description.mapping)}) {
    RI_RETURN_IF_ERROR(CheckText(text, "The description of the import"));
  }
  std::unique_ptr<ImportSession> session(new ImportSession(std::move(writer), num_buffered));
  RI_RETURN_IF_ERROR(session->Start(description));
  return session;
}

Status ImportSession::Start(const BatchDescription& description) {
  static_cast<BatchDescription&>(batch_) = description;
  RI_RETURN_IF_ERROR(erasures_.Load(writer_->reader()));
  if (erasures_.active()) {
    batch_.path = erasures_.TextOf(batch_.path);
  }
  RI_ASSIGN_OR_RETURN(const std::vector<Batch> batches, writer_->reader().ReadBatches());
  batch_.id = 1;
  for (const Batch& other : batches) {
    if (other.content_sha256 == description.content_sha256) {
      return Fail(ErrorCode::kConflict, "\"" + description.path +
                                            "\" was imported before, as batch " +
                                            std::to_string(other.id) + " from \"" + other.path +
                                            "\". Nothing was changed.");
    }
    batch_.id = std::max(batch_.id, other.id + 1);
    const bool earlier = other.known_at < batch_.known_at ||
                         (other.known_at == batch_.known_at && other.source == batch_.source);
    AtId(holdings_, static_cast<std::uint32_t>(other.id), Holding::kUnknown) =
        earlier ? Holding::kEarlier : Holding::kLater;
    has_stored_events_ = has_stored_events_ || other.num_events > 0;
  }
  return writer_->AddBatch(batch_);
}

Status ImportSession::LoadAttributes() {
  if (attributes_loaded_) {
    return {};
  }
  attributes_loaded_ = true;
  return writer_->reader().ReadAttributes(
      [this](std::uint32_t id, const AttributeDefinition& definition) {
        AtId(attributes_, id, AttributeDefinition{.kind = EntityKind{}}) = definition;
        next_attribute_ = std::max(next_attribute_, id + 1);
      });
}

Status ImportSession::LoadEntities() {
  if (entities_loaded_) {
    return {};
  }
  entities_loaded_ = true;
  bool damaged = false;
  RI_RETURN_IF_ERROR(
      writer_->reader().ReadEntities([&](std::uint32_t id, EntityKind kind, std::string_view key) {
        if (!IsKind(kind) || id > kMaxId) {
          damaged = true;
          return;
        }
        entities_[static_cast<std::size_t>(kind)].Insert(key, id);
        AtId(entity_kinds_, id, EntityKind{}) = kind;
        next_entity_ = std::max(next_entity_, id + 1);
      }));
  if (damaged) {
    return Fail(ErrorCode::kStorage,
                "The database is damaged: an entity has a kind that does not exist. Restore it "
                "from a backup.");
  }
  first_new_entity_ = next_entity_;
  return {};
}

Status ImportSession::LoadSymbols() {
  if (symbols_loaded_) {
    return {};
  }
  symbols_loaded_ = true;
  return writer_->reader().ReadSymbols([this](std::uint32_t id, std::string_view text) {
    symbols_.Insert(text, id);
    next_symbol_ = std::max(next_symbol_, id + 1);
  });
}

Result<std::uint32_t> ImportSession::Intern(EntityKind kind, std::string_view key) {
  RI_RETURN_IF_ERROR(CheckUsable());
  if (!IsKind(kind)) {
    return Fail(ErrorCode::kUsage, "There is no entity kind with the number " +
                                       std::to_string(static_cast<int>(kind)) + ".");
  }
  return erasures_.active() ? InternStored(kind, erasures_.KeyOf(kind, key))
                            : InternStored(kind, key);
}

Result<std::uint32_t> ImportSession::InternStored(EntityKind kind, std::string_view key) {
  RI_RETURN_IF_ERROR(Remember(LoadEntities()));
  TextIndex& index = entities_[static_cast<std::size_t>(kind)];
  if (const std::optional<std::uint32_t> id = index.Find(key)) {
    return *id;
  }
  RI_RETURN_IF_ERROR(CheckKey(key));
  if (next_entity_ > kMaxId) {
    return Fail(ErrorCode::kStorage, "The store is full: it can hold 2147483647 entities.");
  }
  RI_RETURN_IF_ERROR(Remember(writer_->AddEntity(next_entity_, kind, key)));
  index.Insert(key, next_entity_);
  AtId(entity_kinds_, next_entity_, EntityKind{}) = kind;
  if (erasures_.active()) {
    erasures_.NoteEntity(next_entity_, kind, key);
  }
  return next_entity_++;
}

Result<std::uint32_t> ImportSession::Attribute(const AttributeDefinition& definition) {
  RI_RETURN_IF_ERROR(CheckUsable());
  const bool known_type =
      definition.type >= ValueType::kFlag && definition.type <= ValueType::kReference;
  if (!IsKind(definition.kind) || !IsKind(definition.reference_kind) || !known_type) {
    return Fail(ErrorCode::kUsage, "Attribute \"" + definition.name +
                                       "\" has an entity kind or value type that does not exist.");
  }
  RI_RETURN_IF_ERROR(Remember(LoadAttributes()));
  for (std::uint32_t id = 1; id < attributes_.size(); ++id) {
    AttributeDefinition& known = attributes_[id];
    if (!SameIdentity(known, definition)) {
      continue;
    }
    if (known.reference_kind != definition.reference_kind) {
      return Fail(ErrorCode::kConflict,
                  "Attribute \"" + definition.name +
                      "\" already refers to another kind of thing in this store. Give the column "
                      "another name in the mapping.");
    }
    // A standard attribute stays standard whichever definition came first.
    if (known.custom && !definition.custom) {
      RI_RETURN_IF_ERROR(Remember(writer_->MakeStandard(id)));
      known.custom = false;
    }
    return id;
  }
  RI_RETURN_IF_ERROR(CheckKey(definition.name));
  RI_RETURN_IF_ERROR(Remember(writer_->AddAttribute(next_attribute_, definition)));
  AtId(attributes_, next_attribute_, AttributeDefinition{.kind = EntityKind{}}) = definition;
  return next_attribute_++;
}

Result<std::int64_t> ImportSession::Symbol(std::string_view text) {
  RI_RETURN_IF_ERROR(CheckUsable());
  if (!erasures_.active()) {
    return SymbolStored(text);
  }
  RI_ASSIGN_OR_RETURN(const std::int64_t id, SymbolStored(erasures_.TextOf(text)));
  if (auto owner = erasures_.OwnerOf(text)) {
    erased_owners_[id] = *std::move(owner);
  }
  return id;
}

Result<std::int64_t> ImportSession::SymbolStored(std::string_view text) {
  RI_RETURN_IF_ERROR(Remember(LoadSymbols()));
  if (const std::optional<std::uint32_t> id = symbols_.Find(text)) {
    return *id;
  }
  RI_RETURN_IF_ERROR(CheckText(text, "A text value"));
  if (next_symbol_ > kMaxId) {
    return Fail(ErrorCode::kStorage, "The store is full: it can hold 2147483647 different texts.");
  }
  if (erasures_.active()) {
    pending_texts_[next_symbol_] = text;
  } else {
    RI_RETURN_IF_ERROR(Remember(writer_->AddSymbol(next_symbol_, text)));
  }
  symbols_.Insert(text, next_symbol_);
  return next_symbol_++;
}

Status ImportSession::CheckEvent(const Event& event) const {
  const auto kind_of = [this](std::int64_t id) {
    return id > 0 && static_cast<std::size_t>(id) < entity_kinds_.size()
               ? entity_kinds_[static_cast<std::size_t>(id)]
               : EntityKind{};
  };
  if (event.attribute == 0 || event.attribute >= attributes_.size() ||
      !IsKind(attributes_[event.attribute].kind)) {
    return Fail(ErrorCode::kUsage, "An event names attribute " + std::to_string(event.attribute) +
                                       ", which this import did not get from the store.");
  }
  const AttributeDefinition& attribute = attributes_[event.attribute];
  if (kind_of(event.entity) != attribute.kind) {
    return Fail(ErrorCode::kUsage, "An event of attribute \"" + attribute.name +
                                       "\" names entity " + std::to_string(event.entity) +
                                       ", which is unknown or of another kind.");
  }
  if (event.value == kNoValue) {
    return {};
  }
  const bool points_nowhere =
      (attribute.type == ValueType::kReference &&
       kind_of(event.value) != attribute.reference_kind) ||
      (attribute.type == ValueType::kText && (event.value <= 0 || event.value >= next_symbol_));
  if (points_nowhere) {
    return Fail(ErrorCode::kUsage, "The value " + std::to_string(event.value) + " of attribute \"" +
                                       attribute.name + "\" points at nothing in this store.");
  }
  return {};
}

Status ImportSession::Append(std::span<const Event> events) {
  RI_RETURN_IF_ERROR(CheckUsable());
  // Ids of an earlier import are as good as those of this one.
  RI_RETURN_IF_ERROR(Remember(LoadAttributes()));
  RI_RETURN_IF_ERROR(Remember(LoadEntities()));
  for (const Event& event : events) {
    if (!symbols_loaded_ && event.attribute < attributes_.size() &&
        attributes_[event.attribute].type == ValueType::kText) {
      RI_RETURN_IF_ERROR(Remember(LoadSymbols()));
    }
    RI_RETURN_IF_ERROR(CheckEvent(event));
  }
  for (const Event& event : events) {
    if (!erasures_.active()) {
      RI_RETURN_IF_ERROR(Buffer(event));
      continue;
    }
    const AttributeDefinition& attribute = attributes_[event.attribute];
    erasures_.NoteDeal(attribute, event);
    if (IsDealText(attribute)) {
      waiting_texts_.push_back(event);
      continue;
    }
    Event stored = event;
    RI_RETURN_IF_ERROR(Remember(ApplyErasures(stored)));
    RI_RETURN_IF_ERROR(Buffer(stored));
  }
  return {};
}

Status ImportSession::Buffer(const Event& event) {
  buffer_.push_back(event);
  const std::size_t limit = has_stored_events_ ? num_buffered_ : kBufferedEventsOfFirstImport;
  return buffer_.size() >= limit ? Remember(Flush()) : Status();
}

Status ImportSession::ApplyErasures(Event& event) {
  // A copy: a new text or entity may move the attributes.
  const AttributeDefinition attribute = attributes_[event.attribute];
  if (event.value == kNoValue) {
    return {};
  }
  const bool erased = (erasures_.IsErased(event.entity) && !IsKeptOfErased(attribute)) ||
                      (IsDealText(attribute) && erasures_.IsOfErasedAccount(event.entity));
  if (attribute.type != ValueType::kText) {
    if (erased) {
      event.value = kNoValue;
    } else if (const auto key = erasures_.LinkKeyOf(attribute, event)) {
      RI_ASSIGN_OR_RETURN(event.value, InternStored(EntityKind::kContact, *key));
    }
    return {};
  }
  if (erased) {
    RI_ASSIGN_OR_RETURN(event.value, SymbolStored(kErasedText));
  } else if (const auto owner = erased_owners_.find(event.value);
             owner != erased_owners_.end() && attribute.name == attribute::kQuotaOwner) {
    RI_ASSIGN_OR_RETURN(event.value, SymbolStored(owner->second));
  }
  return KeepPendingText(event.value);
}

Status ImportSession::KeepPendingText(std::int64_t symbol) {
  const auto pending = pending_texts_.find(symbol);
  if (pending == pending_texts_.end()) {
    return {};
  }
  RI_RETURN_IF_ERROR(writer_->AddSymbol(static_cast<std::uint32_t>(symbol), pending->second));
  pending_texts_.erase(pending);
  return {};
}

Status ImportSession::Flush() {
  if (has_stored_events_) {
    RI_RETURN_IF_ERROR(CompareStoredEvents());
  }
  std::vector<Event> sightings;
  std::size_t num_new = 0;
  for (const Event& event : buffer_) {
    if (!seen_.Insert(event)) {
      continue;
    }
    if (later_.Contains(event)) {
      sightings.push_back(event);
    } else {
      buffer_[num_new++] = event;
    }
  }
  buffer_.resize(num_new);
  RI_RETURN_IF_ERROR(writer_->AddEvents(batch_.id, buffer_));
  RI_RETURN_IF_ERROR(writer_->AddSightings(batch_.id, sightings));
  batch_.num_events += static_cast<std::int64_t>(num_new);
  buffer_.clear();
  return {};
}

Status ImportSession::CompareStoredEvents() {
  std::vector<bool> wanted(first_new_entity_, false);
  bool any = false;
  compared_entities_.resize(first_new_entity_, false);
  for (const Event& event : buffer_) {
    if (event.entity < first_new_entity_ && !compared_entities_[event.entity]) {
      wanted[event.entity] = true;
      any = true;
    }
  }
  if (!any) {
    return {};
  }
  if (num_scans_++ > 0) {  // A large import: read the rest now instead of once per buffer.
    for (std::uint32_t id = 1; id < first_new_entity_; ++id) {
      wanted[id] = !compared_entities_[id];
    }
  }
  const auto remember = [&](std::int64_t batch, const Event& event) {
    if (event.entity >= first_new_entity_ || !wanted[event.entity] || batch <= 0 ||
        static_cast<std::size_t>(batch) >= holdings_.size()) {
      return true;
    }
    switch (holdings_[static_cast<std::size_t>(batch)]) {
      case Holding::kEarlier:
        seen_.Insert(event);
        break;
      case Holding::kLater:
        later_.Insert(event);
        break;
      case Holding::kUnknown:
        break;
    }
    return true;
  };
  RI_RETURN_IF_ERROR(writer_->reader().ReadEvents(remember));
  RI_RETURN_IF_ERROR(writer_->reader().ReadSightings(remember));
  for (std::uint32_t id = 0; id < first_new_entity_; ++id) {
    compared_entities_[id] = compared_entities_[id] || wanted[id];
  }
  return {};
}

Status ImportSession::Quarantine(std::span<const Reject> rejects) {
  RI_RETURN_IF_ERROR(CheckUsable());
  for (const Reject& reject : rejects) {
    Reject stored = StorableReject(reject);
    if (erasures_.active()) {
      stored.file = erasures_.TextOf(stored.file);
      stored.value = erasures_.TextOf(stored.value);
      stored.reason = erasures_.TextOf(stored.reason);
    }
    RI_RETURN_IF_ERROR(Remember(writer_->AddReject(batch_.id, batch_.num_rejects, stored)));
    ++batch_.num_rejects;
  }
  return {};
}

Result<Batch> ImportSession::Commit(std::int64_t num_rows) {
  RI_RETURN_IF_ERROR(CheckUsable());
  for (Event& event : waiting_texts_) {
    RI_RETURN_IF_ERROR(Remember(ApplyErasures(event)));
    RI_RETURN_IF_ERROR(Buffer(event));
  }
  waiting_texts_.clear();
  RI_RETURN_IF_ERROR(Remember(Flush()));
  batch_.num_rows = num_rows;
  RI_RETURN_IF_ERROR(Remember(writer_->Commit(batch_)));
  broken_ = Fail(ErrorCode::kUsage, "The import is already finished.");
  writer_.reset();
  return batch_;
}

Status ImportSession::CheckUsable() const { return broken_; }

Status ImportSession::Remember(Status status) {
  if (!status) {
    broken_ = status;
  }
  return status;
}

}  // namespace ri::data
