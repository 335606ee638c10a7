#include "revenue/forecast_quarter.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <span>

#include "forecasting/hierarchy.h"
#include "forecasting/sales_practice.h"
#include "revenue/forecast_risk.h"
#include "revenue/large_book.h"
#include "revenue/opened_forecast.h"
#include "revenue/people_forecast.h"
#include "revenue/quotas.h"

namespace ri::revenue {
namespace {

constexpr std::size_t kCurvePoints = 200;

PeriodForecast ToReport(const forecasting::NodeForecast& forecast, double width) {
  const forecasting::NodeSummary summary = forecasting::Summarise(forecast, std::nullopt, width);
  return {.booked = summary.booked,
          .open_mean = summary.open_mean,
          .new_mean = summary.new_business_mean,
          .mean = summary.mean,
          .p10 = summary.p10,
          .p50 = summary.p50,
          .p90 = summary.p90};
}

void AddQuota(const forecasting::NodeForecast& forecast, const std::optional<double>& quota,
              double width, double conversion, NodeForecast& node) {
  if (!quota) {
    return;
  }
  const forecasting::NodeSummary summary = forecasting::Summarise(forecast, quota, width);
  node.quota = quota;
  node.quota_probability = summary.quota_probability;
  node.gap = summary.gap;
  node.expected_shortfall = summary.expected_shortfall;
  const double needed = forecasting::RequiredPipeline(summary.gap, conversion);
  if (summary.gap > 0 && std::isfinite(needed)) {
    node.pipeline_needed = needed;
  }
}

void AddCurve(const forecasting::Distribution& distribution, ForecastReport& report) {
  const std::size_t step = std::max<std::size_t>(1, distribution.size() / kCurvePoints);
  for (std::size_t k = 0; k < distribution.size(); k += step) {
    report.curve_value.push_back(distribution.value(k));
    report.curve_cumulative.push_back(distribution.Cdf(distribution.value(k)));
  }
}

std::optional<double> QuotaOf(const Quotas& quotas, const QuarterNode& node) {
  std::optional<double> sum;
  for (const std::size_t rep : node.reps) {
    if (const auto found = quotas.by_rep.find(rep); found != quotas.by_rep.end()) {
      sum = sum.value_or(0) + found->second;
    }
  }
  return sum;
}

Status AddScenario(const QuarterBook& book, const forecasting::NodeSpectrum& spectrum,
                   const ForecastRequest& request, double width, ForecastReport& report) {
  std::vector<forecasting::Pin> pins;
  for (const ScenarioPin& pin : request.scenario) {
    const auto deal = book.Find(pin.deal_id);
    if (!deal) {
      return Fail(ErrorCode::kNotFound, "Deal " + pin.deal_id +
                                            " is not among the open deals of this forecast, so "
                                            "that nothing can be assumed about it.");
    }
    pins.push_back({.deal = *deal, .kind = pin.kind, .amount = pin.amount});
  }
  RI_ASSIGN_OR_RETURN(
      const forecasting::Scenario scenario,
      forecasting::ApplyPins(spectrum, book.engine_nodes[0], pins, book.engine->options()));
  const forecasting::Distribution law = scenario.distribution.ScaledAboutMedian(width);
  ScenarioReport result{.probability = scenario.probability, .recomputed = scenario.recomputed};
  result.total.booked = report.total.booked;
  result.total.new_mean = report.total.new_mean;
  result.total.mean = scenario.distribution.mean();
  result.total.open_mean = result.total.mean - result.total.booked - result.total.new_mean;
  result.total.p10 = law.Quantile(0.1);
  result.total.p50 = law.Quantile(0.5);
  result.total.p90 = law.Quantile(0.9);
  if (report.total.quota) {
    result.quota_probability = law.ProbabilityAtLeast(*report.total.quota);
  }
  report.scenario = result;
  return {};
}

}  // namespace

Result<ScenarioPin> ParseScenarioPin(const std::string& text) {
  const auto refuse = [&] {
    return Fail(ErrorCode::kUsage, "--scenario '" + text +
                                       "' is not understood. Write DEAL=won, DEAL=lost, "
                                       "DEAL=slipped, DEAL=125000 or DEAL=won:125000.");
  };
  const std::size_t at = text.rfind('=');
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    return refuse();
  }
  ScenarioPin pin{.deal_id = text.substr(0, at)};
  std::string outcome = text.substr(at + 1);
  std::string amount;
  if (const std::size_t colon = outcome.find(':'); colon != std::string::npos) {
    amount = outcome.substr(colon + 1);
    outcome.resize(colon);
    if (amount.empty()) {
      return refuse();
    }
  }
  if (outcome == "won") {
    pin.kind = forecasting::PinKind::kWon;
  } else if (outcome == "lost") {
    pin.kind = forecasting::PinKind::kLost;
  } else if (outcome == "slipped") {
    pin.kind = forecasting::PinKind::kSlipped;
  } else if (amount.empty()) {
    pin.kind = forecasting::PinKind::kAmount;
    amount = outcome;
  } else {
    return refuse();
  }
  if (!amount.empty()) {
    double value = 0;
    const auto [end, error] = std::from_chars(amount.data(), amount.data() + amount.size(), value);
    if (error != std::errc() || end != amount.data() + amount.size() || !(value >= 0) ||
        !std::isfinite(value)) {
      return refuse();
    }
    pin.amount = value;
  }
  return pin;
}

