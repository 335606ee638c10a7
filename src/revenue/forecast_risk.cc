#include "revenue/forecast_risk.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "forecasting/attribution.h"

namespace ri::revenue {
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
  // How far the outcome will move the chance: a deal that will hardly be won decides little,
  // however large.
  const auto weight = [&](std::uint32_t index) {
    const DealRiskLine& deal = risk.deals[index];
    const double p = deal.win_probability;
    return std::fabs(deal.swing()) * std::sqrt(std::max(0.0, p * (1 - p)));
  };
  for (std::uint32_t index = 0; index < risk.deals.size(); ++index) {
    if (weight(index) > 0) {
      risk.make_or_break.push_back(index);
    }
  }
  std::ranges::stable_sort(risk.make_or_break,
                           [&](std::uint32_t a, std::uint32_t b) { return weight(a) > weight(b); });
  risk.make_or_break.resize(std::min(kMakeOrBreak, risk.make_or_break.size()));
  const auto index_of = [&](std::uint32_t deal) {
    const auto at =
        std::ranges::lower_bound(attribution.deals, deal, {}, &forecasting::DealRisk::deal);
    return static_cast<std::uint32_t>(at - attribution.deals.begin());
  };
  for (const std::uint32_t deal : forecasting::DominantDeals(
           book.engine->book(), book.engine_nodes[0], book.period(), total.p50)) {
    risk.dominant.push_back(index_of(deal));
  }
  return risk;
}

Result<std::vector<ReasonGroupRisk>> RiskByReasons(const book::DealBook& deals,
                                                   const QuarterBook& book,
                                                   const RiskReport& risk) {
  const book::DealExplainer& explainer = deals.explainer();
  RI_ASSIGN_OR_RETURN(const explanations::ShapMatrix split,
                      explainer.Explain(deals.encoded().view(), deals.num_threads()));
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::size_t> row_of;
  for (std::size_t row = 0; row < deals.table().rows.size(); ++row) {
    const features::SnapshotKey& key = deals.table().rows[row];
    row_of[{key.deal, key.episode}] = row;
  }
  const std::vector<std::string>& names = explainer.groups().names;
  std::vector<double> loss(names.size() + 1, 0.0);
  for (const DealRiskLine& line : risk.deals) {
    const auto index = book.Find(line.deal_id);
    const OpenPosition& position = book.open[*index];
    const auto row = row_of.find({position.deal, position.episode});
    const double missing = std::max(0.0, line.mean - line.downside_mean);
    if (row == row_of.end()) {
      loss.back() += missing;
      continue;
    }
    const std::vector<double> groups =
        explanations::Fold(explainer.groups(), split.values.row(row->second));
    double against = 0;
    for (const double group : groups) {
      against += std::max(0.0, -group);
    }
    for (std::size_t g = 0; g < groups.size() && against > 0; ++g) {
      loss[g] += missing * std::max(0.0, -groups[g]) / against;
    }
    loss.back() += against > 0 ? 0 : missing;
  }
  double total = 0;
  for (const double part : loss) {
    total += part;
  }
  std::vector<ReasonGroupRisk> shares;
  for (std::size_t g = 0; g < loss.size() && total > 0; ++g) {
    if (loss[g] > 0) {
      shares.push_back({.name = g < names.size() ? names[g] : "nothing in particular",
                        .share = loss[g] / total});
    }
  }
  std::ranges::sort(shares, [](const ReasonGroupRisk& a, const ReasonGroupRisk& b) {
    return a.share != b.share ? a.share > b.share : a.name < b.name;
  });
  return shares;
}

}  // namespace ri::revenue
