#include "quality/leakage_audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "base/assertion.h"
#include "base/random.h"
#include "metrics/ranking.h"
#include "quality/column_profile.h"

namespace ri::quality {
namespace {

constexpr std::size_t kNumericBins = 20;
constexpr double kPriorWeight = 10;  // of the base rate in a group's win rate
constexpr std::size_t kMinRowsForStrength = 500;
constexpr double kRoundUnit = 1000;  // estimates are typed in thousands

/// Rows of a column put into groups: the values of a category, quantile bins of a number, and one
/// group for missing.
struct Grouping {
  std::vector<std::size_t> group_of;  ///< per row
  std::vector<std::string> names;     ///< per group
  bool numeric = false;
};

Grouping GroupNumbers(const std::vector<double>& numbers) {
  Grouping grouping{.numeric = true};
  std::vector<double> sorted;
  for (const double number : numbers) {
    if (!std::isnan(number)) {
      sorted.push_back(number);
    }
  }
  std::ranges::sort(sorted);
  // Bin edges at quantiles. A value so frequent that two quantiles fall on it gets a bin of its
  // own: systems write 0 where nothing was earned.
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> edges;
  for (std::size_t bin = 1; bin < kNumericBins; ++bin) {
    const double edge = sorted[bin * sorted.size() / kNumericBins];
    if (edges.empty() || edge > edges.back()) {
      edges.push_back(edge);
    } else if (edge == edges.back() && edge < sorted.back()) {
      edges.push_back(std::nextafter(edge, kInfinity));
    }
  }
  grouping.names.emplace_back("missing");
  for (std::size_t bin = 0; bin <= edges.size(); ++bin) {
    const std::string low =
        bin == 0 ? fmt::format("{:g}", sorted.front()) : fmt::format("{:g}", edges[bin - 1]);
    const std::string high =
        bin == edges.size() ? fmt::format("{:g}", sorted.back()) : fmt::format("{:g}", edges[bin]);
    const bool one_value =
        bin > 0 && bin < edges.size() && edges[bin] == std::nextafter(edges[bin - 1], kInfinity);
    grouping.names.push_back(low == high || one_value ? low
                                                      : fmt::format("from {} to {}", low, high));
  }
  for (const double number : numbers) {
    const auto bin =
        static_cast<std::size_t>(std::ranges::upper_bound(edges, number) - edges.begin());
    grouping.group_of.push_back(std::isnan(number) ? 0 : bin + 1);
  }
  return grouping;
}

Grouping GroupTexts(std::span<const std::string> values) {
  Grouping grouping;
  grouping.names.emplace_back("missing");
  std::unordered_map<std::string_view, std::size_t> index;
  for (const std::string& value : values) {
    if (IsMissing(value)) {
      grouping.group_of.push_back(0);
      continue;
    }
    const auto [entry, added] = index.emplace(value, grouping.names.size());
    if (added) {
      grouping.names.push_back("'" + value + "'");
    }
    grouping.group_of.push_back(entry->second);
  }
  return grouping;
}

/// Two groups, for texts that hardly come twice: whether there is any says enough.
Grouping GroupByPresence(std::span<const std::string> values) {
  Grouping grouping{.names = {"missing", "filled"}};
  for (const std::string& value : values) {
    grouping.group_of.push_back(IsMissing(value) ? 0 : 1);
  }
  return grouping;
}

std::vector<double> Numbers(std::span<const std::string> values) {
  std::vector<double> numbers;
  numbers.reserve(values.size());
  for (const std::string& value : values) {
    const auto number = IsMissing(value) ? std::nullopt : AsNumber(value);
    numbers.push_back(number.value_or(std::numeric_limits<double>::quiet_NaN()));
  }
  return numbers;
}

struct Counts {
  double rows = 0;
  double won = 0;
};

std::vector<Counts> CountGroups(const Grouping& grouping, std::span<const bool> won) {
  std::vector<Counts> counts(grouping.names.size());
  for (std::size_t i = 0; i < won.size(); ++i) {
    counts[grouping.group_of[i]].rows += 1;
    counts[grouping.group_of[i]].won += won[i] ? 1 : 0;
  }
  return counts;
}

std::optional<std::string> PureGroup(const Grouping& grouping, const std::vector<Counts>& counts,
                                     double base_rate, double num_rows,
                                     const LeakThresholds& thresholds) {
  // Of several pure groups the largest is the best evidence.
  std::optional<std::size_t> largest;
  for (std::size_t group = 0; group < counts.size(); ++group) {
    const Counts& count = counts[group];
    if (count.rows < thresholds.min_pure_share * num_rows || count.rows == num_rows) {
      continue;
    }
    const double share = count.won / count.rows;
    const bool all_won = share >= thresholds.purity;
    // Chance that so many rows of one outcome come together by themselves, generously counted.
    const double log_chance = count.rows * std::log(all_won ? base_rate : 1 - base_rate);
    if ((all_won || share <= 1 - thresholds.purity) &&
        log_chance < std::log(thresholds.max_chance) &&
        (!largest || count.rows > counts[*largest].rows)) {
      largest = group;
    }
  }
  if (largest) {
    const Counts& count = counts[*largest];
    const bool all_won = count.won > count.rows / 2;
    return fmt::format("{} of {:.0f} rows where it is {} were {} (base rate of winning {:.0f} %)",
                       all_won ? count.won : count.rows - count.won, count.rows,
                       grouping.names[*largest], all_won ? "won" : "lost", 100 * base_rate);
  }
  return std::nullopt;
}

/// The filled rows as one group: a column that exists for one outcome only.
std::optional<std::string> PureFill(const std::vector<Counts>& counts, double base_rate,
                                    double num_rows, const LeakThresholds& thresholds) {
  const double filled = num_rows - counts[0].rows;
  double filled_won = -counts[0].won;
  for (const Counts& count : counts) {
    filled_won += count.won;
  }
  if (filled >= thresholds.min_pure_share * num_rows && filled < num_rows) {
    const double share = filled_won / filled;
    const bool all_won = share >= thresholds.purity;
    if ((all_won || share <= 1 - thresholds.purity) &&
        filled * std::log(all_won ? base_rate : 1 - base_rate) < std::log(thresholds.max_chance)) {
      return fmt::format("it is filled in {:.0f} rows, {:.0f} of them {}", filled,
                         all_won ? filled_won : filled - filled_won, all_won ? "won" : "lost");
    }
  }
  return std::nullopt;
}

/// AUC of the group's win rate, learned on one half of the rows and measured on the other.
double OutOfSampleAuc(const Grouping& grouping, std::span<const bool> won, double base_rate) {
  double auc = 0;
  for (const bool measured_half : {false, true}) {
    std::vector<Counts> counts(grouping.names.size());
    std::vector<double> scores;
    std::vector<double> outcomes;
    const auto in_measured = [&](std::size_t row) {
      return (base::HashCombine(7, row) & 1U) == (measured_half ? 1U : 0U);
    };
    for (std::size_t i = 0; i < won.size(); ++i) {
      if (!in_measured(i)) {
        counts[grouping.group_of[i]].rows += 1;
        counts[grouping.group_of[i]].won += won[i] ? 1 : 0;
      }
    }
    for (std::size_t i = 0; i < won.size(); ++i) {
      if (in_measured(i)) {
        const Counts& count = counts[grouping.group_of[i]];
        scores.push_back((count.won + kPriorWeight * base_rate) / (count.rows + kPriorWeight));
        outcomes.push_back(won[i] ? 1 : 0);
      }
    }
    auc += metrics::Auc(scores, outcomes) / 2;
  }
  return auc;
}

std::optional<std::string> Roundness(const std::vector<double>& numbers, std::span<const bool> won,
                                     const LeakThresholds& thresholds) {
  Counts round;
  Counts exact;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (std::isnan(numbers[i]) || numbers[i] == 0) {
      continue;
    }
    Counts& count = std::fmod(std::fabs(numbers[i]), kRoundUnit) == 0 ? round : exact;
    count.rows += 1;
    count.won += won[i] ? 1 : 0;
  }
  const double rows = round.rows + exact.rows;
  if (round.rows < 0.05 * rows || exact.rows < 0.05 * rows || rows < 200) {
    return std::nullopt;
  }
  const auto log_odds = [](const Counts& count) {
    return std::log((count.won + 0.5) / (count.rows - count.won + 0.5));
  };
  const auto variance = [](const Counts& count) {
    return 1 / (count.won + 0.5) + 1 / (count.rows - count.won + 0.5);
  };
  const double difference = log_odds(exact) - log_odds(round);
  const double z = difference / std::sqrt(variance(exact) + variance(round));
  const double chance = 2 * base::NormalDistribution(-std::fabs(z));
  if (difference < std::log(thresholds.min_roundness_odds) || chance > thresholds.max_chance) {
    return std::nullopt;
  }
  return fmt::format(
      "multiples of 1,000 are won {:.0f} % of the time ({:.0f} rows), other amounts {:.0f} % "
      "({:.0f} rows): "
      "estimates were made exact when the deal was won",
      100 * round.won / round.rows, round.rows, 100 * exact.won / exact.rows, exact.rows);
}

}  // namespace

