#include "revenue/quotas.h"

#include <vector>

#include "book/organisation.h"

namespace ri::revenue {
namespace {

std::vector<bool> OwnersOfDeals(const data::EventLog& log) {
  std::vector<bool> owns(log.count(data::EntityKind::kRep));
  const auto owner = log.FindAttribute(data::EntityKind::kDeal, data::attribute::kOwner);
  if (!owner) {
    return owns;
  }
  for (std::size_t deal = 0; deal < log.count(data::EntityKind::kDeal); ++deal) {
    for (const data::LoggedEvent& event : log.events(data::EntityKind::kDeal, deal)) {
      if (event.attribute == *owner && event.value != data::kNoValue) {
        owns[static_cast<std::size_t>(event.value)] = true;
      }
    }
  }
  return owns;
}

}  // namespace

Quotas QuotasOf(const data::EventLog& log, const domain::Period& period, domain::Timestamp as_of,
                const book::ReportingAmounts& amounts) {
  using data::EntityKind;
  Quotas quotas;
  const std::size_t count = log.count(EntityKind::kQuota);
  if (count == 0) {
    return quotas;
  }
  const std::vector<bool> owns = OwnersOfDeals(log);
  for (std::size_t i = 0; i < count; ++i) {
    const auto value = [&](std::string_view attribute) {
      return book::LatestValue(log, EntityKind::kQuota, i, attribute, as_of);
    };
    const auto owner = value(data::attribute::kQuotaOwner);
    const auto amount = value(data::attribute::kQuotaAmount);
    const auto begin = value(data::attribute::kPeriodBegin);
    if (!owner || !amount || !begin || !period.Contains(domain::DateFromDayNumber(*begin))) {
      continue;
    }
    const auto rep = log.Find(EntityKind::kRep, log.symbols()[static_cast<std::size_t>(*owner)]);
    if (!rep || !owns[*rep]) {
      continue;
    }
    const auto currency = value(data::attribute::kCurrency);
    const double major =
        amounts.ToReporting(*amount,
                            currency ? log.symbols()[static_cast<std::size_t>(*currency)]
                                     : std::string(amounts.currency().code()),
                            as_of);
    // A quota of nothing is one that was not set: everybody would have reached it.
    if (major > 0) {
      quotas.by_rep[*rep] += major;
      quotas.total = quotas.total.value_or(0) + major;
    }
  }
  return quotas;
}

}  // namespace ri::revenue
