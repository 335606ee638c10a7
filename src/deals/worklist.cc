#include "deals/worklist.h"

#include <algorithm>
#include <cmath>

namespace ri::deals {
namespace {

double AmountOf(const book::DealBook& book, std::size_t position) {
  const book::ScoredDeal& deal = book.deals()[position];
  const double amount = book.amounts().ToReporting(deal.amount_minor, deal.currency, deal.as_of);
  return std::isnan(amount) ? 0 : amount;
}

constexpr base::Phrase kNothingHelps(
    "Nothing helps: no change that a seller can make would, says the model, give any of these "
    "deals a better chance.",
    "Nichts hilft: Keine Änderung, die der Verkauf machen kann, gäbe laut Modell einem dieser "
    "Deals eine bessere Chance.");

PlannedWork LookAt(const book::DealBook& book, std::size_t position, base::Language language) {
  PlannedWork work{.position = position};
  const book::ScoredDeal& deal = book.deals()[position];
  auto report = FindCounterfactual(book, deal.deal_id, {.language = language});
  if (!report) {
    return work;
  }
  work.options = std::move(report->options);
  std::erase_if(work.options,
                [](const CounterfactualOption& option) { return !(option.points > 0); });
  std::ranges::stable_sort(work.options, std::ranges::greater(), &CounterfactualOption::points);
  if (work.options.empty() || !(deal.win_probability > 0)) {
    return work;
  }
  // The change moves the chance to be won at all; when a win comes stays as it is.
  const double in_time = std::isnan(deal.risk)
                             ? 1
                             : std::clamp((1 - deal.risk / 100) / deal.win_probability, 0.0, 1.0);
  work.gain = AmountOf(book, position) * in_time * work.options.front().points / 100;
  return work;
}

}  // namespace

WorkPlan PlanWork(const book::DealBook& book, std::span<const std::size_t> by_stake,
                  std::span<const std::size_t> by_amount, std::size_t size,
                  base::Language language) {
  std::vector<std::size_t> looked_at(by_stake.begin(), by_stake.end());
  for (const std::size_t position : by_amount) {
    if (std::ranges::find(looked_at, position) == looked_at.end()) {
      looked_at.push_back(position);
    }
  }
  WorkPlan plan{.considered = looked_at.size()};
  for (const std::size_t position : looked_at) {
    plan.items.push_back(LookAt(book, position, language));
    if (std::ranges::find(by_amount, position) != by_amount.end()) {
      plan.gain_by_amount += plan.items.back().gain;
    }
  }
  std::ranges::stable_sort(plan.items, std::ranges::greater(), &PlannedWork::gain);
  plan.items.resize(std::min(size, plan.items.size()));
  for (const PlannedWork& work : plan.items) {
    plan.gain += work.gain;
    plan.helped += work.gain > 0 ? 1 : 0;
  }
  if (plan.helped == 0 && !plan.items.empty()) {
    plan.message = kNothingHelps.In(language);
  }
  return plan;
}

}  // namespace ri::deals
