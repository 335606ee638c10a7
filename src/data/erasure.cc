#include "data/erasure.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "data/erasure_identifiers.h"
#include "data/erasure_rules.h"
#include "data/erasure_symbols.h"

namespace ri::data {
namespace {

constexpr std::size_t kMaxSuggested = 5;

/// One erasure from its first look at the tables to its commit.
class Erasure {
 public:
  Erasure(ErasureWriter& writer, const ErasureRequest& request, base::Progress& progress)
      : writer_(writer), request_(request), progress_(progress) {}

  Result<ErasureReport> Run() {
    RI_RETURN_IF_ERROR(ReadDictionaries());
    FindSubjects();
    if (subjects_.empty()) {
      return AlreadyErased();
    }
    progress_.Begin("Looking for what points at it", 0);
    RI_RETURN_IF_ERROR(writer_.reader().ReadEvents(
        [this](std::int64_t, const Event& event) { return Look(event); }));
    progress_.End();
    AddOwnContacts();
    FindNames();
    RI_RETURN_IF_ERROR(RenameEntities());
    progress_.Begin("Erasing", 0);
    RI_ASSIGN_OR_RETURN(const std::int64_t texts, symbol_changes_.Redact(redactor_, writer_));
    Count("symbols.text", texts);
    RI_RETURN_IF_ERROR(RewriteEvents());
    RI_RETURN_IF_ERROR(FindEffects());
    RI_ASSIGN_OR_RETURN(
        const std::vector<ErasureCount> counts,
        writer_.RewriteTexts([this](std::string_view text) { return NewText(text); }));
    progress_.End();
    for (const ErasureCount& count : counts) {
      Count(count.what, count.rows);
    }
    RI_RETURN_IF_ERROR(WriteLog());
    report_.dry_run = request_.dry_run;
    report_.num_deals = static_cast<std::int64_t>(deals_.size());
    for (const auto& [what, rows] : counts_) {
      report_.counts.push_back({.what = what, .rows = rows});
    }
    if (!request_.dry_run) {
      RI_ASSIGN_OR_RETURN(const std::vector<std::string> notes, writer_.Commit());
      report_.notes.insert(report_.notes.end(), notes.begin(), notes.end());
    }
    return report_;
  }

 private:
  struct Entity {
    EntityKind kind = EntityKind{};
    std::string key;
  };
  struct Subject {
    std::string anonymous_key;
    bool asked_for = true;  ///< or erased with its account
  };

  Status ReadDictionaries() {
    RI_ASSIGN_OR_RETURN(ErasureRecords records, writer_.reader().ReadErasures());
    RI_ASSIGN_OR_RETURN(redactor_, Redactor::From(records));
    if (records.secret.empty()) {
      redactor_.set_secret(base::RandomHashKey());
    }
    RI_RETURN_IF_ERROR(writer_.reader().ReadAttributes(
        [this](std::uint32_t id, const AttributeDefinition& definition) {
          attributes_[id] = definition;
        }));
    RI_RETURN_IF_ERROR(writer_.reader().ReadEntities(
        [this](std::uint32_t id, EntityKind kind, std::string_view key) {
          if (id >= entities_.size()) {
            entities_.resize(id + std::size_t{1});
          }
          entities_[id] = {.kind = kind, .key = std::string(key)};
        }));
    return writer_.reader().ReadSymbols([this](std::uint32_t id, std::string_view text) {
      if (id >= symbols_.size()) {
        symbols_.resize(id + std::size_t{1});
      }
      symbols_[id] = std::string(text);
    });
  }

  void FindSubjects() {
    for (std::uint32_t id = 1; id < entities_.size(); ++id) {
      if (entities_[id].key == request_.key &&
          std::ranges::find(request_.kinds, entities_[id].kind) != request_.kinds.end()) {
        AddSubject(id, true);
      }
    }
    old_uses_.assign(symbols_.size(), 0);
    is_category_.assign(symbols_.size(), false);
  }

  void AddSubject(std::uint32_t id, bool asked_for) {
    const Entity& entity = entities_[id];
    subjects_[id] = {.anonymous_key = redactor_.AnonymousKey(entity.kind, entity.key),
                     .asked_for = asked_for};
  }

