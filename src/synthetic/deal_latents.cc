#include "synthetic/deal_latents.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/random.h"
#include "domain/money.h"

namespace ri::synthetic {
namespace {

using base::RandomStream;

constexpr double kQualityDeviation = 0.55;
constexpr double kDecisionSpread = 0.40;
constexpr double kSponsorShare = 0.30;
constexpr double kCompetitorShare = 0.35;
constexpr double kOwnSeatShare = 0.85;
constexpr std::array<double, kLeadSources> kSourceShares = {0.18, 0.34, 0.14, 0.12, 0.22};

std::size_t At(int i) { return static_cast<std::size_t>(i); }

LeadSource DrawSource(RandomStream& stream) {
  double u = stream.Uniform();
  for (std::size_t i = 0; i < kSourceShares.size(); ++i) {
    u -= kSourceShares[i];
    if (u < 0) {
      return static_cast<LeadSource>(i);
    }
  }
  return LeadSource::kColdOutreach;
}

int DrawSegment(const Scenario& scenario, RandomStream& stream) {
  double u = stream.Uniform();
  for (std::size_t s = 0; s + 1 < scenario.segments.size(); ++s) {
    u -= scenario.segments[s].share;
    if (u < 0) {
      return static_cast<int>(s);
    }
  }
  return static_cast<int>(scenario.segments.size()) - 1;
}

DealLatents Draw(const Company& company, domain::Timestamp created, RandomStream& stream) {
  const Scenario& scenario = company.scenario();
  DealLatents deal;
  deal.created = created;
  deal.created_week = company.calendar().Locate(domain::DateOf(created)).week;
  deal.segment = DrawSegment(scenario, stream);
  const Segment& segment = scenario.segments[At(deal.segment)];
  const auto& candidates = company.accounts_of_segment()[At(deal.segment)];
  deal.account = candidates[stream.Below(candidates.size())];
  const Account& account = company.accounts()[At(deal.account)];
  deal.region = account.region;
  deal.fit = account.fit;
  const auto& seats = company.seats_of_region()[At(deal.region)];
  const bool own_seat = stream.Bernoulli(kOwnSeatShare);
  const int other_seat = seats[stream.Below(seats.size())];
  deal.seat = own_seat ? account.seat : other_seat;
  const bool moves = stream.Bernoulli(scenario.moved_owner);
  deal.transfer_week = moves ? deal.created_week + 2 + static_cast<int>(stream.Below(20)) : -1;
  deal.transfer_seat = seats[stream.Below(seats.size())];
  deal.quality = kQualityDeviation * stream.Normal();
  deal.contacts =
      std::min(1 + static_cast<int>(stream.Poisson(segment.contacts)), account.contacts);
  deal.sponsor = stream.Bernoulli(kSponsorShare);
  deal.competitor = stream.Bernoulli(kCompetitorShare);
  deal.existing_customer = account.customer_since < deal.created_week;
  deal.source = DrawSource(stream);
  deal.amount_ratio = segment.amount_spread * stream.Normal();
  const double amount = segment.median_amount * std::exp(deal.amount_ratio);
  const double rate =
      company.Rate(deal.region, company.calendar().QuarterOfWeek(deal.created_week));
  const double rounding = rate > 10 ? segment.rounding * 100 : segment.rounding;
  const double units = std::max(1.0, std::round(amount * rate / rounding)) * rounding;
  deal.first_amount = static_cast<std::int64_t>(
      std::llround(units * std::pow(10.0, MinorDigits(company, deal.region))));
  deal.decision_week =
      deal.created_week + segment.cycle_weeks * std::exp(kDecisionSpread * stream.Normal());
  deal.first_engagement = EngagementChain::DrawStationary(stream);
  deal.same_week_close = stream.Bernoulli(scenario.same_week_close);
  return deal;
}

}  // namespace

std::string_view LeadSourceName(LeadSource source) {
  static constexpr std::array<std::string_view, kLeadSources> kNames = {
      "Customer Referral", "Web", "Partner", "Trade Show", "Cold Outreach"};
  return kNames[At(static_cast<int>(source))];
}

DealLatents DrawDeal(const Company& company, const InterventionArm& arm, std::uint64_t index) {
  RandomStream stream(company.seed(), "deal-latents", index);
  DealLatents deal = Draw(company, company.created()[index], stream);
  deal.index = index;
  if (arm.enabled) {
    RandomStream review(company.seed(), "deal-review", index);
    const double cycle = company.scenario().segments[At(deal.segment)].cycle_weeks;
    deal.review_week =
        deal.created_week + 2 + static_cast<int>(review.Below(static_cast<std::uint64_t>(cycle)));
    deal.treated = review.Bernoulli(0.5);
  }
  return deal;
}

DealLatents DrawHypotheticalDeal(const Company& company, domain::Timestamp created,
                                 std::uint64_t number) {
  RandomStream stream(
      company.seed(), "hypothetical-deal",
      base::HashCombine(static_cast<std::uint64_t>(domain::Milliseconds(created)), number));
  return Draw(company, created, stream);
}

int MinorDigits(const Company& company, int region) {
  const auto currency = domain::Currency::FromCode(company.scenario().currencies[At(region)]);
  return currency ? currency->minor_digits() : 2;
}

double CorporateValue(const Company& company, int region, int quarter, std::int64_t minor_units) {
  const double units =
      static_cast<double>(minor_units) / std::pow(10.0, MinorDigits(company, region));
  return units / company.Rate(region, quarter);
}

}  // namespace ri::synthetic
