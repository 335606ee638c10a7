#include "service/deal_weeks.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/random.h"
#include "book/organisation.h"
#include "book/replay_model.h"
#include "features/deal_history.h"
#include "revenue/quarters_with_history.h"
#include "scoring/deal_risks.h"

namespace ri::service {
namespace {

constexpr std::chrono::days kWeek{7};
constexpr std::chrono::days kGrace{scoring::kGraceDays};
constexpr std::chrono::days kStallWindow{28};
constexpr double kStallDays = 28;
constexpr double kShrunkShare = 0.9;
constexpr std::uint64_t kSampleSeed = 1;

/// Columns of a table that the rules look at.
class FactColumns {
 public:
  explicit FactColumns(const features::FeatureTable& table)
      : table_(table),
        commit_(table.Find("days_to_commit")),
        stage_ratio_(table.Find("stage_time_ratio")),
        pushes_(table.Find("close_date_pushes")),
        contacts_(table.Find("active_contacts_28d")),
        progress_(table.Find("stage_order")),
        touch_(table.Find("days_since_two_way_touch")),
        amount_(table.Find("amount_change")),
        advances_(table.Find("stage_advances_28d")) {}

  [[nodiscard]] scoring::RuleFacts At(std::size_t row) const {
    return {.days_to_commit = Value(commit_, row),
            .stage_days_over_won_median = Value(stage_ratio_, row),
            .pushes = Value(pushes_, row),
            .buyer_contacts_28_days = Value(contacts_, row),
            .stage_progress = Value(progress_, row),
            .days_since_two_way_touch = Value(touch_, row),
            .amount_over_first = std::exp(Value(amount_, row))};
  }
  /// Whether the row knows of moves or contacts at all.
  [[nodiscard]] bool KnowsMoves() const { return advances_ || touch_; }
  /// Neither a stage advance nor a two-way contact in the 28 days before the row.
  [[nodiscard]] bool StoodStill(std::size_t row) const {
    const double advances = Value(advances_, row);
    const double touch = Value(touch_, row);
    return !(advances > 0) && !(touch < kStallDays);
  }

 private:
  [[nodiscard]] double Value(const std::optional<std::size_t>& column, std::size_t row) const {
    return column ? static_cast<double>(table_.values(row, *column)) : scoring::RuleFacts::kUnknown;
  }
  const features::FeatureTable& table_;
  std::optional<std::size_t> commit_, stage_ratio_, pushes_, contacts_, progress_, touch_, amount_,
      advances_;
};

/// First day after `week` on which the commit date was seen beyond `limit`.
std::optional<domain::Date> MovedBeyond(const data::EventLog& log, std::uint32_t deal,
                                        std::optional<std::uint32_t> commit, domain::Date week,
                                        domain::Date limit, domain::Timestamp until) {
  if (!commit) {
    return std::nullopt;
  }
  for (const data::LoggedEvent& event : log.events(data::EntityKind::kDeal, deal)) {
    const domain::Timestamp seen = domain::TimestampFromMilliseconds(event.visible_time);
    if (seen > until) {
      break;
    }
    if (event.attribute == *commit && seen > domain::StartOf(week) &&
        event.value != data::kNoValue && domain::DateFromDayNumber(event.value) > limit) {
      return domain::DateOf(seen);
    }
  }
  return std::nullopt;
}

class Judge {
 public:
  Judge(const book::Knowledge& knowledge, domain::Timestamp known)
      : knowledge_(knowledge),
        known_(known),
        commit_(
            knowledge.log->FindAttribute(data::EntityKind::kDeal, data::attribute::kCommitDate)) {}

  void operator()(DealWeek& row) const {
    const features::Episode& life = knowledge_.engine->episodes()[row.deal][row.episode];
    const bool closed = life.closed && life.outcome_visible && *life.outcome_visible <= known_;
    const bool won = closed && life.outcome == features::Outcome::kWon;
    if (closed) {
      row.won = won;
    }
    JudgePromise(life, closed, won, row);
    if (won && life.final_amount != data::kNoValue) {
      const auto then = book::LatestValue(*knowledge_.log, data::EntityKind::kDeal, row.deal,
                                          data::attribute::kAmount, domain::StartOf(row.week));
      if (then && *then > 0) {
        row.shrunk =
            static_cast<double>(life.final_amount) < kShrunkShare * static_cast<double>(*then);
      }
    }
  }