Result<ForecastReport> ReportQuarter(const ForecastView& view, const QuarterBook& book,
                                     const forecasting::WidthRepair& width,
                                     const ForecastRequest& request) {
  using forecasting::ForecastPeriod;
  ForecastReport report{.name = book.horizon.name,
                        .period = book.horizon.quarter,
                        .dates = book.horizon.dates,
                        .currency = view.amounts->currency(),
                        .notes = book.notes,
                        .following = book.horizon.over ? std::nullopt : book.horizon.following,
                        .correlation = book.structure.correlation,
                        .published_cohorts = book.structure.published_cohorts,
                        .chance_shift = book.structure.chance_shift,
                        .conversion = book.structure.conversion};
  report.width.quarters = width.num_quarters;
  report.width.model_based = width.model_based();
  report.width.scale = report.width.model_based || book.horizon.over ? 1 : width.lambda;
  if (book.new_business[static_cast<std::size_t>(book.period())].Total()) {
    report.new_business_size = book.new_business[static_cast<std::size_t>(book.period())].size();
  }
  const bool needs_spectrum =
      (request.attribution || !request.scenario.empty()) && !book.open.empty();
  const double scale = report.width.scale;
  const Quotas quotas = QuotasOf(view.log(), book.horizon.dates, view.as_of, *view.amounts);
  const PeopleForecasts people = ForecastPeople(view, book);
  // With the total at hand only the nodes below it are left.
  const std::size_t first = request.whole != nullptr ? 1 : 0;
  const auto nodes = std::span(book.engine_nodes).subspan(first);
  RI_ASSIGN_OR_RETURN(const auto laws, book.engine->ForecastAll(nodes, book.period()));
  std::vector<forecasting::NodeForecast> following;
  if (report.following) {
    RI_ASSIGN_OR_RETURN(following, book.engine->ForecastAll(nodes, ForecastPeriod::kNext));
  }
  if (request.whole != nullptr) {
    report.total = request.whole->total;
    report.curve_value = request.whole->curve_value;
    report.curve_cumulative = request.whole->curve_cumulative;
  }
  double sum_of_p10 = 0;
  for (std::size_t n = first; n < book.engine_nodes.size(); ++n) {
    const forecasting::NodeForecast& law = laws[n - first];
    NodeForecast node;
    static_cast<PeriodForecast&>(node) = ToReport(law, scale);
    node.name = book.nodes[n].name;
    node.open_deals = book.engine_nodes[n].deals.size();
    AddQuota(law, n == 0 && request.filters.empty() ? quotas.total : QuotaOf(quotas, book.nodes[n]),
             scale, report.conversion, node);
    if (!following.empty()) {
      node.following = ToReport(following[n - first], 1);
    }
    node.categories = people.categories[n];
    node.commit = people.commit[n];
    if (n == 0) {
      AddCurve(law.distribution.ScaledAboutMedian(scale), report);
      report.total = std::move(node);
    } else {
      sum_of_p10 += node.p10;
      report.nodes.push_back(std::move(node));
    }
  }
  if (!report.nodes.empty()) {
    report.diversification = report.total.p10 - sum_of_p10;
  }
  if (needs_spectrum) {
    if (request.attribution) {
      RI_ASSIGN_OR_RETURN(const forecasting::NodeSpectrum spectrum,
                          book.engine->Open(book.engine_nodes[0], book.period(),
                                            EffortFor(book.open.size()).attribution_cells));
      RI_ASSIGN_OR_RETURN(report.risk, AttributeQuarter(view, book, spectrum, report.total));
    }
    if (!request.scenario.empty()) {
      RI_ASSIGN_OR_RETURN(const forecasting::NodeSpectrum spectrum,
                          book.engine->Open(book.engine_nodes[0], book.period()));
      RI_RETURN_IF_ERROR(AddScenario(book, spectrum, request, scale, report));
    }
  } else if (!request.scenario.empty()) {
    return Fail(ErrorCode::kNotFound, "No deal is open, so that there is nothing to assume.");
  }
  return report;
}

Result<ForecastReport> ForecastQuarter(book::Workspace& workspace,
                                       const std::shared_ptr<const book::DealBook>& deals,
                                       const ForecastRequest& request, base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const OpenedForecast opened, OpenForecast(workspace.store(), *deals,
                                                                {.quarter = request.period,
                                                                 .month = request.month,
                                                                 .by = request.by,
                                                                 .filters = request.filters},
                                                                progress));
  const QuarterBook& book = opened.book;
  RI_ASSIGN_OR_RETURN(ForecastReport report,
                      ReportQuarter(ViewOf(*deals), book, opened.width, request));
  if (request.reason_groups && report.risk && ViewOf(*deals).deals != nullptr) {
    RI_ASSIGN_OR_RETURN(report.risk->reason_groups, RiskByReasons(*deals, book, *report.risk));
  }
  report.moment = deals->moment();
  report.model_version = deals->model().version.text();
  report.model_family = deals->model().family;
  report.refusal = deals->model().refusal;
  return report;
}

Result<ForecastReport> ForecastQuarter(book::Workspace& workspace, const ForecastRequest& request,
                                       base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const auto deals, book::OpenBook(workspace,
                                                       {.as_of = request.as_of,
                                                        .known_at = request.known_at,
                                                        .model = request.model,
                                                        .now = request.now},
                                                       progress));
  return ForecastQuarter(workspace, deals, request, progress);
}

}  // namespace ri::revenue
