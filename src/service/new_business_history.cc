#include "service/new_business_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "service/booked_revenue.h"

namespace ri::service {
namespace {

constexpr std::size_t kMaxQuarters = 8;
constexpr std::size_t kMinQuarters = 4;     // below it the words "limited history" appear
constexpr std::size_t kSeverityAtoms = 64;  // quantiles of past amounts
constexpr double kPriorSize = 4;            // of the negative binomial when quarters are few

struct WonDeal {
  domain::Date entered;
  domain::Date closed;
  double amount;
};

std::vector<WonDeal> WonDeals(const Knowledge& knowledge, domain::Timestamp as_of,
                              const ReportingAmounts& amounts, int num_threads) {
  const auto& episodes = knowledge.engine->episodes();
  std::vector<std::uint32_t> deals;
  std::vector<const features::Episode*> lives;
  for (std::size_t deal = 0; deal < episodes.size(); ++deal) {
    for (const features::Episode& episode : episodes[deal]) {
      if (episode.outcome == features::Outcome::kWon && episode.closed &&
          *episode.outcome_visible <= as_of) {
        deals.push_back(static_cast<std::uint32_t>(deal));
        lives.push_back(&episode);
      }
    }
  }
  const auto states = features::StatesAsOf(*knowledge.log, deals, as_of, num_threads);
  std::vector<WonDeal> won;
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const double amount = WonAmount(*knowledge.log, *lives[i], states[i], amounts);
    if (!std::isnan(amount) && amount >= 0) {
      won.push_back({.entered = domain::DateOf(lives[i]->qualified.value_or(lives[i]->opened)),
                     .closed = domain::DateOf(*lives[i]->closed),
                     .amount = amount});
    }
  }
  return won;
}

/// Quantiles of the amounts, scaled so that the mean is kept.
std::vector<forecasting::SeverityAtom> SeverityOf(std::vector<double> values) {
  std::ranges::sort(values);
  double mean = 0;
  for (const double value : values) {
    mean += value / static_cast<double>(values.size());
  }
  const std::size_t count = std::min(kSeverityAtoms, values.size());
  std::vector<forecasting::SeverityAtom> atoms;
  double atom_mean = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = values[(2 * i + 1) * values.size() / (2 * count)];
    atoms.push_back({.amount = value, .probability = 1.0 / static_cast<double>(count)});
    atom_mean += value / static_cast<double>(count);
  }
  for (forecasting::SeverityAtom& atom : atoms) {
    atom.amount *= atom_mean > 0 ? mean / atom_mean : 1;
  }
  return atoms;
}

/// Size of a negative binomial by moments, shrunk to a moderate prior because quarters are few.
double SizeOf(const std::vector<double>& counts, double mean) {
  double variance = 0;
  for (const double count : counts) {
    variance += (count - mean) * (count - mean);
  }
  variance /= std::max(1.0, static_cast<double>(counts.size()) - 1);
  const double inverse = mean > 0 ? std::max(0.0, (variance - mean) / (mean * mean)) : 0;
  const auto n = static_cast<double>(counts.size());
  const double shrunk = (n * inverse + kPriorSize / kPriorSize) / (n + kPriorSize);
  return shrunk > 1e-6 ? 1 / shrunk : std::numeric_limits<double>::infinity();
}

}  // namespace

NewBusinessHistory CollectNewBusiness(const Knowledge& knowledge,
                                      const domain::FiscalCalendar& calendar,
                                      const domain::Period& period, domain::Timestamp as_of,
                                      const ReportingAmounts& amounts, int num_threads) {
  NewBusinessHistory history;
  const domain::Date today = domain::DateOf(as_of);
  const std::vector<WonDeal> won = WonDeals(knowledge, as_of, amounts, num_threads);
  if (won.empty()) {
    history.notes.emplace_back(
        "No deal has been won yet; deals not created yet cannot be estimated.");
    return history;
  }
  domain::Date first = won.front().entered;
  for (const WonDeal& deal : won) {
    history.typical_amount += deal.amount / static_cast<double>(won.size());
    first = std::min(first, deal.entered);
  }
  if (period.end <= today) {
    return history;
  }
  // Days before the period's end from which on a deal counts as not yet created.
  const auto days_left = (period.end - std::max(today, std::min(today, period.end))).count();
  std::vector<double> counts;
  std::vector<double> severities;
  domain::Quarter quarter = domain::Previous(calendar.QuarterOf(today));
  while (counts.size() < kMaxQuarters) {
    const domain::Period past = calendar.PeriodOf(quarter);
    const domain::Date from = past.end - std::chrono::days(days_left);
    if (std::min(from, past.begin) < first) {
      break;  // the history begins inside this quarter
    }
    double count = 0;
    for (const WonDeal& deal : won) {
      if (deal.entered >= from && past.Contains(deal.closed)) {
        ++count;
        severities.push_back(deal.amount);
      }
    }
    counts.push_back(count);
    quarter = domain::Previous(quarter);
  }
  if (counts.size() < kMinQuarters) {
    history.notes.push_back(
        fmt::format("Limited history: {} full quarters; the width is model-based.", counts.size()));
  }
  if (severities.empty()) {
    return history;
  }
  double mean = 0;
  for (const double count : counts) {
    mean += count / static_cast<double>(counts.size());
  }
  history.business = forecasting::NewBusiness{.expected_count = mean,
                                              .size = SizeOf(counts, mean),
                                              .severity = SeverityOf(std::move(severities))};
  return history;
}

}  // namespace ri::service
