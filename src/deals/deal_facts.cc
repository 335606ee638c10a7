#include "deals/deal_facts.h"

#include <algorithm>
#include <map>

#include "deals/attribute_text.h"
#include "features/deal_history.h"
#include "features/deal_lives.h"

namespace ri::deals {

using data::AttributeDefinition;
using data::EntityKind;
using data::LoggedEvent;
namespace names = data::attribute;

std::vector<DealFact> FactsOf(const book::DealBook& book, std::uint32_t deal,
                              base::Language language) {
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
  AttributeReading reading{.log = log,
                           .as_of = book.moment().as_of,
                           .currency = book.amounts().currency(),
                           .language = language};
  for (const auto& [attribute, entry] : latest) {
    if (log.attributes()[attribute].name == names::kCurrency && entry.value != data::kNoValue) {
      const auto own =
          domain::Currency::FromCode(log.symbols()[static_cast<std::size_t>(entry.value)]);
      reading.currency = own.value_or(reading.currency);
    }
  }
  std::vector<DealFact> facts;
  for (const auto& [attribute, entry] : latest) {
    const AttributeDefinition& definition = log.attributes()[attribute];
    if (AttributeKind(definition.name) == "activity" || definition.name == names::kContactRole ||
        definition.name == names::kContactRoleName) {
      continue;
    }
    facts.push_back({.field = definition.name,
                     .value = AttributeText(reading, definition, entry.value),
                     .since = domain::TimestampFromMilliseconds(entry.event_time)});
  }
  std::ranges::sort(facts, {}, &DealFact::field);
  return facts;
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