 private:
  void JudgePromise(const features::Episode& life, bool closed, bool won, DealWeek& row) const {
    if (!row.commit_date) {
      return;
    }
    const domain::Date promised = *row.commit_date;
    const domain::Date today = domain::DateOf(known_);
    if (promised >= row.week && promised < today) {
      row.slipped = !closed || domain::DateOf(*life.closed) > promised;
    }
    const domain::Date limit = promised + kGrace;
    if (limit < row.week || limit >= today) {
      return;
    }
    row.promise.missed = !won || domain::DateOf(*life.closed) > limit;
    if (!*row.promise.missed) {
      return;
    }
    domain::Date known = limit + std::chrono::days(1);
    if (closed && !won) {
      known = std::min(known, domain::DateOf(*life.closed));
    }
    if (const auto moved = MovedBeyond(*knowledge_.log, row.deal, commit_, row.week, limit,
                                       closed ? *life.closed : known_)) {
      known = std::min(known, *moved);
    }
    row.promise.known = std::max(known, row.week);
  }

  const book::Knowledge& knowledge_;
  domain::Timestamp known_;
  std::optional<std::uint32_t> commit_;
};

/// Excess risk against the deals of the same Monday. \pre rows by week
void SetExcess(std::span<DealWeek> rows) {
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin;
    std::vector<scoring::PeerInput> peers;
    for (; end < rows.size() && rows[end].week == rows[begin].week; ++end) {
      const DealWeek& row = rows[end];
      peers.push_back(
          {.group = row.stage + '|' + scoring::WeeksToCommitBucket(row.week, row.commit_date),
           .not_missed = 1 - row.risk / 100});
    }
    const std::vector<double> excess = scoring::ExcessRisk(peers);
    for (std::size_t i = begin; i < end; ++i) {
      rows[i].excess_risk = excess[i - begin];
    }
    begin = end;
  }
}

/// Whether deals stood still in the four weeks after a row, told by their row four weeks later.
void JudgeStalls(const book::SnapshotScores& scores, const book::Knowledge& knowledge,
                 domain::Timestamp known, std::span<DealWeek> rows, int num_threads) {
  std::vector<features::SnapshotKey> keys;
  std::vector<std::size_t> at;
  if (!FactColumns(scores.table).KnowsMoves()) {
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    DealWeek& row = rows[i];
    const domain::Timestamp later = domain::StartOf(row.week) + kStallWindow;
    if (later > known) {
      continue;
    }
    const features::Episode& life = knowledge.engine->episodes()[row.deal][row.episode];
    if (life.closed && *life.closed <= later) {
      row.stalled = false;
      continue;
    }
    keys.push_back({row.deal, row.episode, later});
    at.push_back(i);
  }
  const features::FeatureTable table = knowledge.engine->Compute(keys, num_threads);
  const FactColumns columns(table);
  for (std::size_t k = 0; k < keys.size(); ++k) {
    rows[at[k]].stalled = columns.StoodStill(k);
  }
}

}  // namespace

std::vector<DealWeek> DealWeeksOf(const book::Knowledge& knowledge,
                                  const book::ReportingAmounts& amounts,
                                  const book::SnapshotScores& scores) {
  const data::EventLog& log = *knowledge.log;
  const FactColumns columns(scores.table);
  std::vector<DealWeek> rows;
  rows.reserve(scores.deals.size());
  std::map<std::pair<std::size_t, domain::Timestamp>, double> active;
  for (std::size_t i = 0; i < scores.deals.size(); ++i) {
    const book::ScoredDeal& deal = scores.deals[i];
    DealWeek row{.deal = deal.deal,
                 .episode = deal.episode,
                 .week = domain::DateOf(deal.as_of),
                 .deal_id = deal.deal_id,
                 .stage = deal.stage,
                 .category = deal.forecast_category,
                 .amount = amounts.ToReporting(deal.amount_minor, deal.currency, deal.as_of),
                 .win = deal.win_probability,
                 .loss = deal.loss,
                 .slip = deal.slip,
                 .stall = deal.stall,
                 .shrink = deal.shrink,
                 .risk = deal.risk,
                 .facts = columns.At(i),
                 .commit_date = deal.commit_date};
    row.facts.win_by_commit_chance = deal.win_by_commit_date;
    if (const auto owner = book::LatestValue(log, data::EntityKind::kDeal, deal.deal,
                                             data::attribute::kOwner, deal.as_of)) {
      row.owner = static_cast<std::size_t>(*owner);
      const auto [entry, fresh] =
          active.try_emplace({*row.owner, deal.as_of}, scoring::RuleFacts::kUnknown);
      if (fresh) {
        if (const auto flag = book::LatestValue(log, data::EntityKind::kRep, *row.owner,
                                                data::attribute::kActive, deal.as_of)) {
          entry->second = static_cast<double>(*flag);
        }
      }
      row.facts.owner_active = entry->second;
    }
    rows.push_back(std::move(row));
  }
  std::ranges::stable_sort(rows, [](const DealWeek& a, const DealWeek& b) {
    return std::tie(a.week, a.deal, a.episode) < std::tie(b.week, b.deal, b.episode);
  });
  SetExcess(rows);
  return rows;
}