  Result<ErasureReport> AlreadyErased() {
    RI_ASSIGN_OR_RETURN(const std::vector<ErasureEntry> entries, writer_.ReadEntries());
    for (const EntityKind kind : request_.kinds) {
      const auto anonymous = redactor_.empty() ? std::nullopt : redactor_.Key(kind, request_.key);
      for (const ErasureEntry& entry : entries) {
        if (anonymous && entry.anonymous_key == *anonymous && entry.kind == kind) {
          report_.entries.push_back(entry);
        }
      }
    }
    if (!report_.entries.empty()) {
      report_.already_erased = true;
      if (!request_.dry_run) {  // overwrites what could not be reached the first time
        RI_ASSIGN_OR_RETURN(report_.notes, writer_.Commit());
      }
      return report_;
    }
    RI_ASSIGN_OR_RETURN(const std::string suggestion, Suggestion());
    return Fail(ErrorCode::kNotFound,
                "Nothing with the key \"" + request_.key + "\" is stored." + suggestion);
  }

  /// Keys of entities whose name is what was given as a key.
  Result<std::string> Suggestion() {
    const std::string wanted = FoldedText(WordsOf(request_.key));
    std::set<std::string> keys;
    RI_RETURN_IF_ERROR(writer_.reader().ReadEvents([&](std::int64_t, const Event& event) {
      const AttributeDefinition& attribute = attributes_[event.attribute];
      if (attribute.name == attribute::kName && event.value != kNoValue &&
          std::ranges::find(request_.kinds, attribute.kind) != request_.kinds.end() &&
          keys.size() < kMaxSuggested &&
          FoldedText(WordsOf(symbols_[static_cast<std::size_t>(event.value)])) == wanted) {
        keys.insert(entities_[event.entity].key);
      }
      return true;
    }));
    std::string text =
        keys.empty() ? " Give the key the source uses for it." : " That is the name of:";
    for (const std::string& key : keys) {
      text += " " + key;
    }
    return text;
  }

  /// First pass: who points at the subjects, what they are called, which texts are categories.
  bool Look(const Event& event) {
    const AttributeDefinition& attribute = attributes_[event.attribute];
    if (event.value == kNoValue) {
      return !progress_.cancelled();
    }
    const auto value = static_cast<std::uint32_t>(event.value);
    if (attribute.type == ValueType::kText) {
      ++old_uses_[value];
      if (IsCategory(attribute)) {
        is_category_[value] = true;
      }
      if (attribute.name == attribute::kName || symbols_[value].find('@') != std::string::npos) {
        if (subjects_.contains(event.entity)) {
          names_.insert(value);
        }
      }
    } else if (attribute.type == ValueType::kReference) {
      if (attribute.kind == EntityKind::kDeal && subjects_.contains(value)) {
        deals_.insert(event.entity);
        if (entities_[value].kind == EntityKind::kAccount) {
          account_deals_.insert(event.entity);
        }
      }
      if (attribute.kind == EntityKind::kDeal && attribute.reference_kind == EntityKind::kContact &&
          request_.kinds.front() == EntityKind::kAccount) {
        contact_links_.emplace_back(value, event.entity);
      }
    }
    return !progress_.cancelled();
  }

  /// Contacts of nobody but the account's deals are the account's.
  void AddOwnContacts() {
    std::map<std::uint32_t, bool> only_there;
    for (const auto& [contact, deal] : contact_links_) {
      const bool there = account_deals_.contains(deal);
      const auto [entry, added] = only_there.try_emplace(contact, there);
      entry->second = entry->second && there;
    }
    for (const auto& [contact, only] : only_there) {
      if (only && !entities_[contact].key.starts_with("erased-")) {
        AddSubject(contact, false);
        ++report_.num_contacts;
      }
    }
    contact_links_ = {};
  }

  void FindNames() {
    std::set<std::string> categories;
    for (std::size_t id = 1; id < symbols_.size(); ++id) {
      if (is_category_[id]) {
        categories.insert(FoldedText(WordsOf(symbols_[id])));
      }
    }
    const auto look_for = [&](const std::string& text, std::string_view replacement) {
      const std::vector<Word> words = WordsOf(text);
      if (words.empty()) {
        return;
      }
      if (categories.contains(FoldedText(words))) {
        report_.notes.emplace_back(
            "A name that is erased is also a value of a category (a stage, a type or the like); "
            "other texts were not searched for it.");
      } else if (IsSearchable(words)) {
        identifiers_.push_back(redactor_.AddWords(words, replacement));
      } else {
        report_.notes.emplace_back(
            "A name or key is too short to tell from other words; other texts were not searched "
            "for it.");
      }
    };
    for (const std::uint32_t name : names_) {
      look_for(symbols_[name], kErasedText);
    }
    for (const auto& [id, subject] : subjects_) {
      const Entity& entity = entities_[id];
      identifiers_.push_back(redactor_.AddKey(entity.kind, entity.key, subject.anonymous_key));
      look_for(entity.key, subject.anonymous_key);
    }
  }

