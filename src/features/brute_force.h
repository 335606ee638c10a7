#pragma once

/// Features by brute force, for tests only: a second implementation that looks through all rows
/// again for every question.

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

#include "data/event_log.h"
#include "features/log_builder.h"
#include "features/time_order.h"

namespace ri::features::brute_force {

using data::EntityKind;
using data::EventLog;
using data::ValueType;

inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

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

inline bool Before(const Fact& a, const Fact& b) {
  return std::tie(a.event_time, a.sequence, a.known, a.text, a.number) <
         std::tie(b.event_time, b.sequence, b.known, b.text, b.number);
}

inline bool Same(const Fact& a, const Fact& b) { return !Before(a, b) && !Before(b, a); }

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

inline double Days(std::int64_t from, std::int64_t to) {
  return static_cast<double>(to - from) / static_cast<double>(kDay);
}

inline double Median(std::vector<double> values) {
  if (values.empty()) {
    return kMissing;
  }
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

inline double Smooth(Oracle::Rate rate, double prior) {
  return (rate.wins + 15 * prior) / (rate.n + 15);
}

/// Values of the features this oracle knows, by name, for a deal open at `at`; NaN = missing.
[[nodiscard]] std::map<std::string, double> Expected(Oracle& oracle, const std::string& deal,
                                                     std::int64_t at);

}  // namespace ri::features::brute_force
