#include "features/stage_tables.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace ri::features {
namespace {

constexpr std::size_t kNumBins = kLongestStay + 1U;

/// Positions of items by week: items of week w are order[begin[w]..begin[w + 1]).
template <typename Item>
struct ByWeek {
  std::vector<std::uint32_t> begin;
  std::vector<std::uint32_t> order;

  ByWeek(const std::vector<Item>& items, std::int64_t first_week, std::size_t num_weeks)
      : begin(num_weeks + 1, 0), order(items.size()) {
    const auto row = [&](const Item& item) {
      return static_cast<std::size_t>(item.week - first_week);
    };
    for (const Item& item : items) {
      ++begin[row(item) + 1];
    }
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t i = 0; i < items.size(); ++i) {
      order[next[row(items[i])]++] = static_cast<std::uint32_t>(i);
    }
  }
};

void RankStages(const std::vector<std::uint32_t>& before, const std::vector<bool>& seen,
                std::span<StageFacts> facts) {
  const std::size_t num_stages = facts.size();
  std::vector<int> score(num_stages, 0);
  std::vector<std::size_t> order;
  for (std::size_t a = 0; a < num_stages; ++a) {
    for (std::size_t b = 0; b < num_stages; ++b) {
      const std::uint32_t forth = before[a * num_stages + b];
      const std::uint32_t back = before[b * num_stages + a];
      score[a] += forth > back ? 1 : (forth < back ? -1 : 0);
    }
    if (seen[a]) {
      order.push_back(a);
    }
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return score[a] > score[b]; });
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    StageFacts& stage = facts[order[rank]];
    stage.rank = static_cast<std::int16_t>(rank);
    stage.place = order.size() < 2
                      ? std::numeric_limits<float>::quiet_NaN()
                      : static_cast<float>(rank) / static_cast<float>(order.size() - 1);
  }
}

/// Smallest number of days that at least `share` of the stays did not exceed.
float Quantile(std::span<const std::uint32_t> bins, std::uint32_t count, double share) {
  const double wanted = share * count;
  std::uint32_t sum = 0;
  for (std::size_t days = 0; days < bins.size(); ++days) {
    sum += bins[days];
    if (sum >= wanted) {
      return static_cast<float>(days);
    }
  }
  return static_cast<float>(kLongestStay);
}

}  // namespace

StageTables::StageTables(std::size_t num_stages, const std::vector<StagePair>& pairs,
                         const std::vector<StageStay>& stays)
    : num_stages_(num_stages) {
  std::int64_t last_week = std::numeric_limits<std::int64_t>::min();
  first_week_ = std::numeric_limits<std::int64_t>::max();
  const auto extend = [&](std::int64_t week) {
    first_week_ = std::min(first_week_, week);
    last_week = std::max(last_week, week);
  };
  for (const StagePair& pair : pairs) {
    extend(pair.week);
  }
  for (const StageStay& stay : stays) {
    extend(stay.week);
  }
  if (pairs.empty() && stays.empty()) {
    return;
  }
  num_weeks_ = static_cast<std::size_t>(last_week - first_week_ + 1);
  facts_.resize(num_weeks_ * num_stages);
  const ByWeek pairs_by_week(pairs, first_week_, num_weeks_);
  const ByWeek stays_by_week(stays, first_week_, num_weeks_);
  std::vector<std::uint32_t> before(num_stages * num_stages, 0);
  std::vector<bool> seen(num_stages, false);
  std::vector<std::uint32_t> bins(num_stages * kNumBins, 0);
  std::vector<std::uint32_t> num_stays(num_stages, 0);
  for (std::size_t week = 0; week < num_weeks_; ++week) {
    const std::span<StageFacts> facts(facts_.data() + week * num_stages, num_stages);
    if (week > 0) {
      std::copy_n(facts.data() - num_stages, num_stages, facts.data());
    }
    for (std::uint32_t i = pairs_by_week.begin[week]; i < pairs_by_week.begin[week + 1]; ++i) {
      const StagePair& pair = pairs[pairs_by_week.order[i]];
      seen[pair.earlier] = seen[pair.later] = true;
      if (pair.earlier != pair.later) {
        ++before[pair.earlier * num_stages + pair.later];
      }
    }
    if (pairs_by_week.begin[week] != pairs_by_week.begin[week + 1]) {
      RankStages(before, seen, facts);
    }
    std::vector<bool> changed(num_stages, false);
    for (std::uint32_t i = stays_by_week.begin[week]; i < stays_by_week.begin[week + 1]; ++i) {
      const StageStay& stay = stays[stays_by_week.order[i]];
      ++bins[stay.stage * kNumBins + stay.days];
      ++num_stays[stay.stage];
      changed[stay.stage] = true;
    }
    for (std::size_t stage = 0; stage < num_stages; ++stage) {
      if (changed[stage]) {
        const std::span<const std::uint32_t> stage_bins(bins.data() + stage * kNumBins, kNumBins);
        facts[stage].median_stay = Quantile(stage_bins, num_stays[stage], 0.5);
        facts[stage].p90_stay = Quantile(stage_bins, num_stays[stage], 0.9);
      }
    }
  }
}

}  // namespace ri::features
