// Features against a second implementation that looks through all rows again for every question.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "features/feature_engine.h"
#include "features/log_builder.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

using data::EntityKind;
using data::EventLog;
using data::ValueType;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// One row in plain words: texts and references are their text.
struct Fact {
  std::int64_t event_time = 0;
  std::int64_t sequence = 0;
  bool known = false;  ///< false: the value was cleared
  std::string text;
  std::int64_t number = 0;
  std::int64_t visible_time = 0;
  std::string attribute;
};

bool Before(const Fact& a, const Fact& b) {
  return std::tie(a.event_time, a.sequence, a.known, a.text, a.number) <
         std::tie(b.event_time, b.sequence, b.known, b.text, b.number);
}

bool Same(const Fact& a, const Fact& b) { return !Before(a, b) && !Before(b, a); }

/// A finished life of a deal that other deals may learn from.
struct Past {
  std::int64_t closed = 0;
  bool won = false;
  bool in_rates = true;
  bool in_history = true;
  std::int64_t since = 0;  ///< known in this form since

  [[nodiscard]] auto form() const { return std::tie(closed, won, in_rates, in_history); }
};

class Oracle {
 public:
  explicit Oracle(const EventLog::Content& content) {
    for (const EventLog::Row& row : content.rows) {
      const data::AttributeDefinition& attribute = content.attributes[row.attribute];
      Fact fact{row.event_time,   row.sequence,  row.value != data::kNoValue, "", row.value,
                row.visible_time, attribute.name};
      if (fact.known && attribute.type == ValueType::kText) {
        fact.text = content.symbols[static_cast<std::size_t>(row.value)];
        fact.number = 0;
      } else if (fact.known && attribute.type == ValueType::kReference) {
        fact.text = content.keys[static_cast<std::size_t>(attribute.reference_kind)]
                                [static_cast<std::size_t>(row.value)];
        fact.number = 0;
      }
      const std::string& key = content.keys[static_cast<std::size_t>(row.kind)][row.entity];
      facts_[{row.kind, key}].push_back(fact);
    }
    for (auto& [entity, facts] : facts_) {
      std::stable_sort(facts.begin(), facts.end(), Before);
      if (entity.first == EntityKind::kDeal) {
        deals_.push_back(entity.second);
      }
    }
  }

  std::vector<Fact> Known(EntityKind kind, const std::string& key, std::string_view attribute,
                          std::int64_t at) const {
    std::vector<Fact> known;
    const auto place = facts_.find({kind, key});
    if (place == facts_.end()) {
      return known;
    }
    for (const Fact& fact : place->second) {
      const bool repeated = !known.empty() && Same(known.back(), fact);
      if (fact.visible_time <= at && fact.attribute == attribute && !repeated) {
        known.push_back(fact);
      }
    }
    return known;
  }
  std::vector<Fact> Known(const std::string& deal, std::string_view attribute,
                          std::int64_t at) const {
    return Known(EntityKind::kDeal, deal, attribute, at);
  }
  /// Empty when nothing is known.
  std::string Text(const std::string& deal, std::string_view attribute, std::int64_t at) const {
    const auto known = Known(deal, attribute, at);
    return known.empty() || !known.back().known ? "" : known.back().text;
  }
  std::string Text(EntityKind kind, const std::string& key, std::string_view attribute,
                   std::int64_t at) const {
    const auto known = Known(kind, key, attribute, at);
    return known.empty() || !known.back().known ? "" : known.back().text;
  }
  std::optional<std::int64_t> Number(const std::string& deal, std::string_view attribute,
                                     std::int64_t at) const {
    const auto known = Known(deal, attribute, at);
    return known.empty() || !known.back().known ? std::nullopt : std::optional(known.back().number);
  }

  std::int64_t Created(const std::string& deal, std::int64_t at) const {
    std::int64_t created = std::numeric_limits<std::int64_t>::max();
    for (const Fact& fact : Known(deal, "created", at)) {
      created = std::min(created, fact.event_time);
    }
    if (created != std::numeric_limits<std::int64_t>::max()) {
      return created;
    }
    for (const Fact& fact : facts_.at({EntityKind::kDeal, deal})) {
      created = fact.visible_time <= at ? std::min(created, fact.event_time) : created;
    }
    return created;
  }

