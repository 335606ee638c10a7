#include "revenue/people_forecast.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "forecasting/sales_practice.h"

namespace ri::revenue {
namespace {

bool Committed(const ForecastView& view, const features::DealState& state,
               const domain::Period& dates) {
  return state.forecast_category && IsCommit(view.log().symbols()[*state.forecast_category]) &&
         state.commit_date && dates.Contains(*state.commit_date);
}

// What every rep had called and what came, per past quarter.
std::vector<forecasting::CommitRecord> PastCommits(const ForecastView& view,
                                                   const QuarterBook& book) {
  std::vector<forecasting::CommitRecord> records;
  for (const PastQuarter& past : book.past) {
    std::map<std::size_t, forecasting::CommitRecord> by_rep;
    for (const WonDeal& deal : book.won) {
      if (deal.owner && past.dates.Contains(deal.closed)) {
        forecasting::CommitRecord& record = by_rep[*deal.owner];
        record.realised += deal.amount;
        record.committed += domain::StartOf(deal.closed) < past.moment ? deal.amount : 0;
      }
    }
    bool called = false;
    for (const PastDeal& deal : past.deals) {
      if (deal.state.owner && deal.amount > 0 && Committed(view, deal.state, past.dates)) {
        by_rep[*deal.state.owner].committed += deal.amount;
        called = true;
      }
    }
    for (auto& [rep, record] : by_rep) {
      record.person = rep;
      if (called && record.committed > 0) {
        records.push_back(record);
      }
    }
  }
  return records;
}

}  // namespace

bool IsCommit(std::string_view category) {
  std::string lower;
  for (const char c : category) {
    lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return lower.find("commit") != std::string::npos;
}

PeopleForecasts ForecastPeople(const ForecastView& view, const QuarterBook& book) {
  PeopleForecasts people;
  people.categories.resize(book.nodes.size());
  people.commit.resize(book.nodes.size());
  if (book.horizon.over) {
    return people;
  }
  const std::size_t num_reps = book.organisation.rep.size();
  std::vector<double> committed(num_reps, 0.0);
  bool any_commit = false;
  for (const OpenPosition& position : book.open) {
    if (position.state.owner && Committed(view, position.state, book.horizon.dates)) {
      committed[*position.state.owner] += position.amount;
      any_commit = true;
    }
  }
  const auto period = static_cast<std::size_t>(book.period());
  for (const BookedDeal& deal : book.booked[period]) {
    if (deal.owner) {
      committed[*deal.owner] += deal.amount;
    }
  }
  const auto records = PastCommits(view, book);
  const auto realisation = forecasting::FitCommitRealisation(records, num_reps);
  for (std::size_t n = 0; n < book.nodes.size(); ++n) {
    std::map<std::string, CategoryForecast> categories;
    for (const std::uint32_t i : book.engine_nodes[n].deals) {
      if (i >= book.open.size()) {
        continue;  // A part of a split deal: people call the whole deal.
      }
      const OpenPosition& position = book.open[i];
      const auto& commit_date = position.state.commit_date;
      if (!position.state.forecast_category || !commit_date ||
          !book.horizon.dates.Contains(*commit_date)) {
        continue;
      }
      CategoryForecast& category =
          categories[view.log().symbols()[*position.state.forecast_category]];
      ++category.deals;
      category.amount += position.amount;
      category.model_mean += book.engine->book().deals[i].amount *
                             (book.horizon.ahead ? position.win_second : position.win_first);
    }
    for (auto& [name, category] : categories) {
      category.name = name;
      const auto rate = std::ranges::find(book.structure.categories, name, &CategoryRate::name);
      if (rate != book.structure.categories.end() && rate->past_deals > 0) {
        category.past_rate = rate->win_rate;
      }
      people.categories[n].push_back(std::move(category));
    }
    if (!any_commit && records.empty()) {
      continue;
    }
    CommitForecast commit;
    commit.quarters = book.past.size();
    for (const std::size_t rep : book.nodes[n].reps) {
      commit.committed += committed[rep];
      commit.expected += committed[rep] * realisation[rep].rate;
    }
    if (book.nodes[n].reps.size() == 1) {
      commit.quarters = realisation[book.nodes[n].reps[0]].num_periods;
      commit.realisation = realisation[book.nodes[n].reps[0]].rate;
    } else {
      commit.realisation = commit.committed > 0 ? commit.expected / commit.committed : 1;
    }
    people.commit[n] = commit;
  }
  return people;
}

}  // namespace ri::revenue
