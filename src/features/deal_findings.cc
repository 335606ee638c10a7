#include "features/deal_findings.h"

#include <algorithm>

#include "features/deal_replay.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

/// Plays deals and writes down what other deals may learn from them.
class Collector {
 public:
  Collector(const data::EventLog& log, const Sources& sources, const RateColumns& rates,
            const CurrencyConverter& currencies, DealFindings& findings)
      : sources_(sources),
        rates_(rates),
        currencies_(currencies),
        findings_(findings),
        num_products_(sources.LabelSymbols(TextColumn::kProduct).size()),
        order_stages_(sources.LabelSymbols(TextColumn::kStage).size() <= kMostStages),
        replay_(log, sources, ~0U, false),
        ledger_(sources, rates, currencies) {}

  void Collect(std::size_t deal) {
    replay_.Start(deal);
    ledger_.Start();
    loaded_owner_ = loaded_account_ = kNoLabel;
    has_first_amount_ = false;
    is_open_ = false;
    has_undated_ = false;
    has_undated_span_ = false;
    visited_.clear();
    replay_.AdvanceTo(kNever - 1,
                      [&](std::int64_t now, unsigned changes) { OnChange(now, changes); });
  }

 private:
  void OnChange(std::int64_t now, unsigned changes) {
    event_ = {.time = now};
    has_event_ = false;
    if ((changes & DealReplay::kLife) != 0) {
      OnLife(now);
    }
    const std::uint32_t owner = replay_.owner_index();
    if ((changes & (DealReplay::kLife | DealReplay::kOwner | DealReplay::kAccount)) != 0) {
      const bool counts = replay_.IsOpen();
      Load(counts ? owner : kNoLabel, counts ? replay_.account_index() : kNoLabel);
    }
    if ((changes & DealReplay::kOwner) != 0 && owner != kNoLabel) {
      findings_.rep_deals.push_back({owner, now});
    }
    if ((changes & DealReplay::kFirstActivity) != 0) {
      findings_.first_activity = std::min(findings_.first_activity, now);
      if (owner != kNoLabel) {
        findings_.rep_activities.push_back({owner, now});
      }
    }
    if ((changes & DealReplay::kFirstAmount) != 0 && !has_first_amount_) {
      AddFirstAmount(now);
    }
    if ((changes & DealReplay::kStage) != 0 && order_stages_) {
      AddStagePairs(now);
    }
    if (has_event_) {
      NextEvent();
    }
  }

  void OnLife(std::int64_t now) {
    ledger_.Settle(replay_, now, [&](const Contribution& contribution, int sign) {
      if (event_.has_outcome) {  // a correction: one is taken back, another comes in
        NextEvent();
      }
      event_.has_outcome = true;
      event_.payload = static_cast<std::uint32_t>(findings_.dated.records.size());
      has_event_ = true;
      findings_.dated.Add(contribution, rates_.active(), replay_.deal(), contribution.life.closed,
                          sign);
      if (contribution.in_rates && sign > 0 && contribution.life.won && order_stages_) {
        AddStays(contribution.life, now);
      }
    });
    const auto episode = static_cast<std::uint32_t>(replay_.lives().size() - 1);
    const bool open = replay_.IsOpen();
    if (is_open_ && (!open || findings_.open_spans.back().episode != episode)) {
      findings_.open_spans.back().to = now;
      is_open_ = false;
    }
    if (open && !is_open_) {
      findings_.open_spans.push_back({.deal = replay_.deal(), .episode = episode, .from = now});
      is_open_ = true;
    }
    if (replay_.undated_outcome() != data::kNoValue) {
      if (!has_undated_) {
        AddUndated(now);
        has_undated_ = true;
      }
      if (!has_undated_span_ && replay_.is_qualified() && !replay_.is_deleted()) {
        findings_.undated_spans.push_back({.deal = replay_.deal(), .from = now});
        has_undated_span_ = true;
      }
    }
  }

  /// With the categories known when the outcome itself became known, so that later events change
  /// nothing. A source gives a deal either dated outcomes or an undated one.
  void AddUndated(std::int64_t now) {
    const std::int64_t outcome = replay_.undated_outcome();
    const bool won = sources_.outcomes().IsWon(outcome);
    if (!won && !sources_.outcomes().IsLost(outcome)) {
      return;
    }
    const std::int64_t created = replay_.opened_first();
    const std::int64_t excluded = replay_.value(Slot::kExcluded);
    ledger_.Describe(replay_, {.opened = created, .won = won}, now, undated_);
    undated_.in_rates = excluded == data::kNoValue;
    undated_.in_history = !sources_.IsUnrealReason(excluded);
    findings_.undated.Add(undated_, rates_.active(), replay_.deal(), created, +1);
  }

  /// Finishes the event being made and begins another of the same moment.
  void NextEvent() {
    findings_.events.push_back(event_);
    event_ = {.time = event_.time};
    has_event_ = false;
  }

  void Load(std::uint32_t owner, std::uint32_t account) {
    if (owner == loaded_owner_ && account == loaded_account_) {
      return;
    }
    event_.old_owner = loaded_owner_;
    event_.new_owner = loaded_owner_ = owner;
    event_.old_account = loaded_account_;
    event_.new_account = loaded_account_ = account;
    has_event_ = true;
  }

