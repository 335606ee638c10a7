#include "deals/deal_list.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "base/sha256.h"
#include "book/value_at_risk.h"
#include "features/deal_history.h"

namespace ri::deals {
namespace {

constexpr std::array<std::string_view, kNumDealOrders> kOrderNames = {
    "at_stake",  "win",           "win_by_quarter_end",
    "amount",    "commit_date",   "slip",
    "loss",      "excess_risk",   "risk",
    "age_days",  "name",          "account",
    "owner",     "team",          "stage",
    "close_p50", "change_points", "quarter_value_at_risk"};
constexpr std::array<std::string_view, 4> kBandNames = {"high", "elevated", "normal", "unknown"};

/// Log-odds below peers from which a deal is worth a look even when there is room for more.
constexpr double kElevatedExcess = 0.25;

/// At most 400 KB each with a hundred thousand deals.
constexpr std::size_t kKeptFilters = 32;

double DayOf(const std::optional<domain::Date>& date) {
  return date ? static_cast<double>(domain::DayNumber(*date))
              : std::numeric_limits<double>::quiet_NaN();
}

double NumberOf(const book::ScoredDeal& deal, const ListedDeal& listed, DealOrder order,
                const domain::FiscalCalendar& calendar) {
  switch (order) {
    case DealOrder::kAtStake:
      return deal.priority;
    case DealOrder::kWin:
      return deal.win_probability;
    case DealOrder::kWinByQuarterEnd:
      return deal.win_by_quarter_end;
    case DealOrder::kAmount:
      return listed.amount_reporting;
    case DealOrder::kCommitDate:
      return DayOf(deal.commit_date);
    case DealOrder::kSlip:
      return deal.slip;
    case DealOrder::kLoss:
      return deal.loss;
    case DealOrder::kExcessRisk:
      return deal.excess_risk;
    case DealOrder::kRisk:
      return deal.risk;
    case DealOrder::kAgeDays:
      return listed.age_days ? *listed.age_days : std::numeric_limits<double>::quiet_NaN();
    case DealOrder::kCloseP50:
      return DayOf(deal.expected_close_p50);
    case DealOrder::kChangePoints:
      return listed.change_points;
    case DealOrder::kQuarterValueAtRisk:
      return book::QuarterValueAtRisk(deal, listed.amount_reporting, calendar);
    default:
      return 0;
  }
}

const std::string* TextOf(const DealList& list, std::size_t position, DealOrder order) {
  const book::ScoredDeal& deal = list.book().deals()[position];
  switch (order) {
    case DealOrder::kName:
      return &deal.name;
    case DealOrder::kAccount:
      return &deal.account;
    case DealOrder::kOwner:
      return &deal.owner;
    case DealOrder::kTeam:
      return &list.word(list.listed(position).team);
    case DealOrder::kStage:
      return &list.word(list.listed(position).stage);
    default:
      return nullptr;
  }
}

char Folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool ContainsFolded(std::string_view text, std::string_view word) {
  return !std::ranges::search(text, word, [](char a, char b) { return Folded(a) == b; }).empty();
}

std::vector<std::string> FoldedWords(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (c == ' ') {
      if (!word.empty()) {
        words.push_back(std::move(word));
        word.clear();
      }
    } else {
      word.push_back(Folded(c));
    }
  }
  if (!word.empty()) {
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

std::string_view RiskBandName(RiskBand band) { return kBandNames[static_cast<std::size_t>(band)]; }

std::optional<RiskBand> RiskBandNamed(std::string_view name) {
  const auto found = std::ranges::find(kBandNames, name);
  return found == kBandNames.end()
             ? std::nullopt
             : std::optional(static_cast<RiskBand>(found - kBandNames.begin()));
}

std::optional<DealOrder> DealOrderNamed(std::string_view name) {
  const auto found = std::ranges::find(kOrderNames, name);
  return found == kOrderNames.end()
             ? std::nullopt
             : std::optional(static_cast<DealOrder>(found - kOrderNames.begin()));
}

MarksByDeal MarksOf(std::span<const data::StoredDecision> in_force, domain::Date today) {
  MarksByDeal marks;
  for (const data::StoredDecision& decision : in_force) {
    DealMarks& deal = marks[decision.deal_id];
    const auto until =
        decision.until_day
            ? std::optional<domain::Date>(domain::DateFromDayNumber(*decision.until_day))
            : std::nullopt;
    if (decision.kind == "review") {
      deal.reviewed_at = domain::TimestampFromMilliseconds(decision.at);
    } else if (decision.kind == "snooze") {
      deal.snoozed_until = until && *until > today ? until : std::nullopt;
    } else if (decision.kind == "follow_up") {
      deal.follow_up_on = until;
    } else if (decision.kind == "disagree") {
      deal.disagreement = decision.reason_code.value_or("");
    }
    deal.notes += decision.note ? 1 : 0;
  }
  return marks;
}

DealList::DealList(std::shared_ptr<const book::DealBook> book,
                   std::shared_ptr<const book::DealBook> before, int high_risk_per_rep)
    : book_(std::move(book)), passing_(kKeptFilters) {
  [[maybe_unused]] const std::uint32_t unknown = Intern("");
  const data::EventLog& log = *book_->knowledge()->log;
  std::vector<std::uint32_t> deals;
  for (const book::ScoredDeal& deal : book_->deals()) {
    deals.push_back(deal.deal);
  }
  const std::vector<features::DealState> states =
      features::StatesAsOf(log, deals, book_->moment().as_of, book_->num_threads());
  const book::Organisation& organisation = book_->organisation();
  base::Sha256 hash;
  hash.Update(book_->knowledge()->data_sha256 + book_->model().version.text() +
              domain::FormatTimestamp(book_->moment().as_of) + book_->calendar().Describe() +
              std::string(book_->amounts().currency().code()));
  book_tag_ = base::ToHex(hash.Finish()).substr(0, 16);
  listed_.reserve(deals.size());
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const book::ScoredDeal& deal = book_->deals()[i];
    const features::DealState& state = states[i];
    ListedDeal listed{.owner = state.owner,
                      .stage = Intern(deal.stage),
                      .category = Intern(deal.forecast_category),
                      .amount_reporting = book_->amounts().ToReporting(deal.amount_minor,
                                                                       deal.currency, deal.as_of),
                      .change_points = std::numeric_limits<double>::quiet_NaN()};
    if (state.owner) {
      listed.team = Intern(organisation.team[*state.owner]);
      listed.region = Intern(organisation.region[*state.owner]);
    }
    const features::Episode& life = book_->knowledge()->engine->episodes()[deal.deal][deal.episode];
    listed.age_days = static_cast<int>(domain::DaysBetween(life.opened, deal.as_of));
    if (before) {
      if (const auto then = before->Find(deal.deal_id);
          then && before->deals()[*then].episode == deal.episode) {
        listed.change_points =
            100 * (deal.win_probability - before->deals()[*then].win_probability);
      }
    }
    listed_.push_back(listed);
  }
  SetBands(high_risk_per_rep);
}

std::uint32_t DealList::Intern(const std::string& text) {
  const auto [entry, inserted] =
      index_of_word_.emplace(text, static_cast<std::uint32_t>(words_.size()));
  if (inserted) {
    words_.push_back(text);
  }
  return entry->second;
}

void DealList::SetBands(int high_risk_per_rep) {
  std::map<std::optional<std::size_t>, std::vector<std::uint32_t>> by_owner;
  const auto deals = book_->deals();
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const double excess = deals[i].excess_risk;
    if (std::isnan(excess)) {
      continue;
    }
    listed_[i].band = excess > kElevatedExcess ? RiskBand::kElevated : RiskBand::kNormal;
    if (listed_[i].band == RiskBand::kElevated) {
      by_owner[listed_[i].owner].push_back(static_cast<std::uint32_t>(i));
    }
  }
  for (auto& [owner, positions] : by_owner) {
    std::ranges::sort(positions, [&](std::uint32_t a, std::uint32_t b) {
      return deals[a].excess_risk != deals[b].excess_risk
                 ? deals[a].excess_risk > deals[b].excess_risk
                 : deals[a].deal_id < deals[b].deal_id;
    });
    const std::size_t room =
        std::min(positions.size(), static_cast<std::size_t>(high_risk_per_rep));
    for (std::size_t i = 0; i < room; ++i) {
      listed_[positions[i]].band = RiskBand::kHigh;
    }
  }
}

const std::string& DealList::RepKey(std::size_t rep) const {
  return book_->knowledge()->log->keys(data::EntityKind::kRep)[rep];
}

book::Visibility DealList::VisibilityFor(const data::StoredUser& user) const {
  const std::tuple key(user.role, user.rep_id.value_or(""), user.sees_all);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = visibilities_.find(key); found != visibilities_.end()) {
      return found->second;
    }
  }
  book::Visibility visibility =
      book::VisibilityOf(user, *book_->knowledge()->log, book_->moment().as_of);
  const std::lock_guard lock(mutex_);
  visibilities_.emplace(key, visibility);
  return visibility;
}