void JudgeDealWeeks(const book::Knowledge& knowledge, domain::Timestamp known,
                    const book::SnapshotScores& scores, std::span<DealWeek> rows) {
  const Judge judge(knowledge, known);
  for (DealWeek& row : rows) {
    judge(row);
  }
  JudgeStalls(scores, knowledge, known, rows, 1);
}

Result<DealWeeks> ReplayDealWeeks(const book::Knowledge& knowledge,
                                  const book::ReportingAmounts& amounts,
                                  const domain::FiscalCalendar& calendar,
                                  const DealWeeksRequest& request, int num_threads,
                                  base::Progress& progress) {
  const domain::Quarter running = calendar.QuarterOf(domain::DateOf(request.as_of));
  const std::vector<domain::Quarter> quarters = revenue::QuartersWithHistory(
      knowledge.engine->episodes(), calendar, running, request.quarters);
  if (quarters.empty()) {
    return Fail(ErrorCode::kRefused,
                "No quarter can be replayed: it needs two full quarters of history before it.");
  }
  const auto mondays_of = [&](domain::Quarter quarter) {
    const domain::Period dates = calendar.PeriodOf(quarter);
    std::vector<domain::Date> mondays;
    for (domain::Date day = domain::MondayOnOrAfter(dates.begin);
         day < dates.end && domain::StartOf(day) <= request.as_of; day += kWeek) {
      mondays.push_back(day);
    }
    return mondays;
  };
  DealWeeks history;
  std::size_t expected = 0;
  for (const domain::Quarter quarter : quarters) {
    for (const domain::Date monday : mondays_of(quarter)) {
      expected += knowledge.engine->OpenAt(domain::StartOf(monday)).size();
    }
  }
  if (expected > request.max_rows) {
    history.kept_share = static_cast<double>(request.max_rows) / static_cast<double>(expected);
  }
  const auto rep_keys = knowledge.log->keys(data::EntityKind::kRep);
  const auto stays = [&](const features::SnapshotKey& key) {
    if (history.kept_share >= 1) {
      return true;
    }
    const auto owner = book::LatestValue(*knowledge.log, data::EntityKind::kDeal, key.deal,
                                         data::attribute::kOwner, key.as_of);
    const std::string_view name =
        owner ? std::string_view(rep_keys[static_cast<std::size_t>(*owner)]) : "";
    return base::RandomStream(kSampleSeed, "replayed-reps", base::HashText(name)).Uniform() <
           history.kept_share;
  };
  for (const domain::Quarter quarter : quarters) {
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Stopped.");
    }
    std::vector<features::SnapshotKey> keys;
    for (const domain::Date monday : mondays_of(quarter)) {
      for (const features::SnapshotKey& key : knowledge.engine->OpenAt(domain::StartOf(monday))) {
        if (stays(key)) {
          keys.push_back(key);
        }
      }
    }
    if (keys.empty()) {
      continue;
    }
    const domain::Timestamp cutoff = domain::StartOf(calendar.PeriodOf(quarter).begin);
    RI_ASSIGN_OR_RETURN(book::LoadedModel trained,
                        book::TrainAtStartOf(knowledge, calendar, quarter,
                                             {.bags = request.bags,
                                              .origins = request.origins,
                                              .max_rows = request.max_training_rows,
                                              .num_threads = num_threads},
                                             progress));
    history.models.push_back({.quarter = quarter, .family = trained.family});
    const book::PreparedModel model(std::move(trained));
    const book::RiskTables risks = book::RiskTables::Learn(knowledge, cutoff, num_threads);
    RI_ASSIGN_OR_RETURN(const book::SnapshotScores scores,
                        book::ScoreSnapshots({.knowledge = knowledge,
                                              .model = model,
                                              .amounts = amounts,
                                              .calendar = calendar,
                                              .num_threads = num_threads,
                                              .risks = &risks},
                                             keys, progress));
    std::vector<DealWeek> rows = DealWeeksOf(knowledge, amounts, scores);
    JudgeDealWeeks(knowledge, request.as_of, scores, rows);
    std::ranges::move(rows, std::back_inserter(history.rows));
  }
  return history;
}

}  // namespace ri::service