  /// Text of other tables, and what is left of texts here.
  [[nodiscard]] std::optional<std::string> NewText(std::string_view text) const {
    return redactor_.Text(text);
  }

  /// Keys of quotas begin with the key of their owner, however short that is.
  [[nodiscard]] std::optional<std::string> NewQuotaKey(const std::string& key) const {
    for (const auto& [id, subject] : subjects_) {
      const std::string prefix = entities_[id].key + "/";
      if (entities_[id].kind == EntityKind::kRep && key.starts_with(prefix)) {
        return subject.anonymous_key + "/" + key.substr(prefix.size());
      }
    }
    return std::nullopt;
  }

  Status RenameEntities() {
    std::set<std::pair<EntityKind, std::string>> taken;
    for (std::uint32_t id = 1; id < entities_.size(); ++id) {
      Entity& entity = entities_[id];
      std::optional<std::string> key;
      if (const auto subject = subjects_.find(id); subject != subjects_.end()) {
        key = subject->second.anonymous_key;
      } else if (entity.kind == EntityKind::kQuota) {
        key = NewQuotaKey(entity.key);
      }
      key = key ? key : redactor_.Text(entity.key);
      if (!key || *key == entity.key) {
        continue;
      }
      if (!taken.emplace(entity.kind, *key).second) {
        *key += "-" + std::to_string(id);
        taken.emplace(entity.kind, *key);
      }
      if (!subjects_.contains(id)) {
        identifiers_.push_back(redactor_.AddKey(entity.kind, entity.key, *key));
        identifiers_.back().num_words = ErasedIdentifier::kRenamed;
        scored_keys_.insert(entity.key);
      }
      RI_RETURN_IF_ERROR(writer_.RenameEntity(id, *key));
      Count("entities.key", 1);
    }
    return {};
  }

  /// Value of an event after the erasure.
  std::optional<std::int64_t> NewValue(const Event& event) {
    const AttributeDefinition& attribute = attributes_[event.attribute];
    if (event.value == kNoValue) {
      return std::nullopt;
    }
    const bool is_text = attribute.type == ValueType::kText;
    if (subjects_.contains(event.entity) && !IsKeptOfErased(attribute)) {
      MarkFeature(attribute, event.entity);
      return is_text ? symbol_changes_.Erased() : kNoValue;
    }
    if (IsDealText(attribute) && account_deals_.contains(event.entity)) {
      return symbol_changes_.Erased();
    }
    if (is_text) {
      const auto value = static_cast<std::uint32_t>(event.value);
      if (attribute.name == attribute::kQuotaOwner) {
        for (const auto& [id, subject] : subjects_) {
          if (entities_[id].kind == EntityKind::kRep && entities_[id].key == symbols_[value]) {
            return symbol_changes_.OwnerInsteadOf(value, subject.anonymous_key);
          }
        }
      }
      if (const auto changed = symbol_changes_.NewId(value)) {
        MarkFeature(attribute, event.entity);
        return changed;
      }
      return std::nullopt;
    }
    if (attribute.type == ValueType::kReference && attribute.kind == EntityKind::kDeal &&
        attribute.reference_kind == EntityKind::kContact) {
      const auto subject = subjects_.find(static_cast<std::uint32_t>(event.value));
      if (subject != subjects_.end()) {
        return LinkContact(subject->second.anonymous_key, event.entity);
      }
    }
    return std::nullopt;
  }

  std::int64_t LinkContact(const std::string& anonymous_key, std::uint32_t deal) {
    const std::string key = redactor_.LinkKey(anonymous_key, deal);
    const auto next = static_cast<std::uint32_t>(entities_.size() + link_contacts_.size());
    return link_contacts_.try_emplace(key, std::max(next, std::uint32_t{1})).first->second;
  }

  void MarkFeature(const AttributeDefinition& attribute, std::uint32_t entity) {
    if (!IsFeatureSource(attribute)) {
      return;
    }
    affects_features_ = true;
    if (attribute.kind == EntityKind::kDeal) {
      scored_keys_.insert(entities_[entity].key);
    } else {
      for (const std::uint32_t deal : deals_) {
        scored_keys_.insert(entities_[deal].key);
      }
    }
  }

