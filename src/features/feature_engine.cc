#include "features/feature_engine.h"

#include <algorithm>
#include <array>
#include <limits>
#include <mutex>
#include <numeric>

#include "base/parallel.h"
#include "features/aggregates.h"
#include "features/calendar_table.h"
#include "features/custom_features.h"
#include "features/deal_replay.h"
#include "features/entity_facts.h"
#include "features/feature_catalogue.h"
#include "features/feature_row.h"
#include "features/large_array.h"
#include "features/outcome_ledger.h"
#include "features/peer_features.h"
#include "features/peer_sweep.h"
#include "features/rate_columns.h"
#include "features/sources.h"
#include "features/time_order.h"

namespace ri::features {
namespace {

/// Deals of one task; small enough that two threads end at about the same time.
constexpr std::size_t kDealsPerBlock = 512;

/// Positions of the snapshots grouped by deal, within a deal by time.
struct ByDeal {
  std::vector<std::uint32_t> begin;  ///< [deal + 1]
  std::vector<std::uint32_t> order;

  ByDeal(std::span<const SnapshotKey> snapshots, std::size_t num_deals)
      : begin(num_deals + 1, 0), order(snapshots.size()) {
    for (const SnapshotKey& key : snapshots) {
      ++begin[key.deal + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t i = 0; i < snapshots.size(); ++i) {
      order[next[snapshots[i].deal]++] = static_cast<std::uint32_t>(i);
    }
    const auto earlier = [&](std::uint32_t a, std::uint32_t b) {
      return snapshots[a].as_of < snapshots[b].as_of;
    };
    for (std::size_t deal = 0; deal < num_deals; ++deal) {
      const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin[deal]);
      const auto last = order.begin() + static_cast<std::ptrdiff_t>(begin[deal + 1]);
      if (!std::is_sorted(first, last, earlier)) {
        std::stable_sort(first, last, earlier);
      }
    }
  }
};

}  // namespace

struct FeatureEngine::Impl {
  Impl(const data::EventLog& event_log, FeatureOptions feature_options, int num_threads)
      : log(event_log),
        options(feature_options),
        threads(num_threads),
        sources(log),
        facts(log, sources),
        currencies(log, sources),
        rates(log, sources, facts),
        aggregates(log, sources, rates, currencies, num_threads),
        calendar(options.calendar),
        custom(sources, (OffersOf(log, sources) & kNeedsOutcome) != 0) {
    const std::uint32_t offers = OffersOf(log, sources);
    std::vector<FeatureId> ids;
    for (const CatalogueEntry& entry : FixedFeatures()) {
      if ((entry.needs & ~offers) == 0) {
        ids.push_back(entry.id);
        catalogue.push_back(entry.definition);
      }
    }
    first_custom = catalogue.size();
    catalogue.insert(catalogue.end(), custom.definitions.begin(), custom.definitions.end());
    column_of.fill(static_cast<std::uint32_t>(catalogue.size()));
    for (std::size_t column = 0; column < ids.size(); ++column) {
      column_of[static_cast<std::size_t>(ids[column])] = static_cast<std::uint32_t>(column);
    }
  }

  [[nodiscard]] RowContext Context() const {
    return {sources,    facts,        currencies,      rates,
            aggregates, calendar,     custom,          options.prior_weight,
            column_of,  first_custom, catalogue.size()};
  }

  [[nodiscard]] std::vector<std::string> TextLabels(std::size_t column) const {
    std::vector<std::string> labels;
    for (const std::uint32_t symbol : sources.LabelSymbols(column)) {
      labels.push_back(log.symbols()[symbol]);
    }
    return labels;
  }
  [[nodiscard]] std::vector<std::string> KeyLabels(data::EntityKind kind) const {
    const auto keys = log.keys(kind);
    return {keys.begin(), keys.end()};
  }

  [[nodiscard]] std::vector<std::vector<std::string>> Labels() const {
    std::vector<std::vector<std::string>> labels(catalogue.size() + 1);
    const auto of = [&](FeatureId id) -> std::vector<std::string>& {
      return labels[column_of[static_cast<std::size_t>(id)]];
    };
    const auto text = [&](FeatureId id, TextColumn column) {
      of(id) = TextLabels(static_cast<std::size_t>(column));
    };
    text(FeatureId::kStage, TextColumn::kStage);
    text(FeatureId::kProduct, TextColumn::kProduct);
    text(FeatureId::kType, TextColumn::kType);
    text(FeatureId::kLeadSource, TextColumn::kLeadSource);
    text(FeatureId::kCurrency, TextColumn::kCurrency);
    text(FeatureId::kForecastCategory, TextColumn::kForecastCategory);
    text(FeatureId::kIndustry, TextColumn::kIndustry);
    text(FeatureId::kRegion, TextColumn::kRegion);
    of(FeatureId::kOwner) = KeyLabels(data::EntityKind::kRep);
    of(FeatureId::kAccount) = KeyLabels(data::EntityKind::kAccount);
    for (const CustomOutput& output : custom.outputs) {
      const CustomColumn& column = sources.custom_columns()[output.column];
      if (column.treatment == Treatment::kCategory) {
        labels[first_custom + output.first] = TextLabels(column.label_column);
      } else if (column.treatment == Treatment::kReference) {
        labels[first_custom + output.first] = KeyLabels(column.reference_kind);
      }
    }
    labels.pop_back();
    return labels;
  }

