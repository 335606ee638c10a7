#include "service/forecast_risk.h"

#include <algorithm>

#include "forecasting/attribution.h"

namespace ri::service {
namespace {

constexpr std::size_t kMakeOrBreak = 20;

}  // namespace

Result<RiskReport> AttributeQuarter(const ForecastView& view, const QuarterBook& book,
                                    const forecasting::NodeSpectrum& spectrum,
                                    const NodeForecast& total) {
  forecasting::AttributionOptions options;
  options.quota = total.quota;
  options.num_threads = view.num_threads;
  RI_ASSIGN_OR_RETURN(const forecasting::RiskAttribution attribution,
                      forecasting::AttributeRisk(spectrum, options));
  RiskReport risk{.tail_mean = attribution.tail_mean,
                  .new_business_variance_share = attribution.new_business_variance_share,
                  .new_business_downside_mean = attribution.new_business_downside_mean};
  for (const forecasting::DealRisk& deal : attribution.deals) {
    const OpenPosition& position = book.open[deal.deal];
    const auto text = [&](const std::optional<std::size_t>& symbol) {
      return symbol ? view.log().symbols()[*symbol] : std::string();
    };
    risk.deals.push_back(
        {.deal_id = position.id,
         .name = text(position.state.name),
         .owner = position.state.owner ? book.organisation.rep[*position.state.owner] : "",
         .amount = position.amount,
         .win_probability = book.horizon.ahead ? position.win_second : position.win_first,
         .mean = deal.mean,
         .variance_share = deal.variance_share,
         .downside_mean = deal.downside_mean,
         .quota_if_won = deal.quota_if_won,
         .quota_if_not = deal.quota_if_not});
  }
  const auto index_of = [&](std::uint32_t deal) {
    const auto at =
        std::ranges::lower_bound(attribution.deals, deal, {}, &forecasting::DealRisk::deal);
    return static_cast<std::uint32_t>(at - attribution.deals.begin());
  };
  for (const forecasting::DealRisk& deal : forecasting::MakeOrBreak(attribution, kMakeOrBreak)) {
    risk.make_or_break.push_back(index_of(deal.deal));
  }
  for (const std::uint32_t deal : forecasting::DominantDeals(
           book.engine->book(), book.engine_nodes[0], book.period(), total.p50)) {
    risk.dominant.push_back(index_of(deal));
  }
  return risk;
}

}  // namespace ri::service