std::string LeakKindName(LeakKind kind) {
  switch (kind) {
    case LeakKind::kName:
      return "name";
    case LeakKind::kPureValue:
      return "one outcome only";
    case LeakKind::kStrength:
      return "implausibly strong";
    case LeakKind::kRoundness:
      return "exact amounts";
  }
  return "name";
}

std::vector<LeakSuspicion> AuditLeakage(std::span<const AuditedColumn> columns,
                                        std::span<const bool> won,
                                        const LeakThresholds& thresholds) {
  std::vector<LeakSuspicion> suspicions;
  const auto num_won = static_cast<double>(std::ranges::count(won, true));
  const auto num_rows = static_cast<double>(won.size());
  if (num_won == 0 || num_won == num_rows) {
    return suspicions;  // one outcome only: nothing can be told
  }
  const double base_rate = num_won / num_rows;
  for (const AuditedColumn& column : columns) {
    RI_ASSERT(column.values.size() == won.size());
    const ColumnProfile profile = ProfileColumn(column.name, column.values);
    if (profile.filled == 0) {
      continue;
    }
    const bool numeric = profile.type == ColumnType::kNumber && profile.distinct > 2;
    const std::vector<double> numbers = numeric ? Numbers(column.values) : std::vector<double>();
    const bool values_repeat = profile.type == ColumnType::kNumber ||
                               profile.type == ColumnType::kCategory ||
                               profile.type == ColumnType::kFlag;
    const Grouping grouping = numeric         ? GroupNumbers(numbers)
                              : values_repeat ? GroupTexts(column.values)
                                              : GroupByPresence(column.values);
    const std::vector<Counts> counts = CountGroups(grouping, won);
    const auto group = [&] { return PureGroup(grouping, counts, base_rate, num_rows, thresholds); };
    const auto fill = [&] { return PureFill(counts, base_rate, num_rows, thresholds); };
    std::optional<std::string> pure = values_repeat ? group().or_else(fill) : fill().or_else(group);
    if (pure) {
      suspicions.push_back({column.name, LeakKind::kPureValue, *std::move(pure)});
      continue;
    }
    const double auc =
        won.size() >= kMinRowsForStrength ? OutOfSampleAuc(grouping, won, base_rate) : 0.5;
    if (auc >= thresholds.implausible_auc) {
      suspicions.push_back(
          {column.name, LeakKind::kStrength,
           fmt::format("alone it reaches AUC {:.3f} on rows it was not learned from", auc)});
      continue;
    }
    if (numeric) {
      if (auto evidence = Roundness(numbers, won, thresholds)) {
        suspicions.push_back({column.name, LeakKind::kRoundness, *std::move(evidence)});
        continue;
      }
    }
    if (const auto meaning = SuspiciousName(column.name)) {
      suspicions.push_back({column.name, LeakKind::kName, "its name says that it " + *meaning});
    }
  }
  return suspicions;
}

}  // namespace ri::quality
