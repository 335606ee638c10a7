#pragma once

/// What people say about the quarter, node by node: their categories and their commits, with what
/// both used to be worth.

#include "revenue/forecast_quarter.h"

namespace ri::revenue {

/// One entry per node of the book.
struct PeopleForecasts {
  std::vector<std::vector<CategoryForecast>> categories;
  std::vector<std::optional<CommitForecast>> commit;  ///< empty without a commit category
};

[[nodiscard]] PeopleForecasts ForecastPeople(const ForecastView& view, const QuarterBook& book);

/// Whether a category promises the deal for its quarter: its name contains "commit".
[[nodiscard]] bool IsCommit(std::string_view category);

}  // namespace ri::revenue
