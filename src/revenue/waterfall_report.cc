#include "revenue/waterfall_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "registry/registry.h"
#include "revenue/large_book.h"
#include "revenue/opened_forecast.h"
#include "revenue/quotas.h"
#include "revenue/waterfall_items.h"

namespace ri::revenue {
namespace {

using Json = nlohmann::ordered_json;
using forecasting::kNumWaterfallSteps;
using forecasting::WaterfallStep;

// The champion in force at a moment; `otherwise` when there was none yet.
Result<std::string> ChampionAt(data::Store& store, domain::Timestamp moment,
                               const std::string& otherwise) {
  RI_ASSIGN_OR_RETURN(const auto changes, store.AliasChanges());
  std::string version = otherwise;
  for (const data::AliasChange& change : changes) {
    if (change.alias == "champion" && change.at <= domain::Milliseconds(moment) &&
        !change.version.empty()) {
      version = change.version;
    }
  }
  return version;
}

std::vector<forecasting::NewBusiness> NewBusinessOf(const QuarterBook& book) {
  std::vector<forecasting::NewBusiness> units;
  for (const std::uint32_t unit :
       book.engine_nodes[0].new_business[static_cast<std::size_t>(book.period())]) {
    units.push_back(book.engine->book().new_business[unit]);
  }
  return units;
}

Json BarsJson(const forecasting::Waterfall& bars) {
  Json steps = Json::object();
  for (std::size_t k = 0; k < kNumWaterfallSteps; ++k) {
    if (bars.steps[k] != 0) {
      steps[std::string(forecasting::StepName(static_cast<WaterfallStep>(k)))] = bars.steps[k];
    }
  }
  return {{"begin", bars.begin}, {"steps", std::move(steps)}, {"end", bars.end}};
}

Json QuantityJson(const forecasting::QuantityWaterfall& quantity) {
  Json steps = Json::object();
  for (std::size_t k = 0; k < kNumWaterfallSteps; ++k) {
    if (quantity.steps[k] != 0) {
      steps[std::string(forecasting::StepName(static_cast<WaterfallStep>(k)))] = quantity.steps[k];
    }
  }
  return {{"begin", quantity.begin}, {"steps", std::move(steps)}, {"end", quantity.end}};
}

forecasting::QuantitySpread SpreadOf(const OpenedForecast& opened, std::vector<int> amount_ratio) {
  const ForecastStructure& structure = opened.book.structure;
  return {.model = structure.factors,
          .amount_ratios = structure.amounts.ratios,
          .amount_ratio = std::move(amount_ratio),
          .scale = opened.scale()};
}

Status AddQuantities(const WaterfallItems& items, const OpenedForecast& earlier,
                     const OpenedForecast& later, WaterfallReport& report) {
  forecasting::QuantityWaterfallInput input;
  input.items = items.items;
  input.team = items.team;
  input.spread_before = SpreadOf(earlier, items.amount_ratio_before);
  input.spread_after = SpreadOf(later, items.amount_ratio_after);
  input.new_business_before = NewBusinessOf(earlier.book);
  input.new_business_after = NewBusinessOf(later.book);
  input.quota = report.quota;
  input.options = later.book.engine->options();
  const DistributionEffort effort = EffortFor(items.items.size());
  input.step_cells = effort.step_cells;
  input.shapley.num_orders = effort.step_orders;
  input.shapley.largest_exact = effort.largest_exact;
  RI_ASSIGN_OR_RETURN(report.quantities, forecasting::ComputeQuantityWaterfalls(input));
  return {};
}

}  // namespace

Result<WaterfallReport> ExplainMovement(data::Store& store, const book::DealBook& earlier,
                                        const book::DealBook& later,
                                        const WaterfallRequest& request, base::Progress& progress) {
  const ForecastView earlier_view = ViewOf(earlier);
  const ForecastView later_view = ViewOf(later);
  if (earlier_view.as_of >= later_view.as_of) {
    return Fail(ErrorCode::kUsage, "The first moment must lie before the second.");
  }
  const domain::Quarter quarter =
      request.period.value_or(later_view.calendar.QuarterOf(later_view.today()));
  const QuarterBookOptions options{.quarter = quarter, .by = request.by};
  RI_ASSIGN_OR_RETURN(const OpenedForecast opened_later,
                      OpenForecast(store, later, options, progress));
  RI_ASSIGN_OR_RETURN(const OpenedForecast opened_earlier,
                      OpenForecast(store, earlier, options, progress));
  const QuarterBook& book_later = opened_later.book;
  const QuarterBook& book_earlier = opened_earlier.book;
  if (book_earlier.horizon.over) {
    return Fail(ErrorCode::kUsage, domain::FormatQuarter(quarter) +
                                       " was already over at the first moment; nothing moves any "
                                       "more. Give --period another quarter.");
  }
  RI_ASSIGN_OR_RETURN(const WaterfallItems items, CollectItems({.earlier_view = &earlier_view,
                                                                .later_view = &later_view,
                                                                .earlier = &book_earlier,
                                                                .later = &book_later,
                                                                .by = request.by}));
  const std::size_t num_nodes = items.nodes.size();
  RI_ASSIGN_OR_RETURN(const auto bars,
                      forecasting::ComputeWaterfall(items.items, items.expectations,
                                                    num_nodes + items.items.size()));
  WaterfallReport report{.period = quarter,
                         .dates = book_later.horizon.dates,
                         .from = earlier_view.as_of,
                         .to = later_view.as_of,
                         .currency = later_view.amounts->currency(),
                         .earlier_model_version = earlier.model().version.text(),
                         .model_version = later.model().version.text(),
                         .total = {.name = "total", .bars = bars[0]},
                         .notes = book_later.notes};
  for (std::size_t n = 1; n < num_nodes; ++n) {
    report.nodes.push_back({.name = items.nodes[n], .bars = bars[n]});
  }
  const auto states =
      features::StatesAsOf(later_view.log(), items.deals, later_view.as_of, later_view.num_threads);
  for (std::size_t i = 0; i < items.items.size(); ++i) {
    const forecasting::Waterfall& own = bars[num_nodes + i];
    if (std::ranges::all_of(own.steps, [](std::int64_t step) { return step == 0; })) {
      continue;
    }
    WaterfallDeal deal{.deal_id = items.items[i].id.text(), .bars = own};
    if (states[i].name) {
      deal.name = later_view.log().symbols()[*states[i].name];
    }
    if (states[i].owner) {
      deal.owner = book_later.organisation.rep[*states[i].owner];
    }
    report.deals.push_back(std::move(deal));
  }
  std::ranges::stable_sort(report.deals, [](const WaterfallDeal& a, const WaterfallDeal& b) {
    return std::abs(a.change()) > std::abs(b.change());
  });
  report.quota =
      QuotasOf(later_view.log(), report.dates, later_view.as_of, *later_view.amounts).total;
  if (request.quantities) {
    RI_RETURN_IF_ERROR(AddQuantities(items, opened_earlier, opened_later, report));
  }
  return report;
}

Result<WaterfallReport> ExplainMovement(book::Workspace& workspace, const WaterfallRequest& request,
                                        base::Progress& progress) {
  std::string earlier_model = request.earlier_model;
  if (earlier_model.empty()) {
    RI_ASSIGN_OR_RETURN(earlier_model, ChampionAt(workspace.store(), request.from, request.model));
  }
  RI_ASSIGN_OR_RETURN(const auto earlier, book::OpenBook(workspace,
                                                         {.as_of = request.from,
                                                          .known_at = request.known_at,
                                                          .model = earlier_model,
                                                          .now = request.now},
                                                         progress));
  RI_ASSIGN_OR_RETURN(const auto later, book::OpenBook(workspace,
                                                       {.as_of = request.to,
                                                        .known_at = request.known_at,
                                                        .model = request.model,
                                                        .now = request.now},
                                                       progress));
  return ExplainMovement(workspace.store(), *earlier, *later, request, progress);
}

std::string WaterfallJson(const WaterfallReport& report) {
  Json nodes = Json::array();
  for (const WaterfallNode& node : report.nodes) {
    Json bars = BarsJson(node.bars);
    bars["name"] = node.name;
    nodes.push_back(std::move(bars));
  }
  Json deals = Json::array();
  for (const WaterfallDeal& deal : report.deals) {
    Json bars = BarsJson(deal.bars);
    bars["deal_id"] = deal.deal_id;
    bars["name"] = deal.name.empty() ? Json(nullptr) : Json(deal.name);
    bars["owner"] = deal.owner.empty() ? Json(nullptr) : Json(deal.owner);
    deals.push_back(std::move(bars));
  }
  Json quantities = nullptr;
  if (report.quantities) {
    quantities = {
        {"p10", QuantityJson(report.quantities->p10)},
        {"p50", QuantityJson(report.quantities->p50)},
        {"p90", QuantityJson(report.quantities->p90)},
        {"quota_probability",
         report.quota ? QuantityJson(report.quantities->quota_probability) : Json(nullptr)}};
  }
  const Json document = {{"period", domain::FormatQuarter(report.period)},
                         {"period_begin", domain::FormatDate(report.dates.begin)},
                         {"period_end", domain::FormatDate(report.dates.end)},
                         {"from", domain::FormatTimestamp(report.from)},
                         {"to", domain::FormatTimestamp(report.to)},
                         {"currency", std::string(report.currency.code())},
                         {"earlier_model_version", report.earlier_model_version},
                         {"model_version", report.model_version},
                         {"quota", report.quota ? Json(*report.quota) : Json(nullptr)},
                         {"notes", report.notes},
                         {"total", BarsJson(report.total.bars)},
                         {"nodes", std::move(nodes)},
                         {"quantities", std::move(quantities)},
                         {"deals", std::move(deals)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ri::revenue
