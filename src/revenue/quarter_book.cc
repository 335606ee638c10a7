#include "revenue/quarter_book.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <variant>

#include "forecasting/level_shift.h"
#include "revenue/common_factors.h"

namespace ri::revenue {
namespace {

constexpr std::array<std::string_view, 7> kFields = {"rep",   "rep_id",   "team",   "region",
                                                     "stage", "category", "account"};
constexpr double kDaysPerWeek = 7;
// Rounding of shares that make a whole deal.
constexpr double kWholeShare = 1 - 1e-9;

bool IsOrganisational(const ForecastFilter& filter) {
  return filter.field == "rep" || filter.field == "rep_id" || filter.field == "team" ||
         filter.field == "region";
}

std::string TextOf(const data::EventLog& log, const std::optional<std::size_t>& symbol) {
  return symbol ? log.symbols()[*symbol] : std::string();
}

std::string ValueOf(const ForecastView& view, const book::Organisation& organisation,
                    const std::string& field, const features::DealState& state) {
  if (field == "stage") {
    return TextOf(view.log(), state.stage);
  }
  if (field == "category") {
    return TextOf(view.log(), state.forecast_category);
  }
  if (field == "account") {
    return state.account
               ? book::NameAt(view.log(), data::EntityKind::kAccount, *state.account, view.as_of)
               : std::string();
  }
  if (!state.owner) {
    return {};
  }
  if (field == "rep_id") {
    return view.log().keys(data::EntityKind::kRep)[*state.owner];
  }
  return field == "rep"    ? organisation.rep[*state.owner]
         : field == "team" ? organisation.team[*state.owner]
                           : organisation.region[*state.owner];
}

/// 1234567.8 as "1,234,568".
std::string Grouped(double amount) {
  std::string text = fmt::format("{:.0f}", amount);
  const auto first = static_cast<std::ptrdiff_t>(text.starts_with('-') ? 1 : 0);
  for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > first; at -= 3) {
    text.insert(static_cast<std::size_t>(at), ",");
  }
  return text;
}

void AddNotes(const QuarterBook& book, std::vector<std::string>& notes) {
  std::size_t missing = 0;
  std::size_t unusable = 0;
  std::size_t cut = 0;
  for (const OpenPosition& position : book.open) {
    missing += position.origin == AmountOrigin::kMissing ? 1 : 0;
    unusable += position.origin == AmountOrigin::kUnusable ? 1 : 0;
    cut += position.origin == AmountOrigin::kWinsorised ? 1 : 0;
  }
  if (missing > 0) {
    notes.push_back(
        fmt::format("{} open deals have no amount; the mean of won deals, {}, stands in, with "
                    "their spread.",
                    missing, Grouped(book.won_amounts.mean)));
  }
  if (unusable > 0) {
    notes.push_back(
        fmt::format("{} open deals have an amount that cannot be used (credit, or a currency "
                    "without a rate); the mean of won deals stands in.",
                    unusable));
  }
  if (cut > 0) {
    notes.push_back(fmt::format(
        "{} open deals are larger than 20 times the largest usual won deal; they count as {}. "
        "Correct the amount if it is a typing error.",
        cut, Grouped(20 * book.won_amounts.percentile_99)));
  }
  if (book.structure.num_quarters < 4) {
    notes.push_back(fmt::format(
        "Limited history: {} full quarters; correlation and new business are mostly assumptions.",
        book.structure.num_quarters));
  }
  if (book.won.empty()) {
    notes.emplace_back("No deal has been won yet; deals not created yet cannot be estimated.");
  }
}

void ShiftChances(QuarterBook& book) {
  for (OpenPosition& position : book.open) {
    if (book.horizon.ahead) {
      position.win_second =
          std::min(forecasting::ShiftProbability(position.win_second, book.structure.chance_shift),
                   1 - position.win_first);
    } else {
      position.win_first =
          forecasting::ShiftProbability(position.win_first, book.structure.chance_shift);
      position.win_second = std::min(position.win_second, 1 - position.win_first);
    }
  }
}

// Without a model that tells deals apart, past quarters say how many of the open deals will be won
// (a pace by count); each open deal gets its even share of them.
void CountOpenWins(const ForecastView& view, QuarterBook& book) {
  constexpr std::size_t kSmallestHistory = 2;
  constexpr double kLargestChance = 0.95;
  if (!std::holds_alternative<models::BaseRate>(view.model->model().parts().head) ||
      book.past.size() < kSmallestHistory || book.open.empty()) {
    return;
  }
  double won = 0;
  for (const PastQuarter& past : book.past) {
    won += static_cast<double>(std::ranges::count_if(past.deals, &PastDeal::won)) /
           static_cast<double>(book.past.size());
  }
  const double chance = std::min(kLargestChance, won / static_cast<double>(book.open.size()));
  for (OpenPosition& position : book.open) {
    if (book.horizon.ahead) {
      position.win_first = std::min(position.win_first, 1 - chance);
      position.win_second = chance;
    } else {
      position.win_first = chance;
      position.win_second = std::min(position.win_second, 1 - chance);
    }
  }
  book.notes.emplace_back(
      "No model tells the open deals apart: as many of them count as were won in the same part of "
      "past quarters, each with the same chance.");
}

// Nodes with their reps; the total first.
void MakeNodes(const ForecastView& view, const QuarterBookOptions& options, QuarterBook& book) {
  const book::Organisation& organisation = book.organisation;
  book.nodes.push_back({.name = "total"});
  std::map<std::string, QuarterNode> by_name;
  for (std::size_t rep = 0; rep < organisation.rep.size(); ++rep) {
    features::DealState state;
    state.owner = rep;
    std::vector<ForecastFilter> own;
    std::ranges::copy_if(options.filters, std::back_inserter(own), IsOrganisational);
    if (Passes(view, organisation, own, state)) {
      book.nodes[0].reps.push_back(rep);
      by_name[NodeNameOf(organisation, options.by, rep)].reps.push_back(rep);
    }
  }
  if (options.by == ForecastNode::kTotal) {
    return;
  }
  const auto add_unowned = [&](const features::DealState& state) {
    if (!state.owner) {
      by_name[NodeNameOf(organisation, options.by, state.owner)].has_unowned = true;
    }
  };
  for (const OpenPosition& position : book.open) {
    add_unowned(position.state);
  }
  for (const auto& period : book.booked) {
    for (const BookedDeal& deal : period) {
      add_unowned(deal.state);
    }
  }
  if (options.filters.empty() &&
      std::ranges::any_of(book.won, [](const WonDeal& deal) { return !deal.owner; })) {
    add_unowned({});
  }
  for (auto& [name, node] : by_name) {
    node.name = name;
    book.nodes.push_back(std::move(node));
  }
}

// What each node holds; nodes other than the total that hold nothing are dropped.
void FillNodes(const QuarterBookOptions& options, bool with_new_business, QuarterBook& book,
               forecasting::ForecastBook& engine_book) {
  std::map<std::string, std::size_t> index;
  for (std::size_t n = 1; n < book.nodes.size(); ++n) {
    index[book.nodes[n].name] = n;
  }
  std::vector<forecasting::ForecastNode> filled(book.nodes.size());
  const auto node_of = [&](const std::optional<std::size_t>& owner) {
    const auto found = index.find(NodeNameOf(book.organisation, options.by, owner));
    return found == index.end() ? std::size_t{0} : found->second;
  };
  // Shares of a deal by node other than the total; one whole share without splits.
  const auto shares_of = [&](std::uint32_t deal, const std::optional<std::size_t>& owner) {
    std::map<std::size_t, double> shares;
    const auto credits = book.credits.Of(deal);
    if (credits.empty()) {
      shares[node_of(owner)] = 1;
    }
    for (const CreditShare& credit : credits) {
      shares[node_of(credit.rep)] += credit.share;
    }
    shares.erase(0);
    return shares;
  };
  for (std::uint32_t i = 0; i < book.open.size(); ++i) {
    filled[0].deals.push_back(i);
    for (const auto& [n, share] : shares_of(book.open[i].deal, book.open[i].state.owner)) {
      if (share > kWholeShare) {
        filled[n].deals.push_back(i);
        continue;
      }
      forecasting::ForecastDeal part = engine_book.deals[i];
      // Behind every real id, in the order of their making.
      part.id = domain::DealId(
          fmt::format("\U0010FFFF{:08}", engine_book.deals.size() - book.open.size()));
      part.amount *= share;
      filled[n].deals.push_back(static_cast<std::uint32_t>(engine_book.deals.size()));
      engine_book.deals.push_back(std::move(part));
    }
  }
  for (forecasting::ForecastNode& node : filled) {
    std::ranges::sort(node.deals);
  }
  for (std::size_t p = 0; p < forecasting::kNumPeriods; ++p) {
    for (const BookedDeal& deal : book.booked[p]) {
      filled[0].booked[p] += deal.amount;
      for (const auto& [n, share] : shares_of(deal.deal, deal.owner)) {
        filled[n].booked[p] += share * deal.amount;
      }
    }
    for (std::size_t n = 0; with_new_business && n < book.nodes.size(); ++n) {
      const bool everything = n == 0 && options.filters.empty();
      auto unit = everything
                      ? book.new_business[p].Total()
                      : book.new_business[p].Of(book.nodes[n].reps, book.nodes[n].has_unowned);
      if (unit) {
        filled[n].new_business[p].push_back(
            static_cast<std::uint32_t>(engine_book.new_business.size()));
        engine_book.new_business.push_back(*std::move(unit));
      }
    }
  }
  std::vector<QuarterNode> kept;
  for (std::size_t n = 0; n < filled.size(); ++n) {
    const bool empty = filled[n].deals.empty() && filled[n].booked[0] == 0 &&
                       filled[n].booked[1] == 0 && filled[n].new_business[0].empty() &&
                       filled[n].new_business[1].empty();
    if (n == 0 || !empty) {
      filled[n].name = book.nodes[n].name;
      kept.push_back(std::move(book.nodes[n]));
      book.engine_nodes.push_back(std::move(filled[n]));
    }
  }
  book.nodes = std::move(kept);
}

forecasting::ForecastBook EngineBook(const QuarterBook& book) {
  forecasting::ForecastBook result;
  const AmountLaws& laws = book.structure.amounts;
  result.amount_ratios = laws.ratios;
  for (const OpenPosition& position : book.open) {
    const int law = laws.IndexOf(position);
    const bool stand_in = law == laws.missing && law >= 0;
    const auto owner = position.state.owner;
    result.deals.push_back({.id = domain::DealId(position.id),
                            .win_this_period = position.win_first,
                            .win_next_period = position.win_second,
                            .amount = position.amount * (stand_in ? 1 : laws.MeanOf(law)),
                            .amount_ratio = law,
                            .team = owner ? book.team_of_rep[*owner] : -1});
  }
  return result;
}

}  // namespace

