#include "revenue/new_business_outlook.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace ri::revenue {
namespace {

constexpr double kDaysPerWeek = 7;
// Pseudo-deals that spread a team's new business over its active reps.
constexpr double kRepPrior = 10;
constexpr std::size_t kMaxAtoms = 32;
constexpr std::size_t kNoSegment = std::numeric_limits<std::size_t>::max();

// Equal parts of the probability at their means: fewer atoms, the same mean.
std::vector<forecasting::SeverityAtom> Compress(std::vector<forecasting::SeverityAtom> atoms) {
  if (atoms.size() <= kMaxAtoms) {
    return atoms;
  }
  std::ranges::sort(atoms, {}, &forecasting::SeverityAtom::amount);
  std::vector<forecasting::SeverityAtom> merged;
  double cumulative = 0;
  forecasting::SeverityAtom open;
  double money = 0;
  for (const forecasting::SeverityAtom& atom : atoms) {
    cumulative += atom.probability;
    open.probability += atom.probability;
    money += atom.probability * atom.amount;
    const double reached = cumulative * static_cast<double>(kMaxAtoms);
    if (reached >= static_cast<double>(merged.size() + 1) - 1e-9) {
      open.amount = money / open.probability;
      merged.push_back(open);
      open = {};
      money = 0;
    }
  }
  if (open.probability > 0) {
    open.amount = money / open.probability;
    merged.push_back(open);
  }
  double total = 0;
  for (const forecasting::SeverityAtom& atom : merged) {
    total += atom.probability;
  }
  for (forecasting::SeverityAtom& atom : merged) {
    atom.probability /= total;
  }
  return merged;
}

int Season(domain::Quarter quarter) { return quarter.number - 1; }
int Running(domain::Quarter quarter) { return 4 * quarter.year + quarter.number - 1; }

}  // namespace

std::optional<forecasting::NewBusiness> NewBusinessOutlook::Mix(
    std::span<const SegmentShare> shares) const {
  forecasting::NewBusiness mixed{.size = size_};
  for (const SegmentShare& part : shares) {
    mixed.expected_count += part.share * segments_[part.segment].expected_count;
  }
  if (!(mixed.expected_count > 0)) {
    return std::nullopt;
  }
  for (const SegmentShare& part : shares) {
    const forecasting::NewBusiness& segment = segments_[part.segment];
    const double weight = part.share * segment.expected_count / mixed.expected_count;
    for (const forecasting::SeverityAtom& atom : segment.severity) {
      if (weight * atom.probability > 0) {
        mixed.severity.push_back({atom.amount, weight * atom.probability});
      }
    }
  }
  mixed.severity = Compress(std::move(mixed.severity));
  return mixed;
}

std::optional<forecasting::NewBusiness> NewBusinessOutlook::Of(std::span<const std::size_t> reps,
                                                               bool unowned) const {
  // Few of the segments of a large company: one pass over all of them per node would be a square.
  std::map<std::size_t, double> share;
  for (const std::size_t rep : reps) {
    if (rep < segment_of_rep_.size() && segment_of_rep_[rep] < segments_.size()) {
      share[segment_of_rep_[rep]] += share_of_rep_[rep];
    }
  }
  if (unowned && unowned_segment_ < segments_.size()) {
    share[unowned_segment_] = 1;
  }
  std::vector<SegmentShare> shares;
  for (const auto& [segment, part] : share) {
    shares.push_back({segment, part});
  }
  return Mix(shares);
}

std::optional<forecasting::NewBusiness> NewBusinessOutlook::Total() const {
  std::vector<SegmentShare> shares(segments_.size());
  for (std::size_t s = 0; s < shares.size(); ++s) {
    shares[s].segment = s;
  }
  return Mix(shares);
}