std::shared_ptr<const std::vector<std::uint32_t>> DealList::Order(DealOrder order,
                                                                  bool descending) const {
  const std::lock_guard lock(mutex_);
  auto& stored = orders_[{order, descending}];
  if (stored) {
    return stored;
  }
  const auto deals = book_->deals();
  auto sorted = std::make_shared<std::vector<std::uint32_t>>(deals.size());
  for (std::size_t i = 0; i < sorted->size(); ++i) {
    (*sorted)[i] = static_cast<std::uint32_t>(i);
  }
  const bool by_text = !deals.empty() && TextOf(*this, 0, order) != nullptr;
  if (by_text) {
    std::ranges::sort(*sorted, [&](std::uint32_t a, std::uint32_t b) {
      const std::string& left = *TextOf(*this, a, order);
      const std::string& right = *TextOf(*this, b, order);
      if (left.empty() != right.empty()) {
        return right.empty();
      }
      if (const int compared = left.compare(right); compared != 0) {
        return descending ? compared > 0 : compared < 0;
      }
      return deals[a].deal_id < deals[b].deal_id;
    });
  } else {
    std::vector<double> value(deals.size());
    for (std::size_t i = 0; i < deals.size(); ++i) {
      value[i] = NumberOf(deals[i], listed_[i], order, book_->calendar());
    }
    std::ranges::sort(*sorted, [&](std::uint32_t a, std::uint32_t b) {
      if (std::isnan(value[a]) != std::isnan(value[b])) {
        return std::isnan(value[b]);
      }
      if (!std::isnan(value[a]) && value[a] != value[b]) {
        return descending ? value[a] > value[b] : value[a] < value[b];
      }
      return deals[a].deal_id < deals[b].deal_id;
    });
  }
  stored = std::move(sorted);
  return stored;
}