  /// Openings and closings as known: (opened, closed or none, won).
  struct Life {
    std::int64_t opened = 0;
    std::optional<std::int64_t> closed;
    bool won = false;
  };
  std::vector<Life> Lives(const std::string& deal, std::int64_t at) const {
    std::vector<Life> lives = {{Created(deal, at), std::nullopt, false}};
    for (const Fact& fact : Known(deal, "outcome", at)) {
      Life& life = lives.back();
      if (fact.text == "open") {
        if (life.closed) {
          lives.push_back({std::max(fact.event_time, *life.closed), std::nullopt, false});
        }
      } else if (!life.closed || life.won != (fact.text == "won")) {
        life.closed = std::max(fact.event_time, life.opened);
        life.won = fact.text == "won";
      }
    }
    return lives;
  }

  bool IsOpen(const std::string& deal, std::int64_t at) const {
    const auto& facts = facts_.at({EntityKind::kDeal, deal});
    const bool exists = std::any_of(facts.begin(), facts.end(),
                                    [&](const Fact& fact) { return fact.visible_time <= at; });
    return exists && !Lives(deal, at).back().closed &&
           Number(deal, "deleted", at).value_or(0) == 0 &&
           Text(deal, "undated_outcome", at).empty();
  }

  /// Finished lives known at a moment, each with the moment since which it has been known so.
  const std::vector<Past>& Pasts(const std::string& deal, std::int64_t at) {
    const auto [place, is_new] = pasts_.try_emplace({deal, at});
    if (!is_new) {
      return place->second;
    }
    std::set<std::int64_t> moments;
    for (const Fact& fact : facts_.at({EntityKind::kDeal, deal})) {
      if (fact.visible_time <= at) {
        moments.insert(fact.visible_time);
      }
    }
    std::vector<Past> before;
    for (const std::int64_t moment : moments) {
      const std::string excluded = Text(deal, "excluded", moment);
      std::vector<Past> now;
      for (const Life& life : Lives(deal, moment)) {
        if (life.closed) {
          now.push_back({*life.closed, life.won, excluded.empty(),
                         excluded != "test-record" && excluded != "merged", moment});
        }
      }
      for (std::size_t i = 0; i < std::min(now.size(), before.size()); ++i) {
        if (now[i].form() != before[i].form()) {
          break;
        }
        now[i].since = before[i].since;
      }
      before = now;
    }
    return place->second = before;
  }

  struct Rate {
    double n = 0;
    double wins = 0;
  };
  /// Over all other deals: those that belong (asked with the deal, and the moment its outcome
  /// became known), plus undated ones created before `created`.
  Rate RateOf(const std::string& self, std::int64_t at, std::int64_t created,
              const std::function<bool(const std::string&, std::int64_t, std::int64_t)>& belongs,
              bool history = false) {
    Rate rate;
    for (const std::string& deal : deals_) {
      if (deal == self) {
        continue;
      }
      for (const Past& past : Pasts(deal, at)) {
        if ((history ? past.in_history : past.in_rates) && belongs(deal, past.since, past.closed)) {
          rate.n += 1;
          rate.wins += past.won ? 1 : 0;
        }
      }
      for (const Fact& fact : facts_.at({EntityKind::kDeal, deal})) {
        if (fact.attribute == "undated_outcome" && fact.event_time < created &&
            belongs(deal, fact.visible_time, std::numeric_limits<std::int64_t>::max())) {
          rate.n += 1;
          rate.wins += fact.text == "won" ? 1 : 0;
        }
      }
    }
    return rate;
  }

  double Major(std::int64_t amount, const std::string& currency, std::int64_t at) const {
    const double own = static_cast<double>(amount) * (currency == "JPY" ? 1 : 0.01);
    const auto rates = Known(EntityKind::kCurrencyRate, currency, "rate", at);
    return rates.empty() ? own : own / std::bit_cast<double>(rates.back().number);
  }

  const std::vector<std::string>& deals() const { return deals_; }
  const std::vector<Fact>& facts(const std::string& deal) const {
    return facts_.at({EntityKind::kDeal, deal});
  }

 private:
  std::map<std::pair<EntityKind, std::string>, std::vector<Fact>> facts_;
  std::vector<std::string> deals_;
  std::map<std::pair<std::string, std::int64_t>, std::vector<Past>> pasts_;
};

double Days(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / static_cast<double>(kDay);
}

