#include "deals/deal_changes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace ri::deals {
namespace {

using data::AttributeDefinition;
using data::EntityKind;
using data::LoggedEvent;
namespace names = data::attribute;

constexpr base::Phrase kCreated("Created", "Angelegt");
constexpr base::Phrase kCleared("{field} cleared", "{field} geleert");
constexpr base::Phrase kSetTo("{field} set to {to}", "{field} auf {to} gesetzt");
constexpr base::Phrase kFromTo("{field} from {from} to {to}", "{field} von {from} auf {to}");
constexpr base::Phrase kNothing("nothing", "nichts");

constexpr base::Phrase kJoined("Contact joined", "Kontakt hinzugekommen");
constexpr base::Phrase kJoinedAs("Contact joined as {role}", "Kontakt hinzugekommen als {role}");
constexpr base::Phrase kRole("Role of a contact: {role}", "Rolle eines Kontakts: {role}");

std::string LabelOf(const DealChange& change, std::string_view attribute, base::Language language) {
  if (change.kind == "created") {
    return std::string(kCreated.In(language));
  }
  const std::string field = AttributeName(attribute, language);
  if (change.kind == "activity") {
    return field;
  }
  if (change.from.empty()) {
    return base::Say(change.to.empty() ? kCleared : kSetTo, language,
                     {{"field", field}, {"to", change.to}});
  }
  return base::Say(kFromTo, language,
                   {{"field", field},
                    {"from", change.from},
                    {"to", change.to.empty() ? kNothing.In(language) : change.to}});
}

// Contacts and their roles arrive as two facts of the same instant. Several people take part in a
// deal, so that a role is no successor of the one before it.
class Contacts {
 public:
  Contacts(std::vector<DealChange>& changes, base::Language language)
      : changes_(changes), language_(language) {}

  void Join(const LoggedEvent& event, bool shown) {
    if (event.value == data::kNoValue || !known_.insert(event.value).second) {
      return;
    }
    Joined joined{.event_time = event.event_time};
    if (shown) {
      joined.change = changes_.size();
      Add(event, std::string(kJoined.In(language_)), "");
    }
    without_role_.push_back(joined);
  }

  void Role(const LoggedEvent& event, const std::string& role, bool shown) {
    const auto joined = std::ranges::find(without_role_, event.event_time, &Joined::event_time);
    if (joined != without_role_.end()) {
      if (joined->change && !role.empty()) {
        changes_[*joined->change].to = role;
        changes_[*joined->change].label = base::Say(kJoinedAs, language_, {{"role", role}});
      }
      without_role_.erase(joined);
    } else if (shown && !role.empty() && role != last_role_) {
      Add(event, base::Say(kRole, language_, {{"role", role}}), role);
    }
    last_role_ = role;
  }

 private:
  struct Joined {
    std::int64_t event_time = 0;
    std::optional<std::size_t> change;  // none when it is older than what is shown
  };

  void Add(const LoggedEvent& event, std::string label, const std::string& role) {
    changes_.push_back({.at = domain::TimestampFromMilliseconds(event.event_time),
                        .kind = "contact",
                        .label = std::move(label),
                        .field = std::string(names::kContactRole),
                        .to = role});
  }

  std::vector<DealChange>& changes_;
  base::Language language_;
  std::set<std::int64_t> known_;
  std::vector<Joined> without_role_;
  std::string last_role_;
};

// The first currency the deal was given: what arrived before it or in the same instant is in it
// too.
std::optional<domain::Currency> FirstCurrency(const AttributeReading& reading, std::uint32_t deal) {
  for (const LoggedEvent& event : reading.log.events(EntityKind::kDeal, deal)) {
    if (event.visible_time > domain::Milliseconds(reading.as_of)) {
      break;
    }
    if (event.value != data::kNoValue &&
        reading.log.attributes()[event.attribute].name == names::kCurrency) {
      return domain::Currency::FromCode(
          reading.log.symbols()[static_cast<std::size_t>(event.value)]);
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<DealChange> ChangesIn(const AttributeReading& given, std::uint32_t deal,
                                  domain::Timestamp since) {
  AttributeReading reading = given;
  reading.currency = FirstCurrency(given, deal).value_or(given.currency);
  const data::EventLog& log = reading.log;
  std::map<std::uint32_t, std::int64_t> value_of;
  std::vector<DealChange> changes;
  Contacts contacts(changes, reading.language);
  for (const LoggedEvent& event : log.events(EntityKind::kDeal, deal)) {
    if (event.visible_time > domain::Milliseconds(reading.as_of)) {
      break;
    }
    const AttributeDefinition& attribute = log.attributes()[event.attribute];
    const bool shown = event.visible_time > domain::Milliseconds(since);
    if (attribute.name == names::kContactRole) {
      contacts.Join(event, shown);
      continue;
    }
    if (attribute.name == names::kContactRoleName) {
      contacts.Role(event, AttributeText(reading, attribute, event.value), shown);
      continue;
    }
    const auto before = value_of.find(event.attribute);
    const bool known = before != value_of.end();
    const std::int64_t old = known ? before->second : data::kNoValue;
    const bool activity = AttributeKind(attribute.name) == "activity";
    const bool same = known && old == event.value && !activity;
    value_of[event.attribute] = event.value;
    if (attribute.name == names::kCurrency && event.value != data::kNoValue) {
      reading.currency =
          domain::Currency::FromCode(log.symbols()[static_cast<std::size_t>(event.value)])
              .value_or(given.currency);
    }
    if (same || !shown) {
      continue;
    }
    DealChange change{.at = domain::TimestampFromMilliseconds(event.event_time),
                      .kind = std::string(AttributeKind(attribute.name)),
                      .field = attribute.name};
    change.from = known ? AttributeText(reading, attribute, old) : "";
    change.to = AttributeText(reading, attribute, event.value);
    if (attribute.name == names::kOutcome) {
      change.kind = change.to == "won" ? "won" : change.to == "lost" ? "lost" : "reopened";
      if (change.kind == "reopened" && !known) {
        continue;  // born open: no news
      }
    }
    change.label = LabelOf(change, attribute.name, reading.language);
    changes.push_back(std::move(change));
  }
  std::ranges::stable_sort(changes, {}, &DealChange::at);
  return changes;
}

std::vector<DealChange> ChangesOf(const book::DealBook& book, std::uint32_t deal,
                                  domain::Timestamp since, base::Language language) {
  return ChangesIn({.log = *book.knowledge()->log,
                    .as_of = book.moment().as_of,
                    .currency = book.amounts().currency(),
                    .language = language},
                   deal, since);
}

}  // namespace ri::deals
