#include "lifecycle/feature_store.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "base/sha256.h"
#include "features/week_fingerprints.h"

namespace ri::lifecycle {
namespace {

using features::FeatureTable;
using features::SnapshotKey;

/// Raised when the same events give other values than before.
constexpr std::string_view kComputation = "1";

std::string CatalogueHash(const features::FeatureEngine& engine, const std::string& calendar) {
  base::Sha256 hash;
  hash.Update(std::string(RI_VERSION) + '|' + std::string(kComputation) + '|' + calendar + '\n');
  for (const features::FeatureDefinition& feature : engine.catalogue()) {
    hash.Update(feature.name + '|' +
                (feature.kind == features::FeatureKind::kCategory ? "category" : "number") + '|' +
                feature.unit + '|' + feature.window + '|' + feature.meaning + '\n');
  }
  return base::ToHex(hash.Finish());
}

// The rows [begin, end) of a table, all of one Monday, with the labels they use.
FeatureWeek WeekOf(const data::EventLog& log, const FeatureTable& table, std::size_t begin,
                   std::size_t end, const FeatureWeekOrigin& origin) {
  FeatureWeek week;
  week.monday = domain::DateOf(table.rows[begin].as_of);
  week.origin = origin;
  const auto deal_ids = log.keys(data::EntityKind::kDeal);
  for (std::size_t row = begin; row < end; ++row) {
    week.deals.push_back(deal_ids[table.rows[row].deal]);
    week.episodes.push_back(table.rows[row].episode);
  }
  week.values = base::Matrix<float>(end - begin, table.features.size());
  for (std::size_t column = 0; column < table.features.size(); ++column) {
    week.features.push_back(table.features[column].name);
    std::vector<std::string>& labels = week.labels.emplace_back();
    std::map<float, float> used;
    for (std::size_t row = begin; row < end; ++row) {
      float value = table.values(row, column);
      if (!table.labels[column].empty() && !std::isnan(value)) {
        const auto [place, added] = used.try_emplace(value, static_cast<float>(labels.size()));
        if (added) {
          labels.push_back(table.labels[column][static_cast<std::size_t>(value)]);
        }
        value = place->second;
      }
      week.values(row - begin, column) = value;
    }
  }
  return week;
}

// Puts a stored week into the rows [begin, ...) of `table`. False when it does not fit the log.
bool Restore(const FeatureWeek& week, std::size_t begin,
             const std::vector<std::unordered_map<std::string, float>>& label_index,
             std::span<const std::string> deal_ids, FeatureTable& table) {
  if (begin + week.deals.size() > table.rows.size() ||
      week.features.size() != table.features.size()) {
    return false;
  }
  for (std::size_t i = 0; i < week.deals.size(); ++i) {
    const SnapshotKey& key = table.rows[begin + i];
    if (deal_ids[key.deal] != week.deals[i] || key.episode != week.episodes[i] ||
        domain::DateOf(key.as_of) != week.monday) {
      return false;
    }
  }
  for (std::size_t column = 0; column < week.features.size(); ++column) {
    if (week.features[column] != table.features[column].name) {
      return false;
    }
    std::vector<float> values;
    for (const std::string& label : week.labels[column]) {
      const auto found = label_index[column].find(label);
      if (found == label_index[column].end()) {
        return false;
      }
      values.push_back(found->second);
    }
    for (std::size_t i = 0; i < week.deals.size(); ++i) {
      const float value = week.values(i, column);
      if (values.empty() || std::isnan(value)) {
        table.values(begin + i, column) = value;
        continue;
      }
      if (!(value >= 0) || static_cast<std::size_t>(value) >= values.size()) {
        return false;
      }
      table.values(begin + i, column) = values[static_cast<std::size_t>(value)];
    }
  }
  return true;
}

}  // namespace

Result<FeatureTable> StoredFeatures(const data::EventLog& log,
                                    const features::FeatureEngine& engine,
                                    const FeatureStore& store, const StoredFeaturesRequest& request,
                                    FeatureStoreUse& use, base::Progress& progress) {
  const std::vector<SnapshotKey> keys = engine.WeeklySnapshots(request.from, request.to);
  // Shape and labels without rows.
  FeatureTable table = engine.Compute({}, 1);
  table.rows = keys;
  table.values = base::Matrix<float>(keys.size(), table.features.size());
  std::vector<std::unordered_map<std::string, float>> label_index(table.features.size());
  for (std::size_t column = 0; column < table.labels.size(); ++column) {
    for (std::size_t k = 0; k < table.labels[column].size(); ++k) {
      label_index[column].emplace(table.labels[column][k], static_cast<float>(k));
    }
  }
  const auto deal_ids = log.keys(data::EntityKind::kDeal);
  const features::WeekFingerprints fingerprints(log);
  FeatureWeekOrigin origin{.known_at = request.known_at,
                           .catalogue_sha256 = CatalogueHash(engine, request.calendar),
                           .fingerprint = ""};

  struct Span {
    std::size_t begin, end;
  };
  std::vector<Span> missing;
  std::vector<SnapshotKey> missing_keys;
  progress.Begin("Reading stored features", keys.size());
  for (std::size_t begin = 0; begin < keys.size();) {
    std::size_t end = begin;
    while (end < keys.size() && keys[end].as_of == keys[begin].as_of) {
      ++end;
    }
    const domain::Date monday = domain::DateOf(keys[begin].as_of);
    // A file that cannot be read is as good as none: it is computed again.
    const auto week = store.Read(monday);
    const bool valid = week && *week && (*week)->deals.size() == end - begin &&
                       (*week)->origin.catalogue_sha256 == origin.catalogue_sha256 &&
                       (*week)->origin.fingerprint == fingerprints.At(monday) &&
                       Restore(**week, begin, label_index, deal_ids, table);
    ++use.weeks;
    if (!valid) {
      ++use.weeks_computed;
      missing.push_back({begin, end});
      missing_keys.insert(missing_keys.end(), keys.begin() + static_cast<std::ptrdiff_t>(begin),
                          keys.begin() + static_cast<std::ptrdiff_t>(end));
    }
    begin = end;
    progress.Update(begin);
    if (progress.cancelled()) {
      return Fail(ErrorCode::kCancelled, "Stopped; what was stored before stays.");
    }
  }
  progress.End();
  use.rows += keys.size();
  use.rows_computed += missing_keys.size();
  if (missing_keys.empty()) {
    return table;
  }
  progress.Begin("Computing features of new weeks", missing.size());
  const FeatureTable computed = engine.Compute(missing_keys, request.num_threads);
  std::size_t from = 0;
  for (std::size_t k = 0; k < missing.size(); ++k) {
    const std::size_t count = missing[k].end - missing[k].begin;
    for (std::size_t i = 0; i < count; ++i) {
      std::ranges::copy(computed.values.row(from + i),
                        table.values.row(missing[k].begin + i).begin());
    }
    origin.fingerprint = fingerprints.At(domain::DateOf(missing_keys[from].as_of));
    RI_RETURN_IF_ERROR(store.Write(WeekOf(log, computed, from, from + count, origin)));
    from += count;
    progress.Update(k + 1);
  }
  progress.End();
  return table;
}

}  // namespace ri::lifecycle
