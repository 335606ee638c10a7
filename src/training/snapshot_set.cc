#include "training/snapshot_set.h"

#include <algorithm>
#include <unordered_map>

#include "base/random.h"

namespace ri::training {
namespace {

constexpr std::uint32_t kDealClusterBit = 1U << 31U;  // keeps deal clusters apart from accounts

/// With fewer accounts of equal weight than this a cluster bootstrap says nothing (its intervals
/// are far too narrow below twenty clusters: Cameron, Gelbach and Miller, 2008).
constexpr double kFewestAccounts = 20;

/// How many accounts of equal size would be as concentrated as these: n^2 / sum of n_i^2.
double EffectiveAccounts(const std::vector<std::uint32_t>& clusters) {
  std::unordered_map<std::uint32_t, double> deals;
  double all = 0;
  for (const std::uint32_t cluster : clusters) {
    if ((cluster & kDealClusterBit) == 0) {
      deals[cluster] += 1;
      all += 1;
    }
  }
  double squares = 0;  // of whole numbers, so exact in any order
  for (const auto& [cluster, count] : deals) {
    squares += count * count;
  }
  return squares > 0 ? all * all / squares : 0;
}

/// Last known account of every deal, as the cluster its rows belong to; the deal itself where it
/// has none, and for all deals where the accounts are so few that they are rather labels of a kind
/// ("new client", "existing client"). Clusters only say which rows are dependent; they are no
/// feature, so the latest value may be used.
std::vector<std::uint32_t> ClusterOfDeals(const data::EventLog& log) {
  const std::size_t num_deals = log.count(data::EntityKind::kDeal);
  const auto account = log.FindAttribute(data::EntityKind::kDeal, data::attribute::kAccount);
  std::vector<std::uint32_t> clusters(num_deals);
  for (std::size_t deal = 0; deal < num_deals; ++deal) {
    clusters[deal] = static_cast<std::uint32_t>(deal) | kDealClusterBit;
    if (!account) {
      continue;
    }
    for (const data::LoggedEvent& event : log.events(data::EntityKind::kDeal, deal)) {
      if (event.attribute == *account && event.value != data::kNoValue) {
        clusters[deal] = static_cast<std::uint32_t>(event.value);
      }
    }
  }
  if (EffectiveAccounts(clusters) < kFewestAccounts) {
    for (std::size_t deal = 0; deal < num_deals; ++deal) {
      clusters[deal] = static_cast<std::uint32_t>(deal) | kDealClusterBit;
    }
  }
  return clusters;
}

bool KeptByCoin(std::string_view deal_key, domain::Timestamp as_of, double keep) {
  const auto week = static_cast<std::uint64_t>(domain::DayNumber(domain::DateOf(as_of)) / 7);
  const std::uint64_t hash = base::HashCombine(base::HashText(deal_key), week);
  return static_cast<double>(hash >> 11) * 0x1.0p-53 < keep;
}

}  // namespace

SnapshotSet CollectSnapshots(const data::EventLog& log, const features::FeatureEngine& engine,
                             const SnapshotOptions& options) {
  SnapshotSet set;
  const auto& episodes = engine.episodes();
  const std::vector<std::uint32_t> clusters = ClusterOfDeals(log);
  domain::Timestamp first = domain::Timestamp::max();
  bool any_dated = false;
  for (const auto& lives : episodes) {
    for (const features::Episode& episode : lives) {
      const bool usable =
          !episode.excluded && episode.qualified && *episode.qualified < options.cutoff;
      if (!usable) {
        set.counts.excluded_deals += episode.opened < options.cutoff ? 1 : 0;
        continue;
      }
      const bool known = episode.outcome != features::Outcome::kOpen && episode.outcome_visible &&
                         *episode.outcome_visible < options.cutoff;
      set.counts.closed_deals += known ? 1 : 0;
      set.counts.won_deals += known && episode.outcome == features::Outcome::kWon ? 1 : 0;
      set.counts.open_deals += known ? 0 : 1;
      if (!episode.undated) {
        any_dated = any_dated || known;
        first = std::min(first, *episode.qualified);
      }
    }
  }
  set.all_undated = !any_dated;

  std::vector<features::SnapshotKey> keys;
  if (any_dated) {
    const domain::Date last =
        domain::MondayOnOrBefore(domain::DateOf(options.cutoff - std::chrono::milliseconds(1)));
    keys = engine.WeeklySnapshots(domain::MondayOnOrAfter(domain::DateOf(first)), last);
  }
  for (const features::SnapshotKey& key : engine.FirstSnapshots()) {
    if (episodes[key.deal][key.episode].undated || !any_dated) {
      keys.push_back(key);
    }
  }
  std::erase_if(keys, [&](const features::SnapshotKey& key) {
    return key.as_of >= options.cutoff || episodes[key.deal][key.episode].excluded;
  });
  set.counts.rows_before_thinning = keys.size();
  if (keys.size() > options.max_rows) {
    set.counts.kept_share =
        static_cast<double>(options.max_rows) / static_cast<double>(keys.size());
    const auto deal_keys = log.keys(data::EntityKind::kDeal);
    std::erase_if(keys, [&](const features::SnapshotKey& key) {
      return !KeptByCoin(deal_keys[key.deal], key.as_of, set.counts.kept_share);
    });
  }
  std::ranges::sort(keys, [](const auto& a, const auto& b) {
    return std::tie(a.as_of, a.deal, a.episode) < std::tie(b.as_of, b.deal, b.episode);
  });
  set.rows.reserve(keys.size());
  for (const features::SnapshotKey& key : keys) {
    const features::Episode& episode = episodes[key.deal][key.episode];
    TrainingRow row;
    row.key = key;
    row.outcome = episode.outcome;
    row.undated = episode.undated;
    row.outcome_visible = episode.outcome_visible;
    if (episode.undated) {
      row.outcome_visible = episode.opened;
    }
    row.closed = episode.closed;
    row.cluster = clusters[key.deal];
    set.rows.push_back(row);
  }
  set.counts.rows = set.rows.size();
  return set;
}

}  // namespace ri::training
