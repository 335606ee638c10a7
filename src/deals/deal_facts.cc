#include "deals/deal_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "features/deal_history.h"
#include "features/deal_lives.h"

namespace ri::deals {
namespace {

using data::AttributeDefinition;
using data::EntityKind;
using data::LoggedEvent;
using data::ValueType;

std::string TextOf(const book::DealBook& book, const AttributeDefinition& attribute,
                   std::int64_t value) {
  if (value == data::kNoValue) {
    return {};
  }
  const data::EventLog& log = *book.knowledge()->log;
  switch (attribute.type) {
    case ValueType::kFlag:
      return value != 0 ? "yes" : "no";
    case ValueType::kInteger:
      return std::to_string(value);
    case ValueType::kReal:
      return fmt::format("{:.6g}", std::bit_cast<double>(value));
    case ValueType::kMoney:
      return fmt::format("{:.2f}", static_cast<double>(value) / 100);
    case ValueType::kDate:
      return domain::FormatDate(domain::DateFromDayNumber(value));
    case ValueType::kTimestamp:
      return domain::FormatTimestamp(domain::TimestampFromMilliseconds(value));
    case ValueType::kText:
      return log.symbols()[static_cast<std::size_t>(value)];
    case ValueType::kReference:
      return book::NameAt(log, attribute.reference_kind, static_cast<std::size_t>(value),
                          book.moment().as_of);
  }
  return {};
}

std::string MoneyText(const book::DealBook& book, const LoggedEvent& event, std::string currency) {
  const auto known = domain::Currency::FromCode(currency);
  return domain::FormatMoney(domain::Money(event.value, known.value_or(book.amounts().currency())));
}

std::string_view KindOf(std::string_view name) {
  struct Entry {
    std::string_view attribute, kind;
  };
  static constexpr Entry kKinds[] = {{"created", "created"},
                                     {"stage", "stage"},
                                     {"amount", "amount"},
                                     {"commit_date", "commit_date"},
                                     {"forecast_category", "forecast_category"},
                                     {"owner", "owner"},
                                     {"next_step", "next_step"}};
  if (name.starts_with("activity.")) {
    return "activity";
  }
  if (name.starts_with("contact")) {
    return "contact";
  }
  for (const Entry& entry : kKinds) {
    if (entry.attribute == name) {
      return entry.kind;
    }
  }
  return "field";
}

std::string Words(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  std::ranges::replace(text, '.', ' ');
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

constexpr base::Phrase kCreated("Created", "Angelegt");
constexpr base::Phrase kCleared("{field} cleared", "{field} geleert");
constexpr base::Phrase kSetTo("{field} set to {to}", "{field} auf {to} gesetzt");
constexpr base::Phrase kFromTo("{field} from {from} to {to}", "{field} von {from} auf {to}");
constexpr base::Phrase kNothing("nothing", "nichts");

/// German names of the standard fields and activities, which English makes of their own names.
constexpr std::pair<std::string_view, std::string_view> kGermanNames[] = {
    {"stage", "Stufe"},
    {"amount", "Betrag"},
    {"commit_date", "Zugesagtes Datum"},
    {"forecast_category", "Forecast-Kategorie"},
    {"owner", "Inhaber"},
    {"account", "Kunde"},
    {"name", "Name"},
    {"currency", "Währung"},
    {"product", "Produkt"},
    {"region", "Region"},
    {"industry", "Branche"},
    {"type", "Art des Deals"},
    {"lead_source", "Herkunft"},
    {"next_step", "Nächster Schritt"},
    {"discount", "Rabatt"},
    {"competitor", "Wettbewerber"},
    {"outcome", "Ausgang"},
    {"activity.meeting", "Termin"},
    {"activity.call", "Anruf"},
    {"activity.email_in", "E-Mail vom Käufer"},
    {"activity.email_out", "E-Mail an den Käufer"},
    {"activity.task", "Aufgabe"},
    {"activity.meeting_planned", "Termin geplant"},
    {"crm_probability", "Wahrscheinlichkeit im CRM"},
    {"closed_amount", "Betrag beim Abschluss"},
    {"qualified", "Qualifiziert"},
    {"excluded", "Ausgenommen"},
};

std::string NameOf(std::string_view attribute, base::Language language) {
  constexpr std::string_view kActivity = "activity.";
  if (language == base::Language::kGerman) {
    const auto* found =
        std::ranges::find(kGermanNames, attribute, [](const auto& pair) { return pair.first; });
    if (found != std::end(kGermanNames)) {
      return std::string(found->second);
    }
  }
  return Words(attribute.substr(attribute.starts_with(kActivity) ? kActivity.size() : 0));
}

std::string LabelOf(const DealChange& change, std::string_view attribute, base::Language language) {
  if (change.kind == "created") {
    return std::string(kCreated.In(language));
  }
  const std::string field = NameOf(attribute, language);
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

}  // namespace

std::vector<DealFact> FactsOf(const book::DealBook& book, std::uint32_t deal) {
  const data::EventLog& log = *book.knowledge()->log;
  struct Latest {
    std::int64_t event_time = std::numeric_limits<std::int64_t>::min();
    std::int64_t value = data::kNoValue;
  };
  std::map<std::uint32_t, Latest> latest;
  for (const LoggedEvent& event : log.events(EntityKind::kDeal, deal)) {
    if (event.visible_time > domain::Milliseconds(book.moment().as_of)) {
      break;
    }
    Latest& entry = latest[event.attribute];
    if (event.event_time >= entry.event_time) {
      entry = {.event_time = event.event_time, .value = event.value};
    }
  }
  std::vector<DealFact> facts;
  for (const auto& [attribute, entry] : latest) {
    const AttributeDefinition& definition = log.attributes()[attribute];
    if (KindOf(definition.name) == "activity") {
      continue;
    }
    facts.push_back({.field = definition.name,
                     .value = TextOf(book, definition, entry.value),
                     .since = domain::TimestampFromMilliseconds(entry.event_time)});
  }
  std::ranges::sort(facts, {}, &DealFact::field);
  return facts;
}

std::vector<DealChange> ChangesOf(const book::DealBook& book, std::uint32_t deal,
                                  domain::Timestamp since, base::Language language) {
  const data::EventLog& log = *book.knowledge()->log;
  std::map<std::uint32_t, std::int64_t> value_of;
  std::string currency;
  std::vector<DealChange> changes;
  for (const LoggedEvent& event : log.events(EntityKind::kDeal, deal)) {
    if (event.visible_time > domain::Milliseconds(book.moment().as_of)) {
      break;
    }
    const AttributeDefinition& attribute = log.attributes()[event.attribute];
    const auto before = value_of.find(event.attribute);
    const bool known = before != value_of.end();
    const std::int64_t old = known ? before->second : data::kNoValue;
    const bool activity = KindOf(attribute.name) == "activity";
    const bool same = known && old == event.value && !activity;
    value_of[event.attribute] = event.value;
    if (attribute.name == data::attribute::kCurrency && event.value != data::kNoValue) {
      currency = log.symbols()[static_cast<std::size_t>(event.value)];
    }
    if (same || event.visible_time <= domain::Milliseconds(since)) {
      continue;
    }
    DealChange change{.at = domain::TimestampFromMilliseconds(event.event_time),
                      .kind = std::string(KindOf(attribute.name)),
                      .field = attribute.name};
    const bool money = attribute.type == ValueType::kMoney;
    const auto text = [&](std::int64_t value) {
      LoggedEvent shown = event;
      shown.value = value;
      return money && value != data::kNoValue ? MoneyText(book, shown, currency)
                                              : TextOf(book, attribute, value);
    };
    change.from = known ? text(old) : "";
    change.to = text(event.value);
    if (attribute.name == data::attribute::kOutcome) {
      change.kind = change.to == "won" ? "won" : change.to == "lost" ? "lost" : "reopened";
      if (change.kind == "reopened" && !known) {
        continue;  // born open: no news
      }
    }
    change.label = LabelOf(change, attribute.name, language);
    changes.push_back(std::move(change));
  }
  std::ranges::stable_sort(changes, {}, &DealChange::at);
  return changes;
}

Result<std::vector<book::ScoredDeal>> ScoreHistory(const book::DealBook& book, std::size_t position,
                                                   int weeks) {
  const book::ScoredDeal& deal = book.deals()[position];
  const features::Episode& life = book.knowledge()->engine->episodes()[deal.deal][deal.episode];
  std::vector<features::SnapshotKey> keys;
  domain::Date monday = domain::MondayOnOrBefore(domain::DateOf(book.moment().as_of));
  if (domain::StartOf(monday) == book.moment().as_of) {
    monday -= std::chrono::days(7);
  }
  for (int i = 0; i < weeks && domain::StartOf(monday) >= life.opened; ++i) {
    keys.push_back({.deal = deal.deal, .episode = deal.episode, .as_of = domain::StartOf(monday)});
    monday -= std::chrono::days(7);
  }
  std::ranges::reverse(keys);
  std::vector<book::ScoredDeal> history;
  if (!keys.empty()) {
    RI_ASSIGN_OR_RETURN(book::SnapshotScores scores,
                        book::ScoreSnapshots({.knowledge = *book.knowledge(),
                                              .model = book.prepared(),
                                              .amounts = book.amounts(),
                                              .calendar = book.calendar(),
                                              .num_threads = book.num_threads()},
                                             keys, base::Progress::Silent()));
    history = std::move(scores.deals);
  }
  history.push_back(deal);
  return history;
}

std::vector<CloseShare> CloseCurveOf(const book::DealBook& book, std::size_t position, int weeks) {
  const book::ScoredDeal& deal = book.deals()[position];
  const features::Episode& life = book.knowledge()->engine->episodes()[deal.deal][deal.episode];
  const domain::Date today = domain::DateOf(deal.as_of);
  const auto outlook = book.prepared().model().Look(
      book.encoded().row(position),
      {.as_of = today,
       .age_days = static_cast<int>((today - domain::DateOf(life.opened)).count())});
  std::vector<CloseShare> curve;
  if (!outlook) {
    return curve;
  }
  for (int week = 0; week <= weeks; ++week) {
    const int days = 7 * week;
    curve.push_back({.date = today + std::chrono::days(days),
                     .won = outlook->WonWithin(days).value(),
                     .lost = outlook->LostWithin(days).value(),
                     .open = outlook->OpenAfter(days).value()});
  }
  return curve;
}

}  // namespace ri::deals
