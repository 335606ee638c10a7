#include "training/leak_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "metrics/ranking.h"

namespace ri::training {
namespace {

/// First rows of deals, and what became of them.
struct FirstRows {
  std::vector<std::size_t> won, lost, open;
  std::vector<std::size_t> recent_closed;  ///< begun when the open ones began
};

FirstRows CollectFirstRows(const SnapshotSet& set, domain::Timestamp cutoff) {
  FirstRows first;
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  std::vector<std::size_t> closed;
  for (std::size_t i = 0; i < set.rows.size(); ++i) {  // in time order
    const TrainingRow& row = set.rows[i];
    if (!seen.emplace(row.key.deal, row.key.episode).second) {
      continue;
    }
    if (!row.KnownBefore(cutoff)) {
      first.open.push_back(i);
      continue;
    }
    closed.push_back(i);
    (row.label() > 0 ? first.won : first.lost).push_back(i);
  }
  if (!first.open.empty()) {
    const domain::Timestamp from = set.rows[first.open[first.open.size() / 10]].key.as_of;
    std::ranges::copy_if(closed, std::back_inserter(first.recent_closed),
                         [&](std::size_t i) { return set.rows[i].key.as_of >= from; });
  }
  return first;
}

/// How far from one half the AUC of a column is, with missing values put at either end.
double Separation(const features::FeatureTable& table, std::size_t feature,
                  const FirstRows& first) {
  std::vector<double> outcomes(first.won.size(), 1.0);
  outcomes.resize(first.won.size() + first.lost.size(), 0.0);
  std::vector<std::size_t> rows = first.won;
  rows.insert(rows.end(), first.lost.begin(), first.lost.end());
  double best = 0.5;
  for (const double missing :
       {-std::numeric_limits<double>::max(), std::numeric_limits<double>::max()}) {
    std::vector<double> scores;
    scores.reserve(rows.size());
    for (const std::size_t row : rows) {
      const float value = table.values(row, feature);
      scores.push_back(std::isnan(value) ? missing : static_cast<double>(value));
    }
    const double auc = metrics::Auc(scores, outcomes);
    best = std::max({best, auc, 1 - auc});
  }
  return best;
}

double FillOf(const features::FeatureTable& table, std::size_t feature,
              const std::vector<std::size_t>& rows) {
  const auto filled = std::ranges::count_if(
      rows, [&](std::size_t row) { return !std::isnan(table.values(row, feature)); });
  return static_cast<double>(filled) / static_cast<double>(rows.size());
}

}  // namespace

std::vector<LeakingFeature> FindLeakingFeatures(const features::FeatureTable& table,
                                                const SnapshotSet& set, domain::Timestamp cutoff,
                                                const LeakAuditThresholds& thresholds) {
  std::vector<LeakingFeature> leaking;
  const FirstRows first = CollectFirstRows(set, cutoff);
  const bool can_rank = std::min(first.won.size(), first.lost.size()) >= thresholds.min_deals;
  const bool can_compare =
      std::min(first.open.size(), first.recent_closed.size()) >= thresholds.min_deals;
  for (std::size_t j = 0; j < table.features.size(); ++j) {
    const std::string& name = table.features[j].name;
    if (can_compare) {
      const double closed = FillOf(table, j, first.recent_closed);
      const double open = FillOf(table, j, first.open);
      if (closed - open > thresholds.fill_gap) {
        leaking.push_back(
            {name,
             fmt::format(
                 "filled for {:.0f} % of the deals that have ended and {:.0f} % of those still "
                 "open that began at the same time: it is written at the end",
                 100 * closed, 100 * open)});
        continue;
      }
    }
    // A category's index has no order, therefore only numbers are ranked; a category's win rate as
    // of the moment stands beside it as a feature of its own.
    if (can_rank && table.labels[j].empty()) {
      const double separation = Separation(table, j, first);
      if (separation > thresholds.implausible_auc) {
        leaking.push_back(
            {name,
             fmt::format("alone it separates won from lost deals with AUC {:.3f} on the first day",
                         separation)});
      }
    }
  }
  return leaking;
}

features::FeatureTable WithoutFeatures(const features::FeatureTable& table,
                                       std::span<const LeakingFeature> leaking) {
  std::vector<std::size_t> kept;
  for (std::size_t j = 0; j < table.features.size(); ++j) {
    const bool leaks = std::ranges::any_of(leaking, [&](const LeakingFeature& feature) {
      return feature.feature == table.features[j].name;
    });
    if (!leaks) {
      kept.push_back(j);
    }
  }
  features::FeatureTable result{
      .rows = table.rows, .values = base::Matrix<float>(table.values.num_rows(), kept.size())};
  for (std::size_t k = 0; k < kept.size(); ++k) {
    result.features.push_back(table.features[kept[k]]);
    result.labels.push_back(table.labels[kept[k]]);
    for (std::size_t i = 0; i < table.values.num_rows(); ++i) {
      result.values(i, k) = table.values(i, kept[k]);
    }
  }
  return result;
}

}  // namespace ri::training
