#include "book/score_snapshots.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "base/parallel.h"
#include "base/sha256.h"
#include "book/outlooks.h"
#include "features/deal_history.h"
#include "scoring/deal_risks.h"

namespace ri::book {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kHashDigits = 32;

/// Identity of the inputs of a score: names and bytes of the feature row.
std::string RowHash(const features::FeatureTable& table, std::size_t row) {
  base::Sha256 hash;
  for (std::size_t j = 0; j < table.features.size(); ++j) {
    hash.Update(table.features[j].name);
    const float value = table.values(row, j);
    if (table.labels[j].empty() || std::isnan(value)) {
      // All missing values are one missing value, whatever bits the NaN has.
      const auto bits = std::isnan(value) ? 0x7FC00000U : std::bit_cast<std::uint32_t>(value);
      hash.Update(std::as_bytes(std::span(&bits, 1)));
    } else {
      hash.Update(table.labels[j][static_cast<std::size_t>(value)]);
    }
  }
  return base::ToHex(hash.Finish()).substr(0, kHashDigits);
}

std::string TextOf(std::span<const std::string> texts, const std::optional<std::size_t>& index) {
  return index ? texts[*index] : std::string();
}

/// The latest name of an entity that has one, else its key.
std::vector<std::string> NamesOf(const data::EventLog& log, data::EntityKind kind) {
  std::vector<std::string> names(log.keys(kind).begin(), log.keys(kind).end());
  const auto attribute = log.FindAttribute(kind, data::attribute::kName);
  if (!attribute) {
    return names;
  }
  for (std::size_t entity = 0; entity < names.size(); ++entity) {
    for (const data::LoggedEvent& event : log.events(kind, entity)) {
      if (event.attribute == *attribute && event.value != data::kNoValue) {
        names[entity] = log.symbols()[static_cast<std::size_t>(event.value)];
      }
    }
  }
  return names;
}

void FillState(const data::EventLog& log, const features::DealState& state,
               const std::vector<std::string>& reps, const std::vector<std::string>& accounts,
               const std::string& default_currency, ScoredDeal& deal) {
  deal.name = TextOf(log.symbols(), state.name);
  deal.owner = TextOf(reps, state.owner);
  deal.account = TextOf(accounts, state.account);
  deal.stage = TextOf(log.symbols(), state.stage);
  deal.forecast_category = TextOf(log.symbols(), state.forecast_category);
  deal.currency = state.currency ? log.symbols()[*state.currency] : default_currency;
  if (state.amount != data::kNoValue) {
    deal.amount_minor = state.amount;
  }
  deal.commit_date = state.commit_date;
}

void FillRisks(const models::Prediction& prediction, const scoring::DealRisks& risks,
               ScoredDeal& deal) {
  deal.margin = prediction.margin.value();
  deal.win_probability = prediction.win.value();
  deal.band_deals = prediction.band.deals;
  if (prediction.band.deals > 0) {
    deal.win_low = prediction.band.low;
    deal.win_high = prediction.band.high;
  }
  deal.win_by_quarter_end = risks.win_by_quarter_end;
  deal.win_by_next_quarter_end = risks.win_by_next_quarter_end;
  deal.win_by_commit_date = risks.win_by_commit_date;
  deal.slip = risks.slip;
  deal.loss = risks.loss;
  deal.expected_close_p10 = risks.close_p10;
  deal.expected_close_p50 = risks.close_p50;
  deal.expected_close_p90 = risks.close_p90;
  deal.risk = 100 * risks.miss;
}

/// States of snapshots that may have different moments.
std::vector<features::DealState> StatesOf(const data::EventLog& log,
                                          std::span<const features::SnapshotKey> keys,
                                          int threads) {
  std::vector<features::DealState> states(keys.size());
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin;
    std::vector<std::uint32_t> deals;
    while (end < keys.size() && keys[end].as_of == keys[begin].as_of) {
      deals.push_back(keys[end++].deal);
    }
    auto part = features::StatesAsOf(log, deals, keys[begin].as_of, threads);
    std::ranges::move(part, states.begin() + static_cast<std::ptrdiff_t>(begin));
    begin = end;
  }
  return states;
}

/// Fails when the person asked to stop.
Status GoOn(const base::Progress& progress) {
  return progress.cancelled() ? Status(Fail(ErrorCode::kCancelled, "Stopped.")) : Status();
}

}  // namespace

