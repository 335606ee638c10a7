#include "revenue/waterfall_items.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <variant>

#include "book/outlooks.h"
#include "forecasting/level_shift.h"

namespace ri::revenue {
namespace {

using forecasting::DealStanding;
using forecasting::DealStatus;

/// Of one major unit of the reporting currency: 100 for dollars, 1 for yen.
double MinorUnits(const ForecastView& view) {
  return std::pow(10.0, view.amounts->currency().minor_digits());
}

// What was known of a deal's end at a moment, when it is neither open nor booked.
DealStatus StatusAt(const ForecastView& view, std::uint32_t deal) {
  DealStatus status = DealStatus::kAbsent;
  for (const features::Episode& episode : view.knowledge->engine->episodes()[deal]) {
    if (episode.outcome_visible && *episode.outcome_visible <= view.as_of) {
      status = episode.outcome == features::Outcome::kWon    ? DealStatus::kWon
               : episode.outcome == features::Outcome::kLost ? DealStatus::kLost
                                                             : status;
    }
  }
  return status;
}

// One quarter by deal.
struct Side {
  std::map<std::uint32_t, const OpenPosition*> open;
  std::map<std::uint32_t, double> booked;
  std::map<std::uint32_t, std::optional<std::size_t>> owner;
};

Side MakeSide(const QuarterBook& book) {
  Side side;
  for (const OpenPosition& position : book.open) {
    side.open[position.deal] = &position;
    side.owner[position.deal] = position.state.owner;
  }
  for (const BookedDeal& deal : book.booked[static_cast<std::size_t>(book.period())]) {
    side.booked[deal.deal] += deal.amount;
    side.owner.try_emplace(deal.deal, deal.owner);
  }
  return side;
}

std::int64_t Minor(const ForecastView& view, double major) {
  return std::llround(major * MinorUnits(view));
}

double ExpectedAmount(const QuarterBook& book, const OpenPosition& position) {
  const AmountLaws& laws = book.structure.amounts;
  const int law = laws.IndexOf(position);
  const bool stand_in = law == laws.missing && law >= 0;
  return position.amount * (stand_in ? 1 : laws.MeanOf(law));
}

DealStanding StandingOf(const ForecastView& view, const QuarterBook& book, const Side& side,
                        std::uint32_t deal) {
  DealStanding standing;
  if (const auto open = side.open.find(deal); open != side.open.end()) {
    const OpenPosition& position = *open->second;
    standing.status = DealStatus::kOpen;
    standing.amount = Minor(view, ExpectedAmount(book, position));
    standing.probability = book.horizon.ahead ? position.win_second : position.win_first;
    standing.in_period =
        position.state.commit_date && book.horizon.dates.Contains(*position.state.commit_date);
  } else if (const auto booked = side.booked.find(deal); booked != side.booked.end()) {
    standing.status = DealStatus::kWon;
    standing.amount = Minor(view, booked->second);
    standing.in_period = true;
  } else {
    standing.status = StatusAt(view, deal);
  }
  return standing;
}

// The later amount at the earlier rate.
std::int64_t AtOldRate(const QuarterPair& pair, const Side& later, std::uint32_t deal,
                       const DealStanding& after) {
  const auto open = later.open.find(deal);
  if (open == later.open.end() || open->second->origin != AmountOrigin::kKnown) {
    return after.amount;
  }
  const features::DealState& state = open->second->state;
  const double now = StateAmount(*pair.later_view, state, pair.later_view->as_of);
  const double then = StateAmount(*pair.later_view, state, pair.earlier_view->as_of);
  return now > 0 && !std::isnan(then) ? std::llround(static_cast<double>(after.amount) * then / now)
                                      : after.amount;
}

// Chances of the earlier rows under the later model: on the earlier day, and on the later day if
// nothing happens in between.
struct PatientChances {
  std::optional<double> new_model;
  std::optional<double> later_day;
};

Result<std::map<std::uint32_t, PatientChances>> ChancesWithoutNews(
    const QuarterPair& pair, const std::vector<const OpenPosition*>& positions) {
  const ForecastView& then = *pair.earlier_view;
  std::vector<features::SnapshotKey> keys;
  for (const OpenPosition* position : positions) {
    keys.push_back({position->deal, position->episode, then.as_of});
  }
  const features::FeatureTable table = then.knowledge->engine->Compute(keys, then.num_threads);
  const models::DealOutcomeModel& model = pair.later_view->model->model();
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  const domain::Period& dates = pair.later->horizon.dates;
  const int until_later = static_cast<int>((pair.later_view->today() - then.today()).count());
  const int until_begin = static_cast<int>((dates.begin - then.today()).count());
  const int until_end = static_cast<int>((dates.end - then.today()).count());
  std::vector<models::DealMoment> moments(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const features::Episode& episode =
        then.knowledge->engine->episodes()[keys[i].deal][keys[i].episode];
    moments[i] = {
        .as_of = then.today(),
        .age_days = static_cast<int>((then.today() - domain::DateOf(episode.opened)).count())};
  }
  const std::vector<models::Prediction> predictions =
      pair.later_view->model->Predict(encoded.view(), then.num_threads);
  std::vector<PatientChances> by_row(keys.size());
  book::LookAtAll(
      model, encoded.view(), predictions, moments, then.num_threads,
      [&](std::size_t i, const std::optional<models::Outlook>& outlook) {
        const auto won = [&](int days) { return outlook->WonWithin(std::max(0, days)).value(); };
        const double still_open = outlook->OpenAfter(until_later).value();
        const double waiting = won(until_end) - won(std::max(until_begin, until_later));
        const double now = std::clamp(won(until_end) - won(until_begin), 0.0, 1.0);
        const double later = still_open > 0 ? std::clamp(waiting / still_open, 0.0, 1.0) : now;
        by_row[i].new_model =
            forecasting::ShiftProbability(now, pair.earlier->structure.chance_shift);
        // How far chances are moved together depends on the distance to the end: that is time.
        by_row[i].later_day =
            forecasting::ShiftProbability(later, pair.later->structure.chance_shift);
      });
  std::map<std::uint32_t, PatientChances> chances;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    chances[keys[i].deal] = by_row[i];
  }
  return chances;
}

void AddExpectations(const QuarterPair& pair, const std::map<std::string, std::uint32_t>& index,
                     WaterfallItems& result) {
  struct Both {
    double before = 0;
    double after = 0;
  };
  std::map<std::uint32_t, Both> by_node;
  const auto add = [&](const QuarterBook& book, double Both::* side) {
    const auto period = static_cast<std::size_t>(book.period());
    for (std::size_t n = 0; n < book.nodes.size(); ++n) {
      double expected = 0;
      for (const std::uint32_t unit : book.engine_nodes[n].new_business[period]) {
        const forecasting::NewBusiness& business = book.engine->book().new_business[unit];
        expected += business.expected_count * forecasting::SeverityMean(business);
      }
      const std::uint32_t node = n == 0 ? 0 : index.at(book.nodes[n].name);
      by_node[node].*side += MinorUnits(*pair.later_view) * expected;
    }
  };
  add(*pair.earlier, &Both::before);
  add(*pair.later, &Both::after);
  Both rest = by_node[0];
  for (const auto& [node, both] : by_node) {
    if (node != 0) {
      rest.before -= both.before;
      rest.after -= both.after;
      result.expectations.push_back({both.before, both.after, {0, node}});
    }
  }
  // What no node can claim; without nodes, everything.
  result.expectations.push_back({rest.before, rest.after, {0}});
}

}  // namespace

