#include "service/decision_outcomes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "domain/probability.h"

namespace ri::service {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kCaliper = 0.25;  ///< log-odds
constexpr std::size_t kControls = 3;
constexpr double kNormal95 = 1.959963984540054;

double LogOddsOf(double chance) { return domain::Logit(std::clamp(chance, 1e-4, 1 - 1e-4)); }
double KeptChance(const DealWeek& row) { return 1 - row.risk / 100; }

struct Pair {
  double stated = 0;
  double kept = 0;
  std::optional<double> controls;
};

/// Share kept among the nearest deals like `row`; empty when there are none.
std::optional<double> ControlsOf(const DealWeek& row, std::span<const DealWeek> week,
                                 const std::set<std::string_view>& decided) {
  std::vector<std::pair<double, const DealWeek*>> near;
  const double own = LogOddsOf(KeptChance(row));
  for (const DealWeek& other : week) {
    if (!other.promise.missed || other.stage != row.stage || decided.contains(other.deal_id)) {
      continue;
    }
    const double distance = std::fabs(LogOddsOf(KeptChance(other)) - own);
    if (distance <= kCaliper) {
      near.emplace_back(distance, &other);
    }
  }
  if (near.empty()) {
    return std::nullopt;
  }
  std::ranges::sort(near, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second->deal_id < b.second->deal_id;
  });
  near.resize(std::min(near.size(), kControls));
  double kept = 0;
  for (const auto& [distance, other] : near) {
    kept += *other->promise.missed ? 0 : 1;
  }
  return kept / static_cast<double>(near.size());
}

void Summarise(std::span<const Pair> pairs, DecisionOutcome& outcome) {
  outcome.judged = pairs.size();
  outcome.kept = outcome.stated = outcome.controls = kNone;
  outcome.difference = outcome.low = outcome.high = kNone;
  if (pairs.empty()) {
    return;
  }
  double kept = 0;
  double stated = 0;
  double controls = 0;
  std::vector<double> differences;
  for (const Pair& pair : pairs) {
    kept += pair.kept;
    stated += pair.stated;
    if (pair.controls) {
      controls += *pair.controls;
      differences.push_back(pair.kept - *pair.controls);
    }
  }
  const auto all = static_cast<double>(pairs.size());
  outcome.kept = kept / all;
  outcome.stated = stated / all;
  outcome.matched = differences.size();
  outcome.enough = outcome.matched >= kLeastDecisions;
  if (differences.size() < 2) {
    return;
  }
  const auto n = static_cast<double>(differences.size());
  outcome.controls = controls / n;
  double mean = 0;
  for (const double difference : differences) {
    mean += difference / n;
  }
  double squares = 0;
  for (const double difference : differences) {
    squares += (difference - mean) * (difference - mean);
  }
  const double error = kNormal95 * std::sqrt(squares / (n - 1) / n);
  outcome.difference = mean;
  outcome.low = mean - error;
  outcome.high = mean + error;
}

}  // namespace

std::vector<DecisionOutcome> MeasureDecisions(const DealWeeks& history,
                                              std::span<const data::StoredDecision> decisions) {
  std::map<domain::Date, std::span<const DealWeek>> weeks;
  for (std::size_t begin = 0; begin < history.rows.size();) {
    std::size_t end = begin;
    while (end < history.rows.size() && history.rows[end].week == history.rows[begin].week) {
      ++end;
    }
    weeks[history.rows[begin].week] =
        std::span<const DealWeek>(history.rows).subspan(begin, end - begin);
    begin = end;
  }
  std::set<std::string_view> decided;
  for (const data::StoredDecision& decision : decisions) {
    decided.insert(decision.deal_id);
  }
  using Key = std::tuple<std::int64_t, std::string, std::string>;
  std::map<Key, std::vector<Pair>> pairs;
  std::map<Key, std::size_t> counts;
  std::set<std::pair<Key, std::string_view>> seen;
  for (const data::StoredDecision& decision : decisions) {
    const domain::Date monday = domain::MondayOnOrBefore(
        domain::DateOf(domain::TimestampFromMilliseconds(decision.seen_as_of)));
    const auto week = weeks.find(monday);
    const DealWeek* row = nullptr;
    if (week != weeks.end()) {
      for (const DealWeek& candidate : week->second) {
        row = candidate.deal_id == decision.deal_id ? &candidate : row;
      }
    }
    for (const std::int64_t user : {std::int64_t{0}, decision.user_id}) {
      const Key key{user, decision.kind,
                    decision.kind == "disagree" ? decision.reason_code.value_or("") : ""};
      ++counts[key];
      if (row == nullptr || !row->promise.missed || !seen.emplace(key, decision.deal_id).second) {
        continue;
      }
      pairs[key].push_back({.stated = KeptChance(*row),
                            .kept = *row->promise.missed ? 0.0 : 1.0,
                            .controls = ControlsOf(*row, week->second, decided)});
    }
  }
  std::vector<DecisionOutcome> outcomes;
  for (const auto& [key, count] : counts) {
    DecisionOutcome outcome{.kind = std::get<1>(key),
                            .reason_code = std::get<2>(key),
                            .user_id = std::get<0>(key),
                            .decisions = count};
    Summarise(pairs[key], outcome);
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
}

}  // namespace ri::service