DealList::Matcher::Matcher(const DealList& list, const DealFilter& filter,
                           const book::Visibility& visibility, const MarksByDeal& marks,
                           domain::Timestamp now)
    : list_(list),
      filter_(filter),
      visibility_(visibility),
      marks_(marks),
      now_(now),
      words_(FoldedWords(filter.words)) {
  const auto choose = [&](const std::vector<std::string>& names, std::vector<bool>& chosen) {
    if (!names.empty()) {
      chosen.assign(list.words_.size(), false);
      for (const std::string& name : names) {
        const auto found = list.index_of_word_.find(name);
        if (found != list.index_of_word_.end()) {
          chosen[found->second] = true;
        }
      }
    }
  };
  choose(filter.teams, teams_);
  choose(filter.regions, regions_);
  choose(filter.stages, stages_);
  choose(filter.categories, categories_);
  if (!filter.owners.empty()) {
    const data::EventLog& log = *list.book().knowledge()->log;
    owners_.assign(log.count(data::EntityKind::kRep), false);
    for (const std::string& owner : filter.owners) {
      if (const auto rep = log.Find(data::EntityKind::kRep, owner)) {
        owners_[*rep] = true;
      }
    }
  }
  for (const RiskBand band : filter.bands) {
    bands_[static_cast<std::size_t>(band)] = true;
  }
  trivial_ = words_.empty() && teams_.empty() && regions_.empty() && stages_.empty() &&
             categories_.empty() && filter.owners.empty() && filter.bands.empty() &&
             !filter.min_win && !filter.max_win && !filter.min_amount && !filter.max_amount &&
             !filter.commit_from && !filter.commit_to && !filter.reviewed && !filter.snoozed;
}

bool DealList::Matcher::PassesWords(const book::ScoredDeal& deal) const {
  return std::ranges::all_of(words_, [&](const std::string& word) {
    return ContainsFolded(deal.deal_id, word) || ContainsFolded(deal.name, word) ||
           ContainsFolded(deal.account, word) || ContainsFolded(deal.owner, word);
  });
}

bool DealList::Matcher::PassesMarks(const book::ScoredDeal& deal) const {
  const auto found = marks_.find(deal.deal_id);
  if (filter_.reviewed) {
    const bool recent = found != marks_.end() && found->second.reviewed_at &&
                        now_ - *found->second.reviewed_at <= std::chrono::days(7);
    if (recent != *filter_.reviewed) {
      return false;
    }
  }
  if (filter_.snoozed) {
    const bool snoozed = found != marks_.end() && found->second.snoozed_until;
    return snoozed == *filter_.snoozed;
  }
  return true;
}

