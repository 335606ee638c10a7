#include "service/forecast_quarter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "forecasting/forecast_engine.h"
#include "service/active_model.h"
#include "service/booked_revenue.h"
#include "service/new_business_history.h"
#include "service/organisation.h"
#include "service/quotas.h"
#include "service/reporting_amount.h"

namespace ri::service {
namespace {

constexpr std::size_t kCurvePoints = 200;

/// Node a rep's revenue belongs to.
std::string NodeOf(const Organisation& organisation, ForecastNode by,
                   const std::optional<std::size_t>& owner) {
  if (!owner) {
    return "(no owner)";
  }
  switch (by) {
    case ForecastNode::kRep:
      return organisation.rep[*owner];
    case ForecastNode::kTeam:
      return organisation.team[*owner];
    case ForecastNode::kRegion:
      return organisation.region[*owner];
    case ForecastNode::kTotal:
      break;
  }
  return "total";
}

/// Open deals with their chance to be won in the period and their amount.
struct OpenBook {
  forecasting::ForecastBook book;
  std::vector<std::string> node;  ///< per deal of the book
  std::size_t without_amount = 0;
  std::size_t without_rate = 0;
};

Result<OpenBook> OpenDeals(Workspace& workspace, const Knowledge& knowledge,
                           const models::DealOutcomeModel& model, const ForecastRequest& request,
                           const ForecastReport& report, const ReportingAmounts& amounts,
                           const Organisation& organisation, double typical_amount,
                           base::Progress& progress) {
  OpenBook open;
  const domain::Date today = domain::DateOf(report.moment.as_of);
  const std::vector<features::SnapshotKey> keys = knowledge.engine->OpenAt(report.moment.as_of);
  progress.Begin("Scoring open deals", keys.size());
  const features::FeatureTable table = knowledge.engine->Compute(keys, workspace.num_threads());
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  std::vector<std::uint32_t> deals;
  for (const features::SnapshotKey& key : keys) {
    deals.push_back(key.deal);
  }
  const std::vector<features::DealState> states =
      features::StatesAsOf(*knowledge.log, deals, report.moment.as_of, workspace.num_threads());
  const auto deal_ids = knowledge.log->keys(data::EntityKind::kDeal);
  const int until_begin = static_cast<int>((report.dates.begin - today).count());
  const int until_end = static_cast<int>((report.dates.end - today).count());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const features::Episode& episode = knowledge.engine->episodes()[keys[i].deal][keys[i].episode];
    const auto outlook = model.Look(
        encoded.row(i),
        {.as_of = today,
         .age_days = static_cast<int>((today - domain::DateOf(episode.opened)).count())});
    const double chance = outlook->WonWithin(until_end).value() -
                          outlook->WonWithin(std::max(0, until_begin)).value();
    const std::string currency = states[i].currency ? knowledge.log->symbols()[*states[i].currency]
                                                    : std::string(amounts.currency().code());
    const bool has_amount = states[i].amount != data::kNoValue;
    double amount = amounts.ToReporting(has_amount ? std::optional(states[i].amount) : std::nullopt,
                                        currency, report.moment.as_of);
    if (std::isnan(amount) || amount < 0) {
      ++(has_amount ? open.without_rate : open.without_amount);
      amount = typical_amount;
    }
    open.book.deals.push_back(
        {.id = domain::DealId(deal_ids[keys[i].deal] +
                              (keys[i].episode > 0 ? fmt::format("#{}", keys[i].episode) : "")),
         .win_this_period = std::clamp(chance, 0.0, 1.0),
         .amount = amount});
    open.node.push_back(NodeOf(organisation, request.by, states[i].owner));
  }
  progress.End();
  return open;
}

NodeForecast ToReport(const forecasting::NodeForecast& forecast, std::size_t open_deals) {
  return {.name = forecast.name,
          .open_deals = open_deals,
          .booked = forecast.booked,
          .open_mean = forecast.open_mean,
          .new_mean = forecast.new_business_mean,
          .mean = forecast.mean(),
          .p10 = forecast.distribution.Quantile(0.1),
          .p50 = forecast.distribution.Quantile(0.5),
          .p90 = forecast.distribution.Quantile(0.9)};
}

void AddQuota(const forecasting::Distribution& distribution, std::optional<double> quota,
              NodeForecast& node) {
  if (quota) {
    node.quota = quota;
    node.quota_probability = distribution.ProbabilityAtLeast(*quota);
  }
}

void AddCurve(const forecasting::Distribution& distribution, ForecastReport& report) {
  const std::size_t step = std::max<std::size_t>(1, distribution.size() / kCurvePoints);
  for (std::size_t k = 0; k < distribution.size(); k += step) {
    report.curve_value.push_back(distribution.value(k));
    report.curve_cumulative.push_back(distribution.Cdf(distribution.value(k)));
  }
}

}  // namespace

