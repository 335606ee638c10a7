#include "features/brute_force.h"

#include <algorithm>

namespace ri::features::brute_force {
namespace {

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

}  // namespace

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

}  // namespace ri::features::brute_force