bool DealList::Matcher::Passes(std::size_t position) const {
  const ListedDeal& listed = list_.listed_[position];
  if (!visibility_.Sees(listed.owner)) {
    return false;
  }
  if (trivial_) {
    return true;
  }
  const book::ScoredDeal& deal = list_.book().deals()[position];
  const auto in = [](const std::vector<bool>& chosen, std::uint32_t word) {
    return chosen.empty() || chosen[word];
  };
  const auto at_least = [](double value, const std::optional<double>& bound) {
    return !bound || value >= *bound;  // NaN passes no bound
  };
  const auto at_most = [](double value, const std::optional<double>& bound) {
    return !bound || value <= *bound;
  };
  return in(teams_, listed.team) && in(regions_, listed.region) && in(stages_, listed.stage) &&
         in(categories_, listed.category) &&
         (filter_.owners.empty() ||
          (listed.owner && *listed.owner < owners_.size() && owners_[*listed.owner])) &&
         (filter_.bands.empty() || bands_[static_cast<std::size_t>(listed.band)]) &&
         at_least(deal.win_probability, filter_.min_win) &&
         at_most(deal.win_probability, filter_.max_win) &&
         at_least(listed.amount_reporting, filter_.min_amount) &&
         at_most(listed.amount_reporting, filter_.max_amount) &&
         (!filter_.commit_from ||
          (deal.commit_date && *deal.commit_date >= *filter_.commit_from)) &&
         (!filter_.commit_to || (deal.commit_date && *deal.commit_date < *filter_.commit_to)) &&
         PassesMarks(deal) && PassesWords(deal);
}

std::shared_ptr<const std::vector<std::uint32_t>> DealList::Passing(DealOrder order,
                                                                    bool descending,
                                                                    const Matcher& matcher) const {
  const bool lasting = !matcher.filter().reviewed && !matcher.filter().snoozed;
  const PassingKey key{.order = order,
                       .descending = descending,
                       .filter = matcher.filter(),
                       .visibility = matcher.visibility()};
  if (lasting) {
    if (auto kept = passing_.Find(key)) {
      return kept;
    }
  }
  const auto sorted = Order(order, descending);
  auto passing = std::make_shared<std::vector<std::uint32_t>>();
  for (std::size_t rank = 0; rank < sorted->size(); ++rank) {
    if (matcher.Passes((*sorted)[rank])) {
      passing->push_back(static_cast<std::uint32_t>(rank));
    }
  }
  if (lasting) {
    passing_.Keep(key, passing);
  }
  return passing;
}

Result<DealPage> PageOf(const DealList& list, const DealList::Matcher& matcher,
                        const DealPageRequest& request) {
  const auto order = list.Order(request.order, request.descending);
  const auto deals = list.book().deals();
  std::size_t begin = 0;
  if (!request.cursor.empty()) {
    const std::size_t mark = request.cursor.find('~');
    std::size_t position = 0;
    for (const char c : request.cursor.substr(0, mark)) {
      if (c < '0' || c > '9' || position > deals.size() + 1000000000) {
        return Fail(ErrorCode::kUsage, "The cursor is not one that a page ended with.");
      }
      position = position * 10 + static_cast<std::size_t>(c - '0');
    }
    if (mark == std::string::npos || mark == 0) {
      return Fail(ErrorCode::kUsage, "The cursor is not one that a page ended with.");
    }
    const std::string last = request.cursor.substr(mark + 1);
    begin = std::min(position, order->size());
    if (begin == 0 || deals[(*order)[begin - 1]].deal_id != last) {
      const auto found = std::ranges::find(
          *order, last, [&](std::uint32_t i) -> const std::string& { return deals[i].deal_id; });
      if (found != order->end()) {
        begin = static_cast<std::size_t>(found - order->begin()) + 1;
      }
    }
  }
  DealPage page;
  if (matcher.passes_all()) {
    const std::size_t end = std::min(order->size(), begin + request.limit);
    page.positions.assign(order->begin() + static_cast<std::ptrdiff_t>(begin),
                          order->begin() + static_cast<std::ptrdiff_t>(end));
    page.total = order->size();
    if (end < order->size()) {
      page.next_cursor = std::to_string(end) + "~" + deals[(*order)[end - 1]].deal_id;
    }
    return page;
  }
  const auto passing = list.Passing(request.order, request.descending, matcher);
  page.total = passing->size();
  const auto first = std::ranges::lower_bound(*passing, begin);
  const auto rest = static_cast<std::size_t>(passing->end() - first);
  const auto last = first + static_cast<std::ptrdiff_t>(std::min(rest, request.limit));
  std::transform(first, last, std::back_inserter(page.positions),
                 [&](std::uint32_t rank) { return (*order)[rank]; });
  if (last != passing->end() && !page.positions.empty()) {
    page.next_cursor = std::to_string(*(last - 1) + 1) + "~" + deals[page.positions.back()].deal_id;
  }
  return page;
}

}  // namespace ri::deals