Result<SnapshotScores> ScoreSnapshots(const ScoringContext& context,
                                      std::span<const features::SnapshotKey> keys,
                                      base::Progress& progress) {
  const Knowledge& knowledge = context.knowledge;
  const models::DealOutcomeModel& model = context.model.model();
  const data::EventLog& log = *knowledge.log;
  progress.Begin("Scoring open deals", keys.size());
  SnapshotScores scores;
  scores.table = knowledge.engine->Compute(keys, context.num_threads);
  RI_RETURN_IF_ERROR(GoOn(progress));
  RI_ASSIGN_OR_RETURN(scores.encoded, model.Encode(scores.table));
  const std::vector<models::Prediction> predictions =
      context.model.Predict(scores.encoded.view(), context.num_threads);
  RI_RETURN_IF_ERROR(GoOn(progress));
  const std::vector<std::string> reps = NamesOf(log, data::EntityKind::kRep);
  const std::vector<std::string> accounts = NamesOf(log, data::EntityKind::kAccount);
  const std::string default_currency(context.amounts.currency().code());
  const std::vector<features::DealState> states = StatesOf(log, keys, context.num_threads);
  scores.deals.resize(keys.size());
  std::vector<scoring::PeerInput> peers(keys.size());
  const auto deal_ids = log.keys(data::EntityKind::kDeal);
  std::vector<models::DealMoment> moments(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const domain::Date today = domain::DateOf(keys[i].as_of);
    const features::Episode& episode = knowledge.engine->episodes()[keys[i].deal][keys[i].episode];
    moments[i] = {.as_of = today,
                  .age_days = static_cast<int>((today - domain::DateOf(episode.opened)).count())};
  }
  const auto score = [&](std::size_t i, const std::optional<models::Outlook>& outlook) {
    if (progress.cancelled()) {
      return;
    }
    ScoredDeal& deal = scores.deals[i];
    deal.deal = keys[i].deal;
    deal.episode = keys[i].episode;
    deal.deal_id = deal_ids[keys[i].deal];
    deal.as_of = keys[i].as_of;
    FillState(log, states[i], reps, accounts, default_currency, deal);
    const domain::Date today = moments[i].as_of;
    const domain::Quarter quarter = context.calendar.QuarterOf(today);
    const scoring::DealDates dates{
        .as_of = today,
        .commit_date = deal.commit_date,
        .quarter_end = context.calendar.PeriodOf(quarter).end,
        .next_quarter_end = context.calendar.PeriodOf(domain::Next(quarter)).end};
    FillRisks(predictions[i], scoring::RisksOf(predictions[i], outlook, dates), deal);
    if (context.risks != nullptr) {
      deal.stall = context.risks->Stall(scores.table, i);
      deal.shrink = context.risks->Shrink(scores.table, i);
    }
    deal.priority = scoring::AmountAtStake(
        context.amounts.ToReporting(deal.amount_minor, deal.currency, keys[i].as_of),
        deal.win_probability);
    deal.feature_row_hash = RowHash(scores.table, i);
    peers[i] = {.group = deal.stage + '|' + scoring::WeeksToCommitBucket(today, deal.commit_date),
                .not_missed = 1 - deal.risk / 100};
  };
  LookAtAll(model, scores.encoded.view(), predictions, moments, context.num_threads, score);
  RI_RETURN_IF_ERROR(GoOn(progress));
  const std::vector<double> excess = scoring::ExcessRisk(peers);
  for (std::size_t i = 0; i < scores.deals.size(); ++i) {
    scores.deals[i].excess_risk = excess[i];
  }
  progress.End();
  return scores;
}

SnapshotScores ByPriority(SnapshotScores scores, int num_threads) {
  std::vector<std::size_t> order(scores.deals.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, [&](std::size_t first, std::size_t second) {
    const ScoredDeal& a = scores.deals[first];
    const ScoredDeal& b = scores.deals[second];
    return a.priority != b.priority ? a.priority > b.priority : a.deal_id < b.deal_id;
  });
  SnapshotScores sorted;
  sorted.table.features = std::move(scores.table.features);
  sorted.table.labels = std::move(scores.table.labels);
  sorted.table.rows.resize(order.size());
  sorted.table.values = base::Matrix<float>(order.size(), scores.table.values.num_columns());
  sorted.encoded = base::Matrix<float>(order.size(), scores.encoded.num_columns());
  sorted.deals.resize(order.size());
  base::ParallelFor(order.size(), kBlock, num_threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      sorted.table.rows[i] = scores.table.rows[order[i]];
      std::ranges::copy(scores.table.values.row(order[i]), sorted.table.values.row(i).begin());
      std::ranges::copy(scores.encoded.row(order[i]), sorted.encoded.row(i).begin());
      sorted.deals[i] = std::move(scores.deals[order[i]]);
    }
  });
  return sorted;
}

}  // namespace ri::book
