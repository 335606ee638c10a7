#include "features/log_builder.h"

#include <algorithm>
#include <array>

#include "base/random.h"
#include "features/time_order.h"

namespace ri::features {

using data::AttributeDefinition;
using data::EntityKind;
using data::ValueType;

std::uint32_t LogBuilder::Entity(EntityKind kind, std::string_view key) {
  auto& keys = content_.keys[static_cast<std::size_t>(kind)];
  const auto [place, is_new] = entities_.try_emplace(std::pair(kind, std::string(key)),
                                                     static_cast<std::uint32_t>(keys.size()));
  if (is_new) {
    keys.emplace_back(key);
  }
  return place->second;
}

std::uint32_t LogBuilder::Attribute(const AttributeDefinition& definition) {
  auto& attributes = content_.attributes;
  const auto place = std::find(attributes.begin(), attributes.end(), definition);
  if (place != attributes.end()) {
    return static_cast<std::uint32_t>(place - attributes.begin());
  }
  attributes.push_back(definition);
  return static_cast<std::uint32_t>(attributes.size() - 1);
}

std::int64_t LogBuilder::Symbol(std::string_view text) {
  const auto [place, is_new] =
      symbols_.try_emplace(std::string(text), static_cast<std::int64_t>(content_.symbols.size()));
  if (is_new) {
    content_.symbols.emplace_back(text);
  }
  return place->second;
}

void LogBuilder::Add(EntityKind kind, std::string_view key, const AttributeDefinition& definition,
                     When when, std::int64_t value) {
  content_.rows.push_back({.kind = kind,
                           .entity = Entity(kind, key),
                           .attribute = Attribute(definition),
                           .event_time = when.event_time,
                           .visible_time = std::max(when.event_time, when.visible_time),
                           .sequence = when.sequence,
                           .value = value});
}

void LogBuilder::Text(EntityKind kind, std::string_view key, std::string_view attribute, When when,
                      std::string_view value, bool custom) {
  Add(kind, key, {kind, std::string(attribute), ValueType::kText, kind, custom}, when,
      Symbol(value));
}

void LogBuilder::Number(EntityKind kind, std::string_view key, std::string_view attribute,
                        ValueType type, When when, std::int64_t value, bool custom) {
  Add(kind, key, {kind, std::string(attribute), type, kind, custom}, when, value);
}

void LogBuilder::Reference(EntityKind kind, std::string_view key, std::string_view attribute,
                           When when, EntityKind target_kind, std::string_view target,
                           bool custom) {
  Add(kind, key, {kind, std::string(attribute), ValueType::kReference, target_kind, custom}, when,
      Entity(target_kind, target));
}

void LogBuilder::Activity(std::string_view deal, std::string_view attribute, When when,
                          std::string_view contact) {
  Add(EntityKind::kDeal, deal,
      {EntityKind::kDeal, std::string(attribute), ValueType::kReference, EntityKind::kContact,
       false},
      when,
      contact.empty() ? data::kNoValue
                      : static_cast<std::int64_t>(Entity(EntityKind::kContact, contact)));
}

void LogBuilder::Cleared(EntityKind kind, std::string_view key, std::string_view attribute,
                         ValueType type, When when) {
  for (const AttributeDefinition& definition : content_.attributes) {
    if (definition.kind == kind && definition.name == attribute && definition.type == type) {
      const AttributeDefinition copy = definition;
      Add(kind, key, copy, when, data::kNoValue);
      return;
    }
  }
}

namespace {

using base::RandomStream;
using When = LogBuilder::When;

constexpr std::array<std::string_view, 5> kStages = {"Prospecting", "Qualification", "Proposal",
                                                     "Negotiation", "Closed"};

template <std::size_t kSize>
std::string_view Pick(RandomStream& random, const std::array<std::string_view, kSize>& items) {
  return items[random.Below(kSize)];
}

std::string Numbered(std::string_view name, std::uint64_t number) {
  return std::string(name) + std::to_string(number);
}

/// Every eighth event is learned late, up to two months.
When Learned(RandomStream& random, std::int64_t time) {
  const std::int64_t delay =
      random.Bernoulli(0.125) ? static_cast<std::int64_t>(random.Below(60 * 24)) * 3'600'000 : 0;
  return {time, time + delay, static_cast<std::int64_t>(random.Below(3))};
}

/// Thirty, and in large companies one for forty deals.
std::uint64_t NumAccounts(const RandomLogOptions& options) {
  return std::max<std::uint64_t>(30, options.num_deals / 40);
}

void AddCompany(LogBuilder& log, RandomStream& random, std::int64_t start,
                std::uint64_t num_accounts) {
  for (std::uint64_t rep = 0; rep < 8; ++rep) {
    const std::string key = Numbered("rep", rep);
    log.Reference(EntityKind::kRep, key, data::attribute::kTeam, start, EntityKind::kTeam,
                  Numbered("team", rep % 3));
    log.Text(EntityKind::kRep, key, data::attribute::kRegion, start,
             rep % 2 == 0 ? "East" : "West");
    if (rep % 4 == 1) {
      log.Number(EntityKind::kRep, key, data::attribute::kCreated, ValueType::kFlag,
                 start - 200 * kDay, 1);
      log.Reference(EntityKind::kRep, key, data::attribute::kTeam,
                    When{start + 300 * kDay, start + 320 * kDay}, EntityKind::kTeam, "team0");
    }
  }
  constexpr std::array<std::string_view, 3> kIndustries = {"Mining", "Retail", "Textiles"};
  for (std::uint64_t account = 0; account < num_accounts; ++account) {
    const std::string key = Numbered("account", account);
    log.Text(EntityKind::kAccount, key, data::attribute::kIndustry, start,
             Pick(random, kIndustries));
    if (account % 3 == 0) {
      log.Text(EntityKind::kAccount, key, data::attribute::kIndustry,
               Learned(random, start + 250 * kDay), Pick(random, kIndustries));
      log.Text(EntityKind::kAccount, key, data::attribute::kRegion, start, "North");
      log.Text(EntityKind::kAccount, key, "tier", start, random.Bernoulli(0.5) ? "gold" : "iron",
               true);
    }
    if (account % 4 != 0) {
      log.Real(EntityKind::kAccount, key, data::attribute::kEmployees, start,
               static_cast<double>(random.Below(5000)));
      log.Real(EntityKind::kAccount, key, data::attribute::kRevenue, start, random.Uniform() * 1e6);
    }
  }
  for (std::uint64_t contact = 0; contact < 40; ++contact) {
    log.Text(EntityKind::kContact, Numbered("contact", contact), "title", start,
             contact % 7 == 0 ? "Chief Buyer" : "Engineer");
  }
  log.Real(EntityKind::kCurrencyRate, "EUR", data::attribute::kRate, start, 0.9);
  log.Real(EntityKind::kCurrencyRate, "EUR", data::attribute::kRate, start + 200 * kDay, 0.8);
  log.Real(EntityKind::kCurrencyRate, "JPY", data::attribute::kRate, start, 150);
}

void AddOwnColumns(LogBuilder& log, RandomStream& random, const std::string& deal,
                   std::int64_t created) {
  const auto when = [&] { return Learned(random, created); };
  const std::int64_t day = created / kDay;
  if (random.Bernoulli(0.9)) {
    log.Real(EntityKind::kDeal, deal, "score", when(), random.Normal(), true);
    log.Number(EntityKind::kDeal, deal, "seats", ValueType::kInteger, when(),
               static_cast<std::int64_t>(random.Below(100)), true);
    log.Number(EntityKind::kDeal, deal, "urgent", ValueType::kFlag, when(),
               static_cast<std::int64_t>(random.Below(2)), true);
    log.Number(EntityKind::kDeal, deal, "budget", ValueType::kMoney, when(),
               static_cast<std::int64_t>(random.Below(1'000'000)), true);
    log.Number(EntityKind::kDeal, deal, "delivery_begin", ValueType::kDate, when(),
               day + static_cast<std::int64_t>(random.Below(90)), true);
    log.Number(EntityKind::kDeal, deal, "delivery_end", ValueType::kDate, when(),
               day + 90 + static_cast<std::int64_t>(random.Below(90)), true);
    log.Text(EntityKind::kDeal, deal, "territory", when(), Numbered("t", random.Below(6)), true);
    log.Text(EntityKind::kDeal, deal, "remark", when(), Numbered("note ", random.Below(1U << 30)),
             true);
    log.Reference(EntityKind::kDeal, deal, "partner", when(), EntityKind::kAccount,
                  Numbered("account", random.Below(30)), true);
  }
  if (random.Bernoulli(0.3)) {
    log.Text(EntityKind::kDeal, deal, "flagged", when(), "yes", true);
  }
}

void AddActivities(LogBuilder& log, RandomStream& random, const std::string& deal,
                   std::int64_t created, std::int64_t end) {
  constexpr std::array<std::string_view, 5> kActivities = {
      data::attribute::kMeeting, data::attribute::kCall, data::attribute::kEmailOut,
      data::attribute::kEmailIn, data::attribute::kTask};
  const std::uint64_t count = random.Below(12);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::int64_t time =
        created + static_cast<std::int64_t>(random.Uniform() * static_cast<double>(end - created));
    When when = Learned(random, time);
    when.sequence = static_cast<std::int64_t>(random.Below(1U << 20));
    log.Activity(deal, Pick(random, kActivities), when,
                 random.Bernoulli(0.7) ? Numbered("contact", random.Below(40)) : std::string());
    if (random.Bernoulli(0.2)) {
      log.Number(EntityKind::kDeal, deal, data::attribute::kMeetingPlanned, ValueType::kTimestamp,
                 Learned(random, time), time + static_cast<std::int64_t>(random.Below(40)) * kDay);
    }
    if (random.Bernoulli(0.1)) {
      log.Reference(EntityKind::kDeal, deal, data::attribute::kContactRole, Learned(random, time),
                    EntityKind::kContact, Numbered("contact", random.Below(40)));
      log.Text(EntityKind::kDeal, deal, data::attribute::kContactRoleName, Learned(random, time),
               random.Bernoulli(0.3) ? "Economic Buyer"
                                     : (random.Bernoulli(0.3) ? "Executive Sponsor" : "User"));
    }
  }
}

void AddOutcomes(LogBuilder& log, RandomStream& random, const std::string& deal,
                 std::int64_t closed) {
  const auto outcome = [&] { return random.Bernoulli(0.4) ? "won" : "lost"; };
  log.Outcome(deal, Learned(random, closed), outcome());
  if (random.Bernoulli(0.5)) {
    log.Number(EntityKind::kDeal, deal, data::attribute::kClosedAmount, ValueType::kMoney,
               Learned(random, closed), static_cast<std::int64_t>(random.Below(5'000'000)));
  }
  if (random.Bernoulli(0.15)) {  // corrected or repeated
    log.Outcome(deal, Learned(random, closed + 3 * kDay), outcome());
  }
  if (random.Bernoulli(0.2)) {
    const std::int64_t reopened = closed + 20 * kDay;
    log.Outcome(deal, Learned(random, reopened), "open");
    log.Stage(deal, Learned(random, reopened), "Proposal");
    if (random.Bernoulli(0.6)) {
      log.Outcome(deal, Learned(random, reopened + 30 * kDay), outcome());
    }
  }
}

void AddDeal(LogBuilder& log, RandomStream& random, std::uint64_t number, std::int64_t start,
             const RandomLogOptions& options) {
  const std::string deal = Numbered("deal", number);
  const std::int64_t created = start + static_cast<std::int64_t>(random.Below(600)) * kDay +
                               static_cast<std::int64_t>(random.Below(24)) * 3'600'000;
  const std::int64_t length = static_cast<std::int64_t>(5 + random.Below(150)) * kDay;
  const std::int64_t closed = created + length;
  const auto within = [&] {
    return created + static_cast<std::int64_t>(random.Uniform() * static_cast<double>(length));
  };
  if (number % 50 == 17) {  // a key nobody ever wrote about
    log.Entity(EntityKind::kDeal, deal);
    return;
  }
  if (number % 40 != 5) {
    log.Created(deal, Learned(random, created));
  }
  if (options.with_qualification && random.Bernoulli(0.8)) {
    log.Number(EntityKind::kDeal, deal, data::attribute::kQualified, ValueType::kFlag,
               Learned(random, created + static_cast<std::int64_t>(random.Below(20)) * kDay), 1);
  }
  const bool is_silent = number % 8 == 3;  // of the one rep who never writes anything down
  if (is_silent) {
    log.Owner(deal, Learned(random, created), "rep7");
  } else if (random.Bernoulli(0.9)) {
    log.Owner(deal, Learned(random, created), Numbered("rep", random.Below(7)));
    if (random.Bernoulli(0.2)) {
      log.Owner(deal, Learned(random, within()), Numbered("rep", random.Below(7)));
    }
  }
  if (random.Bernoulli(0.9)) {
    log.Account(deal, Learned(random, created),
                Numbered("account", random.Below(NumAccounts(options))));
    if (random.Bernoulli(0.2)) {
      log.Account(deal, Learned(random, within()),
                  Numbered("account", random.Below(NumAccounts(options))));
    }
  }
  if (random.Bernoulli(0.9)) {
    const std::uint64_t first = random.Below(3);
    log.Stage(deal, Learned(random, created), kStages[first]);
    for (std::uint64_t i = 0; i < random.Below(4); ++i) {
      log.Stage(deal, Learned(random, within()), kStages[random.Below(4)]);
    }
    log.Stage(deal, Learned(random, closed), "Closed");
  }
  if (random.Bernoulli(0.9)) {
    const std::uint64_t changes = 1 + random.Below(4);
    for (std::uint64_t i = 0; i < changes; ++i) {
      log.Amount(deal, Learned(random, i == 0 ? created : within()),
                 static_cast<std::int64_t>(random.Below(40)) * 25'000);
    }
    if (random.Bernoulli(0.1)) {
      log.Cleared(EntityKind::kDeal, deal, data::attribute::kAmount, ValueType::kMoney,
                  Learned(random, within()));
    }
    constexpr std::array<std::string_view, 3> kCurrencies = {"EUR", "JPY", "USD"};
    log.Text(EntityKind::kDeal, deal, data::attribute::kCurrency, Learned(random, created),
             Pick(random, kCurrencies));
  }
  if (random.Bernoulli(0.85)) {
    for (std::uint64_t i = 0; i < 1 + random.Below(4); ++i) {
      log.CommitDate(deal, Learned(random, i == 0 ? created : within()),
                     created / kDay + 20 + static_cast<std::int64_t>(random.Below(120)));
    }
  }
  constexpr std::array<std::string_view, 4> kCategories = {"Pipeline", "Best Case", "Commit",
                                                           "Omitted"};
  for (std::uint64_t i = 0; i < random.Below(3); ++i) {
    log.Text(EntityKind::kDeal, deal, data::attribute::kForecastCategory, Learned(random, within()),
             Pick(random, kCategories));
  }
  if (random.Bernoulli(0.8)) {
    log.Text(EntityKind::kDeal, deal, data::attribute::kProduct, Learned(random, created),
             Numbered("product", random.Below(4)));
    if (random.Bernoulli(0.3)) {
      log.Text(EntityKind::kDeal, deal, data::attribute::kProduct, Learned(random, within()),
               Numbered("product", random.Below(4)));
    }
    log.Text(EntityKind::kDeal, deal, data::attribute::kType, Learned(random, created),
             random.Bernoulli(0.6) ? "New" : "Renewal");
    log.Text(EntityKind::kDeal, deal, data::attribute::kLeadSource, Learned(random, created),
             random.Bernoulli(0.3) ? "Web" : "Event");
    log.Text(EntityKind::kDeal, deal, data::attribute::kNextStep, Learned(random, within()),
             "call");
    log.Text(EntityKind::kDeal, deal, "competitor", Learned(random, within()), "Acme");
    log.Real(EntityKind::kDeal, deal, "discount", Learned(random, within()), random.Uniform() * 40);
    log.Real(EntityKind::kDeal, deal, "term_months", Learned(random, created), 12);
    log.Real(EntityKind::kDeal, deal, "product_count", Learned(random, created),
             static_cast<double>(1 + random.Below(5)));
  }
  AddOwnColumns(log, random, deal, created);
  if (!is_silent) {
    AddActivities(log, random, deal, created, closed + 20 * kDay);
  }
  if (number % 10 == 4) {
    log.Text(EntityKind::kDeal, deal, data::attribute::kUndatedOutcome, created,
             random.Bernoulli(0.5) ? "won" : "lost");
  } else if (random.Bernoulli(0.85)) {
    AddOutcomes(log, random, deal, closed);
  }
  if (random.Bernoulli(0.05)) {
    log.Number(EntityKind::kDeal, deal, data::attribute::kDeleted, ValueType::kFlag,
               Learned(random, within()), 1);
  }
  if (random.Bernoulli(0.08)) {
    log.Text(EntityKind::kDeal, deal, data::attribute::kExcluded,
             Learned(random, closed + 5 * kDay),
             random.Bernoulli(0.5) ? "test-record" : "born-closed");
  }
}

}  // namespace

LogBuilder RandomLog(std::uint64_t seed, const RandomLogOptions& options) {
  LogBuilder log;
  RandomStream random(seed, "random-log");
  const std::int64_t start = DayTime(2024, 1, 1);
  AddCompany(log, random, start, NumAccounts(options));
  for (std::uint64_t i = 0; i < options.num_deals; ++i) {
    AddDeal(log, random, i, start, options);
  }
  return log;
}

}  // namespace ri::features
