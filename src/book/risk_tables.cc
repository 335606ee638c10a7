#include "book/risk_tables.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "book/organisation.h"

namespace ri::book {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kLeastCases = 50;
constexpr std::size_t kMostCases = 30'000;
constexpr std::uint64_t kWeeksBack = 104;
constexpr std::uint64_t kEveryWeeks = 4;
constexpr std::uint64_t kSampleSeed = 1;
constexpr std::chrono::days kStallWindow{28};
constexpr double kStallDays = 28;
constexpr double kShrunkShare = 0.9;
constexpr std::array<float, 4> kTouchEdges = {7, 14, 28, 56};
constexpr std::array<float, 3> kDwellEdges = {14, 42, 91};

std::string LabelAt(const features::FeatureTable& table, std::size_t row, const char* name) {
  const auto column = table.Find(name);
  if (!column || std::isnan(table.values(row, *column))) {
    return "";
  }
  return table.labels[*column][static_cast<std::size_t>(table.values(row, *column))];
}

std::optional<float> NumberAt(const features::FeatureTable& table, std::size_t row,
                              const char* name) {
  const auto column = table.Find(name);
  if (!column || std::isnan(table.values(row, *column))) {
    return std::nullopt;
  }
  return table.values(row, *column);
}

template <typename Edges>
std::string ClassOf(const std::optional<float>& value, const Edges& edges) {
  if (!value) {
    return "none";
  }
  return std::to_string(std::ranges::upper_bound(edges, *value) - edges.begin());
}

std::vector<std::string> StallClasses(const features::FeatureTable& table, std::size_t row) {
  return {LabelAt(table, row, "stage"),
          ClassOf(NumberAt(table, row, "days_since_two_way_touch"), kTouchEdges),
          ClassOf(NumberAt(table, row, "days_in_stage"), kDwellEdges)};
}

std::vector<std::string> ShrinkClasses(const features::FeatureTable& table, std::size_t row,
                                       const std::vector<float>& edges) {
  return {LabelAt(table, row, "stage"), ClassOf(NumberAt(table, row, "log_amount"), edges)};
}

/// The amount in force at a moment, as known then; kNoValue when there was none.
std::int64_t AmountAt(const data::EventLog& log, std::uint32_t deal, domain::Timestamp moment) {
  return LatestValue(log, data::EntityKind::kDeal, deal, data::attribute::kAmount, moment)
      .value_or(data::kNoValue);
}

/// An open deal on a past Monday.
struct Landmark {
  features::SnapshotKey key;
  bool closed_soon = false;  ///< within the window after it
  bool won = false;
  std::int64_t final_amount = data::kNoValue;
};

/// Open deals of past Mondays: each deal every fourth week, beginning with one of four by chance,
/// so that the cases are spread over ages and weeks as the deals are that the tables are asked
/// about.
std::vector<Landmark> LandmarksOf(const features::FeatureEngine& engine, domain::Timestamp as_of) {
  std::vector<Landmark> landmarks;
  const auto& episodes = engine.episodes();
  const domain::Date newest = domain::MondayOnOrBefore(domain::DateOf(as_of - kStallWindow));
  for (std::uint64_t week = 0; week < kWeeksBack; ++week) {
    const domain::Timestamp moment =
        domain::StartOf(newest - std::chrono::days(7 * static_cast<int>(week)));
    for (const features::SnapshotKey& key : engine.OpenAt(moment)) {
      const features::Episode& episode = episodes[key.deal][key.episode];
      base::RandomStream chance(kSampleSeed, "risk-case", key.deal);
      if (episode.excluded || episode.undated ||
          (chance.Below(kEveryWeeks) + week) % kEveryWeeks != 0) {
        continue;
      }
      const bool closed =
          episode.closed && episode.outcome_visible && *episode.outcome_visible <= as_of;
      const bool won = closed && episode.outcome == features::Outcome::kWon;
      landmarks.push_back({.key = key,
                           .closed_soon = closed && *episode.closed <= moment + kStallWindow,
                           .won = won,
                           .final_amount = won ? episode.final_amount : data::kNoValue});
    }
  }
  if (landmarks.size() > kMostCases) {
    const double share = static_cast<double>(kMostCases) / static_cast<double>(landmarks.size());
    std::erase_if(landmarks, [share](const Landmark& landmark) {
      return base::RandomStream(kSampleSeed, "risk-deal", landmark.key.deal).Uniform() >= share;
    });
  }
  return landmarks;
}

}  // namespace

RiskTables RiskTables::Learn(const Knowledge& knowledge, domain::Timestamp as_of, int num_threads) {
  RiskTables tables;
  const std::vector<Landmark> landmarks = LandmarksOf(*knowledge.engine, as_of);
  if (landmarks.size() < kLeastCases) {
    return tables;
  }
  // First the landmarks, then the same deals a window later.
  std::vector<features::SnapshotKey> keys;
  for (const Landmark& landmark : landmarks) {
    keys.push_back(landmark.key);
  }
  for (const Landmark& landmark : landmarks) {
    keys.push_back(landmark.key);
    keys.back().as_of += kStallWindow;
  }
  const features::FeatureTable table = knowledge.engine->Compute(keys, num_threads);
  const bool knows_moves =
      table.Find("stage_advances_28d").has_value() || table.Find("days_since_two_way_touch");

  std::vector<scoring::ShrunkenShares::Case> stalls;
  std::vector<std::size_t> sized;  // won with amounts at both ends
  std::vector<bool> smaller;
  std::vector<float> sizes;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    const Landmark& landmark = landmarks[i];
    if (knows_moves) {
      const std::size_t later = landmarks.size() + i;
      const auto touch = NumberAt(table, later, "days_since_two_way_touch");
      const bool still = NumberAt(table, later, "stage_advances_28d").value_or(0) == 0 &&
                         (!touch || static_cast<double>(*touch) >= kStallDays);
      stalls.push_back({.classes = StallClasses(table, i), .yes = !landmark.closed_soon && still});
    }
    const std::int64_t amount = AmountAt(*knowledge.log, landmark.key.deal, landmark.key.as_of);
    if (landmark.won && landmark.final_amount != data::kNoValue && amount > 0) {
      sized.push_back(i);
      smaller.push_back(static_cast<double>(landmark.final_amount) <
                        kShrunkShare * static_cast<double>(amount));
      sizes.push_back(NumberAt(table, i, "log_amount").value_or(0));
    }
  }
  if (stalls.size() >= kLeastCases) {
    tables.stalled_.emplace(stalls);
  }
  if (sized.size() < kLeastCases) {
    return tables;
  }
  std::ranges::sort(sizes);
  for (const std::size_t quarter : {1U, 2U, 3U}) {
    tables.size_edges_.push_back(sizes[quarter * sizes.size() / 4]);
  }
  std::vector<scoring::ShrunkenShares::Case> shrinks;
  for (std::size_t k = 0; k < sized.size(); ++k) {
    shrinks.push_back(
        {.classes = ShrinkClasses(table, sized[k], tables.size_edges_), .yes = smaller[k]});
  }
  tables.shrunk_.emplace(shrinks);
  return tables;
}

double RiskTables::Stall(const features::FeatureTable& table, std::size_t row) const {
  return stalled_ ? stalled_->At(StallClasses(table, row)).value : kNone;
}

double RiskTables::Shrink(const features::FeatureTable& table, std::size_t row) const {
  if (!shrunk_ || !NumberAt(table, row, "log_amount")) {
    return kNone;
  }
  return shrunk_->At(ShrinkClasses(table, row, size_edges_)).value;
}

}  // namespace ri::book