Result<ForecastReport> ForecastQuarter(Workspace& workspace, const ForecastRequest& request,
                                       base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const LoadedModel loaded, LoadModel(workspace.store(), request.model));
  RI_ASSIGN_OR_RETURN(const auto knowledge, workspace.Load(request.known_at, progress));
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const ReportingAmounts amounts,
                      ReportingAmounts::For(workspace, *knowledge->log));
  const models::DealOutcomeModel& model = *loaded.model;
  if (!model.parts().timing) {
    return Fail(
        ErrorCode::kRefused,
        "The imported deals have no closing dates, so that nothing can be said about a quarter. "
        "Scores and reasons work; import closing dates to forecast.");
  }
  ForecastReport report{.currency = amounts.currency(),
                        .moment = EffectiveMoment(*knowledge->log, request.as_of, request.now),
                        .model_version = loaded.version.text(),
                        .model_family = loaded.family,
                        .refusal = loaded.refusal};
  const domain::Date today = domain::DateOf(report.moment.as_of);
  report.period = request.period.value_or(calendar.QuarterOf(today));
  report.dates = calendar.PeriodOf(report.period);
  const bool over = report.dates.end <= today;

  const Organisation organisation = OrganisationAt(*knowledge->log, report.moment.as_of);
  const auto node_of = [&](const std::optional<std::size_t>& owner) {
    return NodeOf(organisation, request.by, owner);
  };
  const std::vector<BookedDeal> booked =
      BookedDeals(*knowledge, report.dates, report.moment.as_of, amounts, workspace.num_threads());
  const NewBusinessHistory history = CollectNewBusiness(
      *knowledge, calendar, report.dates, report.moment.as_of, amounts, workspace.num_threads());

  OpenBook open;
  if (!over) {
    RI_ASSIGN_OR_RETURN(open, OpenDeals(workspace, *knowledge, model, request, report, amounts,
                                        organisation, history.typical_amount, progress));
    if (history.business) {
      open.book.new_business.push_back(*history.business);
    }
    report.notes = history.notes;
  } else {
    report.notes.emplace_back("The period is over: what was booked is all there is.");
  }
  if (open.without_amount > 0) {
    report.notes.push_back(
        fmt::format("{} open deals have no amount; the mean of won deals, {:.0f}, stands in.",
                    open.without_amount, history.typical_amount));
  }
  if (open.without_rate > 0) {
    report.notes.push_back(
        fmt::format("{} open deals have an amount that cannot be used (credit, or a currency "
                    "without a rate); the mean of won "
                    "deals stands in.",
                    open.without_rate));
  }

  forecasting::ForecastNode total{.name = "total"};
  std::map<std::string, forecasting::ForecastNode> nodes;
  for (std::size_t i = 0; i < open.book.deals.size(); ++i) {
    total.deals.push_back(static_cast<std::uint32_t>(i));
    nodes[open.node[i]].deals.push_back(static_cast<std::uint32_t>(i));
  }
  for (const BookedDeal& deal : booked) {
    total.booked[0] += deal.amount;
    nodes[node_of(deal.owner)].booked[0] += deal.amount;
  }
  if (!open.book.new_business.empty()) {
    total.new_business[0].push_back(0);
    if (request.by != ForecastNode::kTotal) {
      // Who will create them is not known: they are a node of their own, so that means add up.
      nodes["(not yet created)"].new_business[0].push_back(0);
    }
  }
  RI_ASSIGN_OR_RETURN(const auto engine,
                      forecasting::ForecastEngine::Create(
                          std::move(open.book), {}, {.num_threads = workspace.num_threads()}));
  RI_ASSIGN_OR_RETURN(const forecasting::NodeForecast total_forecast,
                      engine.Forecast(total, forecasting::ForecastPeriod::kCurrent));
  report.total = ToReport(total_forecast, total.deals.size());
  AddCurve(total_forecast.distribution, report);
  const Quotas quotas = QuotasOf(*knowledge->log, report.dates, report.moment.as_of, amounts);
  AddQuota(total_forecast.distribution, quotas.total, report.total);
  if (request.by != ForecastNode::kTotal) {
    std::map<std::string, double> node_quota;
    for (const auto& [rep, amount] : quotas.by_rep) {
      node_quota[node_of(rep)] += amount;
    }
    double sum_of_p10 = 0;
    for (auto& [name, node] : nodes) {
      node.name = name;
      RI_ASSIGN_OR_RETURN(const forecasting::NodeForecast forecast,
                          engine.Forecast(node, forecasting::ForecastPeriod::kCurrent));
      report.nodes.push_back(ToReport(forecast, node.deals.size()));
      const auto quota = node_quota.find(name);
      AddQuota(forecast.distribution,
               quota == node_quota.end() ? std::nullopt : std::optional(quota->second),
               report.nodes.back());
      sum_of_p10 += report.nodes.back().p10;
    }
    report.diversification = report.total.p10 - sum_of_p10;
  }
  return report;
}

}  // namespace ri::service