double Median(std::vector<double> values) {
  if (values.empty()) {
    return kMissing;
  }
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

double Smooth(Oracle::Rate rate, double prior) { return (rate.wins + 15 * prior) / (rate.n + 15); }

/// Copeland's order of the stages from what was visible on the last Monday.
std::map<std::string, double> StagePlaces(const Oracle& oracle, std::int64_t at) {
  const std::int64_t monday = kFirstMonday + WeekOf(at) * kWeek;
  std::map<std::pair<std::string, std::string>, int> before;
  std::set<std::string> seen;
  for (const std::string& deal : oracle.deals()) {
    std::set<std::int64_t> moments;
    for (const Fact& fact : oracle.facts(deal)) {
      if (fact.attribute == "stage" && fact.visible_time <= monday) {
        moments.insert(fact.visible_time);
      }
    }
    std::vector<std::pair<std::string, std::int64_t>> visits;
    for (const std::int64_t moment : moments) {
      for (const Fact& fact : oracle.Known(deal, "stage", moment)) {
        const bool known = std::any_of(visits.begin(), visits.end(),
                                       [&](const auto& visit) { return visit.first == fact.text; });
        if (known) {
          continue;
        }
        seen.insert(fact.text);
        for (const auto& [other, entered] : visits) {
          ++before[entered <= fact.event_time ? std::pair(other, fact.text)
                                              : std::pair(fact.text, other)];
        }
        visits.emplace_back(fact.text, fact.event_time);
      }
    }
  }
  std::vector<std::pair<int, std::string>> order;
  for (const std::string& a : seen) {
    int score = 0;
    for (const std::string& b : seen) {
      const int forth = before[{a, b}];
      const int back = before[{b, a}];
      score += forth > back ? 1 : (forth < back ? -1 : 0);
    }
    order.emplace_back(-score, a);
  }
  std::sort(order.begin(), order.end());
  std::map<std::string, double> places;
  for (std::size_t i = 0; i < order.size(); ++i) {
    places[order[i].second] = static_cast<double>(i) / static_cast<double>(order.size() - 1);
  }
  return places;
}

/// Median whole days that won deals spent in each stage, known on the last Monday.
std::map<std::string, double> MedianStays(Oracle& oracle, std::int64_t at) {
  const std::int64_t monday = kFirstMonday + WeekOf(at) * kWeek;
  std::map<std::string, std::vector<double>> stays;
  for (const std::string& deal : oracle.deals()) {
    // A win counts with the stages known when it became known, even when it is corrected later.
    std::set<std::int64_t> moments;
    for (const Fact& fact : oracle.facts(deal)) {
      moments.insert(fact.visible_time);
    }
    for (const std::int64_t moment : moments) {
      if (moment > monday) {
        break;
      }
      const auto lives = oracle.Lives(deal, moment);
      const auto& pasts = oracle.Pasts(deal, moment);
      for (std::size_t i = 0; i < pasts.size(); ++i) {
        const Past& past = pasts[i];
        if (past.since != moment || !past.won || !past.in_rates) {
          continue;
        }
        const auto stages = oracle.Known(deal, "stage", moment);
        for (std::size_t j = 0; j < stages.size(); ++j) {
          if (stages[j].event_time >= past.closed ||
              (j > 0 && stages[j - 1].text == stages[j].text)) {
            continue;
          }
          std::int64_t left = past.closed;
          for (std::size_t k = j + 1; k < stages.size(); ++k) {
            if (stages[k].text != stages[j].text) {
              left = std::min(left, stages[k].event_time);
              break;
            }
          }
          const std::int64_t entered = std::max(stages[j].event_time, lives[i].opened);
          if (left >= entered) {
            stays[stages[j].text].push_back(std::floor(Days(entered, left)));
          }
        }
      }
    }
  }
  std::map<std::string, double> medians;
  for (auto& [stage, days] : stays) {
    std::sort(days.begin(), days.end());
    medians[stage] = days[(days.size() + 1) / 2 - 1];  // lower median
  }
  return medians;
}

std::map<std::string, double> Expected(Oracle& oracle, const std::string& deal, std::int64_t at) {
  std::map<std::string, double> row;
  const std::int64_t created = oracle.Created(deal, at);
  const auto lives = oracle.Lives(deal, at);
  row["age_days"] = Days(lives.back().opened, at);
  row["reopenings"] = static_cast<double>(lives.size() - 1);

  // Amounts.
  const std::string currency = oracle.Text(deal, "currency", at);
  const auto amount = oracle.Number(deal, "amount", at);
  const double major = amount ? oracle.Major(*amount, currency, at) : kMissing;
  row["log_amount"] = std::log1p(major);
  row["amount_missing"] = amount.value_or(0) > 0 ? 0 : 1;
  int changes = 0;
  std::optional<std::int64_t> last_amount;
  for (const Fact& fact : oracle.Known(deal, "amount", at)) {
    if (fact.known) {
      changes += last_amount && *last_amount != fact.number && at - fact.event_time < 90 * kDay;
      last_amount = fact.number;
    }
  }
  row["amount_changes_90d"] = changes;

  // Close dates.
  int pushes = 0;
  double pushed = 0;
  std::optional<std::int64_t> date;
  for (const Fact& fact : oracle.Known(deal, "commit_date", at)) {
    if (date && fact.number > *date) {
      ++pushes;
      pushed += static_cast<double>(fact.number - *date);
    }
    date = fact.number;
  }
  row["close_date_pushes"] = pushes;
  row["days_pushed"] = pushed;
  row["days_to_commit"] =
      date ? static_cast<double>(*date) - std::floor(static_cast<double>(at) / kDay) : kMissing;

  // Stages.
  const std::string stage = oracle.Text(deal, "stage", at);
  std::int64_t entered = 0;
  std::string before;
  std::set<std::string> visited;
  for (const Fact& fact : oracle.Known(deal, "stage", at)) {
    entered = fact.text != before ? fact.event_time : entered;
    before = fact.text;
    visited.insert(fact.text);
  }
  const double days_in_stage = stage.empty() ? kMissing : Days(entered, at);
  row["days_in_stage"] = days_in_stage;
  row["stage_velocity"] =
      visited.empty() ? kMissing
                      : 30.0 * static_cast<double>(visited.size()) / std::max(1.0, row["age_days"]);
  const auto places = StagePlaces(oracle, at);
  row["stage_order"] = places.contains(stage) ? places.at(stage) : kMissing;
  const auto stays = MedianStays(oracle, at);
  row["stage_time_ratio"] =
      stays.contains(stage) ? days_in_stage / std::max(1.0, stays.at(stage)) : kMissing;

  // Activities.
  const std::string owner = oracle.Text(deal, "owner", at);
  bool synced = false;
  std::map<std::string, bool> in_use;
  for (const std::string& other : oracle.deals()) {
    for (const Fact& fact : oracle.facts(other)) {
      const bool is_activity =
          fact.attribute.starts_with("activity.") && fact.attribute != "activity.meeting_planned";
      if (!is_activity || fact.visible_time > at) {
        continue;
      }
      in_use[fact.attribute] = true;
      synced = synced || other == deal || owner.empty() ||
               oracle.Text(other, "owner", fact.visible_time) == owner;
    }
  }
  row["no_activity_sync"] = synced ? 0 : 1;
  const auto count = [&](const char* attribute, std::int64_t days) {
    double n = 0;
    for (const Fact& fact : oracle.Known(deal, attribute, at)) {
      n += at - fact.event_time < days * kDay ? 1 : 0;
    }
    return synced && in_use[attribute] ? n : kMissing;
  };
  row["meetings_7d"] = count("activity.meeting", 7);
  row["meetings_28d"] = count("activity.meeting", 28);
  row["calls_90d"] = count("activity.call", 90);
  row["emails_in_28d"] = count("activity.email_in", 28);
  row["emails_out_7d"] = count("activity.email_out", 7);
  row["tasks_90d"] = count("activity.task", 90);
  double two_way = kMissing;
  std::map<std::string, std::int64_t> first_seen;
  std::set<std::string> active;
  for (const char* attribute : {"activity.meeting", "activity.call", "activity.email_in",
                                "activity.email_out", "activity.task", "contact_role"}) {
    const std::string name = attribute;
    const bool buyer_takes_part =
        name == "activity.meeting" || name == "activity.call" || name == "activity.email_in";
    for (const Fact& fact : oracle.Known(deal, attribute, at)) {
      if (buyer_takes_part) {
        two_way = std::fmin(two_way, Days(fact.event_time, at));
        if (fact.known && at - fact.event_time < 28 * kDay) {
          active.insert(fact.text);
        }
      }
      if (fact.known) {
        const auto [place, is_new] = first_seen.try_emplace(fact.text, fact.event_time);
        place->second = std::min(place->second, fact.event_time);
      }
    }
  }
  row["days_since_two_way_touch"] = two_way;
  row["active_contacts_28d"] = synced ? static_cast<double>(active.size()) : kMissing;
  double fresh = 0;
  for (const auto& [contact, time] : first_seen) {
    fresh += at - time < 28 * kDay ? 1 : 0;
  }
  row["new_contacts_28d"] = fresh;

  // Win rates.
  const auto all = oracle.RateOf(deal, at, created, [](const auto&, auto, auto) { return true; });
  const double prior = (all.wins + 1) / (all.n + 2);
  const auto by_text = [&](const char* attribute) {
    const std::string value = oracle.Text(deal, attribute, at);
    const auto rate = oracle.RateOf(
        deal, at, created, [&](const std::string& other, std::int64_t since, std::int64_t) {
          return oracle.Text(other, attribute, since) == value;
        });
    return value.empty() ? Oracle::Rate{kMissing, kMissing} : rate;
  };
  row["product_win_rate"] = Smooth(by_text("product"), prior);
  row["product_win_rate_n"] = by_text("product").n;
  row["lead_source_win_rate"] = Smooth(by_text("lead_source"), prior);
  row["custom.territory.win_rate"] = Smooth(by_text("territory"), prior);
  row["custom.territory.win_rate_n"] = by_text("territory").n;
  row["custom.partner.win_rate"] = Smooth(by_text("partner"), prior);
  const auto at_stage = oracle.RateOf(
      deal, at, created, [&](const std::string& other, std::int64_t since, std::int64_t closed) {
        const auto stages = oracle.Known(other, "stage", since);
        return std::any_of(stages.begin(), stages.end(), [&](const Fact& fact) {
          return fact.text == stage && fact.event_time < closed;
        });
      });
  row["stage_win_rate"] = stage.empty() ? kMissing : Smooth(at_stage, prior);
  row["stage_win_rate_n"] = stage.empty() ? kMissing : at_stage.n;
  const auto by_owner_fact = [&](EntityKind, const char* attribute) {
    const std::string value = oracle.Text(EntityKind::kRep, owner, attribute, at);
    return oracle.RateOf(
        deal, at, created, [&, value](const std::string& other, std::int64_t since, std::int64_t) {
          const std::string its_owner = oracle.Text(other, "owner", since);
          return !its_owner.empty() &&
                 oracle.Text(EntityKind::kRep, its_owner, attribute, since) == value;
        });
  };
  if (owner.empty()) {
    row["owner_win_rate"] = row["owner_open_deals"] = row["owner_commit_realisation"] = kMissing;
  } else {
    const double region = Smooth(by_owner_fact(EntityKind::kRep, "region"), prior);
    const double team = Smooth(by_owner_fact(EntityKind::kRep, "team"), region);
    row["owner_win_rate"] = Smooth(by_text("owner"), team);
    const auto committed = [&](bool same_owner) {
      return oracle.RateOf(
          deal, at, created,
          [&](const std::string& other, std::int64_t since, std::int64_t closed) {
            const auto categories = oracle.Known(other, "forecast_category", since);
            const bool was =
                std::any_of(categories.begin(), categories.end(), [&](const Fact& fact) {
                  return fact.text == "Commit" && fact.event_time < closed;
                });
            return was && (!same_owner || oracle.Text(other, "owner", since) == owner);
          });
    };
    const auto everybody = committed(false);
    row["owner_commit_realisation"] =
        Smooth(committed(true), (everybody.wins + 1) / (everybody.n + 2));
    double load = 0;
    for (const std::string& other : oracle.deals()) {
      load += other != deal && oracle.IsOpen(other, at) && oracle.Text(other, "owner", at) == owner;
    }
    row["owner_open_deals"] = load;
  }

  // Account.
  const std::string account = oracle.Text(deal, "account", at);
  if (account.empty()) {
    for (const char* name :
         {"account_wins", "account_losses", "account_win_rate", "days_since_account_win",
          "amount_to_account_median", "account_open_deals", "industry_win_rate"}) {
      row[name] = kMissing;
    }
  } else {
    const auto past = oracle.RateOf(
        deal, at, created,
        [&](const std::string& other, std::int64_t since, std::int64_t) {
          return oracle.Text(other, "account", since) == account;
        },
        true);
    row["account_wins"] = past.wins;
    row["account_losses"] = past.n - past.wins;
    row["account_win_rate"] = Smooth(past, prior);
    double last_win = kMissing;
    double open = 0;
    std::vector<double> amounts;
    for (const std::string& other : oracle.deals()) {
      if (other == deal) {
        continue;
      }
      open += oracle.IsOpen(other, at) && oracle.Text(other, "account", at) == account;
      for (const Past& win : oracle.Pasts(other, at)) {
        if (!win.won || !win.in_history || oracle.Text(other, "account", win.since) != account) {
          continue;
        }
        last_win = std::fmin(last_win, Days(win.closed, at));
        const auto closed_amount = oracle.Number(other, "closed_amount", win.since);
        const auto value =
            closed_amount ? closed_amount : oracle.Number(other, "amount", win.since);
        if (value) {
          amounts.push_back(
              oracle.Major(*value, oracle.Text(other, "currency", win.since), win.since));
        }
      }
    }
    row["days_since_account_win"] = last_win;
    row["account_open_deals"] = open;
    const double median = Median(amounts);
    row["amount_to_account_median"] =
        amount.value_or(0) > 0 && median > 0 ? std::log(major / median) : kMissing;
    const std::string industry = oracle.Text(EntityKind::kAccount, account, "industry", at);
    const auto peers = oracle.RateOf(
        deal, at, created, [&](const std::string& other, std::int64_t since, std::int64_t) {
          const std::string its = oracle.Text(other, "account", since);
          return !its.empty() &&
                 oracle.Text(EntityKind::kAccount, its, "industry", since) == industry;
        });
    row["industry_win_rate"] = industry.empty() ? kMissing : Smooth(peers, prior);
  }
  return row;
}

// Float rounding of values up to a few thousand, and of logarithms.
constexpr double kFloatTolerance = 1e-4;

TEST(FeatureOracle, BruteForceAgreesOnEveryOpenDeal) {
  std::size_t num_compared = 0;
  for (const std::uint64_t seed : {21, 22}) {
    const LogBuilder builder = RandomLog(seed, {.num_deals = 150});
    const EventLog log = builder.Build();
    const FeatureEngine engine(log, {}, 1);
    Oracle oracle(builder.content());
    for (const std::int64_t at :
         {DayTime(2024, 7, 1), DayTime(2025, 2, 28) + 13 * 3'600'000, DayTime(2025, 9, 1)}) {
      const auto keys = engine.OpenAt(domain::TimestampFromMilliseconds(at));
      ASSERT_FALSE(keys.empty());
      const FeatureTable table = engine.Compute(keys, 1);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        const std::string& deal = log.keys(EntityKind::kDeal)[keys[i].deal];
        ASSERT_TRUE(oracle.IsOpen(deal, at)) << deal;
        for (const auto& [name, expected] : Expected(oracle, deal, at)) {
          const auto column = table.Find(name);
          ASSERT_TRUE(column.has_value()) << name;
          const double value = static_cast<double>(table.values(i, *column));
          ++num_compared;
          if (std::isnan(expected)) {
            EXPECT_TRUE(std::isnan(value)) << name << " of " << deal << " is " << value;
          } else {
            EXPECT_NEAR(value, expected, kFloatTolerance * std::max(1.0, std::fabs(expected)))
                << name << " of " << deal << " at " << at;
          }
        }
      }
    }
  }
  EXPECT_GT(num_compared, 3000U);
}

TEST(FeatureOracle, OpenDealsAreThoseTheRowsSayAreOpen) {
  const LogBuilder builder = RandomLog(23);
  const EventLog log = builder.Build();
  const FeatureEngine engine(log, {}, 1);
  const Oracle oracle(builder.content());
  for (std::int64_t at = DayTime(2024, 1, 8); at < DayTime(2026, 3, 1); at += 5 * kWeek) {
    std::vector<std::string> expected;
    for (const std::string& deal : oracle.deals()) {
      if (oracle.IsOpen(deal, at)) {
        expected.push_back(deal);
      }
    }
    std::vector<std::string> open;
    for (const SnapshotKey& key : engine.OpenAt(domain::TimestampFromMilliseconds(at))) {
      open.push_back(log.keys(EntityKind::kDeal)[key.deal]);
      EXPECT_EQ(key.episode + 1, oracle.Lives(open.back(), at).size());
    }
    EXPECT_EQ(open, expected);
  }
}

}  // namespace
}  // namespace ri::features