  const data::EventLog& log;
  FeatureOptions options;
  int threads;
  /// Built when first asked for: rows do not need them.
  mutable std::once_flag episodes_built;
  mutable std::vector<std::vector<Episode>> episodes;
  Sources sources;
  EntityFacts facts;
  CurrencyConverter currencies;
  RateColumns rates;
  Aggregates aggregates;
  CalendarTable calendar;
  CustomFeatures custom;
  std::vector<FeatureDefinition> catalogue;
  std::array<std::uint32_t, kNumFixedFeatures> column_of{};
  std::size_t first_custom = 0;
};

FeatureEngine::FeatureEngine(const data::EventLog& log, FeatureOptions options, int num_threads)
    : impl_(std::make_unique<Impl>(log, options, num_threads)) {}

FeatureEngine::~FeatureEngine() = default;

std::span<const FeatureDefinition> FeatureEngine::catalogue() const { return impl_->catalogue; }

const std::vector<std::vector<Episode>>& FeatureEngine::episodes() const {
  std::call_once(impl_->episodes_built,
                 [&] { impl_->episodes = BuildEpisodes(impl_->log, impl_->threads); });
  return impl_->episodes;
}

std::vector<SnapshotKey> FeatureEngine::OpenAt(domain::Timestamp as_of) const {
  const std::int64_t time = domain::Milliseconds(as_of);
  std::vector<SnapshotKey> keys;
  for (const OpenSpan& span : impl_->aggregates.open_spans) {
    if (span.from <= time && time < span.to) {
      keys.push_back({span.deal, span.episode, as_of});
    }
  }
  return keys;
}

std::vector<SnapshotKey> FeatureEngine::WeeklySnapshots(domain::Date from, domain::Date to) const {
  const std::int64_t first_week = WeekThatSees(domain::DayNumber(from) * kDay);
  const std::int64_t last_week = WeekOf(domain::DayNumber(to) * kDay);
  if (last_week < first_week) {
    return {};
  }
  const auto mondays_of = [&](const OpenSpan& span, const auto& visit) {
    const std::int64_t first = std::max(first_week, WeekThatSees(span.from));
    const std::int64_t last =
        span.to == kNever ? last_week : std::min(last_week, WeekOf(span.to - 1));
    for (std::int64_t week = first; week <= last; ++week) {
      visit(static_cast<std::size_t>(week - first_week));
    }
  };
  const auto& spans = impl_->aggregates.open_spans;
  std::vector<std::size_t> next(static_cast<std::size_t>(last_week - first_week) + 2, 0);
  for (const OpenSpan& span : spans) {
    mondays_of(span, [&](std::size_t week) { ++next[week + 1]; });
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<SnapshotKey> keys(next.back());
  for (const OpenSpan& span : spans) {
    mondays_of(span, [&](std::size_t week) {
      const std::int64_t monday =
          kFirstMonday + (first_week + static_cast<std::int64_t>(week)) * kWeek;
      keys[next[week]++] = {span.deal, span.episode, domain::TimestampFromMilliseconds(monday)};
    });
  }
  return keys;
}

std::vector<SnapshotKey> FeatureEngine::FirstSnapshots() const {
  std::vector<SnapshotKey> keys;
  for (const auto* spans : {&impl_->aggregates.open_spans, &impl_->aggregates.undated_spans}) {
    for (const OpenSpan& span : *spans) {
      keys.push_back({span.deal, span.episode, domain::TimestampFromMilliseconds(span.from)});
    }
  }
  std::sort(keys.begin(), keys.end());
  const auto same_episode = [](const SnapshotKey& a, const SnapshotKey& b) {
    return a.deal == b.deal && a.episode == b.episode;
  };
  keys.erase(std::unique(keys.begin(), keys.end(), same_episode), keys.end());
  return keys;
}

FeatureTable FeatureEngine::Compute(std::span<const SnapshotKey> snapshots, int num_threads) const {
  const Impl& impl = *impl_;
  FeatureTable table;
  table.features = impl.catalogue;
  table.labels = impl.Labels();
  table.rows.assign(snapshots.begin(), snapshots.end());
  table.values = base::Matrix<float>(MakeLarge<float>(snapshots.size() * impl.catalogue.size()),
                                     snapshots.size(), impl.catalogue.size());
  const std::size_t num_deals = impl.log.count(data::EntityKind::kDeal);
  const ByDeal by_deal(snapshots, num_deals);
  const RowContext context = impl.Context();
  PeerFeatures peers(context, snapshots.size());
  std::vector<std::int64_t> as_of(snapshots.size());
  std::transform(snapshots.begin(), snapshots.end(), as_of.begin(),
                 [](const SnapshotKey& key) { return domain::Milliseconds(key.as_of); });
  // First what each deal says of itself, deal by deal; then what others teach, moment by moment.
  std::vector<std::vector<PeerFeatures::Own>> own((num_deals + kDealsPerBlock - 1) /
                                                  kDealsPerBlock);
  base::ParallelFor(
      num_deals, kDealsPerBlock, num_threads, [&](std::size_t begin, std::size_t end) {
        DealReplay replay(impl.log, impl.sources, DealReplay::kLife, true);
        OutcomeLedger ledger(impl.sources, impl.rates, impl.currencies);
        RowBuilder builder(context);
        std::vector<std::uint32_t> keys(impl.rates.size());
        for (std::size_t deal = begin; deal < end; ++deal) {
          if (by_deal.begin[deal] == by_deal.begin[deal + 1]) {
            continue;
          }
          replay.Start(deal);
          ledger.Start();
          for (std::uint32_t i = by_deal.begin[deal]; i < by_deal.begin[deal + 1]; ++i) {
            const std::uint32_t row = by_deal.order[i];
            replay.AdvanceTo(as_of[row], [&](std::int64_t now, unsigned) {
              ledger.Settle(replay, now, [](const Contribution&, int) {});
            });
            const std::span<float> values = table.values.row(row);
            if (!replay.exists()) {  // nothing was known of the deal yet
              std::fill(values.begin(), values.end(), std::numeric_limits<float>::quiet_NaN());
              continue;
            }
            impl.rates.KeysAt(replay, as_of[row], keys);
            peers.Note(row, replay, ledger, keys, as_of[row], own[begin / kDealsPerBlock]);
            builder.Build(replay, keys, as_of[row], values);
          }
        }
      });
  std::vector<PeerFeatures::Own> all_own;
  for (const auto& block : own) {
    all_own.insert(all_own.end(), block.begin(), block.end());
  }
  peers.SetOwn(std::move(all_own));
  // Each stretch sweeps from the beginning; one per thread is enough, the answers are the same.
  const std::vector<std::uint32_t> order = TimeOrder(as_of);
  const std::size_t stretch =
      snapshots.size() / static_cast<std::size_t>(std::max(1, num_threads)) + 1;
  base::ParallelFor(order.size(), stretch, num_threads, [&](std::size_t begin, std::size_t end) {
    peers.Write(impl.log, std::span(order).subspan(begin, end - begin), as_of, table.values);
  });
  return table;
}

class FeatureEngine::RowsAtMoment final : public HypotheticalRows {
 public:
  RowsAtMoment(const Impl& impl, std::int64_t as_of)
      : impl_(impl),
        context_(impl.Context()),
        as_of_(as_of),
        sweep_(impl.aggregates, impl.log, impl.sources, impl.rates) {
    sweep_.AdvanceTo(as_of);
  }

  void Compute(std::uint32_t deal, std::span<const data::LoggedEvent> events,
               std::span<float> row) const override {
    DealReplay replay(impl_.log, impl_.sources, DealReplay::kLife, true);
    OutcomeLedger ledger(impl_.sources, impl_.rates, impl_.currencies);
    replay.Start(deal, events);
    ledger.Start();
    replay.AdvanceTo(as_of_, [&](std::int64_t now, unsigned) {
      ledger.Settle(replay, now, [](const Contribution&, int) {});
    });
    if (!replay.exists()) {
      std::fill(row.begin(), row.end(), std::numeric_limits<float>::quiet_NaN());
      return;
    }
    std::vector<std::uint32_t> keys(impl_.rates.size());
    impl_.rates.KeysAt(replay, as_of_, keys);
    PeerFeatures peers(context_, 1);
    std::vector<PeerFeatures::Own> own;
    peers.Note(0, replay, ledger, keys, as_of_, own);
    peers.SetOwn(std::move(own));
    RowBuilder(context_).Build(replay, keys, as_of_, row);
    peers.WriteOne(sweep_, 0, as_of_, row);
  }

 private:
  const Impl& impl_;
  RowContext context_;
  std::int64_t as_of_;
  PeerSweep sweep_;
};

std::unique_ptr<const HypotheticalRows> FeatureEngine::HypotheticalAt(
    domain::Timestamp as_of) const {
  return std::make_unique<const RowsAtMoment>(*impl_, domain::Milliseconds(as_of));
}

}  // namespace ri::features