Result<NewBusinessOutlook> EstimateNewBusiness(const ForecastView& view,
                                               std::span<const WonDeal> won,
                                               const book::Organisation& organisation,
                                               const domain::Period& dates,
                                               std::size_t max_quarters) {
  NewBusinessOutlook outlook;
  const auto days_left = (dates.end - view.today()).count();
  if (days_left <= 0 || won.empty()) {
    return outlook;
  }
  // Teams that ever won something, and one more segment for wins without an owner.
  std::map<std::string, std::size_t> segment_of_team;
  std::size_t num_segments = 0;
  std::size_t unowned = kNoSegment;
  for (const WonDeal& deal : won) {
    if (deal.owner) {
      const auto [at, fresh] =
          segment_of_team.try_emplace(organisation.team[*deal.owner], num_segments);
      num_segments += fresh ? 1 : 0;
    } else if (unowned == kNoSegment) {
      unowned = num_segments++;
    }
  }
  for (const std::string& team : organisation.team) {
    const auto found = segment_of_team.find(team);
    outlook.segment_of_rep_.push_back(found == segment_of_team.end() ? kNoSegment : found->second);
  }
  outlook.unowned_segment_ = unowned;
  const auto segment_of = [&](const WonDeal& deal) {
    return deal.owner ? outlook.segment_of_rep_[*deal.owner] : unowned;
  };
  domain::Date first = won.front().entered;
  for (const WonDeal& deal : won) {
    first = std::min(first, deal.entered);
  }

  forecasting::NewBusinessHistory history{
      .num_segments = num_segments,
      .exposure = std::vector<double>(num_segments, 1.0),
      .amounts = std::vector<std::vector<double>>(num_segments)};
  const std::size_t num_reps = organisation.rep.size();
  std::vector<double> active(num_reps, 0.0);
  std::vector<double> own(num_reps, 0.0);
  const domain::Date a_year_ago = view.today() - std::chrono::days(365);
  for (const WonDeal& deal : won) {
    ++history.exposure[segment_of(deal)];
    if (deal.owner && deal.closed >= a_year_ago) {
      active[*deal.owner] = 1;
    }
  }
  const double weeks_left = static_cast<double>(days_left) / kDaysPerWeek;
  const domain::Quarter quarter = view.calendar.QuarterOf(dates.begin);
  domain::Date first_end = view.today();
  for (const WonDeal& deal : won) {
    first_end = std::min(first_end, deal.closed);
  }
  int back = 1;
  while (SameStretch(view.calendar, dates, back).end > view.today()) {
    ++back;
  }
  const int newest = back;
  for (std::size_t n = 0; n < max_quarters; ++n, ++back) {
    const domain::Period period = SameStretch(view.calendar, dates, back);
    const domain::Date from = period.end - std::chrono::days(days_left);
    if (std::min(from, period.begin) < first || period.begin < first_end) {
      break;  // the history, or that of wins, begins inside this quarter
    }
    std::vector<double> counts(num_segments, 0.0);
    for (const WonDeal& deal : won) {
      if (deal.entered >= from && period.Contains(deal.closed)) {
        ++counts[segment_of(deal)];
        history.amounts[segment_of(deal)].push_back(deal.amount);
        if (deal.owner) {
          ++own[*deal.owner];
        }
      }
    }
    for (std::size_t s = 0; s < num_segments; ++s) {
      history.records.push_back({.segment = static_cast<int>(s),
                                 .period = Running(quarter) - back,
                                 .season = (Season(quarter) + 4 * back - back) % 4,
                                 .weeks_left = weeks_left,
                                 .count = counts[s]});
    }
    ++outlook.num_quarters_;
  }
  RI_ASSIGN_OR_RETURN(const auto model, forecasting::FitNewBusiness(history));
  outlook.limited_history_ = model.limited_history();
  for (std::size_t s = 0; s < num_segments; ++s) {
    outlook.segments_.push_back(model.Forecast(s, Season(quarter), weeks_left, newest));
    outlook.size_ = outlook.segments_.back().size;
  }
  outlook.share_of_rep_.assign(num_reps, 0.0);
  std::vector<std::vector<std::size_t>> reps_of(num_segments);
  for (std::size_t rep = 0; rep < num_reps; ++rep) {
    if (outlook.segment_of_rep_[rep] < num_segments) {
      reps_of[outlook.segment_of_rep_[rep]].push_back(rep);
    }
  }
  for (const std::vector<std::size_t>& reps : reps_of) {
    if (std::ranges::none_of(reps, [&](std::size_t rep) { return active[rep] > 0; })) {
      for (const std::size_t rep : reps) {  // Nobody won anything lately: everybody may.
        active[rep] = 1;
      }
    }
    double deals = 0;
    double heads = 0;
    for (const std::size_t rep : reps) {
      deals += active[rep] * own[rep];
      heads += active[rep];
    }
    for (const std::size_t rep : reps) {
      if (active[rep] > 0) {
        outlook.share_of_rep_[rep] = (own[rep] + kRepPrior / heads) / (deals + kRepPrior);
      }
    }
  }
  return outlook;
}

}  // namespace ri::revenue
