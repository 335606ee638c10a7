#include "service/score_deals.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/parallel.h"
#include "base/sha256.h"
#include "scoring/deal_risks.h"
#include "service/csv_writer.h"
#include "service/reporting_amount.h"

namespace ri::service {
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

std::string NumberCell(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.17g}", value);
}

std::string DateCell(const std::optional<domain::Date>& date) {
  return date ? domain::FormatDate(*date) : "";
}

}  // namespace

Result<ScoreReport> ScoreDeals(Workspace& workspace, const ScoreRequest& request,
                               base::Progress& progress) {
  RI_ASSIGN_OR_RETURN(const LoadedModel loaded, LoadModel(workspace.store(), request.model));
  RI_ASSIGN_OR_RETURN(const Knowledge* knowledge, workspace.Load(request.known_at, progress));
  ScoreReport report{.model_version = loaded.version.text(),
                     .model_family = loaded.family,
                     .refusal = loaded.refusal,
                     .as_of_created = request.as_of_created};
  std::vector<features::SnapshotKey> keys;
  if (request.as_of_created) {
    report.moment.as_of = request.now;
    for (const features::SnapshotKey& key : knowledge->engine->FirstSnapshots()) {
      if (knowledge->engine->episodes()[key.deal][key.episode].outcome ==
          features::Outcome::kOpen) {
        keys.push_back(key);
      }
    }
  } else {
    report.moment = EffectiveMoment(*knowledge->log, request.as_of, request.now);
    keys = knowledge->engine->OpenAt(report.moment.as_of);
  }
  RI_ASSIGN_OR_RETURN(report.deals,
                      ScoreSnapshots(workspace, *knowledge, *loaded.model, keys, progress));
  std::ranges::sort(report.deals, [](const ScoredDeal& a, const ScoredDeal& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.deal_id < b.deal_id;
  });
  if (request.store) {
    std::vector<data::StoredScore> scores;
    for (const ScoredDeal& deal : report.deals) {
      scores.push_back({.deal_id = deal.deal_id,
                        .margin = deal.margin,
                        .win_probability = deal.win_probability,
                        .win_low = deal.win_low,
                        .win_high = deal.win_high,
                        .win_by_quarter_end = deal.win_by_quarter_end,
                        .feature_row_hash = deal.feature_row_hash});
    }
    const data::ScoreRun run{.as_of = domain::Milliseconds(report.moment.as_of),
                             .known_at = domain::Milliseconds(knowledge->newest_batch),
                             .model_version = report.model_version,
                             .created_at = domain::Milliseconds(request.now)};
    RI_ASSIGN_OR_RETURN(report.run_id, workspace.store().AddScoreRun(run, scores));
  }
  return report;
}

Result<std::vector<ScoredDeal>> ScoreSnapshots(Workspace& workspace, const Knowledge& knowledge,
                                               const models::DealOutcomeModel& model,
                                               std::span<const features::SnapshotKey> keys,
                                               base::Progress& progress) {
  const data::EventLog& log = *knowledge.log;
  const int threads = workspace.num_threads();
  RI_ASSIGN_OR_RETURN(const domain::FiscalCalendar calendar, workspace.Calendar());
  RI_ASSIGN_OR_RETURN(const ReportingAmounts amounts, ReportingAmounts::For(workspace, log));
  progress.Begin("Scoring open deals", keys.size());
  const features::FeatureTable table = knowledge.engine->Compute(keys, threads);
  RI_ASSIGN_OR_RETURN(const base::Matrix<float> encoded, model.Encode(table));
  const std::vector<std::string> reps = NamesOf(log, data::EntityKind::kRep);
  const std::vector<std::string> accounts = NamesOf(log, data::EntityKind::kAccount);
  const std::string default_currency(amounts.currency().code());
  const std::vector<features::DealState> states = StatesOf(log, keys, threads);
  std::vector<ScoredDeal> deals(keys.size());
  std::vector<scoring::PeerInput> peers(keys.size());
  const auto deal_ids = log.keys(data::EntityKind::kDeal);
  base::ParallelFor(keys.size(), kBlock, threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      ScoredDeal& deal = deals[i];
      deal.deal = keys[i].deal;
      deal.episode = keys[i].episode;
      deal.deal_id = deal_ids[keys[i].deal];
      deal.as_of = keys[i].as_of;
      FillState(log, states[i], reps, accounts, default_currency, deal);
      const domain::Date today = domain::DateOf(keys[i].as_of);
      const features::Episode& episode =
          knowledge.engine->episodes()[keys[i].deal][keys[i].episode];
      const models::Prediction prediction = model.Predict(encoded.row(i));
      const domain::Quarter quarter = calendar.QuarterOf(today);
      const scoring::DealDates dates{
          .as_of = today,
          .commit_date = deal.commit_date,
          .quarter_end = calendar.PeriodOf(quarter).end,
          .next_quarter_end = calendar.PeriodOf(domain::Next(quarter)).end};
      const models::DealMoment moment{
          .as_of = today,
          .age_days = static_cast<int>((today - domain::DateOf(episode.opened)).count())};
      FillRisks(prediction, scoring::RisksOf(prediction, model.Look(encoded.row(i), moment), dates),
                deal);
      deal.priority = scoring::AmountAtStake(
          amounts.ToReporting(deal.amount_minor, deal.currency, keys[i].as_of),
          deal.win_probability);
      deal.feature_row_hash = RowHash(table, i);
      peers[i] = {.group = deal.stage + '|' + scoring::WeeksToCommitBucket(today, deal.commit_date),
                  .not_missed = 1 - deal.risk / 100};
    }
  });
  const std::vector<double> excess = scoring::ExcessRisk(peers);
  for (std::size_t i = 0; i < deals.size(); ++i) {
    deals[i].excess_risk = excess[i];
  }
  progress.End();
  return deals;
}

Status WriteScoresCsv(const ScoreReport& report, const std::string& path) {
  RI_ASSIGN_OR_RETURN(CsvWriter writer, CsvWriter::Open(path));
  const std::vector<std::string> header = {"deal_id",
                                           "as_of",
                                           "win_probability",
                                           "win_low",
                                           "win_high",
                                           "win_by_quarter_end",
                                           "win_by_commit_date",
                                           "slip",
                                           "loss",
                                           "stall",
                                           "shrink",
                                           "expected_close_p10",
                                           "expected_close_p50",
                                           "expected_close_p90",
                                           "risk",
                                           "excess_risk",
                                           "priority",
                                           "model_version"};
  writer.Write(header);
  for (const ScoredDeal& deal : report.deals) {
    const std::vector<std::string> cells = {deal.deal_id,
                                            domain::FormatTimestamp(deal.as_of),
                                            NumberCell(deal.win_probability),
                                            NumberCell(deal.win_low),
                                            NumberCell(deal.win_high),
                                            NumberCell(deal.win_by_quarter_end),
                                            NumberCell(deal.win_by_commit_date),
                                            NumberCell(deal.slip),
                                            NumberCell(deal.loss),
                                            NumberCell(deal.stall),
                                            NumberCell(deal.shrink),
                                            DateCell(deal.expected_close_p10),
                                            DateCell(deal.expected_close_p50),
                                            DateCell(deal.expected_close_p90),
                                            NumberCell(deal.risk),
                                            NumberCell(deal.excess_risk),
                                            NumberCell(deal.priority),
                                            report.model_version};
    writer.Write(cells);
  }
  return writer.Close();
}

}  // namespace ri::service