Result<WaterfallItems> CollectItems(const QuarterPair& pair) {
  const Side before = MakeSide(*pair.earlier);
  const Side after = MakeSide(*pair.later);
  std::set<std::uint32_t> deals;
  for (const Side* side : {&before, &after}) {
    for (const auto& [deal, owner] : side->owner) {
      deals.insert(deal);
    }
  }
  WaterfallItems result;
  std::set<std::string> names;
  if (pair.by != ForecastNode::kTotal) {
    for (const QuarterBook* book : {pair.earlier, pair.later}) {
      for (std::size_t n = 1; n < book->nodes.size(); ++n) {
        names.insert(book->nodes[n].name);
      }
    }
  }
  result.nodes.emplace_back("total");
  std::map<std::string, std::uint32_t> index;
  for (const std::string& name : names) {
    index[name] = static_cast<std::uint32_t>(result.nodes.size());
    result.nodes.push_back(name);
  }
  // Deal indices are in the order of their keys, so the items come out sorted by id.
  result.deals.assign(deals.begin(), deals.end());
  std::vector<const OpenPosition*> open_at_both;
  for (const std::uint32_t deal : result.deals) {
    if (before.open.contains(deal) && after.open.contains(deal)) {
      open_at_both.push_back(before.open.at(deal));
    }
  }
  RI_ASSIGN_OR_RETURN(const auto patient, ChancesWithoutNews(pair, open_at_both));
  const bool same_model = &pair.earlier_view->model->model() == &pair.later_view->model->model();
  const auto num_nodes = static_cast<std::uint32_t>(result.nodes.size());
  const auto ids = pair.later_view->log().keys(data::EntityKind::kDeal);
  for (std::uint32_t i = 0; i < result.deals.size(); ++i) {
    const std::uint32_t deal = result.deals[i];
    const auto nodes_of = [&](const QuarterBook& book, const Side& side,
                              const DealStanding& standing) {
      std::vector<std::uint32_t> nodes;
      if (standing.status == DealStatus::kAbsent) {
        return nodes;
      }
      nodes.push_back(0);
      const auto owner = side.owner.find(deal);
      if (pair.by != ForecastNode::kTotal && owner != side.owner.end()) {
        const auto at = index.find(NodeNameOf(book.organisation, pair.by, owner->second));
        if (at != index.end()) {
          nodes.push_back(at->second);
        }
      }
      nodes.push_back(num_nodes + i);
      return nodes;
    };
    forecasting::WaterfallItem item{.id = domain::DealId(ids[deal])};
    item.before = StandingOf(*pair.earlier_view, *pair.earlier, before, deal);
    item.after = StandingOf(*pair.later_view, *pair.later, after, deal);
    item.before.nodes = nodes_of(*pair.earlier, before, item.before);
    item.after.nodes = nodes_of(*pair.later, after, item.after);
    // A deal without value on one side (not there, lost, or won elsewhere) has one set of nodes.
    if (!before.owner.contains(deal)) {
      item.before.nodes = item.after.nodes;
    }
    if (!after.owner.contains(deal)) {
      item.after.nodes = item.before.nodes;
    }
    item.amount_at_old_rate = AtOldRate(pair, after, deal, item.after);
    if (const auto chances = patient.find(deal); chances != patient.end()) {
      item.probability_new_model = same_model ? item.before.probability : chances->second.new_model;
      item.probability_later_day = chances->second.later_day;
      if (std::holds_alternative<models::BaseRate>(pair.later_view->model->model().parts().head)) {
        // Even shares of what past quarters won: only the calendar moves them.
        item.probability_later_day = item.after.probability;
      }
    }
    const auto position = after.open.contains(deal)    ? after.open.at(deal)
                          : before.open.contains(deal) ? before.open.at(deal)
                                                       : nullptr;
    const auto law_in = [&](const QuarterBook& book, const Side& side) {
      const auto open = side.open.find(deal);
      const OpenPosition* own = open != side.open.end() ? open->second : position;
      return own != nullptr ? book.structure.amounts.IndexOf(*own) : -1;
    };
    result.amount_ratio_before.push_back(law_in(*pair.earlier, before));
    result.amount_ratio_after.push_back(law_in(*pair.later, after));
    const auto owner = position != nullptr ? position->state.owner : std::nullopt;
    result.team.push_back(
        owner && *owner < pair.later->team_of_rep.size() ? pair.later->team_of_rep[*owner] : -1);
    result.items.push_back(std::move(item));
  }
  AddExpectations(pair, index, result);
  return result;
}

}  // namespace ri::revenue
