#pragma once

/// A small company for tests that train.

#include <cmath>
#include <cstdint>
#include <string>

#include "base/random.h"
#include "domain/date.h"
#include "domain/probability.h"
#include "features/log_builder.h"

namespace ri::training {

inline const domain::Timestamp kCutoff = domain::StartOf(domain::MakeDate(2025, 6, 30));

struct CompanyOptions {
  double strength = 2;  ///< of the amount on the log-odds to be won
  std::uint64_t seed = 1;
  int deals = 260;
  bool with_region = false;  ///< a column of its own that says nothing
  bool crossed = false;      ///< large deals win in the North and lose in the South; with_region
  bool on_time = false;      ///< deals end on the day that was promised from the beginning
  bool crm_knows = false;    ///< the CRM shows nearly what will become of every deal
};

/// Deals evenly over two years, in eighty accounts. Won deals close sooner where there is a signal;
/// the last ones are open at the cutoff.
inline data::EventLog Company(const CompanyOptions& options) {
  constexpr std::int64_t kDay = 86'400'000;
  constexpr std::int64_t kTwoYears = 728 * kDay;
  features::LogBuilder log;
  base::RandomStream random(options.seed, "trainer test");
  for (int i = 0; i < options.deals; ++i) {
    const std::string deal = "deal " + std::to_string(i);
    const double size = random.Normal();
    const std::int64_t opened =
        features::DayTime(2023, 7, 3) + std::int64_t{i} * kTwoYears / options.deals;
    const bool north = i % 3 == 0;
    const double sign = options.crossed && !north ? -1 : 1;
    const bool won = random.Bernoulli(domain::Logistic(sign * options.strength * size));
    const auto days =
        static_cast<std::int64_t>(random.Below(won && options.strength > 0 ? 60 : 90)) + 10;
    log.Created(deal, opened);
    log.Account(deal, opened, "account " + std::to_string(i % 80));
    log.Owner(deal, opened, "rep " + std::to_string(i % 6));
    log.Amount(deal, opened, static_cast<std::int64_t>(1e6 * std::exp(size)));
    log.Stage(deal, opened, "Discovery");
    log.Stage(deal, opened + days * kDay / 2, "Proposal");
    log.CommitDate(deal, opened, opened / kDay + (options.on_time ? days : 60));
    if (options.with_region) {
      log.Text(data::EntityKind::kDeal, deal, "region", opened, north ? "North" : "South", true);
    }
    if (options.crm_knows) {
      log.Real(data::EntityKind::kDeal, deal, data::attribute::kCrmProbability, opened,
               won ? 0.95 : 0.05);
    }
    log.Outcome(deal, opened + days * kDay, won ? "won" : "lost");
  }
  return log.Build();
}

}  // namespace ri::training