  Status RewriteEvents() {
    std::vector<std::int64_t> uses = old_uses_;  // by events, of the symbols there were
    RI_ASSIGN_OR_RETURN(
        const std::int64_t changed,
        writer_.RewriteEvents(
            [&](const Event& event, bool is_sighting) -> std::optional<std::int64_t> {
              const auto value = NewValue(event);
              if (!value || *value == event.value) {
                return std::nullopt;
              }
              if (!is_sighting && attributes_[event.attribute].type == ValueType::kText) {
                --uses[static_cast<std::size_t>(event.value)];
                if (*value != kNoValue && static_cast<std::size_t>(*value) < uses.size()) {
                  ++uses[static_cast<std::size_t>(*value)];
                }
              }
              return value;
            }));
    Count("events.value", changed);
    for (const auto& [key, id] : link_contacts_) {
      RI_RETURN_IF_ERROR(writer_.AddEntity(id, EntityKind::kContact, key));
    }
    RI_ASSIGN_OR_RETURN(const std::int64_t texts, symbol_changes_.Finish(old_uses_, uses, writer_));
    Count("symbols.text", texts);
    return {};
  }

  Status FindEffects() {
    if (!affects_features_) {
      return {};
    }
    std::set<std::int64_t> runs;
    RI_RETURN_IF_ERROR(writer_.VisitScoredDeals([&](std::int64_t run, std::string_view deal) {
      if (scored_keys_.contains(deal)) {
        runs.insert(run);
      }
    }));
    for (const std::int64_t run : runs) {
      runs_.push_back(std::to_string(run));
    }
    RI_ASSIGN_OR_RETURN(models_, writer_.ModelVersions());
    return {};
  }

  Status WriteLog() {
    RI_ASSIGN_OR_RETURN(const std::vector<ErasureEntry> entries, writer_.ReadEntries());
    std::int64_t next = 1;
    for (const ErasureEntry& entry : entries) {
      next = std::max(next, entry.id + 1);
    }
    const std::int64_t first = next;
    for (const auto& [id, subject] : subjects_) {
      ErasureEntry entry = {.id = next,
                            .erased_at = request_.at,
                            .kind = entities_[id].kind,
                            .anonymous_key = subject.anonymous_key,
                            .reason = redactor_.Text(request_.reason).value_or(request_.reason)};
      if (!subject.asked_for) {
        entry.reason = "with its account";
      } else {
        entry.score_runs = runs_;
        entry.models = models_;
      }
      RI_RETURN_IF_ERROR(writer_.AddEntry(entry));
      if (subject.asked_for) {
        report_.entries.push_back(std::move(entry));
      }
      ++next;
    }
    for (ErasedIdentifier& identifier : identifiers_) {
      identifier.erasure = first;
      RI_RETURN_IF_ERROR(writer_.AddIdentifier(identifier));
    }
    return writer_.SetState(base::ToHex(redactor_.secret()),
                            std::to_string(first) + ":" + std::to_string(request_.at));
  }

  void Count(const std::string& what, std::int64_t rows) {
    if (rows > 0) {
      counts_[what] += rows;
    }
  }

  ErasureWriter& writer_;
  const ErasureRequest& request_;
  base::Progress& progress_;
  ErasureReport report_;
  Redactor redactor_;

  std::unordered_map<std::uint32_t, AttributeDefinition> attributes_;   // by id
  std::vector<Entity> entities_;                                        // by id
  std::vector<std::string> symbols_;                                    // by id
  std::map<std::uint32_t, Subject> subjects_;                           // by entity
  std::vector<std::int64_t> old_uses_;                                  // by symbol
  std::vector<bool> is_category_;                                       // by symbol
  std::set<std::uint32_t> names_;                                       // symbols
  std::set<std::uint32_t> deals_;                                       // that point at a subject
  std::set<std::uint32_t> account_deals_;                               // of an erased account
  std::vector<std::pair<std::uint32_t, std::uint32_t>> contact_links_;  // contact and deal

  std::vector<ErasedIdentifier> identifiers_;
  SymbolChanges symbol_changes_{symbols_};
  std::map<std::string, std::uint32_t> link_contacts_;  // by key
  bool affects_features_ = false;
  std::set<std::string, std::less<>> scored_keys_;  // of deals whose features may change
  std::vector<std::string> runs_;
  std::vector<std::string> models_;
  std::map<std::string, std::int64_t> counts_;
};

}  // namespace

Result<ErasureReport> Erase(ErasureWriter& writer, const ErasureRequest& request,
                            base::Progress& progress) {
  if (request.key.empty() || request.kinds.empty()) {
    return Fail(ErrorCode::kUsage, "Say whose data to erase.");
  }
  return Erasure(writer, request, progress).Run();
}

}  // namespace ri::data