Status Validate(std::span<const ForecastFilter> filters) {
  for (const ForecastFilter& filter : filters) {
    if (std::ranges::find(kFields, filter.field) == kFields.end()) {
      return Fail(ErrorCode::kUsage, "'" + filter.field +
                                         "' cannot be filtered by. Use rep, team, region, stage, "
                                         "category or account.");
    }
  }
  return {};
}

std::string NodeNameOf(const book::Organisation& organisation, ForecastNode by,
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

bool Passes(const ForecastView& view, const book::Organisation& organisation,
            std::span<const ForecastFilter> filters, const features::DealState& state) {
  return std::ranges::all_of(filters, [&](const ForecastFilter& filter) {
    const std::string value = ValueOf(view, organisation, filter.field, state);
    return std::ranges::find(filter.values, value) != filter.values.end();
  });
}

std::optional<std::uint32_t> QuarterBook::Find(const std::string& deal_id) const {
  const auto at = std::ranges::lower_bound(open, deal_id, {}, &OpenPosition::id);
  if (at == open.end() || at->id != deal_id) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(at - open.begin());
}

Result<QuarterBook> OpenQuarterBook(const ForecastView& view, const QuarterBookOptions& options,
                                    base::Progress& progress) {
  RI_RETURN_IF_ERROR(Validate(options.filters));
  QuarterBook book;
  book.horizon = options.month ? HorizonOfMonth(view.calendar, view.today(), *options.month)
                               : HorizonOf(view.calendar, view.today(), options.quarter);
  book.organisation = book::OrganisationAt(view.log(), view.as_of);
  book.team_of_rep = TeamNumbers(book.organisation);
  book.credits = RevenueCredits::At(view.log(), view.as_of);
  book.won = WonDealsKnown(view);
  book.won_amounts = SummariseWon(book.won);
  const std::array<domain::Period, 2> periods = {book.horizon.first, book.horizon.second};
  for (std::size_t p = 0; p < forecasting::kNumPeriods; ++p) {
    book.booked[p] =
        BookedDeals(*view.knowledge, periods[p], view.as_of, *view.amounts, view.num_threads);
  }
  if (!book.horizon.over) {
    HistoryOptions history = options.history;
    history.max_scored = options.chance_shift ? 0 : history.max_scored;
    RI_ASSIGN_OR_RETURN(book.past, PastQuarters(view, book.horizon, history, progress));
    forecasting::CorrelationFit correlation;
    if (options.correlation != nullptr) {
      correlation = *options.correlation;
    } else {
      RI_ASSIGN_OR_RETURN(correlation,
                          LearnCommonFactors(view, options.published, options.history, progress));
    }
    const StructureInput input{
        .past = book.past,
        .team_of_rep = book.team_of_rep,
        .won = book.won_amounts,
        .weeks_left =
            static_cast<double>((book.horizon.dates.end - view.today()).count()) / kDaysPerWeek,
        .correlation = correlation,
        .chance_shift = options.chance_shift};
    book.structure = LearnStructure(view, input);
    book.structure.published_cohorts = !options.published.empty();
    RI_ASSIGN_OR_RETURN(book.open, OpenPositions(view, book.horizon, book.won_amounts, progress));
    ShiftChances(book);
    CountOpenWins(view, book);
    for (std::size_t p = 0; p < forecasting::kNumPeriods; ++p) {
      RI_ASSIGN_OR_RETURN(book.new_business[p],
                          EstimateNewBusiness(view, book.won, book.organisation, periods[p]));
    }
    AddNotes(book, book.notes);
  } else {
    book.notes.emplace_back("The period is over: what was booked is all there is.");
  }
  std::erase_if(book.open, [&](const OpenPosition& position) {
    return !Passes(view, book.organisation, options.filters, position.state);
  });
  for (auto& period : book.booked) {
    std::erase_if(period, [&](const BookedDeal& deal) {
      return !Passes(view, book.organisation, options.filters, deal.state);
    });
  }
  const bool organisational = std::ranges::all_of(options.filters, IsOrganisational);
  if (!organisational && !book.horizon.over) {
    book.notes.emplace_back(
        "Deals not created yet cannot be told apart by this filter and are left out.");
  }
  MakeNodes(view, options, book);
  forecasting::ForecastBook engine_book = EngineBook(book);
  FillNodes(options, organisational, book, engine_book);
  RI_ASSIGN_OR_RETURN(auto engine,
                      forecasting::ForecastEngine::Create(
                          std::move(engine_book), book.structure.factors,
                          {.max_cells = options.max_cells, .num_threads = view.num_threads}));
  book.engine = std::make_shared<const forecasting::ForecastEngine>(std::move(engine));
  return book;
}

}  // namespace ri::revenue