  void AddFirstAmount(std::int64_t now) {
    const std::int64_t minor_units = replay_.amount().latest();
    if (minor_units <= 0) {
      return;
    }
    has_first_amount_ = true;
    const std::uint32_t product =
        sources_.Label(TextColumn::kProduct, replay_.value(Slot::kProduct));
    if (event_.has_outcome) {
      NextEvent();
    }
    event_.product = static_cast<std::uint16_t>(std::min<std::size_t>(product, num_products_));
    event_.payload = std::bit_cast<std::uint32_t>(static_cast<float>(
        currencies_.ToMajorUnits(minor_units, replay_.value(Slot::kCurrency), now)));
    has_event_ = true;
  }

  void AddStagePairs(std::int64_t now) {
    const auto week = static_cast<std::int32_t>(WeekThatSees(now));
    for (const HistoryEntry& entry : replay_.stage().entries()) {
      const std::uint32_t stage = sources_.Label(TextColumn::kStage, entry.value);
      const bool known = std::any_of(visited_.begin(), visited_.end(),
                                     [&](const Visit& visit) { return visit.stage == stage; });
      if (stage == kNoLabel || known) {
        continue;
      }
      const auto label = static_cast<std::uint16_t>(stage);
      for (const Visit& visit : visited_) {
        const auto other = static_cast<std::uint16_t>(visit.stage);
        findings_.stage_pairs.push_back(visit.entered <= entry.event_time
                                            ? StagePair{week, other, label}
                                            : StagePair{week, label, other});
      }
      if (visited_.empty()) {
        findings_.stage_pairs.push_back({week, label, label});  // only says that it exists
      }
      visited_.push_back({stage, entry.event_time});
    }
  }

  void AddStays(const Life& life, std::int64_t now) {
    const auto entries = replay_.stage().entries();
    const auto week = static_cast<std::int32_t>(WeekThatSees(now));
    for (std::size_t i = 0; i < entries.size() && entries[i].event_time < life.closed;) {
      std::size_t next = i + 1;
      while (next < entries.size() && entries[next].value == entries[i].value) {
        ++next;
      }
      const std::int64_t from = std::max(entries[i].event_time, life.opened);
      const std::int64_t to =
          next < entries.size() ? std::min(entries[next].event_time, life.closed) : life.closed;
      const std::uint32_t stage = sources_.Label(TextColumn::kStage, entries[i].value);
      if (stage != kNoLabel && to >= from) {
        const std::int64_t days = std::min<std::int64_t>((to - from) / kDay, kLongestStay);
        findings_.stage_stays.push_back(
            {week, static_cast<std::uint16_t>(stage), static_cast<std::uint16_t>(days)});
      }
      i = next;
    }
  }

  struct Visit {
    std::uint32_t stage;
    std::int64_t entered;
  };

  const Sources& sources_;
  const RateColumns& rates_;
  const CurrencyConverter& currencies_;
  DealFindings& findings_;
  std::size_t num_products_;
  bool order_stages_;
  DealReplay replay_;
  OutcomeLedger ledger_;
  std::uint32_t loaded_owner_ = kNoLabel;
  std::uint32_t loaded_account_ = kNoLabel;
  PeerEvent event_;
  bool has_event_ = false;
  bool has_first_amount_ = false;
  bool is_open_ = false;
  bool has_undated_ = false;
  bool has_undated_span_ = false;
  Contribution undated_;
  std::vector<Visit> visited_;
};

}  // namespace

void OutcomeRecords::Add(const Contribution& contribution,
                         std::span<const std::uint32_t> active_columns, std::uint32_t deal,
                         std::int64_t moment, int sign) {
  num_columns = active_columns.size();
  OutcomeRecord& record = records.emplace_back();
  record.moment = moment;
  record.amount = static_cast<float>(contribution.amount);
  record.deal = deal;
  record.owner = contribution.owner;
  record.account = contribution.in_history ? contribution.account : kNoLabel;
  record.first_stage = static_cast<std::uint32_t>(stages.size());
  record.num_stages = static_cast<std::uint16_t>(contribution.stages.size());
  record.sign = static_cast<std::int8_t>(sign);
  record.won = contribution.life.won;
  record.committed = contribution.committed;
  record.in_rates = contribution.in_rates;
  for (const std::uint32_t column : active_columns) {
    keys.push_back(contribution.keys[column]);
  }
  for (const std::uint32_t stage : contribution.stages) {
    stages.push_back(static_cast<std::uint16_t>(stage));
  }
}

void OutcomeRecords::Append(const OutcomeRecords& other) {
  const auto first_stage = static_cast<std::uint32_t>(stages.size());
  num_columns = std::max(num_columns, other.num_columns);
  for (OutcomeRecord record : other.records) {
    record.first_stage += first_stage;
    records.push_back(record);
  }
  keys.insert(keys.end(), other.keys.begin(), other.keys.end());
  stages.insert(stages.end(), other.stages.begin(), other.stages.end());
}

DealFindings CollectFindings(const data::EventLog& log, const Sources& sources,
                             const RateColumns& rates, const CurrencyConverter& currencies,
                             std::size_t begin, std::size_t end) {
  DealFindings findings;
  // Room for what most deals have: created, closed, and a change between.
  const std::size_t num_deals = end - begin;
  findings.events.reserve(3 * num_deals);
  findings.open_spans.reserve(num_deals);
  findings.rep_deals.reserve(num_deals);
  findings.dated.records.reserve(num_deals);
  findings.dated.keys.reserve(num_deals * rates.active().size());
  findings.dated.stages.reserve(3 * num_deals);
  findings.stage_pairs.reserve(4 * num_deals);
  Collector collector(log, sources, rates, currencies, findings);
  for (std::size_t deal = begin; deal < end; ++deal) {
    collector.Collect(deal);
  }
  return findings;
}

}  // namespace ri::features
