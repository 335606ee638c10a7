#include "api/deal_filter_input.h"

#include <cmath>

namespace ri::api {

deals::DealFilter ReadDealFilter(QueryInput& query) {
  constexpr std::size_t kMany = 200;
  constexpr std::size_t kLong = 255;
  deals::DealFilter filter;
  filter.words = query.TextOr("q", kMany, "");
  filter.owners = query.List("owner", kMany, kLong);
  filter.teams = query.List("team", kMany, kLong);
  filter.regions = query.List("region", kMany, kLong);
  filter.stages = query.List("stage", kMany, kLong);
  filter.categories = query.List("forecast_category", 50, kLong);
  for (const std::string& name : query.List("risk_band", 4, 20)) {
    if (const auto band = deals::RiskBandNamed(name)) {
      filter.bands.push_back(*band);
    } else {
      query.Complain("risk_band", "must be high, elevated, normal or unknown.");
    }
  }
  filter.min_win = query.Number("min_win", 0, 1);
  filter.max_win = query.Number("max_win", 0, 1);
  filter.commit_from = query.Date("commit_from");
  filter.commit_to = query.Date("commit_to");
  filter.reviewed = query.Flag("reviewed");
  filter.snoozed = query.Flag("snoozed");
  return filter;
}

void SetAmountBounds(deals::DealFilter& filter, const std::optional<std::int64_t>& least,
                     const std::optional<std::int64_t>& most, const domain::Currency& currency) {
  const double unit = std::pow(10.0, currency.minor_digits());
  if (least) {
    filter.min_amount = static_cast<double>(*least) / unit;
  }
  if (most) {
    filter.max_amount = static_cast<double>(*most) / unit;
  }
}

DealSort ReadDealSort(QueryInput& query) {
  DealSort sort;
  if (const auto text = query.Text("sort", 40)) {
    sort.descending = text->starts_with('-');
    const auto order =
        deals::DealOrderNamed(sort.descending ? std::string_view(*text).substr(1) : *text);
    if (order) {
      sort.order = *order;
    } else {
      query.Complain("sort", "is no field that deals can be sorted by.");
    }
  }
  return sort;
}

}  // namespace ri::api
